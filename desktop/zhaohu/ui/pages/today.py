"""今日: who is due for what, overdue first; the page on which a day at a station begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhaohu.i18n import _, format_number, ngettext, pgettext
from zhaohu.records.codes import label as code_label
from zhaohu.rules.schedule import DueState
from zhaohu.services import children, classes, drafts, duties, reference
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.drafts import DraftRow
from zhaohu.services.duties import DueRow, state_label
from zhaohu.ui.draft_place import DraftPlace
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.unfinished import Unfinished, address_of
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.tiles import Tile, TileRow

AHEAD_DAYS = 7
_STATES = (DueState.OVERDUE, DueState.DUE, DueState.UPCOMING)
_TONES = {DueState.OVERDUE: "danger", DueState.DUE: "attention"}
_ICONS = {DueState.OVERDUE: "danger", DueState.DUE: "clock", DueState.UPCOMING: "calendar"}
_CLASSES = "classes"


@dataclass(frozen=True, slots=True)
class _Read:
    due: list[DueRow]
    children: int
    classes: list[classes.ClassRow]
    forms: frozenset[str]
    drafts: list[DraftRow]


def today_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return TodayPage(desk, hub, runner)


class TodayPage(LoadingPage):
    """Tiles that filter the list below them; a row opens the child, or the form to record."""

    tables = frozenset(
        {"child", "visit", "household", "caregiver", "village", "parenting_class", "attendance", "draft"}
    )

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._read = _Read([], 0, [], frozenset(), [])
        self._record = button(_("Record"), self._on_record, icon="edit", shortcut="Ctrl+R")
        self._record.setEnabled(False)
        self._tiles = {
            DueState.OVERDUE: Tile(_("Overdue"), DueState.OVERDUE),
            DueState.DUE: Tile(_("Due now"), DueState.DUE),
            DueState.UPCOMING: Tile(_("Next {n} days").format(n=AHEAD_DAYS), DueState.UPCOMING),
            _CLASSES: Tile(_("Classes today"), _CLASSES),
        }
        self._import = button(_("Import the roster"), self._on_import, kind="primary", icon="import")
        self.search = TextField(width="field_short", placeholder=_("Filter"))
        self.search.set_name(_("Filter by child, caregiver or village"))
        self.village = SelectField(width="field_short")
        self.village.set_name(_("Village"))
        self.contact = SelectField(width="tile")
        self.contact.set_name(_("What is due"))
        self.table = DataTable(
            _columns(),
            name=_("Who is due for what"),
            chips=[("", _("All")), *((state, state_label(state)) for state in _STATES)],
            empty=EmptyState("", "", self._import, icon="today"),
            export=list_export(self, desk, _("Due list")),
        )
        for field in (self.search, self.village, self.contact):
            self.table.tools.addWidget(field)
            field.changed.connect(self._show_rows)
        self.table.tools.addWidget(self._record)
        self.unfinished = Unfinished()
        self.unfinished.chosen.connect(self._on_draft)
        self.unfinished.thrown.connect(self._on_thrown)
        self.body.addWidget(TileRow(self._tiles.values()))
        self.body.addWidget(self.unfinished)
        self.body.addWidget(self.table, 1)
        for tile in self._tiles.values():
            tile.clicked.connect(self._on_tile)
        self.table.filtered.connect(self._show_rows)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)

    def refresh(self) -> None:
        """Read the due list anew."""
        self.fetch(self._load, self._take)

    def first_focus(self):
        """The list, so that arrows and Enter work at once."""
        return self.table.view

    def _load(self) -> _Read:
        today = self._desk.today
        due = duties.due_list(self._desk, within_days=AHEAD_DAYS, include_done_late=False)
        held = [row for row in classes.list_classes(self._desk) if row.held_on == today]
        begun = drafts.list_drafts(self._desk) if self._desk.person.role in WRITERS else []
        return _Read(due, children.count_children(self._desk), held, frozenset(reference.forms()), begun)

    def _take(self, read: _Read) -> None:
        self._read = read
        with self.filling():
            self.village.set_options(_all_or(_("All villages"), sorted({row.village for row in read.due})))
            self.contact.set_options(_all_or(_("All contacts"), _in_order(read.due)))
        self.unfinished.set_drafts(read.drafts)
        self._show_tiles()
        self._show_rows()

    def _show_tiles(self) -> None:
        due = self._read.due
        for state in _STATES:
            n = sum(row.state is state for row in due)
            self._tiles[state].set_figure(format_number(n), *_tile_note(state, due))
            self.table.chips.set_words(state, _("{name} {n}").format(name=state_label(state), n=format_number(n)))
        self.table.chips.set_words("", _("{name} {n}").format(name=_("All"), n=format_number(len(due))))
        held = self._read.classes
        first = f"{held[-1].starts_at} {code_label(held[-1].kind)}" if held else ""
        self._tiles[_CLASSES].set_figure(format_number(len(held)), first, "accent" if held else "")

    def _show_rows(self) -> None:
        state, words = self.table.chips.current(), (self.search.value() or "").casefold()
        village, contact = self.village.value(), self.contact.value()
        rows = [
            row
            for row in self._read.due
            if (not state or row.state == state)
            and (village is None or row.village == village)
            and (contact is None or row.title == contact)
            and (not words or words in f"{row.child} {row.caregiver} {row.village}".casefold())
        ]
        started = self._read.children > 0
        self._import.setVisible(not started)
        for one in (self.search, self.village, self.contact):
            one.setVisible(started)
        self._record.setVisible(started and self._desk.person.role in WRITERS)
        self.table.empty.set_words(*self._empty_words())
        self.table.set_rows(rows)

    def _empty_words(self) -> tuple[str, str]:
        if not self._read.children:
            advice = _(
                "Import the township's roster first. The program then works out from the national schedule which "
                "visits and checks each child is due for, and lists them here."
            )
            return _("There are no children on the register yet"), advice
        if not self._read.due:
            return _("Nothing is due"), _("No visit or check is overdue, due now or due in the next days.")
        return _("Nothing fits the filters"), _("Choose “All” or empty the filters to see the whole list.")

    def _on_tile(self, key: str) -> None:
        if key == _CLASSES:
            self.go.emit(_CLASSES)
            return
        self.table.chips.choose(key)
        self._show_rows()
        self.table.view.setFocus()

    def _on_picked(self, row: DueRow | None) -> None:
        known = row is not None and row.form in self._read.forms
        self._record.setEnabled(known)
        missing = row is not None and not known
        self._record.setToolTip(_("This version cannot record this check yet") if missing else _("Record (Ctrl+R)"))

    def _on_opened(self, row: DueRow) -> None:
        self.go.emit(f"child/{row.child_id}")

    def _on_record(self) -> None:
        row = self.table.view.current_row()
        if row is not None:
            self.go.emit(f"visit-new/{row.child_id}.{row.form}")

    def _on_draft(self, draft: DraftRow) -> None:
        DraftPlace(self._desk, draft.key).hand_over()
        self.go.emit(address_of(draft))

    def _on_thrown(self, draft: DraftRow) -> None:
        def work(_context: object) -> None:
            drafts.drop(self._desk, draft.key)

        self.act(work, self._on_dropped, title=_("Throwing the draft away"))

    def _on_dropped(self, _nothing: None) -> None:
        self.table.view.setFocus()

    def _on_import(self) -> None:
        self.go.emit("roster")


def _all_or(all_: str, names: Sequence[str]):
    return options_of([("", all_), *((name, name) for name in names if name)])


def _in_order(due: list[DueRow]) -> list[str]:
    """Contacts in the order of age, as the schedule has them."""
    place = {contact.code: at for at, contact in enumerate(reference.schedule().contacts)}
    found = {row.contact: row.title for row in due}
    return [found[code] for code in sorted(found, key=lambda code: place.get(code, 0))]


def _tile_note(state: DueState, due: list[DueRow]) -> tuple[str, str]:
    """The quiet line of a tile and its tone."""
    rows = [row for row in due if row.state is state]
    if state is DueState.OVERDUE and rows:
        days = max(row.days_late for row in rows)
        return ngettext("longest {n} day", "longest {n} days", days).format(n=days), "danger"
    if state is DueState.OVERDUE:
        return _("nobody is overdue"), "done"
    if state is DueState.DUE and any(row.risks for row in rows):
        n = sum(bool(row.risks) for row in rows)
        return ngettext("{n} with a risk", "{n} with a risk", n).format(n=n), "attention"
    return "", ""


def _window(row: DueRow) -> str:
    return f"{row.due_from:%m-%d} – {row.due_to:%m-%d}"


def _risks(row: DueRow) -> str:
    return pgettext("between parts of a list", ", ").join(code_label(risk) for risk in row.risks)


def _columns() -> list[Column]:
    return [
        Column(
            _("State"),
            lambda row: state_label(row.state),
            width=12,
            sort=lambda row: _STATES.index(row.state),
            tone=lambda row: _TONES.get(row.state, ""),
            icon=lambda row: _ICONS[row.state],
        ),
        Column(_("Child"), lambda row: row.child, width=9),
        Column(_("Age"), lambda row: row.age, width=11, sort=lambda row: -row.birth_date.toordinal()),
        Column(_("What is due"), lambda row: row.title, width=18, hint=lambda row: row.title),
        Column(
            _("Window"),
            _window,
            width=14,
            sort=lambda row: row.due_from,
            hint=lambda row: f"{row.due_from} – {row.due_to}",
        ),
        Column(
            _("Days late"),
            lambda row: row.days_late or None,
            width=8,
            right=True,
            tone=lambda row: "danger" if row.state is DueState.OVERDUE else "",
        ),
        Column(_("Village"), lambda row: row.village, width=0),
        Column(_("Caregiver"), lambda row: row.caregiver, width=9),
        Column(_("Phone"), lambda row: row.phone, width=12),
        Column(
            _("Risks"),
            _risks,
            width=14,
            tone=lambda row: "attention" if row.risks else "",
            icon=lambda row: "attention" if row.risks else "",
            hint=_risks,
        ),
    ]
