"""The tabs of a child's page beside its records: screening, classes, referrals, papers, particulars, corrections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from zhaohu.i18n import _, format_moment
from zhaohu.records.codes import label as code_label
from zhaohu.rules.ages import age_text
from zhaohu.services.register.child_tabs import Came, ChildClass, PaperRow, came_words
from zhaohu.services.register.corrections import CorrectionView
from zhaohu.services.register.particulars import Particular
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.table import Column

_CAME_LOOKS = {
    Came.INVITED: ("calendar", ""),
    Came.CAME: ("check-circle", "done"),
    Came.ABSENT: ("close", "quiet"),
    Came.STOPPED: ("close", "quiet"),
}


def screening_table(born: Callable[[], date]) -> DataTable:
    """Results of screening, newest first; a row is a `ScreeningRow`."""
    return DataTable(
        [
            Column(_("Date"), lambda row: row.on, width=12),
            Column(_("Age"), lambda row: row.on, text=lambda on: age_text(born(), on), width=12),
            Column(_("Screening"), lambda row: row.name, width=18),
            Column(
                _("Result"),
                lambda row: row.result,
                width=26,
                icon=lambda row: "attention" if row.advice else "check-circle",
                tone=lambda row: "attention" if row.advice else "",
                hint=lambda row: row.result,
            ),
            Column(_("Advice"), lambda row: row.advice or None, width=0, hint=lambda row: row.advice),
        ],
        name=_("Screening"),
        empty=EmptyState(
            _("No screening result yet"),
            _("Hearing, newborn diseases, eyes, haemoglobin and warning signs appear here from the records."),
            icon="search",
        ),
    )


def classes_table() -> DataTable:
    """The classes to which the family was invited; a row is a `ChildClass`."""
    return DataTable(
        [
            Column(_("Date"), _moment, width=16, sort=lambda row: (row.held_on, row.starts_at)),
            Column(_("Kind"), lambda row: code_label(row.kind), width=16),
            Column(_("Topic"), lambda row: row.topic, width=0, hint=lambda row: row.topic),
            Column(_("Place"), lambda row: row.place, width=20, hint=lambda row: row.place),
            Column(_("Teacher"), lambda row: row.teacher, width=10),
            Column(
                _("State"),
                lambda row: came_words(row.came),
                width=16,
                icon=lambda row: _CAME_LOOKS[row.came][0],
                tone=lambda row: _CAME_LOOKS[row.came][1],
            ),
            Column(_("Came with"), lambda row: row.who or None, width=10),
        ],
        name=_("Classes"),
        empty=EmptyState(
            _("The family was not invited to a class yet"),
            _("Families are proposed by the age of their child when a class is planned."),
            icon="classes",
        ),
    )


def papers_table(*, may_print: bool) -> DataTable:
    """What can be printed of the child, and when it was; a row is a `PaperRow`."""
    return DataTable(
        [
            Column(_("Paper"), lambda row: row.title, width=0, icon=lambda _row: "paper"),
            Column(_("Printed last"), _printed, width=18),
            Column(_("Printed by"), lambda row: row.by or None, width=14),
            Column(_("Times"), lambda row: row.times or None, width=8, right=True),
            Column(_("To do"), lambda _row: _("Enter: print") if may_print else None, width=14),
        ],
        name=_("Papers"),
        empty=EmptyState(_("Nothing to print yet"), icon="paper"),
    )


def particulars_table() -> DataTable:
    """What the register keeps of the child itself; a row is a `Particular`."""
    return DataTable(
        [
            Column(_("Particular"), lambda row: row.title, width=20),
            Column(_("Recorded"), lambda row: row.words or _("(empty)"), width=0, tone=_tone_of_particular),
        ],
        name=_("Particulars"),
    )


def _tone_of_particular(row: Particular) -> str:
    return "" if row.words else "quiet"


def corrections_table() -> DataTable:
    """What was corrected of the child's particulars; a row is a `CorrectionView`."""
    return DataTable(
        [
            Column(_("Date"), lambda row: row.at, text=format_moment, width=18),
            Column(_("Whose"), lambda row: row.about, width=12),
            Column(_("Before and after"), _changes, width=0, hint=_changes_in_lines),
            Column(_("Reason"), lambda row: row.reason or None, width=24, hint=lambda row: row.reason),
            Column(_("Corrected by"), lambda row: row.by, width=12),
        ],
        name=_("Corrections"),
        empty=EmptyState(
            _("Nothing was corrected yet"),
            _("Whoever corrects particulars of the child, its caregivers or the family leaves a line here."),
            icon="history",
        ),
    )


def _moment(row: ChildClass) -> str:
    return f"{row.held_on:%Y-%m-%d} {row.starts_at}"


def _printed(row: PaperRow) -> str | None:
    return format_moment(row.last) if row.last else None


def _changes(row: CorrectionView) -> str:
    return "  ·  ".join(_lines(row))


def _changes_in_lines(row: CorrectionView) -> str:
    return "\n".join(_lines(row))


def _lines(row: CorrectionView) -> list[str]:
    nothing = _("(empty)")
    return [f"{one.title}  {one.before or nothing} → {one.after or nothing}" for one in row.changes]
