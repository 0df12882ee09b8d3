"""A recorded visit to read: answers, growth, versions; from here it is printed and corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from zhaohu.errors import Refused
from zhaohu.i18n import _, form_term, format_date
from zhaohu.records.codes import SiteKind
from zhaohu.rules.forms.model import Answer
from zhaohu.services import printing
from zhaohu.services.care import visit_growth, visits
from zhaohu.services.care.doubts import FieldDoubt
from zhaohu.services.care.visits import VisitVersion, VisitView
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register import children, removal
from zhaohu.ui import theme
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.growth_panel import day_panel
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.papers import show_paper
from zhaohu.ui.pages.removed import ask_removal
from zhaohu.ui.pages.visit_answers import VisitAnswers
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import STRETCH, Card, column, panel, row, scrolled
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.record_side import LinesPanel
from zhaohu.ui.widgets.words import label, show_if


@dataclass(frozen=True, slots=True)
class _Read:
    visit: VisitView
    child: str
    former: Mapping[str, Answer] | None
    doubts: tuple[FieldDoubt, ...]


def visit_page(desk: Desk, hub: Hub, runner: Runner, visit_id: str) -> VisitPage:
    """For the shell."""
    return VisitPage(desk, hub, runner, visit_id)


class VisitPage(LoadingPage):
    """One version of one record, only to read."""

    tables = frozenset({"visit"})

    def __init__(self, desk: Desk, hub: Hub, runner: Runner, visit_id: str) -> None:
        super().__init__(hub, runner)
        self._desk, self._visit_id = desk, visit_id
        self._read: _Read | None = None
        self._newest = button(_("Open the newest version"), self._on_newest)
        self.notice = Notice(action=self._newest)
        self.fault = Notice()
        self.answers: VisitAnswers | None = None
        self.growth = LinesPanel(_("Growth assessment"))
        self._versions = column(gap=1)
        versions = Card(_("Versions"))
        versions.body.addLayout(self._versions)
        side = scrolled(panel(column(self.growth, versions, STRETCH, gap=3)))
        side.setFixedWidth(theme.size("side"))
        self._content = row(gap=4)
        self._content.addWidget(side)
        self.body.addWidget(self.fault)
        self.body.addWidget(self.notice)
        self._whole = panel(self._content)
        self.body.addWidget(self._whole, 1)
        self._whole.hide()
        self.back_button = button(_("To the child"), self._on_back, icon="arrow-left")
        self.correct_button = button(_("Correct"), self._on_correct, icon="edit", shortcut="Ctrl+E")
        self.print_button = button(_("Print"), self._on_print, kind="primary", icon="print", shortcut="Ctrl+P")
        self.remove_button = button(_("Remove…"), self._on_remove, kind="flat", icon="delete")
        self.add_action(self.remove_button)
        self.add_action(self.back_button)
        self.add_action(self.correct_button)
        self.set_primary(self.print_button)
        self.correct_button.hide()
        self.remove_button.hide()

    def first_focus(self) -> QWidget:
        """Printing is what comes next most often."""
        return self.print_button

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
        return _Read(visit, child, former, visit_growth.recorded_doubts(self._desk, visit))

    def _show(self, read: _Read) -> None:
        self._read = read
        visit = read.visit
        heading = _("{child}: {form}").format(child=read.child, form=form_term(visit.form.title))
        number = _("No. {number}, version {version}").format(number=visit.record_number, version=visit.version)
        self.set_heading(heading, "  ·  ".join((number, format_date(visit.visit_date), visit.signer)))
        self._say_standing(visit)
        changeable = visit.editable and visit.is_current
        self.correct_button.setVisible(changeable)
        self.remove_button.setVisible(changeable and self._desk.site.kind is SiteKind.STATION)
        self.print_button.setVisible(visit.removed is None and self._desk.person.role in WRITERS)
        self.growth.show_lines(day_panel(visit.growth))
        self._show_versions(visit)
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

    def _show_versions(self, visit: VisitView) -> None:
        while (item := self._versions.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for one in reversed(visit.versions):
            self._versions.addWidget(self._version(one, shown=one.id == visit.id))

    def _version(self, one: VisitVersion, *, shown: bool) -> QWidget:
        title = _("Version {n}").format(n=one.version)
        head = label(title, "strong") if shown else button(title, self._on_version, kind="link", icon="history")
        head.setObjectName(one.id)
        moment = f"{one.recorded_at[:16].replace('T', ' ')}  {one.recorded_by}"
        lines = column(row(head, STRETCH), label(moment, "note", wrap=True), gap=0)
        if one.reason:
            lines.addWidget(label(_("Corrected: {reason}").format(reason=one.reason), "note", wrap=True))
        return panel(lines)

    def unreadable(self, error: Exception) -> None:
        """A record that is not there is told on the page."""
        if not isinstance(error, Refused):
            raise error
        self.fault.say(error.message, "danger")

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

    def _on_version(self) -> None:
        pressed = self.sender()
        if pressed is not None:
            self.go.emit(f"visit/{pressed.objectName()}")

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
