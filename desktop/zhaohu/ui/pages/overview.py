"""总览 at the center: the district in figures, and one row for each station."""

from __future__ import annotations

from dataclasses import dataclass

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.rules.targets import Indicator, Target
from zhaohu.services.content.targets import target_of
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles
from zhaohu.services.guidance.overview import StationOverview, overview
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages import staffing_words
from zhaohu.ui.pages.children_filter import UNSEEN
from zhaohu.ui.pages.content_targets import is_short, percent, share_words, target_words
from zhaohu.ui.pages.exchange_words import moment
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.tiles import Tile, TileRow


@dataclass(frozen=True, slots=True)
class _Line:
    """A station's figures and when its last bundle came."""

    figures: StationOverview
    received: str | None
    received_no: int


def overview_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return OverviewPage(desk, hub, runner)


class OverviewPage(LoadingPage):
    """Tiles for the district; a station's row opens its children."""

    tables = frozenset(
        {"child", "visit", "parenting_class", "teacher", "population", "station", "received_bundle", "district_data"}
    )

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._tiles = {
            "children": Tile(_("Children on the register"), "children"),
            "visits": Tile(_("Visits and checks this year")),
            "managed": Tile(_("Children under three seen this year"), f"children/{UNSEEN}"),
            "overdue": Tile(_("Overdue")),
            "gap": Tile(_("Teachers missing"), "staffing"),
        }
        self.table = DataTable(
            _columns(),
            name=_("Stations"),
            empty=EmptyState(
                _("No stations yet"),
                _("Register the first station and hand it its enrolment file. Its figures come with its first bundle."),
                button(_("Register a station"), self._on_register, kind="primary", icon="add"),
                icon="stations",
            ),
            export=list_export(self, desk, _("Overview")),
        )
        self.body.addWidget(TileRow(self._tiles.values()))
        self.body.addWidget(self.table, 1)
        for tile in self._tiles.values():
            tile.clicked.connect(self.go)
        self.table.opened.connect(self._on_opened)

    def refresh(self) -> None:
        """Read the figures anew."""
        self.fetch(self._load, self._take)

    def first_focus(self):
        """The list of stations."""
        return self.table.view

    def _load(self) -> tuple[list[_Line], Target | None]:
        states = {state.code: state for state in bundles.status(self._desk).stations}
        lines = []
        for figures in overview(self._desk):
            state = states.get(f"{self._desk.site.district_code}-{figures.staffing.station}")
            lines.append(_Line(figures, state.last_received if state else None, state.last_no if state else 0))
        return lines, target_of(self._desk, Indicator.MANAGED)

    def _take(self, read: tuple[list[_Line], Target | None]) -> None:
        (*stations, whole), target = read
        district, staffed = whole.figures, whole.figures.staffing.figures
        self._tiles["children"].set_figure(format_number(district.children))
        n = len(stations)
        held = ngettext("{n} class held this year", "{n} classes held this year", district.classes)
        self._tiles["visits"].set_figure(format_number(district.visits), held.format(n=format_number(district.classes)))
        late = ngettext("at {n} station", "at {n} stations", n)
        at = sum(line.figures.overdue > 0 for line in stations)
        self._tiles["overdue"].set_figure(
            format_number(district.overdue),
            late.format(n=format_number(at)) if district.overdue else _("nobody is overdue"),
            "danger" if district.overdue else "done",
        )
        short = is_short(district.managed, target)
        note, tone = target_words(target), "danger" if short else "done" if target else ""
        self._tiles["managed"].set_figure(percent(district.managed.per_mille), note, tone)
        self._tiles["gap"].set_figure(
            staffing_words.number(staffed.gap), staffing_words.gap_words(staffed), staffing_words.gap_tone(staffed)
        )
        self.table.set_rows(stations)

    def _on_opened(self, line: _Line) -> None:
        self.go.emit(f"children/{line.figures.staffing.station}")

    def _on_register(self) -> None:
        self.go.emit("stations")


def _number(title: str, give, width: int, **more) -> Column:
    return Column(title, give, text=format_number, width=width, right=True, **more)


def _columns() -> list[Column]:
    return [
        Column(_("Station"), lambda line: line.figures.staffing.name, width=0),
        _number(_("Children"), lambda line: line.figures.children, 7),
        _number(_("Visits"), lambda line: line.figures.visits, 6),
        Column(
            _("Seen this year"),
            lambda line: line.figures.managed.per_mille,
            text=percent,
            width=11,
            right=True,
            hint=lambda line: share_words(line.figures.managed),
        ),
        _number(_("Due"), lambda line: line.figures.due, 6),
        _number(
            _("Overdue"),
            lambda line: line.figures.overdue,
            7,
            tone=lambda line: "danger" if line.figures.overdue else "",
            icon=lambda line: "danger" if line.figures.overdue else "",
        ),
        _number(_("Classes"), lambda line: line.figures.classes, 6),
        _number(_("Population"), lambda line: line.figures.staffing.figures.population, 9),
        _number(_("Needed"), lambda line: line.figures.staffing.figures.needed, 6),
        _number(_("In post"), lambda line: line.figures.staffing.figures.in_post, 6),
        Column(
            _("Gap"),
            lambda line: staffing_words.gap_words(line.figures.staffing.figures),
            width=11,
            tone=lambda line: staffing_words.gap_tone(line.figures.staffing.figures),
            icon=lambda line: staffing_words.gap_icon(line.figures.staffing.figures),
            sort=lambda line: staffing_words.gap_order(line.figures.staffing.figures),
        ),
        Column(
            _("Last bundle"),
            lambda line: moment(line.received) if line.received else _("none yet"),
            width=16,
            tone=lambda line: "" if line.received else "attention",
            icon=lambda line: "" if line.received else "attention",
            sort=lambda line: line.received or "",
        ),
    ]
