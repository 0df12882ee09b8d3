"""The register: the list of children with its filters, and the ways into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import N_, _
from zhaohu.records.codes import ChildStatus, SiteKind, label
from zhaohu.rules.ages import age_text, months_and_days
from zhaohu.rules.names import sort_key
from zhaohu.services import children, setup
from zhaohu.services.children import ChildFilter, ChildRow
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.ui import theme
from zhaohu.ui.draft_place import GO_ON
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.child_register import RegisterChild
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.chips import ChipBar
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.layout import row
from zhaohu.ui.widgets.table import Column

PAUSE_MS = 250
_AS_WIDE_AS_MAY_BE = 100
_ALL = "all"
_BANDS = {
    _ALL: (N_("All ages"), 0, 10_000),
    "0": (N_("under 6 months"), 0, 6),
    "6": (N_("6–11 months"), 6, 12),
    "12": (N_("12–23 months"), 12, 24),
    "24": (N_("24–35 months"), 24, 36),
}
_STATUS_TONES = {
    ChildStatus.ACTIVE: ("check-circle", "done"),
    ChildStatus.CLOSED_AT_THREE: ("check", "quiet"),
    ChildStatus.MOVED_OUT: ("export", "quiet"),
    ChildStatus.DIED: ("info", "quiet"),
    ChildStatus.LOST: ("attention", "attention"),
}


@dataclass(frozen=True, slots=True)
class _Wanted:
    filter: ChildFilter
    band: str
    high_risk: bool


@dataclass(frozen=True, slots=True)
class _Found:
    rows: Sequence[ChildRow]
    villages: Sequence[tuple[str, str]]
    stations: Sequence[tuple[str, str]]
    in_all: int


def children_page(desk: Desk, hub: Hub, runner: Runner) -> ChildrenPage:
    """For the shell."""
    return ChildrenPage(desk, hub, runner)


class ChildrenPage(LoadingPage):
    """The list of children; at the center all stations' and only to look at."""

    tables = frozenset({"child", "household", "caregiver", "village", "station"})

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._at_center = desk.site.kind is SiteKind.CENTER
        self._may_record = not self._at_center and desk.person.role in WRITERS
        self._stations: dict[str, str] = {}
        self._wanted_station = ""
        self._villages: Sequence[tuple[str, str]] = ()
        self.query = TextField(width="search", placeholder=_("Name, pinyin, last digits, caregiver"))
        self.village, self.station = SelectField(width="tile"), SelectField(width="tile")
        self.status = SelectField(width="tile")
        self.high_risk = ChipBar([("high_risk", _("High risk"))], single=False, name=_("High risk"))
        self.import_button = button(_("Import a roster"), self._import, icon="import")
        self.empty = EmptyState(action=self.import_button, icon="children")
        self.table = DataTable(
            self._columns(),
            name=_("Children"),
            chips=[(key, _(words)) for key, (words, _from, _to) in _BANDS.items()],
            empty=self.empty,
            export=list_export(self, desk, _("Children")),
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.reload)
        self._build()

    def _build(self) -> None:
        if self._may_record:
            self.add_action(button(_("Import a roster"), self._import, icon="import"))
            register = button(_("Register a child"), self._register, kind="primary", icon="add", shortcut="Ctrl+N")
            self.set_primary(register)
        if self._at_center:
            self.set_heading("", _("Children of all stations as they last reported; only to look at."))
        named = (
            (self.query, _("Find in this list")),
            (self.station, _("Station")),
            (self.village, _("Village")),
            (self.status, _("Status")),
        )
        for field, name in named:
            field.set_name(name)
        statuses = [(_ALL, _("All statuses")), *((str(status), label(status)) for status in ChildStatus)]
        self.status.set_options(options_of(statuses))
        self.status.set_value(str(ChildStatus.ACTIVE))
        self._offer(self.village, _("All villages"), ())
        self._offer(self.station, _("All stations"), ())
        if not self._at_center:
            self.station.hide()
        bar = row(gap=2)
        for field, width in (
            (self.query, "search"),
            (self.station, "tile"),
            (self.village, "tile"),
            (self.status, "tile"),
        ):
            field.setMaximumWidth(theme.size(width))
            bar.addWidget(field, _AS_WIDE_AS_MAY_BE)
        bar.addWidget(self.high_risk, 0, Qt.AlignmentFlag.AlignVCenter)
        bar.addStretch(1)
        self.body.addLayout(bar)
        self.body.addWidget(self.table, 1)
        self.query.changed.connect(self._pause.start)
        for select in (self.village, self.station, self.status):
            select.changed.connect(self.reload)
        self.high_risk.changed.connect(self.reload)
        self.table.filtered.connect(self.reload)
        self.table.opened.connect(self._open)

    def _columns(self) -> list[Column]:
        today = self._desk.today
        station = Column(_("Station"), lambda r: self._stations.get(r.station, r.station), width=11)
        return [
            Column(_("Name"), lambda r: r.name, width=13, sort=lambda r: sort_key(r.name)),
            Column(_("Sex"), lambda r: label(r.sex), width=8),
            Column(_("Born"), lambda r: r.birth_date, width=12),
            Column(_("Age"), lambda r: r.birth_date, text=lambda born: age_text(born, today), width=11),
            *([station] if self._at_center else []),
            Column(_("Village"), lambda r: r.village or None, width=0, sort=lambda r: sort_key(r.village) or None),
            Column(_("Caregiver"), lambda r: r.caregiver or None, width=11),
            Column(_("Phone"), lambda r: r.phone or None, width=13),
            Column(
                _("High risk"),
                lambda r: _risks(r) or None,
                width=20,
                tone=lambda r: "attention" if r.risks else "",
                icon=lambda r: "attention" if r.risks else "",
                hint=_risks,
            ),
            Column(
                _("Status"),
                lambda r: label(r.status),
                width=12,
                icon=lambda r: _STATUS_TONES[r.status][0],
                tone=lambda r: _STATUS_TONES[r.status][1],
            ),
        ]

    def first_focus(self) -> QWidget:
        """The list's own search."""
        return self.query.editor()

    # -- reading

    def refresh(self) -> None:
        """Read what the filters want."""
        wanted = self._wanted()
        self.fetch(lambda: self._find(wanted), self._show)

    def _wanted(self) -> _Wanted:
        status = self.status.value() or _ALL
        return _Wanted(
            ChildFilter(
                query=self.query.text(),
                station=self._chosen(self.station),
                village_id=self._chosen(self.village),
                status=None if status == _ALL else ChildStatus(status),
            ),
            self.table.chips.current(),
            bool(self.high_risk.chosen()),
        )

    @staticmethod
    def _chosen(select: SelectField) -> str:
        value = select.value() or _ALL
        return "" if value == _ALL else value

    def _find(self, wanted: _Wanted) -> _Found:
        desk = self._desk
        rows = [child for child in children.list_children(desk, wanted.filter) if _fits(child, wanted, desk.today)]
        known = setup.list_stations(desk) if self._at_center else ()
        stations = [(one.code.partition("-")[2], one.township) for one in known]
        in_all = len(rows) or children.count_children(desk, ChildFilter(status=None))
        return _Found(rows, children.list_villages(desk), stations, in_all)

    def _show(self, found: _Found) -> None:
        if dict(found.stations) != self._stations:
            self._stations = dict(found.stations)
            self._offer(self.station, _("All stations"), found.stations)
            if self._wanted_station:
                self._choose_wanted_station()
                self.reload()
                return
        if found.villages != self._villages:
            self._villages = found.villages
            self._offer(self.village, _("All villages"), found.villages)
        self._say_why_empty(found)
        self.table.set_rows(found.rows)

    def take_argument(self, argument: str) -> None:
        """Show one station's children, or go on with the child that was begun."""
        if argument == GO_ON and self._may_record:
            self._register()
        elif argument:
            self._wanted_station = argument
            self._choose_wanted_station()
            self.reload()

    def _choose_wanted_station(self) -> None:
        if self._wanted_station in self._stations:
            with self.filling():
                self.station.set_value(self._wanted_station)
            self._wanted_station = ""

    @staticmethod
    def _offer(select: SelectField, whole: str, pairs: Sequence[tuple[str, str]]) -> None:
        chosen = select.value()
        select.set_options(options_of([(_ALL, whole), *pairs]))
        select.set_value(chosen if chosen in {code for code, _words in pairs} else _ALL)

    def _say_why_empty(self, found: _Found) -> None:
        if found.in_all:
            self.empty.set_words(_("No child fits"), _("Change or clear the filters above the list."))
        elif self._at_center:
            advice = _("They appear here when the first bundle of a station is read.")
            self.empty.set_words(_("No children yet"), advice)
        else:
            advice = _("Import the township's roster first, or register the first child by hand.")
            self.empty.set_words(_("No children yet"), advice)
        self.import_button.setVisible(self._may_record and not found.in_all)

    # -- what a person does

    def _open(self, child: ChildRow) -> None:
        self.go.emit(f"child/{child.id}")

    def _import(self) -> None:
        self.go.emit("roster")

    def _register(self) -> None:
        self.act(
            lambda _context: [name for _id, name in children.list_villages(self._desk)],
            self._ask,
            title=_("Reading"),
            writes=False,
        )

    def _ask(self, villages: Sequence[str]) -> None:
        dialog = RegisterChild(self.window(), self._desk, self._runner, villages)
        dialog.saved.connect(self._on_registered)
        dialog.open()
        dialog.focus_first()

    def _on_registered(self, child_id: str) -> None:
        self.go.emit(f"child/{child_id}")


def _risks(child: ChildRow) -> str:
    return _(", ").join(map(label, child.risks))


def _fits(child: ChildRow, wanted: _Wanted, today: date) -> bool:
    _words, from_month, to_month = _BANDS[wanted.band]
    if wanted.high_risk and not child.risks:
        return False
    return wanted.band == _ALL or from_month <= months_and_days(child.birth_date, today)[0] < to_month
