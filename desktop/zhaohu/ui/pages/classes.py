"""课堂: the list of parenting classes, and planning one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, format_number, pgettext
from zhaohu.records.codes import SiteKind
from zhaohu.records.codes import label as code_label
from zhaohu.rules.curriculum import Topic
from zhaohu.services.content.curriculum import view_curriculum
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.guidance import classes, proposals, staffing
from zhaohu.services.guidance.classes import ClassRow
from zhaohu.ui.draft_place import GO_ON
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.class_form import plan_class
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.table import Column

_AHEAD, _HELD = "ahead", "held"


@dataclass(frozen=True, slots=True)
class _Families:
    teachers: list[staffing.TeacherRow]
    proposed: proposals.Proposed
    topics: tuple[Topic, ...]


def classes_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return ClassesPage(desk, hub, runner)


class ClassesPage(LoadingPage):
    """Classes, newest first; a row opens the class."""

    tables = frozenset({"parenting_class", "attendance", "teacher"})

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk, self._rows = desk, list[ClassRow]()
        self._at_station = desk.site.kind is SiteKind.STATION
        plans = self._at_station and desk.person.role in WRITERS
        first = button(_("Plan a class"), self.plan, kind="primary", icon="add") if plans else None
        self.notice = Notice(closable=True)
        self.search = TextField(placeholder=_("Filter"))
        self.search.set_name(_("Filter by topic, place or teacher"))
        self._chips = {"": _("All"), _AHEAD: _("Coming up"), _HELD: pgettext("classes", "Held")}
        self.table = DataTable(
            _columns(with_station=not self._at_station),
            name=_("Parenting classes"),
            chips=list(self._chips.items()),
            empty=EmptyState("", "", first, icon="classes"),
            export=list_export(self, desk, _("Parenting classes")),
        )
        self._first = first
        self.table.tools.addWidget(self.search)
        if plans:
            self.set_primary(button(_("Plan a class"), self.plan, kind="primary", icon="add", shortcut="Ctrl+N"))
        self.body.addWidget(self.notice)
        self.body.addWidget(self.table, 1)
        self.search.changed.connect(self._show_rows)
        self.table.filtered.connect(self._show_rows)
        self.table.opened.connect(self._on_opened)

    def refresh(self) -> None:
        """Read the list anew."""
        self.fetch(self._load, self._take)

    def first_focus(self):
        """The list."""
        return self.table.view

    def take_argument(self, argument: str) -> None:
        """Go on with the class that was begun."""
        if argument == GO_ON and self._first is not None:
            self.plan()

    def plan(self) -> None:
        """Ask for a new class; teachers and families are read first."""
        self.notice.say("")
        self.act(self._load_families, self._ask, title=_("Reading"), writes=False)

    def _load(self) -> list[ClassRow]:
        return classes.list_classes(self._desk)

    def _take(self, rows: list[ClassRow]) -> None:
        self._rows = rows
        today = self._desk.today
        counts = {
            "": len(rows),
            _AHEAD: sum(row.held_on >= today for row in rows),
            _HELD: sum(row.held_on < today for row in rows),
        }
        for key, words in self._chips.items():
            self.table.chips.set_words(key, _("{name} {n}").format(name=words, n=format_number(counts[key])))
        self._show_rows()

    def _show_rows(self) -> None:
        chip, today = self.table.chips.current(), self._desk.today
        words = (self.search.value() or "").casefold()
        rows = [
            row
            for row in self._rows
            if (not chip or (row.held_on >= today) == (chip == _AHEAD))
            and (not words or words in f"{row.topic} {row.place} {row.teacher}".casefold())
        ]
        if self._first is not None:
            self._first.setVisible(not self._rows)
        self.table.empty.set_words(*self._empty_words())
        self.table.set_rows(rows)

    def _empty_words(self) -> tuple[str, str]:
        if self._rows:
            return _("Nothing fits the filters"), _("Choose “All” or empty the filters to see the whole list.")
        if not self._at_station:
            return _("No classes yet"), _("Classes of the stations appear here with their bundles.")
        return _("No classes yet"), _(
            "Plan a parenting class: choose the topic and the age band, and the program proposes the families whose "
            "child fits. Print the sign-in sheet before the class, and tick afterwards who came."
        )

    def _load_families(self, _context: object) -> _Families:
        today = self._desk.today
        teachers = [
            row
            for row in staffing.list_teachers(self._desk)
            if row.employed_from <= today and (row.employed_to is None or row.employed_to >= today)
        ]
        return _Families(teachers, proposals.families(self._desk), view_curriculum(self._desk).topics)

    def _ask(self, found: _Families) -> None:
        if not found.teachers:
            self.notice.say(
                _("There is no teacher in post. An administrator enters the teachers under “Staffing” first."),
                "attention",
            )
            return
        dialog = plan_class(self.window(), self._desk, self._runner, found.teachers, found.proposed, found.topics)
        dialog.saved.connect(self._on_opened_id)

    def _on_opened(self, row: ClassRow) -> None:
        self.go.emit(f"class/{row.id}")

    def _on_opened_id(self, class_id: str) -> None:
        self.go.emit(f"class/{class_id}")


def _time(row: ClassRow) -> str:
    return f"{row.held_on:%Y-%m-%d} {row.starts_at}"


def _came(row: ClassRow) -> str:
    return _("{present} of {invited}").format(present=row.present, invited=row.invited)


def _moment_key(row: ClassRow) -> tuple[date, str]:
    return row.held_on, row.starts_at


def _columns(*, with_station: bool) -> list[Column]:
    columns = [
        Column(_("Date"), _time, width=16, sort=_moment_key),
        Column(_("Kind"), lambda row: code_label(row.kind), width=17),
        Column(_("Topic block"), lambda row: code_label(row.topic_block), width=20),
        Column(_("Topic"), lambda row: row.topic, width=0, hint=lambda row: row.topic),
        Column(_("Place"), lambda row: row.place, width=20, hint=lambda row: row.place),
        Column(_("Teacher"), lambda row: row.teacher, width=10),
        Column(_("Families came"), _came, width=12, right=True, sort=lambda row: (row.present, row.invited)),
    ]
    return [Column(_("Station"), lambda row: row.station, width=6), *columns] if with_station else columns
