"""Words for the rows of a roster: states, decisions, reasons, what will be saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from zhaohu.i18n import N_, _, format_number, ngettext, pgettext, sentences
from zhaohu.services.roster.roster_preview import Decision, Issue, PreviewRow, RosterPreview, RowState
from zhaohu.ui.widgets.table import Column

LOOKS = {
    RowState.NEW: ("add", "done"),
    RowState.UPDATE: ("refresh", "accent"),
    RowState.SAME: ("check", "quiet"),
    RowState.DOUBTFUL: ("attention", "attention"),
    RowState.REFUSED: ("danger", "danger"),
}
"""Icon and tone of a state."""
_STATES = {
    RowState.NEW: N_("to be registered"),
    RowState.UPDATE: N_("to be completed"),
    RowState.SAME: N_("the same"),
    RowState.DOUBTFUL: N_("doubtful"),
    RowState.REFUSED: N_("refused"),
}
OTHER = "*"
_LONGEST_NAME = 26
_OUTCOMES = {
    Decision.TAKE: N_("goes in"),
    Decision.LEAVE: N_("stays out"),
    Decision.COMPLETE: N_("is completed"),
}
WORKED_THROUGH = (RowState.DOUBTFUL, RowState.REFUSED, RowState.UPDATE)
"""What a person should look at, the first first."""


def state_title(state: RowState) -> str:
    """A state in as few words as there is room for."""
    return _(_STATES[state])


def state_words(one: PreviewRow) -> str:
    """How a row stands."""
    return _("perhaps twice") if one.duplicate and one.state is RowState.DOUBTFUL else state_title(one.state)


def decision_words(one: PreviewRow, decision: Decision) -> str:
    """What a decision does to a row, as its button says it."""
    if decision is Decision.LEAVE:
        return _("Leave out")
    if decision is Decision.COMPLETE:
        return _("Fill in what is missing")
    if one.duplicate:
        return _("Register both")
    return _("Register without it") if one.state is RowState.DOUBTFUL else _("Register")


def outcome_words(one: PreviewRow) -> str:
    """What becomes of a row as it stands, for its cell in the table."""
    if one.state is RowState.SAME:
        return pgettext("a row of a roster", "nothing to do")
    return _(_OUTCOMES[one.decision])


def is_taken(one: PreviewRow) -> bool:
    """Whether the row changes the register as it stands."""
    return one.decision is not Decision.LEAVE


def about_other(one: PreviewRow) -> list[Issue]:
    """What is to be said about the child that the row looks like, not about the row's own cells."""
    other = one.duplicate
    named = [issue for issue in one.issues if issue.field == "name" and not issue.omittable]
    return [issue for issue in named if other is not None and issue.value == other.name]


def is_doubt(one: PreviewRow) -> bool:
    """Whether the row could go in without its doubtful items, if a person says so."""
    return one.state is RowState.DOUBTFUL and one.duplicate is None and Decision.TAKE in one.decisions


def wrong_fields(one: PreviewRow | None) -> set[str]:
    """The fields whose cells keep the row from going in as it is."""
    if one is None:
        return set()
    other = about_other(one)
    return {issue.field for issue in one.issues if not issue.is_note and issue not in other}


def items(one: PreviewRow) -> set[str]:
    """What a row can be found by: the fields that are wrong, and `OTHER` for a child that it looks like."""
    if one.state not in (RowState.DOUBTFUL, RowState.REFUSED):
        return set()
    return wrong_fields(one) | ({OTHER} if one.duplicate is not None else set())


def reasons(one: PreviewRow) -> str:
    """All remarks on a row in one line."""
    other = about_other(one)
    parts = [
        issue.reason
        if issue in other or issue.reason.startswith(issue.title[:3])
        else _("{label}: {reason}").format(label=issue.title.partition("（")[0], reason=issue.reason)
        for issue in sorted(one.issues, key=lambda each: each.is_note)
    ]
    return sentences(parts)


@dataclass(frozen=True, slots=True)
class Tally:
    """What will be saved as things stand."""

    new: int
    updated: int
    left: int

    @property
    def taken(self) -> int:
        """Rows that change the register."""
        return self.new + self.updated

    def button_words(self) -> str:
        """The words of the button that saves."""
        if not self.updated or not self.taken:
            return ngettext("Register {n} child", "Register {n} children", self.new).format(n=format_number(self.new))
        if not self.new:
            words = ngettext("Update {n} child", "Update {n} children", self.updated)
            return words.format(n=format_number(self.updated))
        words = _("Register {n}, update {updates}")
        return words.format(n=format_number(self.new), updates=format_number(self.updated))


def tally(preview: RosterPreview) -> Tally:
    """Count what will become of the rows."""
    taken = [one for one in preview.rows if is_taken(one)]
    updated = sum(one.decision is Decision.COMPLETE for one in taken)
    return Tally(len(taken) - updated, updated, len(left_out(preview.rows)))


def short_name(file: Path) -> str:
    """A file's name with room for the buttons beside it: of a long one the beginning, and the end with its kind."""
    name = file.name
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME // 2]}…{name[-_LONGEST_NAME // 3 :]}"


def left_out(rows: Iterable[PreviewRow]) -> list[PreviewRow]:
    """The rows that did not go in and would have something to say."""
    return [one for one in rows if one.state is not RowState.SAME and not is_taken(one)]


def state_column() -> Column:
    """The state with its icon."""
    return Column(_("State"), state_words, width=9, icon=lambda r: LOOKS[r.state][0], tone=lambda r: LOOKS[r.state][1])


def remark_column(titles: Mapping[str, str]) -> Column:
    """The reasons, or what is filled in, with the rest of the room; `titles` names the fields."""

    def remark(one: PreviewRow) -> str:
        filled = _(", ").join(titles[field].partition("（")[0] for field in one.changes)
        return reasons(one) or (_("fills in {names}").format(names=filled) if filled else "")

    return Column(
        _("Remark"),
        lambda r: remark(r) or None,
        width=0,
        hint=remark,
        tone=lambda r: LOOKS[r.state][1] if r.state in (RowState.DOUBTFUL, RowState.REFUSED) else "",
    )
