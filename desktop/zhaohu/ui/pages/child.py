"""A child's page: who it is and what is due at the top, its life, growth, records and duties below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.records.codes import Role
from zhaohu.rules.growth.curves.lines import Lines
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.rules.growth.words import indicator_title
from zhaohu.services import children, duties, growth_trend, printing, reference, removal, timeline
from zhaohu.services.children import ChildView
from zhaohu.services.desk import Desk
from zhaohu.services.duties import DueRow
from zhaohu.services.timeline import TimelineItem, VisitRow
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages import child_lists
from zhaohu.ui.pages.child_head import ChildHead, next_due, who_words
from zhaohu.ui.pages.growth_tab import GrowthTab
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.papers import show_paper
from zhaohu.ui.pages.removed import ask_removal
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import scrolled
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.tabs import Tabs


@dataclass(frozen=True, slots=True)
class _Read:
    view: ChildView
    duties: list[DueRow]
    events: list[TimelineItem]
    visits: list[VisitRow]


def child_page(desk: Desk, hub: Hub, runner: Runner, child_id: str) -> ChildPage:
    """For the shell."""
    return ChildPage(desk, hub, runner, child_id)


class ChildPage(LoadingPage):
    """Everything about one child; at the center, and of another station's child, only to look at."""

    tables = frozenset(
        {"child", "household", "caregiver", "village", "visit", "measurement", "attendance", "parenting_class"}
    )

    def __init__(self, desk: Desk, hub: Hub, runner: Runner, child_id: str) -> None:
        super().__init__(hub, runner)
        self._desk, self._child_id = desk, child_id
        self._read: _Read | None = None
        self.head = ChildHead(desk)
        self.fault = Notice()
        self.timeline = child_lists.timeline_table(self._born)
        self.growth = GrowthTab(desk, child_id, self._fetch_growth)
        self.visits = child_lists.visits_table()
        self._forms = frozenset(reference.forms())
        self.duties = child_lists.duties_table(self._may_record)
        self.tabs = Tabs(_("Parts of the child's page"))
        for widget, words in (
            (self.timeline, _("Time line")),
            (scrolled(self.growth), _("Growth")),
            (self.visits, _("Visits and checks")),
            (self.duties, _("What is due")),
        ):
            self.tabs.add(widget, words)
        self.record_button = button("", self._on_record, kind="primary", icon="edit", shortcut="Ctrl+N")
        self.record_button.hide()
        self.remove_button = button(_("Remove…"), self._on_remove, kind="flat", icon="delete")
        self.remove_button.hide()
        self.add_action(self.remove_button)
        self.set_primary(self.record_button)
        self.body.addWidget(self.fault)
        self.body.addWidget(self.head)
        self.body.addWidget(self.tabs, 1)
        self.head.hide()
        self.tabs.hide()
        self.timeline.opened.connect(self._on_event)
        self.visits.opened.connect(self._on_visit)
        self.duties.opened.connect(self._on_duty)
        self.growth.print_wanted.connect(self._on_print_growth)
        self.growth.family_sheet_wanted.connect(self._on_print_family)
        self.growth.referral_wanted.connect(self._on_refer)

    def first_focus(self) -> QWidget:
        """The tabs, so that arrows switch between them."""
        return self.tabs.tabBar()

    # -- reading

    def refresh(self) -> None:
        """Read everything about the child."""
        self.fetch(self._load, self._show)

    def _load(self) -> _Read:
        desk, child_id = self._desk, self._child_id
        return _Read(
            children.view_child(desk, child_id),
            duties.child_duties(desk, child_id),
            timeline.timeline(desk, child_id),
            timeline.list_visits(desk, child_id),
        )

    def _show(self, read: _Read) -> None:
        self._read = read
        self.fault.say("")
        self.set_heading(read.view.row.name, who_words(read.view, self._desk.today))
        self.head.show_child(read.view, read.duties)
        self.timeline.set_rows(read.events)
        self.visits.set_rows(read.visits)
        self.duties.set_rows(read.duties)
        self.growth.set_editable(read.view.editable)
        self.growth.reload()
        self._offer_record()
        self.remove_button.setVisible(read.view.editable and self._desk.person.role is Role.ADMIN)
        self.head.show()
        self.tabs.show()

    def unreadable(self, error: Exception) -> None:
        """A child that is not there is told on the page."""
        if not isinstance(error, Refused):
            raise error
        self.fault.say(error.message, "danger")

    def _fetch_growth(self, work, show) -> None:
        self.fetch(work, show, part="growth")

    def _born(self):
        return self._read.view.row.birth_date if self._read else self._desk.today

    # -- what a person does

    def _may_record(self, duty: DueRow) -> bool:
        return self._read is not None and self._read.view.editable and child_lists.recordable(duty, self._forms)

    def _to_record(self) -> DueRow | None:
        """The contact that the button records: the next due one, or an earlier one that was missed."""
        duties = self._read.duties if self._read else []
        first = next_due(duties)
        return next((one for one in ([first] if first else []) + duties if self._may_record(one)), None)

    def _offer_record(self) -> None:
        duty = self._to_record()
        self.record_button.setVisible(duty is not None)
        if duty is not None:
            self.record_button.setText(_("Record: {contact}").format(contact=duty.title))

    def _on_record(self) -> None:
        duty = self._to_record()
        if duty is not None:
            self._record(duty)

    def _on_duty(self, duty: DueRow) -> None:
        if self._may_record(duty):
            self._record(duty)

    def _record(self, duty: DueRow) -> None:
        self.go.emit(f"visit-new/{self._child_id}.{duty.form}")

    def _on_remove(self) -> None:
        if self._read is None:
            return
        dialog = ask_removal(
            self.window(),
            self._runner,
            title=_("Remove {name} from the register?").format(name=self._read.view.row.name),
            hides=_(
                "Only for a child that was entered by mistake; who moved away or died stays. The child and all its "
                "records are not shown any more."
            ),
            remove=lambda reason: removal.remove_child(self._desk, self._child_id, reason),
        )
        dialog.saved.connect(self._on_removed)

    def _on_removed(self, _nothing: None) -> None:
        self.go.emit("children")

    def _on_event(self, item: TimelineItem) -> None:
        if address := child_lists.address_of(item):
            self.go.emit(address)

    def _on_visit(self, visit: VisitRow) -> None:
        self.go.emit(f"visit/{visit.id}")

    def _on_refer(self) -> None:
        self.go.emit(f"visit-new/{self._child_id}.{growth_trend.REFERRAL}")

    def _on_print_growth(self, indicator: Indicator | None, standard: Standard, lines: Lines) -> None:
        what = indicator_title(indicator) if indicator is not None else _("All growth charts")
        self._print(what, lambda: printing.print_growth(self._desk, self._child_id, indicator, standard, lines))

    def _on_print_family(self) -> None:
        self._print(_("Growth sheet for the family"), lambda: printing.print_family_growth(self._desk, self._child_id))

    def _print(self, what: str, make: Callable[[], bytes]) -> None:
        name = self._read.view.row.name if self._read else ""
        title = _("{name}: {indicator}").format(name=name, indicator=what)
        show_paper(self, make, title=title, file_name=f"{title}.pdf".replace(":", " "))
