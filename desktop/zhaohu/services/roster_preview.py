"""A roster between reading and saving: every row judged, and the report of what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from zhaohu.i18n import N_, _
from zhaohu.records import Child
from zhaohu.records.codes import Sex
from zhaohu.rules.duplicates import Duplicate, Likeness
from zhaohu.rules.identity import mask_citizen_id, mask_phone
from zhaohu.rules.names import normalise_name
from zhaohu.rules.roster import Issue as RowIssue
from zhaohu.rules.roster import Level, Roster, RosterChild, RosterRow

FACTS = {
    "id_number": "citizen_id",
    "birth_certificate": "birth_certificate_no",
    "record_number": "health_record_no",
    "gestation_days": "gestation_days",
    "birth_weight_g": "birth_weight_g",
    "birth_length_mm": "birth_length_mm",
    "birth_order": "birth_order",
    "delivery": "delivery",
    "plurality": "plurality",
    "birth_place": "birth_place",
    "residence": "residence",
    "discharge_date": "discharged_on",
}
"""What a roster says of a child, and where the register keeps it."""

_MASKS = {"id_number": mask_citizen_id, **dict.fromkeys(("phone", "mother_phone", "father_phone"), mask_phone)}


class RowState(StrEnum):
    """What will become of a row."""

    GOOD = "good"
    NOTE = "note"
    UPDATE = "update"
    DOUBTFUL = "doubtful"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


_STATES = {
    RowState.GOOD: N_("good"),
    RowState.NOTE: N_("good, with a note"),
    RowState.UPDATE: N_("completes a child"),
    RowState.DOUBTFUL: N_("doubtful"),
    RowState.DUPLICATE: N_("looks like another child"),
    RowState.REFUSED: N_("not a child"),
}


def state_label(state: RowState) -> str:
    """The state in the language in use."""
    return _(_STATES[state])


@dataclass(frozen=True, slots=True)
class Issue:
    """One remark about one value of a row; ids and phones are masked. A note keeps nobody from taking the row in."""

    field: str
    title: str
    value: str
    reason: str
    omittable: bool
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the roster as the preview shows it.

    Args:
        takeable: Whether a person may take the row in, leaving out what is doubtful and omittable.
        source: The row as read.
        duplicate: The other child that it looks like.
        completes: What the register's same child lacks and the row knows.
    """

    row: int
    level: RowState
    name: str
    sex: Sex | None
    birth_date: date | None
    village: str
    caregiver: str
    phone: str
    issues: tuple[Issue, ...]
    takeable: bool
    source: RosterRow
    duplicate: Duplicate | None
    completes: Mapping[str, object]

    def is_taken(self, also: Collection[int]) -> bool:
        """Whether the row goes in: it is without doubt, or a person chose it although it is doubtful."""
        if self.level in (RowState.GOOD, RowState.NOTE, RowState.UPDATE):
            return True
        return self.level is RowState.DOUBTFUL and self.takeable and self.row in also


@dataclass(frozen=True, slots=True)
class RosterPreview:
    """A roster, read and judged; nothing is saved yet. `columns` pairs each heading with what it was taken for."""

    file: Path
    columns: tuple[tuple[str, str], ...]
    unknown_columns: tuple[str, ...]
    rows: tuple[PreviewRow, ...]


@dataclass(frozen=True, slots=True)
class RowRemark:
    """A row, the value that is remarked on, and the reason in words."""

    row: int
    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """A row that looks like another child: of the file (`other_row`) or of the register (`child_id`)."""

    row: int
    other_row: int | None
    child_id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class RosterReport:
    """What became of a roster; `notes` are remarks on rows that were taken in."""

    accepted: int
    updated: int
    rejected: tuple[RowRemark, ...]
    possible_duplicates: tuple[PossibleDuplicate, ...]
    notes: tuple[RowRemark, ...]


def judge(
    file: Path,
    roster: Roster,
    duplicates: Iterable[Duplicate],
    register: Mapping[str, Child],
    titles: Mapping[str, str],
) -> RosterPreview:
    """Judge every row of a roster.

    Args:
        file: Where it came from.
        roster: As read.
        duplicates: Rows that look like another child.
        register: The register's children by id.
        titles: Names of the fields for people.
    """
    by_row = {duplicate.row: duplicate for duplicate in duplicates}
    rows = tuple(_judged(row, by_row.get(row.row), register, titles) for row in roster.rows)
    found = tuple((column.heading, titles[field]) for field, column in roster.columns.items())
    return RosterPreview(file, found, roster.unknown, rows)


def report(preview: RosterPreview, also: Collection[int]) -> RosterReport:
    """What becomes of a roster when its good rows and those of `also` are taken in."""
    taken = [row for row in preview.rows if row.is_taken(also)]
    left = [row for row in preview.rows if not row.is_taken(also)]
    return RosterReport(
        accepted=sum(row.level is not RowState.UPDATE for row in taken),
        updated=sum(row.level is RowState.UPDATE for row in taken),
        rejected=tuple(
            RowRemark(row.row, issue.field, issue.value, issue.reason)
            for row in left
            if row.level is not RowState.DUPLICATE
            for issue in row.issues
            if not issue.is_note
        ),
        possible_duplicates=tuple(
            PossibleDuplicate(row.row, row.duplicate.other_row, row.duplicate.other_id, row.issues[0].reason)
            for row in left
            if row.level is RowState.DUPLICATE and row.duplicate
        ),
        notes=tuple(RowRemark(row.row, i.field, i.value, i.reason) for row in taken for i in row.issues),
    )


def _judged(
    row: RosterRow, duplicate: Duplicate | None, register: Mapping[str, Child], titles: Mapping[str, str]
) -> PreviewRow:
    issues = [_issue(one, titles) for one in row.issues]
    completes: dict[str, object] = {}
    level = {None: RowState.GOOD, Level.NOTE: RowState.NOTE, Level.DOUBTFUL: RowState.DOUBTFUL}.get(
        row.level, RowState.REFUSED
    )
    if duplicate is not None and level is not RowState.REFUSED:
        completes = _completes(row, duplicate, register)
        level = RowState.UPDATE if completes else RowState.DUPLICATE
        issues.insert(0, Issue("name", titles["name"], duplicate.other_name, _duplicate_reason(duplicate), False))
    child = row.values
    return PreviewRow(
        row=row.row,
        level=level,
        name=child.name if child else row.typed.get("name", ""),
        sex=child.sex if child else None,
        birth_date=child.birth_date if child else None,
        village=(child.village or child.address or "") if child else "",
        caregiver=(child.mother_name or child.guardian_name or child.father_name or "") if child else "",
        phone=mask_phone((child.phone or child.mother_phone or child.father_phone or "") if child else ""),
        issues=tuple(issues),
        takeable=row.takeable and duplicate is None,
        source=row,
        duplicate=duplicate,
        completes=completes,
    )


def _issue(issue: RowIssue, titles: Mapping[str, str]) -> Issue:
    mask = _MASKS.get(issue.field, str)
    reason = issue.reason
    if issue.meant:
        reason = _("{reason} Perhaps {meant}?").format(reason=reason, meant=issue.meant)
    value, is_note = mask(issue.value), issue.level is Level.NOTE
    return Issue(issue.field, titles[issue.field], value, reason, issue.omittable, is_note)


def _duplicate_reason(duplicate: Duplicate) -> str:
    if duplicate.other_row is not None:
        message = _("Looks like row {row}: {reason}.")
        return message.format(row=duplicate.other_row, reason=duplicate.reason)
    return _("Looks like a child of the register: {reason}.").format(reason=duplicate.reason)


def _completes(row: RosterRow, duplicate: Duplicate, register: Mapping[str, Child]) -> dict[str, object]:
    """What a row adds to the register's child that it certainly is: same id, name and birth date."""
    known = register.get(duplicate.other_id or "")
    child = row.values
    if known is None or child is None or not row.certain or duplicate.likeness is not Likeness.SAME_ID:
        return {}
    same = normalise_name(known.name) == normalise_name(child.name) and known.birth_date == child.birth_date
    return {name: value for name, value in facts(child).items() if getattr(known, name) is None} if same else {}


def facts(child: RosterChild) -> dict[str, object]:
    """A roster's facts of a child under the register's names; what it does not say is left out."""
    values = {name: getattr(child, source) for source, name in FACTS.items()}
    return {name: value for name, value in values.items() if value is not None}
