"""A child's page: who it is, how it stands and what is due at the top; its life, growth, records and papers below."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhaohu.errors import Refused
from zhaohu.i18n import _, format_date
from zhaohu.records.codes import ChildStatus
from zhaohu.records.codes import label as code_label
from zhaohu.rules.growth.curves.lines import Lines
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.rules.growth.words import indicator_title
from zhaohu.services import printing, reference
from zhaohu.services.care.screening import ScreeningRow
from zhaohu.services.care.timeline import TimelineItem, VisitRow
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.due.duties import DueRow
from zhaohu.services.growth import growth_trend
from zhaohu.services.register import child_tabs
from zhaohu.services.register.child_overview import ChildOverview
from zhaohu.services.register.child_tabs import ChildClass, PaperRow
from zhaohu.services.register.particulars import particulars
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages import child_lists, child_tables
from zhaohu.ui.pages.child_actions import ChildActions
from zhaohu.ui.pages.child_follow_ups import follow_ups_table, tab_words
from zhaohu.ui.pages.child_head import ChildHead, next_due, who_words
from zhaohu.ui.pages.child_plan import PlanTab
from zhaohu.ui.pages.child_reading import ChildRead, read_child
from zhaohu.ui.pages.child_standing import elsewhere_words, release_words
from zhaohu.ui.pages.child_vaccinations import VaccinationTab
from zhaohu.ui.pages.follow_up_list import FollowUpList
from zhaohu.ui.pages.growth_tab import GrowthTab
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import scrolled
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.tabs import Tabs
from zhaohu.ui.widgets.words import show_if

FOLLOW_UPS = "follow-ups"
"""After the child's id and a dot in an address: opens the page there."""


def child_page(desk: Desk, hub: Hub, runner: Runner, argument: str) -> ChildPage:
    """For the shell; the argument is the child's id, with a dot and `FOLLOW_UPS` after it or without."""
    child_id, _dot, part = argument.partition(".")
    return ChildPage(desk, hub, runner, child_id, part)


class ChildPage(LoadingPage):
    """Everything about one child; at the center, and of another station's child, only to look at."""

    tables = frozenset(
        {
            "child",
            "household",
            "caregiver",
            "village",
            "visit",
            "measurement",
            "attendance",
            "parenting_class",
            "status_change",
            "transfer",
            "child_risk",
            "consent",
            "correction",
            "appointment",
            "attempt",
            "extra_contact",
            "vaccination",
            "follow_up",
        }
    )

    def __init__(self, desk: Desk, hub: Hub, runner: Runner, child_id: str, part: str = "") -> None:
        super().__init__(hub, runner)
        self._desk, self._child_id = desk, child_id
        self._read: ChildRead | None = None
        self._writes = desk.person.role in WRITERS
        self._forms = reference.form_ids()
        self.head = ChildHead(desk)
        self.fault = Notice()
        self.doing = ChildActions(self, desk, runner, child_id)
        self.back_button = button(_("Take back…"), self.doing.take_back, icon="undo")
        self.stay_button = button(_("Cancel the release…"), self.doing.cancel_release, icon="undo")
        self.away = Notice(action=self.back_button)
        self.released = Notice(action=self.stay_button)
        self.elsewhere = Notice()
        self.record_button = button("", self._on_record, kind="primary", icon="edit", shortcut="Ctrl+N")
        self.record_button.hide()
        self.set_primary(self.record_button)
        self._make_tabs()
        for widget in (self.fault, self.elsewhere, self.away, self.released, self.head):
            self.body.addWidget(widget)
        self.body.addWidget(self.tabs, 1)
        self.head.hide()
        self.tabs.hide()
        self._connect()
        if part == FOLLOW_UPS:
            self.tabs.open_sheet(self.follow_ups)

    def _make_tabs(self) -> None:
        self.timeline = child_lists.timeline_table(self._born)
        self.growth = GrowthTab(self._desk, self._child_id, self._fetch_growth)
        self.visits = child_lists.visits_table()
        self.screening = child_tables.screening_table(self._born)
        self.classes = child_tables.classes_table()
        self.follow_ups = FollowUpList(self, self._desk, follow_ups_table(), of_child=True)
        self.papers = child_tables.papers_table(may_print=self._writes)
        self.plan = PlanTab(self, self._desk, self._child_id)
        self.vaccinations = VaccinationTab(self, self._desk, self._child_id)
        self.particulars = child_tables.particulars_table()
        self.corrections = child_tables.corrections_table()
        self.tabs = Tabs(_("Parts of the child's page"))
        for widget, words in (
            (self.timeline, _("Time line")),
            (scrolled(self.growth), _("Growth")),
            (self.visits, _("Visits and checks")),
            (self.screening, _("Screening")),
            (self.vaccinations, _("Vaccinations")),
            (self.follow_ups, _("Follow-up")),
            (self.plan, _("Plan of contacts")),
            (self.classes, _("Classes")),
            (self.papers, _("Papers")),
            (self.particulars, _("Particulars")),
            (self.corrections, _("Corrections")),
        ):
            self.tabs.add(widget, words)

    def _connect(self) -> None:
        self.head.go.connect(self.go)
        self.tabs.currentChanged.connect(self._on_tab)
        self.doing.removed.connect(self._on_removed)
        self.doing.unable.connect(self._on_unable)
        self.timeline.opened.connect(self._on_event)
        self.classes.opened.connect(self._on_class)
        self.papers.opened.connect(self._on_paper)
        for table in (self.visits, self.screening):
            table.opened.connect(self._on_visit)
        self.growth.print_wanted.connect(self._on_print_growth)
        self.growth.family_sheet_wanted.connect(self._on_print_family)
        self.growth.referral_wanted.connect(self._on_refer)

    def first_focus(self) -> QWidget:
        """The tabs, so that arrows switch between them."""
        return self.tabs.tabBar()

    def may_leave(self) -> bool:
        """Ask about doses that are typed and not saved."""
        return self.vaccinations.may_leave()

    # -- reading

    def refresh(self) -> None:
        """Read everything about the child."""
        self.fetch(self._load, self._show)

    def _load(self) -> ChildRead:
        return read_child(self._desk, self._child_id)

    def _show(self, read: ChildRead) -> None:
        self._read = read
        view = read.child.view
        self.fault.say("")
        self.set_heading(view.row.name, who_words(view, self._desk.today))
        self.head.show_child(read.child, read.duties, read.follow_ups)
        self.timeline.set_rows(read.events)
        self.visits.set_rows(read.visits)
        self.screening.set_rows(read.screening)
        self.classes.set_rows(read.classes)
        self.follow_ups.set_rows(read.follow_ups)
        self.tabs.set_words(self.follow_ups, tab_words(read.follow_ups))
        self.plan.show_child(view.row.name, editable=view.editable)
        self.papers.set_rows(read.papers)
        self.particulars.set_rows(particulars(view))
        self.corrections.set_rows(read.corrections)
        self.growth.set_editable(view.editable)
        self.growth.reload()
        self.vaccinations.reload()
        self.doing.offer(read.child)
        self._say_standing(read.child)
        self._offer_record()
        self.head.show()
        self.tabs.show()

    def _say_standing(self, child: ChildOverview) -> None:
        """Why nothing is due, while the child is away or on its way to another station."""
        standing, pending = child.standing, child.standing.pending
        words, away = release_words(pending), ""
        if standing.status is not ChildStatus.ACTIVE:
            since = format_date(standing.since) if standing.since is not None else ""
            away = _("{status} {day}: {reason}. Nothing is due any more; the record can be read and printed.").format(
                status=code_label(standing.status), day=since, reason=standing.reason
            )
        self.released.say(words, "attention")
        self.elsewhere.say(elsewhere_words(standing.elsewhere), "attention")
        self.away.say(away, "attention")
        show_if(self.stay_button, self.doing.cancel.isVisible() and words != "")
        show_if(self.back_button, standing.may_return)

    def unreadable(self, error: Exception) -> None:
        """A child that is not there is told on the page; one that was found to be another one leads to that."""
        if not isinstance(error, Refused):
            raise error
        kept = error.details.get("child_id")
        if error.code == "merged" and isinstance(kept, str):
            self.go.emit(f"child/{kept}")
            return
        self.say_gone(error)

    def _on_tab(self, _place: int) -> None:
        """What was printed meanwhile is no change of a record: it is read when its tab is opened."""
        if self._read is not None and self.papers.isVisible():
            self.fetch(lambda: child_tabs.list_papers(self._desk, self._child_id), self.papers.set_rows, part="papers")

    def _fetch_growth(self, work, show) -> None:
        self.fetch(work, show, part="growth")

    def _born(self):
        return self._read.child.view.row.birth_date if self._read else self._desk.today

    # -- what a person does

    def _may_record(self, duty: DueRow) -> bool:
        return self._read is not None and self._read.child.view.editable and child_lists.recordable(duty, self._forms)

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

    def _record(self, duty: DueRow) -> None:
        self.go.emit(f"visit-new/{self._child_id}.{duty.form}")

    def _on_unable(self, sentence: str) -> None:
        self.fault.say(sentence, "attention")

    def _on_removed(self) -> None:
        self.go.emit("children")

    def _on_event(self, item: TimelineItem) -> None:
        if address := child_lists.address_of(item):
            self.go.emit(address)

    def _on_visit(self, row: VisitRow | ScreeningRow) -> None:
        self.go.emit(f"visit/{row.id if isinstance(row, VisitRow) else row.visit_id}")

    def _on_class(self, row: ChildClass) -> None:
        self.go.emit(f"class/{row.class_id}")

    def _on_paper(self, row: PaperRow) -> None:
        if self._writes:
            self.doing.print_paper(row)

    def _on_refer(self) -> None:
        self.go.emit(f"visit-new/{self._child_id}.{growth_trend.REFERRAL}")

    def _on_print_growth(self, indicator: Indicator | None, standard: Standard, lines: Lines) -> None:
        what = indicator_title(indicator) if indicator is not None else _("All growth charts")
        self.doing.show(what, lambda: printing.print_growth(self._desk, self._child_id, indicator, standard, lines))

    def _on_print_family(self) -> None:
        what = _("Growth sheet for the family")
        self.doing.show(what, lambda: printing.print_family_growth(self._desk, self._child_id))
