"""A recorded visit to read: answers, growth, versions; from here it is printed and corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, form_term, format_date
from zhaohu.records.codes import SiteKind
from zhaohu.rules.forms.model import Answer
from zhaohu.services import printing
from zhaohu.services.care import visit_growth, visit_standing, visits
from zhaohu.services.care.doubts import FieldDoubt
from zhaohu.services.care.visit_standing import VisitStanding
from zhaohu.services.care.visits import VisitView
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register import children, removal
from zhaohu.ui import theme
from zhaohu.ui.dialogs.hand_out import offer_hand_out
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.growth_panel import day_panel
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.papers import show_paper
from zhaohu.ui.pages.removed import ask_removal
from zhaohu.ui.pages.today_scan import ScanBox
from zhaohu.ui.pages.visit_answers import VisitAnswers
from zhaohu.ui.pages.visit_side import NEXT_FORM_KEY, VisitSide
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import STRETCH, column, panel, row, scrolled
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.record_side import LinesPanel
from zhaohu.ui.widgets.words import show_if


@dataclass(frozen=True, slots=True)
class _Read:
    visit: VisitView
    child: str
    former: Mapping[str, Answer] | None
    doubts: tuple[FieldDoubt, ...]
    standing: VisitStanding


def visit_page(desk: Desk, hub: Hub, runner: Runner, visit_id: str) -> VisitPage:
    """For the shell."""
    return VisitPage(desk, hub, runner, visit_id)


class VisitPage(LoadingPage):
    """One version of one record, only to read."""

    tables = frozenset({"visit", "follow_up"})

    def __init__(self, desk: Desk, hub: Hub, runner: Runner, visit_id: str) -> None:
        super().__init__(hub, runner)
        self._desk, self._visit_id = desk, visit_id
        self._read: _Read | None = None
        self._newest = button(_("Open the newest version"), self._on_newest)
        self.notice = Notice(action=self._newest)
        self.answers: VisitAnswers | None = None
        self.growth = LinesPanel(_("Growth assessment"))
        self.side = VisitSide(self.growth)
        self.side.go.connect(self.go)
        self.side.next_form.connect(self._on_next_form)
        self._may_record = desk.person.role in WRITERS and desk.site.kind is SiteKind.STATION
        self.scan = ScanBox(self, desk)
        self.scan.found.connect(self.go)
        show_if(self.scan, self._may_record)
        side = scrolled(panel(column(self.scan, self.side, STRETCH, gap=3)))
        side.setFixedWidth(theme.size("side"))
        self._content = row(gap=4)
        self._content.addWidget(side)
        self.body.addWidget(self.notice)
        self._whole = panel(self._content)
        self.body.addWidget(self._whole, 1)
        self._whole.hide()
        self.back_button = button(_("To the child (Esc)"), self._on_back, icon="arrow-left")
        self.correct_button = button(_("Correct (Ctrl+E)"), self._on_correct, icon="edit", shortcut="Ctrl+E")
        self.hand_out_button = button(_("Hand-out (Ctrl+H)"), self._on_hand_out, icon="family", shortcut="Ctrl+H")
        self.print_button = button(_("Print (Ctrl+P)"), self._on_print, kind="primary", icon="print", shortcut="Ctrl+P")
        self.remove_button = button(_("Remove…"), self._on_remove, kind="flat", icon="delete")
        self.add_action(self.remove_button)
        self.add_action(self.back_button)
        self.add_action(self.correct_button)
        self.add_action(self.hand_out_button)
        self.set_primary(self.print_button)
        self.correct_button.hide()
        self.remove_button.hide()
        self.hand_out_button.hide()
        QShortcut(QKeySequence(NEXT_FORM_KEY), self).activated.connect(self._on_next_key)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self._on_back)

    def first_focus(self) -> QWidget:
        """At a station the next sheet's number, so that the next form of the pile needs no mouse; else printing."""
        return self.scan.field.editor() if self._may_record else self.print_button

    def way_back(self) -> str:
        """To the child it belongs to."""
        return f"child/{self._read.visit.child_id}" if self._read else ""

    # -- reading

    def refresh(self) -> None:
        """Read the record."""
        self.fetch(self._load, self._show)

    def _load(self) -> _Read:
        visit = visits.view_visit(self._desk, self._visit_id)
        child = children.view_child(self._desk, visit.child_id).row.name
        earlier = [one for one in visit.versions if one.version == visit.version - 1]
        former = visits.view_visit(self._desk, earlier[0].id).answers if earlier else None
        standing = visit_standing.standing_of(self._desk, visit)
        return _Read(visit, child, former, visit_growth.recorded_doubts(self._desk, visit), standing)

    def _show(self, read: _Read) -> None:
        self._read = read
        visit = read.visit
        heading = _("{child}: {form}").format(child=read.child, form=form_term(visit.form.title))
        number = _("No. {number}, version {version}").format(number=visit.record_number, version=visit.version)
        self.set_heading(heading, "  ·  ".join((number, format_date(visit.visit_date))))
        self._say_standing(visit)
        changeable = visit.editable and visit.is_current
        self.correct_button.setVisible(changeable)
        self.remove_button.setVisible(changeable and self._desk.site.kind is SiteKind.STATION)
        self.print_button.setVisible(visit.removed is None and self._desk.person.role in WRITERS)
        self.hand_out_button.setVisible(visit.removed is None and self._may_record)
        self.growth.show_lines(day_panel(visit.growth))
        self.side.show_standing(visit, read.standing, may_record=self._may_record and visit.editable)
        if self.answers is None:
            self.answers = VisitAnswers(visit.form, visit.answers, read.former, read.doubts)
            self._content.insertWidget(0, scrolled(self.answers), 1)
        self._whole.show()

    def _say_standing(self, visit: VisitView) -> None:
        show_if(self._newest, not visit.is_current)
        if visit.removed is not None:
            words = _("This record was removed on {day} by {who}: {reason}. It can be brought back under “Settings”.")
            removed = visit.removed
            self.notice.say(words.format(day=removed.at[:10], who=removed.by, reason=removed.reason), "attention")
        elif not visit.is_current:
            self.notice.say(_("This is a former version; it was corrected later and is kept as it was."), "attention")
        else:
            self.notice.say("")

    # -- what a person does

    def _on_back(self) -> None:
        self.go.emit(self.way_back())

    def _on_correct(self) -> None:
        self.go.emit(f"visit-edit/{self._visit_id}")

    def _on_remove(self) -> None:
        if self._read is None:
            return
        visit = self._read.visit
        dialog = ask_removal(
            self.window(),
            self._runner,
            title=_("Remove record {number}?").format(number=visit.record_number),
            hides=_("The record with all its versions and measurements is not shown any more; it is due again."),
            remove=lambda reason: removal.remove_visit(self._desk, visit.id, reason),
        )
        dialog.saved.connect(self._on_back)

    def _on_next_key(self) -> None:
        if form := self.side.next_open():
            self._on_next_form(form)

    def _on_next_form(self, form: str) -> None:
        if self._read is not None:
            self.go.emit(f"visit-new/{self._read.visit.child_id}.{form}..{self._visit_id}")

    def _on_hand_out(self) -> None:
        if self._read is not None:
            offer_hand_out(self, self._desk, self._runner, self._read.visit.child_id, self._visit_id)

    def _on_newest(self) -> None:
        if self._read is not None:
            self.go.emit(f"visit/{self._read.visit.versions[-1].id}")

    def _on_print(self) -> None:
        if self._read is None:
            return
        visit = self._read.visit
        show_paper(
            self,
            lambda: printing.print_visit(self._desk, visit.id),
            title=form_term(visit.form.title),
            file_name=f"{visit.record_number}-v{visit.version}.pdf",
        )
