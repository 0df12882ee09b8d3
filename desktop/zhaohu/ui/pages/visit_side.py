"""Beside a recorded visit: who signed and entered it, what it found, what belongs to it, its versions and prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLayout, QPushButton, QVBoxLayout, QWidget

from zhaohu.i18n import _, format_date, ngettext
from zhaohu.services.care.visit_standing import Followed, Printed, VisitStanding
from zhaohu.services.care.visits import VisitVersion, VisitView
from zhaohu.services.due.next_visits import Companion
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import STRETCH, Card, column, panel, row
from zhaohu.ui.widgets.words import IconLabel, label, show_if

NEXT_FORM_KEY = "Ctrl+Return"
_MOST_PRINTS = 5


class VisitSide(QWidget):
    """The cards beside a record's answers.

    Args:
        growth: What the visit measured; stands among them.

    Signals:
        go(address): Another page is asked for.
        next_form(form): The record of another form of the same contact is to be begun.
    """

    go = Signal(str)
    next_form = Signal(str)

    def __init__(self, growth: QWidget) -> None:
        super().__init__()
        self.entered, self._entered = _card(_("Entry"))
        self.found, self._found = _card(_("Followed from this record"))
        self.companions, self._companions = _card(_("Of the same visit (Ctrl+Enter)"))
        self.versions, self._versions = _card(_("Versions"))
        self.prints, self._prints = _card(_("Printed"))
        cards = (self.companions, self.found, growth, self.entered, self.versions, self.prints)
        self.setLayout(column(*cards, gap=3, margin=0))

    def show_standing(self, visit: VisitView, standing: VisitStanding, *, may_record: bool) -> None:
        """Show what became of a record."""
        _fill(self._entered, [label(words, "note", wrap=True) for words in _entry_words(visit, standing)])
        _fill(self._found, [*map(_finding, standing.followed), self._to_follow_ups(visit.child_id)])
        show_if(self.found, bool(standing.followed))
        _fill(self._companions, self._offers(standing.companions, may_record=may_record))
        show_if(self.companions, bool(standing.companions))
        _fill(self._versions, [self._version(one, shown=one.id == visit.id) for one in reversed(visit.versions)])
        _fill(self._prints, [label(words, "note", wrap=True) for words in _print_words(standing.printed)])
        show_if(self.prints, bool(standing.printed))

    def next_open(self) -> str:
        """The form that Ctrl+Enter begins; empty for none."""
        found = [one for one in self._companions_buttons() if one.property("begins")]
        return found[0].objectName() if found else ""

    def _companions_buttons(self) -> list[QPushButton]:
        return self.companions.findChildren(QPushButton)

    def _offers(self, found: Sequence[Companion], *, may_record: bool) -> list[QWidget]:
        made: list[QWidget] = []
        for one in found:
            if one.visit_id:
                link = button(one.title, self._on_done, kind="link", icon="check-circle", hint=_("Open the record"))
                link.setObjectName(one.visit_id)
                made.append(panel(row(link, label(_("recorded"), "note"), STRETCH, gap=2)))
            elif may_record:
                hint = _("Begin this form; day and signer go with it")
                start = button(one.title, self._on_begin, icon="edit", hint=hint)
                start.setObjectName(one.form)
                start.setProperty("begins", True)
                made.append(start)
            else:
                made.append(label(_("{title}: not recorded").format(title=one.title), "note", wrap=True))
        return made

    def _version(self, one: VisitVersion, *, shown: bool) -> QWidget:
        title = _("Version {n}").format(n=one.version)
        head = label(title, "strong") if shown else button(title, self._on_version, kind="link", icon="history")
        head.setObjectName(one.id)
        lines = column(row(head, STRETCH), label(f"{_moment(one.recorded_at)}  {one.recorded_by}", "note"), gap=0)
        if one.reason:
            lines.addWidget(label(_("Corrected: {reason}").format(reason=one.reason), "note", wrap=True))
        return panel(lines)

    def _on_version(self) -> None:
        self._open(f"visit/{_name(self.sender())}")

    def _to_follow_ups(self, child_id: str) -> QWidget:
        link = button(_("To the child's follow-ups"), self._on_follow_ups, kind="link", icon="follow-ups")
        link.setObjectName(child_id)
        return link

    def _on_follow_ups(self) -> None:
        self._open(f"child/{_name(self.sender())}.follow-ups")

    def _on_done(self) -> None:
        self._open(f"visit/{_name(self.sender())}")

    def _on_begin(self) -> None:
        self.next_form.emit(_name(self.sender()))

    def _open(self, address: str) -> None:
        self.go.emit(address)


def _name(sender: object) -> str:
    return sender.objectName() if isinstance(sender, QWidget) else ""


def _card(title: str) -> tuple[Card, QVBoxLayout]:
    made, lines = Card(title), column(gap=1)
    made.body.addLayout(lines)
    return made, lines


def _fill(lines: QLayout, widgets: Iterable[QWidget]) -> None:
    while (item := lines.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
    for widget in widgets:
        lines.addWidget(widget)


def _entry_words(visit: VisitView, standing: VisitStanding) -> list[str]:
    """Who signed and who entered it, with both days, and from which sheet."""
    signed = _("Signed: {who}, visit on {day}").format(who=visit.signer, day=format_date(visit.visit_date))
    entered = _("Entered: {who}, {moment}").format(who=visit.recorded_by, moment=_moment(visit.recorded_at))
    words = [signed, entered]
    late = (visit.recorded_on - visit.visit_date).days
    if late > 0:
        words.append(
            ngettext("Late entry, {n} day after the visit", "Late entry, {n} days after the visit", late).format(n=late)
        )
    if standing.sheet:
        words.append(_("Keyed in from sheet No. {no}").format(no=standing.sheet))
    return words


def _print_words(printed: Sequence[Printed]) -> list[str]:
    words = [
        _("Version {n}, {moment}, {who}").format(n=one.version, moment=_moment(one.at), who=one.by)
        for one in printed[:_MOST_PRINTS]
    ]
    more = len(printed) - _MOST_PRINTS
    return [*words, _("and {n} more").format(n=more)] if more > 0 else words


def _finding(one: Followed) -> QWidget:
    icon = IconLabel("attention" if one.is_open else "check-circle", "attention" if one.is_open else "done")
    head = row(icon, gap=2)
    head.addWidget(label(one.title, "strong", wrap=True), 1)
    state = label(one.state, "note", tone="attention" if one.is_open else "", wrap=True)
    made = panel(column(head, state, gap=0))
    made.setToolTip(one.advice)
    return made


def _moment(stamp: str) -> str:
    return stamp[:16].replace("T", " ")
