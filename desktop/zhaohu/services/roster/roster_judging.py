"""Judging the rows of a roster beside the register and beside each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from zhaohu.i18n import _
from zhaohu.records.codes import ChildStatus, label
from zhaohu.rules.duplicates import Duplicate, KnownChild, Likeness, find_duplicates
from zhaohu.rules.names import normalise_name
from zhaohu.rules.roster import Level, RosterRow
from zhaohu.rules.roster_child import Issue as RowIssue
from zhaohu.rules.roster_child import RosterChild
from zhaohu.rules.roster_columns import FoundColumn, RosterColumns
from zhaohu.rules.roster_table import RosterTable
from zhaohu.services.roster.roster_carers import carers_of
from zhaohu.services.roster.roster_compare import Change, compare, is_shut
from zhaohu.services.roster.roster_families import Family, Index, find_families
from zhaohu.services.roster.roster_preview import Decision, Issue, OtherChild, PreviewRow, RowState
from zhaohu.services.roster.roster_register import KnownFamily, Register, load_families
from zhaohu.services.roster.roster_words import masked, value_words

_CERTAIN = (Likeness.SAME_ID, Likeness.SAME_CERTIFICATE, Likeness.SAME_FAMILY)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to judge rows again when a person maps a column or mends a cell.

    Args:
        table: The sheet, with its headings.
        columns: Headings and words that are known.
        found: Which column is what, as it stands.
        edits: What a person wrote: row to field to text.
        rows: As read.
        register: As it was when the file was read.
        today: The day against which dates are checked.
        index: Who is to be compared with whom.
    """

    table: RosterTable
    columns: RosterColumns
    found: Mapping[str, FoundColumn]
    edits: Mapping[int, Mapping[str, str]]
    rows: tuple[RosterRow, ...]
    register: Register
    today: date
    index: Index


def judge(session: Session, reading: Reading, touched: Collection[RosterRow] | None = None) -> dict[int, PreviewRow]:
    """Judge rows beside each other and beside the register, by number.

    Args:
        session: An open view of the data.
        reading: The roster as it stands.
        touched: A row before and after it was mended: only rows that can change with it are judged; all when None.
    """
    families = find_families(reading.rows, reading.register, reading.index)
    anew: Sequence[RosterRow] = reading.rows
    among: Sequence[RosterRow] = reading.rows
    register: Sequence[KnownChild] = reading.register.children
    if touched is not None:
        anew = reading.index.rows_near(touched, reading.rows)
        among = reading.index.rows_near(anew, reading.rows)
        register = reading.index.children_near(among, register)
    duplicates = {one.row: one for one in find_duplicates(among, register)}
    wanted = {row.row for row in anew}
    known = load_families(session, {one.other_id for row, one in duplicates.items() if one.other_id and row in wanted})
    rows = {row.row: row for row in among}
    titles = reading.columns.titles()
    judged = {}
    for row in anew:
        duplicate = duplicates.get(row.row)
        other: RosterRow | KnownFamily | None = None
        if duplicate is not None:
            other = known.get(duplicate.other_id or "") or rows.get(duplicate.other_row or 0)
        judged[row.row] = judge_row(row, duplicate, other, families.get(row.row, Family()), titles)
        judged[row.row] = _in_open_village(judged[row.row], reading.register.closed_villages, titles)
        judged[row.row] = _in_open_family(judged[row.row], reading.register.frozen_homes, titles)
    return judged


def judge_row(
    row: RosterRow,
    duplicate: Duplicate | None,
    other: RosterRow | KnownFamily | None,
    family: Family,
    titles: Mapping[str, str],
) -> PreviewRow:
    """Judge one row.

    Args:
        row: As read.
        duplicate: The child that it looks like; `other` is that child, of an earlier row or of the register.
        family: Whom the child lives with.
        titles: Names of the fields for people.
    """
    issues, lacks = [_issue(one, titles) for one in row.issues], list[Change]()
    if row.values is None or row.level is Level.REFUSED:
        duplicate = None
        state, decisions = RowState.REFUSED, [Decision.LEAVE]
    elif duplicate is None:
        state, decisions = _alone(row)
        issues += _joins(row.values, family, titles)
    elif isinstance(other, KnownFamily):
        lacks, otherwise = compare(row.values, other)
        state, decisions = _beside_register(row, duplicate, other, lacks, otherwise)
        issues = [_alike(duplicate, titles), *_contradictions(other, lacks, otherwise, titles), *issues]
    else:
        state, decisions = _beside_row(row, duplicate, other)
        issues.insert(0, _alike(duplicate, titles))
    child = row.values
    return PreviewRow(
        row=row.row,
        state=state,
        name=child.name if child else row.typed.get("name", ""),
        sex=child.sex if child else None,
        birth_date=child.birth_date if child else None,
        village=(child and (child.village or child.address)) or "",
        caregiver=(child and (child.guardian_name or child.mother_name or child.father_name)) or "",
        phone=masked("phone", (child and (child.phone or child.mother_phone or child.father_phone)) or ""),
        cells=row.typed,
        issues=tuple(issues),
        duplicate=_other(duplicate),
        changes={one.field: ("", value_words(one.field, one.value)) for one in lacks},
        decisions=tuple(decisions),
        decision=decisions[0],
        source=row,
        completes=tuple(lacks),
        household=family.household,
        sibling=family.sibling,
    )


def _in_open_village(one: PreviewRow, closed: frozenset[str], titles: Mapping[str, str]) -> PreviewRow:
    """A row that would add a family to a village that is closed is doubtful; it may go in without the village."""
    child = one.source.values
    if child is None or one.household or child.village not in closed or Decision.TAKE not in one.decisions:
        return one
    reason = _("“{name}” is closed: no family is added there any more. Choose another village.")
    issue = Issue("village", titles["village"], child.village, reason.format(name=child.village), omittable=True)
    decisions = (Decision.LEAVE, *(decision for decision in one.decisions if decision is not Decision.LEAVE))
    return replace(
        one, state=RowState.DOUBTFUL, issues=(issue, *one.issues), decisions=decisions, decision=Decision.LEAVE
    )


def _in_open_family(one: PreviewRow, frozen: frozenset[str], titles: Mapping[str, str]) -> PreviewRow:
    """A row whose child would join a family that is only to look at is left until that is decided."""
    if one.household not in frozen or Decision.TAKE not in one.decisions:
        return one
    decisions = tuple(decision for decision in one.decisions if decision is not Decision.TAKE)
    reason = _family_released()
    issue = Issue("name", titles["name"], one.caregiver, reason, omittable=False)
    return replace(
        one, state=RowState.DOUBTFUL, issues=(issue, *one.issues), decisions=decisions, decision=Decision.LEAVE
    )


def _family_released() -> str:
    return _(
        "A child of this family was released to another station: the family is only to look at. Cancel the release, "
        "or take this row in when the exchange has taken that child there."
    )


def _take(row: RosterRow) -> list[Decision]:
    return [Decision.TAKE] if row.takeable else []


def _alone(row: RosterRow) -> tuple[RowState, list[Decision]]:
    if row.certain:
        return RowState.NEW, [Decision.TAKE, Decision.LEAVE]
    return RowState.DOUBTFUL, [Decision.LEAVE, *_take(row)]


def _beside_row(row: RosterRow, duplicate: Duplicate, other: RosterRow | None) -> tuple[RowState, list[Decision]]:
    if other is not None and other.values == row.values and other.typed_id == row.typed_id:
        return RowState.SAME, [Decision.LEAVE]
    own_child = duplicate.likeness not in _CERTAIN
    return RowState.DOUBTFUL, [Decision.LEAVE, *(_take(row) if own_child else [])]


def _beside_register(
    row: RosterRow, duplicate: Duplicate, known: KnownFamily, lacks: list[Change], otherwise: list[Change]
) -> tuple[RowState, list[Decision]]:
    if is_shut(known, lacks):
        return RowState.DOUBTFUL, [Decision.LEAVE]
    fill = [Decision.COMPLETE] if lacks else []
    assert row.values is not None
    same_name = normalise_name(known.child.name) == normalise_name(row.values.name)
    certain = same_name and known.child.birth_date == row.values.birth_date and duplicate.likeness in _CERTAIN
    if not certain:
        own_child = [] if duplicate.likeness in _CERTAIN else _take(row)
        return RowState.DOUBTFUL, [Decision.LEAVE, *own_child, *fill]
    if otherwise or not row.certain or known.child.status is not ChildStatus.ACTIVE:
        return RowState.DOUBTFUL, [Decision.LEAVE, *fill]
    return (RowState.UPDATE, [Decision.COMPLETE, Decision.LEAVE]) if lacks else (RowState.SAME, [Decision.LEAVE])


def _contradictions(
    known: KnownFamily, lacks: list[Change], otherwise: list[Change], titles: Mapping[str, str]
) -> list[Issue]:
    found = []
    if known.frozen:
        reason = _("The child was released to another station: its record cannot be changed here.")
        found.append(Issue("name", titles["name"], known.child.name, reason, omittable=False))
    elif is_shut(known, lacks):
        found.append(Issue("name", titles["name"], known.child.name, _family_released(), omittable=False))
    elif known.child.status is not ChildStatus.ACTIVE:
        reason = _("In the register this child is no longer active: {status}. Take it back there first.")
        reason = reason.format(status=label(known.child.status))
        found.append(Issue("name", titles["name"], known.child.name, reason, omittable=False))
    for one in otherwise:
        field = one.field
        reason = _("The register says {before}, the roster {value}; the register stays as it is.").format(
            before=masked(field, value_words(field, one.before)), value=masked(field, value_words(field, one.value))
        )
        found.append(Issue(field, titles[field], masked(field, value_words(field, one.value)), reason, omittable=True))
    return found


def _joins(child: RosterChild, family: Family, titles: Mapping[str, str]) -> list[Issue]:
    if family.household:
        reason = _("Joins a family of the register: the caregiver is the same.")
    elif family.sibling is not None:
        reason = _("Joins the family of row {row}.").format(row=family.sibling)
    else:
        return []
    carer = carers_of(child)[0]
    field = carer.fields["name"]
    return [Issue(field, titles[field], carer.name, reason, omittable=True, is_note=True)]


def _issue(issue: RowIssue, titles: Mapping[str, str]) -> Issue:
    reason = issue.reason
    if issue.meant:
        reason = _("{reason} Perhaps {meant}?").format(reason=reason, meant=issue.meant)
    return Issue(
        issue.field,
        titles[issue.field],
        masked(issue.field, issue.value),
        reason,
        issue.omittable,
        issue.level is Level.NOTE,
        issue.meant,
    )


def _alike(duplicate: Duplicate, titles: Mapping[str, str]) -> Issue:
    if duplicate.other_row is not None:
        reason = _("Looks like row {row}: {reason}.").format(row=duplicate.other_row, reason=duplicate.reason)
    else:
        reason = _("Looks like a child of the register: {reason}.").format(reason=duplicate.reason)
    return Issue("name", titles["name"], duplicate.other_name, reason, omittable=False)


def _other(duplicate: Duplicate | None) -> OtherChild | None:
    if duplicate is None:
        return None
    return OtherChild(duplicate.other_row, duplicate.other_id, duplicate.other_name, duplicate.reason)
