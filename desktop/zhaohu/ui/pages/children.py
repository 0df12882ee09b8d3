"""The register: the list of children with its filters, columns and views, and the ways into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from zhaohu.i18n import _
from zhaohu.records.codes import SiteKind
from zhaohu.services import preferences
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exchange import station_list
from zhaohu.services.preferences import SavedView
from zhaohu.services.register import child_list
from zhaohu.services.register.child_list import ChildFilter, ChildRow, Sort
from zhaohu.ui import theme
from zhaohu.ui.draft_place import GO_ON
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages import children_columns
from zhaohu.ui.pages.child_register import RegisterChild
from zhaohu.ui.pages.children_filter import UNSEEN, ChildrenFilter
from zhaohu.ui.pages.children_output import OutputButton, Shown
from zhaohu.ui.pages.children_views import PAGE, ViewsButton
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.column_chooser import ColumnChooser
from zhaohu.ui.widgets.column_keeper import ColumnKeeper
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.paged_model import PAGE as FIRST_ROWS
from zhaohu.ui.widgets.paged_model import Batch
from zhaohu.ui.widgets.paged_table import PagedTable, Place

VILLAGE = "village"
_LAYOUT = f"{PAGE}.columns"


@dataclass(frozen=True, slots=True)
class _Asked:
    filter: ChildFilter
    sort: Sort
    descending: bool


@dataclass(frozen=True, slots=True)
class _Kept:
    """What this person prefers."""

    layout: Mapping[str, Any]
    views: Sequence[SavedView]


@dataclass(frozen=True, slots=True)
class _Found:
    asked: _Asked
    ids: Sequence[int]
    first: Sequence[ChildRow]
    villages: Sequence[tuple[str, str]]
    teachers: Sequence[tuple[str, str]]
    stations: Sequence[tuple[str, str]]
    in_all: int
    kept: _Kept | None


def children_page(desk: Desk, hub: Hub, runner: Runner) -> ChildrenPage:
    """For the shell."""
    return ChildrenPage(desk, hub, runner)


class ChildrenPage(LoadingPage):
    """The list of children; at the center all stations' and only to look at."""

    tables = frozenset(
        {"child", "household", "caregiver", "village", "station", "visit", "measurement", "growth_score"}
        | {"status_change", "transfer", "child_risk", "consent", "child_merge", "assignment", "teacher"}
    )

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._at_center = desk.site.kind is SiteKind.CENTER
        self._may_record = not self._at_center and desk.person.role in WRITERS
        self._stations: dict[str, str] = {}
        self._shown: _Asked | None = None
        self._kept: _Kept | None = None
        self._in_view = False
        self.filter = ChildrenFilter(at_center=self._at_center)
        self.query = self.filter.query
        self.import_button = self._way("roster", _("Import a roster"), "import")
        self.empty = EmptyState(action=self.import_button, icon="children")
        specs = children_columns.columns(desk.today, self._stations, at_center=self._at_center)
        self.table = PagedTable(specs, children_columns.SORTS, name=_("Children"), empty=self.empty)
        self.columns = ColumnKeeper(self.table.view, children_columns.usual(at_center=self._at_center))
        self.views = ViewsButton(self, desk, runner, self._content)
        self.output = OutputButton(self, desk, self._as_shown)
        self._build()

    def _build(self) -> None:
        if self._at_center:
            self.set_heading("", _("Children of all stations as they last reported; only to look at."))
        self.query.setFixedWidth(theme.size("search"))
        bar = row(self.query, self.views, STRETCH, gap=2)
        if self._may_record:
            bar.addWidget(self._way("closing", _("Closing"), "check-circle"))
            bar.addWidget(self._way("duplicates", _("Duplicates"), "family"))
            bar.addWidget(self._way("roster", _("Import a roster"), "import"))
            bar.addWidget(self._way("records", _("Import records"), "import"))
            new = _("Register a child")
            bar.addWidget(button(new, self._register, kind="primary", icon="add", shortcut="Ctrl+N"))
        below = column(self.filter, gap=2)
        below.addWidget(self.table, 1)
        self.body.addLayout(bar)
        self.body.addLayout(below, 1)
        self.table.lead.addWidget(self.filter.taken, 1)
        self.filter.order_tabs()
        self.table.tools.addWidget(button(_("Columns"), self._choose_columns, kind="flat", icon="overview"))
        self.table.tools.addWidget(self.output)
        self.filter.changed.connect(self._look)
        self.views.chosen.connect(self._show_view)
        self.columns.changed.connect(self._keep_layout)
        self.table.sort_wanted.connect(self._reorder)
        self.table.rows_wanted.connect(self._read_rows)
        self.table.opened.connect(self._open)
        header = self.table.view.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._choose_columns)

    def first_focus(self) -> QWidget:
        """The list's own search."""
        return self.query.editor()

    # -- reading

    def refresh(self) -> None:
        """Read what the filters want; the list stays where it is."""
        self._read(Place.SAME)

    def _look(self) -> None:
        """A person wants another list."""
        self._read(Place.TOP)

    def _reorder(self) -> None:
        """A person wants another order."""
        self._read(Place.MARKED)

    def _read(self, place: Place) -> None:
        asked = _Asked(self.filter.wanted(), *children_columns.sort_of(*self.table.model.order()))
        wants_kept = self._kept is None
        if place is not Place.SAME or self._shown is None:
            self.table.expect()
        self.fetch(lambda: self._find(asked, wants_kept), partial(self._show, place=place))

    def _find(self, asked: _Asked, wants_kept: bool) -> _Found:
        desk = self._desk
        ids = child_list.ids(desk, asked.filter, asked.sort, asked.descending)
        known = station_list.list_stations(desk) if self._at_center else ()
        kept = _Kept(preferences.read(desk, _LAYOUT, {}), preferences.saved_views(desk, PAGE)) if wants_kept else None
        return _Found(
            asked,
            ids,
            child_list.rows(desk, ids[:FIRST_ROWS]),
            child_list.list_villages(desk),
            child_list.list_teachers_of_villages(desk),
            [(one.code.partition("-")[2], one.township) for one in known],
            len(ids) or child_list.count_children(desk, ChildFilter(statuses=())),
            kept,
        )

    def _show(self, found: _Found, *, place: Place) -> None:
        self._stations.update(found.stations)
        self.filter.offer(villages=found.villages, teachers=found.teachers, stations=found.stations)
        if found.kept is not None and self._kept is None:
            self._kept = found.kept
            if not self._in_view:
                self.columns.apply(found.kept.layout)
            self.views.set_views(found.kept.views)
        if self.filter.wanted() != found.asked.filter:  # what was to be chosen is known by its name only now
            self._look()
            return
        self._shown = found.asked
        self._say_why_empty(found)
        self.table.set_ids(found.ids, found.first, place=place)

    def _read_rows(self, batch: Batch) -> None:
        self.fetch(
            lambda: child_list.rows(self._desk, batch.numbers),
            partial(self.table.take, batch),
            part=f"rows {batch.page}",
        )

    def _say_why_empty(self, found: _Found) -> None:
        if found.in_all:
            self.empty.set_words(_("No child fits"), _("Change or clear the filters above the list."))
        else:
            read = _("They appear here when the first bundle of a station is read.")
            begin = _("Import the township's roster first, or register the first child by hand.")
            self.empty.set_words(_("No children yet"), read if self._at_center else begin)
        self.import_button.setVisible(self._may_record and not found.in_all)

    def take_argument(self, argument: str) -> None:
        """Show one station's or one village's children or those not seen this year, or go on with a child begun."""
        if argument == GO_ON and self._may_record:
            self._register()
        elif argument == UNSEEN:
            self._show_view({"filter": {"marks": [UNSEEN]}})
        elif argument.startswith(f"{VILLAGE}/"):
            self._show_view({"filter": {"villages": [argument.partition("/")[2]]}})
        elif argument:
            self._show_view({"filter": {"station": [argument]}})

    # -- views and columns

    def _content(self) -> dict[str, Any]:
        return {
            "filter": self.filter.content(),
            "sort": list(self.table.model.order()),
            "columns": self.columns.content(),
        }

    def _show_view(self, content: Mapping[str, Any]) -> None:
        self.filter.show_content(content.get("filter", {}))
        name, descending = content.get("sort", ("", False))
        self.table.set_sort(name, descending)
        self._apply_columns(content)
        self._look()

    def _apply_columns(self, content: Mapping[str, Any]) -> None:
        """The columns of a view, else those that the person likes; changes of a view's are not remembered for all."""
        self._in_view = "columns" in content or "shown" in content
        if "shown" in content:
            shown = list(content["shown"])
            if self._at_center:
                shown.insert(shown.index("village"), "station")
            behind = [name for name in self.columns.names() if name not in shown]
            self.columns.apply({"order": [*shown, *behind], "shown": shown})
        else:
            self.columns.apply(content.get("columns", self._kept.layout if self._kept is not None else {}))

    def _choose_columns(self) -> None:
        titles = {spec.name: spec.title for spec in self.table.model.columns}
        names = [(name, titles[name]) for name in self.columns.names()]
        dialog = ColumnChooser(self.window(), names, self.columns.shown(), self.columns.usual())
        dialog.chosen.connect(self.columns.arrange)
        dialog.open()

    def _keep_layout(self) -> None:
        if self._in_view:
            return
        layout = self.columns.content()
        self._kept = _Kept(layout, self._kept.views if self._kept is not None else ())
        self.act(
            lambda _context: preferences.save(self._desk, _LAYOUT, layout),
            lambda _nothing: None,
            title=_("Saving"),
        )

    # -- what a person does

    def _as_shown(self) -> Shown:
        asked = self._shown or _Asked(ChildFilter(), *children_columns.sort_of("", False))
        return Shown(
            asked.filter,
            asked.sort,
            asked.descending,
            self.table.model.ids,
            self.table.chosen_numbers(),
            self.columns.shown_columns(),
        )

    def _open(self, child: ChildRow) -> None:
        self.go.emit(f"child/{child.id}")

    def _way(self, address: str, words: str, icon: str) -> QPushButton:
        made = button(words, self._on_way, icon=icon)
        made.setObjectName(address)
        return made

    def _on_way(self) -> None:
        self.go.emit(self.sender().objectName())

    def _register(self) -> None:
        self.act(
            lambda _context: [name for _id, name in child_list.list_villages(self._desk)],
            self._ask,
            title=_("Reading"),
            writes=False,
        )

    def _ask(self, villages: Sequence[str]) -> None:
        dialog = RegisterChild(self.window(), self._desk, self._runner, villages)
        dialog.saved.connect(self._on_registered)
        dialog.wanted.connect(self._on_registered)
        dialog.open()
        dialog.focus_first()

    def _on_registered(self, child_id: str) -> None:
        self.go.emit(f"child/{child_id}")
