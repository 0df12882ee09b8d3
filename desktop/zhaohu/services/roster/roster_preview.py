"""A roster between reading and saving: every row judged, every column named, every decision as it stands."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from zhaohu.errors import BadInput
from zhaohu.i18n import N_, _
from zhaohu.records.codes import Sex
from zhaohu.rules.roster_child import RosterRow

if TYPE_CHECKING:
    from zhaohu.services.roster.roster_compare import Change
    from zhaohu.services.roster.roster_judging import Reading


class RowState(StrEnum):
    """What a row is to the register."""

    NEW = "new"
    UPDATE = "update"
    SAME = "same"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"


class Decision(StrEnum):
    """What becomes of a row: registered without its doubtful items, left out, or filling what its child lacks."""

    TAKE = "take"
    LEAVE = "leave"
    COMPLETE = "complete"


_STATES = {
    RowState.NEW: N_("new child"),
    RowState.UPDATE: N_("completes a child"),
    RowState.SAME: N_("registered already"),
    RowState.DOUBTFUL: N_("doubtful"),
    RowState.REFUSED: N_("not a child"),
}
_DECISIONS = {
    Decision.TAKE: N_("will be registered"),
    Decision.LEAVE: N_("left out"),
    Decision.COMPLETE: N_("will be completed"),
}


def state_label(state: RowState) -> str:
    """The state in the language in use."""
    return _(_STATES[state])


def decision_label(decision: Decision) -> str:
    """The decision in the language in use."""
    return _(_DECISIONS[decision])


@dataclass(frozen=True, slots=True)
class Issue:
    """One remark about one value of a row; ids and phones are masked. A note keeps nobody from taking the row in.

    Args:
        field: What it is about.
        title: The field's name for people.
        value: As typed.
        reason: What is to be said, with what was likely meant.
        omittable: Whether the row may go in without this value.
        is_note: Taken in all the same.
        meant: What was likely meant, to be put in its place by `edit`; empty when nothing is likely.
    """

    field: str
    title: str
    value: str
    reason: str
    omittable: bool
    is_note: bool = False
    meant: str = ""


@dataclass(frozen=True, slots=True)
class OtherChild:
    """The child that a row looks like: of an earlier row of the file, or of the register."""

    other_row: int | None
    child_id: str | None
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the roster as the preview shows it.

    Args:
        cells: What stands in each known column, as typed or edited.
        changes: What its child lacks and the row knows: field to the words before and after.
        decisions: What a person may choose.
        decision: As it stands.
        source: The row as read.
        completes: `changes` as they are saved.
        household: The register's family that it joins.
        sibling: The earlier row whose family it joins.
    """

    row: int
    state: RowState
    name: str
    sex: Sex | None
    birth_date: date | None
    village: str
    caregiver: str
    phone: str
    cells: Mapping[str, str]
    issues: tuple[Issue, ...]
    duplicate: OtherChild | None
    changes: Mapping[str, tuple[str, str]]
    decisions: tuple[Decision, ...]
    decision: Decision
    source: RosterRow
    completes: tuple[Change, ...] = ()
    household: str = ""
    sibling: int | None = None


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """A column of the file.

    Args:
        place: Counted from 0.
        heading: As written.
        field: What it was taken for; empty for a column that is not used.
        sure: Whether the heading can only mean this.
        samples: The first few values below it.
    """

    place: int
    heading: str
    field: str
    sure: bool
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RosterPreview:
    """A roster, read and judged; nothing is saved yet.

    Args:
        file: Where it came from.
        sheet: The sheet that was read.
        sheets: All sheets of the file that are rosters.
        heading_row: Number of the row of headings.
        columns: All columns of the file.
        rows: In the order of the file.
        reading: What is needed to judge rows again; not for screens.
    """

    file: Path
    sheet: str
    sheets: tuple[str, ...]
    heading_row: int
    columns: tuple[RosterColumn, ...]
    rows: tuple[PreviewRow, ...]
    reading: Reading

    @property
    def counts(self) -> Mapping[RowState, int]:
        """How many rows there are of each state."""
        found = Counter(row.state for row in self.rows)
        return {state: found[state] for state in RowState}

    def at(self, row: int) -> int:
        """The place of a row's number in `rows`.

        Raises:
            BadInput: `no_such_row`.
        """
        place = bisect_left(self.rows, row, key=lambda one: one.row)
        if place == len(self.rows) or self.rows[place].row != row:
            message = _("The roster has no child in row {row}.")
            raise BadInput(message.format(row=row), code="no_such_row", field="row", row=row)
        return place


def decide(preview: RosterPreview, row: int | Collection[int], decision: Decision) -> RosterPreview:
    """Decide what becomes of a row, or of several.

    Raises:
        BadInput: `no_such_row`; or `no_such_decision`: this cannot become of it.
    """
    rows = list(preview.rows)
    for number in (row,) if isinstance(row, int) else row:
        place = preview.at(number)
        if decision not in rows[place].decisions:
            message = _("Row {row} cannot be taken in: what is doubtful there cannot be left out.")
            raise BadInput(message.format(row=number), code="no_such_decision", field="row", row=number)
        rows[place] = replace(rows[place], decision=decision)
    return replace(preview, rows=tuple(rows))
