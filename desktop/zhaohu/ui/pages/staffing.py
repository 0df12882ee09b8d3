"""人员配比: how many guidance teachers the population needs, how many are in post, and who they are."""

from __future__ import annotations

from dataclasses import dataclass

from zhaohu.i18n import _, format_number, format_percent
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services.desk import Desk
from zhaohu.services.guidance import staffing
from zhaohu.services.guidance.staffing import StaffingTable, StationStaffing, TeacherRow
from zhaohu.ui.draft_place import GO_ON
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages import staffing_forms, staffing_words
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.tabs import Tabs
from zhaohu.ui.widgets.tiles import Tile, TileRow

_IN_POST, _EXPIRING, _LEFT = "in_post", "expiring", "left"


@dataclass(frozen=True, slots=True)
class _Read:
    table: StaffingTable
    teachers: list[TeacherRow]


def staffing_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return StaffingPage(desk, hub, runner)


class StaffingPage(LoadingPage):
    """At a station its figures and teachers; at the center the district's figures, the stations and all teachers."""

    tables = frozenset({"teacher", "population", "station"})

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._read: _Read | None = None
        self._at_station = desk.site.kind is SiteKind.STATION
        self._admin = desk.person.role is Role.ADMIN
        self._tiles = {
            "population": Tile(_("Resident population")),
            "needed": Tile(_("Teachers needed")),
            "in_post": Tile(_("In post")),
            "gap": Tile(_("Gap")),
            "certified": Tile(_("Certified")),
        }
        self.teachers = self._teacher_table()
        self.body.addWidget(TileRow(self._tiles.values()))
        if self._at_station:
            self.body.addWidget(self.teachers, 1)
        else:
            self.stations = self._station_table()
            self.tabs = Tabs(_("Staffing"))
            self.tabs.add(self.stations, _("Stations"))
            self.tabs.add(self.teachers, _("Teachers"))
            self.body.addWidget(self.tabs, 1)
        self._add_buttons()

    def _station_table(self) -> DataTable:
        return DataTable(
            staffing_words.station_columns(),
            name=_("Staffing of the stations"),
            empty=EmptyState(_("No stations yet"), _("Register the stations under “Stations” first."), icon="stations"),
            export=list_export(self, self._desk, _("Staffing")),
        )

    def _teacher_table(self) -> DataTable:
        first = None
        if self._at_station and self._admin:
            first = button(_("Add a teacher"), self.add_teacher, kind="primary", icon="add")
        advice = (
            _("An administrator enters who is employed as a guidance teacher, since when, and the certificate.")
            if self._at_station
            else _("Teachers of the stations appear here with their bundles.")
        )
        table = DataTable(
            staffing_words.teacher_columns(self._desk.today, with_station=not self._at_station),
            name=_("Teachers"),
            chips=[
                (_IN_POST, _("In post")),
                (_EXPIRING, _("Certificate to renew")),
                (_LEFT, _("No longer in post")),
                ("", _("All")),
            ],
            empty=EmptyState(_("No teachers here"), advice, first, icon="staffing"),
            export=list_export(self, self._desk, _("Teachers")),
        )
        table.filtered.connect(self._show_teachers)
        return table

    def _add_buttons(self) -> None:
        if not self._admin:
            return
        if self._at_station:
            self._end = button(_("End employment"), self.end_employment, icon="log-out")
            self._end.setEnabled(False)
            self.teachers.picked.connect(self._on_teacher)
            self.teachers.tools.addWidget(self._end)
            self.set_primary(
                button(_("Add a teacher"), self.add_teacher, kind="primary", icon="add", shortcut="Ctrl+N")
            )
        else:
            self.stations.opened.connect(self._on_station_opened)
            self.set_primary(
                button(_("Enter a population"), self.set_population, kind="primary", icon="edit", shortcut="Ctrl+N")
            )

    def refresh(self) -> None:
        """Read figures and teachers anew."""
        self.fetch(self._load, self._take)

    def first_focus(self):
        """The list."""
        return (self.teachers if self._at_station else self.stations).view

    def take_argument(self, argument: str) -> None:
        """Go on with the teacher that was begun."""
        if argument == GO_ON and self._at_station and self._admin:
            self.add_teacher()

    def add_teacher(self) -> None:
        """Ask for a new teacher."""
        staffing_forms.add_teacher(self.window(), self._desk, self._runner)

    def end_employment(self) -> None:
        """Ask for the marked teacher's last day."""
        row = self.teachers.view.current_row()
        if row is not None:
            staffing_forms.end_employment(self.window(), self._desk, self._runner, row)

    def set_population(self) -> None:
        """Ask for a station's population; the marked station is proposed."""
        self._ask_population(self.stations.view.current_row())

    def _on_station_opened(self, line: StationStaffing) -> None:
        self._ask_population(line)

    def _ask_population(self, line: StationStaffing | None) -> None:
        if self._read is not None and self._read.table.stations:
            stations = self._read.table.stations
            staffing_forms.set_population(self.window(), self._desk, self._runner, stations, line or stations[0])

    def _load(self) -> _Read:
        return _Read(staffing.staffing_table(self._desk), staffing.list_teachers(self._desk))

    def _take(self, read: _Read) -> None:
        self._read = read
        table = read.table
        whole = table.district
        if self._at_station and table.stations:
            whole = table.stations[0]
        self._show_tiles(whole)
        how = _("Teachers needed = population ÷ {ratio}, rounded up. As of {day}.")
        self.set_heading("", how.format(ratio=format_number(table.residents_per_teacher), day=table.on.isoformat()))
        if not self._at_station:
            self.stations.set_rows(table.stations)
        self._show_teachers()

    def _show_tiles(self, line: StationStaffing) -> None:
        figures = line.figures
        year = _("year {year}").format(year=line.population_year) if line.population_year else ""
        missing = "" if figures.population is not None else _("not entered yet")
        self._tiles["population"].set_figure(
            staffing_words.number(figures.population), missing or year, "attention" if missing else ""
        )
        self._tiles["needed"].set_figure(staffing_words.number(figures.needed))
        self._tiles["in_post"].set_figure(format_number(figures.in_post))
        gap = staffing_words.gap_tone(figures)
        note = "" if figures.gap is None else staffing_words.gap_words(figures)
        self._tiles["gap"].set_figure(staffing_words.number(figures.gap), note, gap if note else "")
        share = format_percent(figures.certified, figures.in_post)
        self._tiles["certified"].set_figure(share, _("{n} persons").format(n=figures.certified))

    def _show_teachers(self) -> None:
        if self._read is None:
            return
        chip, today = self.teachers.chips.current(), self._desk.today
        fits = {
            "": lambda row: True,
            _IN_POST: lambda row: staffing_words.in_post(row, today),
            _LEFT: lambda row: not staffing_words.in_post(row, today),
            _EXPIRING: lambda row: staffing_words.in_post(row, today) and staffing_words.to_renew(row, today),
        }
        self.teachers.set_rows([row for row in self._read.teachers if fits[chip](row)])

    def _on_teacher(self, row: TeacherRow | None) -> None:
        self._end.setEnabled(row is not None and row.employed_to is None)
