"""今日: who is due for what, overdue first; the page on which a day at a station begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.records.codes import Role
from zhaohu.records.codes import label as code_label
from zhaohu.rules.schedule import DueState
from zhaohu.services import preferences, reference
from zhaohu.services.care import drafts, duties
from zhaohu.services.care.drafts import DraftRow
from zhaohu.services.care.duties import DueRow, state_label
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.guidance import classes
from zhaohu.services.register import child_exports, closing
from zhaohu.services.register.first_steps import FirstStep, Standing, first_steps
from zhaohu.ui.draft_place import DraftPlace
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.closing import ready_words
from zhaohu.ui.pages.first_steps import FirstSteps
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.today_columns import STATES, due_columns
from zhaohu.ui.pages.unfinished import Unfinished, address_of
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.tiles import Tile, TileRow

AHEAD_DAYS = 7
_CLASSES = "classes"
_PUT_AWAY = "first_steps.put_away"
_AT_THE_START = Standing(dict.fromkeys(FirstStep, 0))


@dataclass(frozen=True, slots=True)
class _Read:
    due: list[DueRow]
    standing: Standing
    put_away: bool
    classes: list[classes.ClassRow]
    forms: frozenset[str]
    drafts: list[DraftRow]


_NOTHING = _Read([], _AT_THE_START, False, [], frozenset(), [])
"""While nothing was read."""


def today_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return TodayPage(desk, hub, runner)


class TodayPage(LoadingPage):
    """Tiles that filter the list below them; a row opens the child, or the form to record."""

    tables = frozenset(
        {"child", "visit", "household", "caregiver", "village", "parenting_class", "attendance", "draft", "teacher"}
    )

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._read = _NOTHING
        self._record = button(_("Record"), self._on_record, icon="edit", shortcut="Ctrl+R")
        self._record.setEnabled(False)
        self._tiles = {
            DueState.OVERDUE: Tile(_("Overdue"), DueState.OVERDUE),
            DueState.DUE: Tile(_("Due now"), DueState.DUE),
            DueState.UPCOMING: Tile(_("Next {n} days").format(n=AHEAD_DAYS), DueState.UPCOMING),
            _CLASSES: Tile(_("Classes today"), _CLASSES),
        }
        self.search = TextField(width="field_short", placeholder=_("Filter"))
        self.search.set_name(_("Filter by child, caregiver or village"))
        self.village = SelectField(width="field_short")
        self.village.set_name(_("Village"))
        self.contact = SelectField(width="tile")
        self.contact.set_name(_("What is due"))
        self.table = DataTable(
            due_columns(),
            name=_("Who is due for what"),
            chips=[("", _("All")), *((state, state_label(state)) for state in STATES)],
            empty=EmptyState("", "", icon="today"),
            export=list_export(self, desk, _("Due list"), self._write_due),
        )
        for field in (self.search, self.village, self.contact):
            self.table.tools.addWidget(field)
            field.changed.connect(self._show_rows)
        self.table.tools.addWidget(self._record)
        self.unfinished = Unfinished()
        self.unfinished.chosen.connect(self._on_draft)
        self.unfinished.thrown.connect(self._on_thrown)
        self.steps = FirstSteps()
        self.steps.wanted.connect(self.go)
        self.steps.put_away.connect(self._on_put_away)
        self._tile_row = TileRow(self._tiles.values())
        self.body.addWidget(self.steps)
        self.body.addWidget(self._tile_row)
        self.body.addWidget(self.unfinished)
        self.to_close = Notice(action=button(_("Look at them"), self._on_closing, kind="link"))
        self.body.addWidget(self.to_close)
        self.body.addWidget(self.table, 1)
        for tile in self._tiles.values():
            tile.clicked.connect(self._on_tile)
        self.table.filtered.connect(self._show_rows)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)

    def refresh(self) -> None:
        """Read the due list anew."""
        self.fetch(self._load, self._take)
        if self._desk.person.role in WRITERS:
            self.fetch(lambda: len(closing.to_close(self._desk)), self._offer_closing, part="closing")

    def first_focus(self):
        """The list, so that arrows and Enter work at once; at an empty station what is done first."""
        return self.table.view if self._read.standing.begun else self.steps.lines[FirstStep.CHILDREN].buttons[0]

    def _load(self) -> _Read:
        today = self._desk.today
        due = duties.due_list(self._desk, within_days=AHEAD_DAYS, include_done_late=False)
        held = [row for row in classes.list_classes(self._desk) if row.held_on == today]
        begun = drafts.list_drafts(self._desk) if self._desk.person.role in WRITERS else []
        put_away = bool(preferences.read(self._desk, _PUT_AWAY, False))
        return _Read(due, first_steps(self._desk), put_away, held, frozenset(reference.forms()), begun)

    def _take(self, read: _Read) -> None:
        here = QApplication.focusWidget()
        first = self._read is _NOTHING and not read.standing.begun and here is not None and self.isAncestorOf(here)
        self._read = read
        with self.filling():
            self.village.set_options(_all_or(_("All villages"), sorted({row.village for row in read.due})))
            self.contact.set_options(_all_or(_("All contacts"), _in_order(read.due)))
        self.unfinished.set_drafts(read.drafts)
        self._show_steps()
        self._show_tiles()
        self._show_rows()
        if first:  # when the page opened it was not known yet that the station is empty
            self.first_focus().setFocus()

    def _show_steps(self) -> None:
        standing, person = self._read.standing, self._desk.person
        if person.role in WRITERS and not (standing.begun and self._read.put_away):
            self.steps.show_standing(standing, admin=person.role is Role.ADMIN)
        else:
            self.steps.hide()
        self._tile_row.setVisible(standing.begun)

    def _show_tiles(self) -> None:
        due = self._read.due
        for state in STATES:
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
        started = self._read.standing.begun
        for one in (self.search, self.village, self.contact):
            one.setVisible(started)
        self._record.setVisible(started and self._desk.person.role in WRITERS)
        self.table.empty.set_words(*self._empty_words())
        self.table.set_rows(rows)

    def _empty_words(self) -> tuple[str, str]:
        if not self._read.standing.begun:
            advice = _(
                "As soon as there are children, the program works out from the national schedule which visits and "
                "checks each is due for, and lists them here."
            )
            return _("The due list appears here"), advice
        if not self._read.due:
            return _("Nothing is due"), _("No visit or check is overdue, due now or due in the next days.")
        return _("Nothing fits the filters"), _("Choose “All” or empty the filters to see the whole list.")

    def _write_due(self, headings: list[str], place: Path) -> None:
        columns = due_columns()
        child_exports.export_due(
            self._desk,
            self.table.rows(),
            name=_("Due list"),
            headings=headings,
            cells=lambda row: [column.value(row) for column in columns],
            place=place,
        )

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

    def _offer_closing(self, n: int) -> None:
        self.to_close.say(ready_words(n) if n else "")

    def _on_closing(self) -> None:
        self.go.emit("closing")

    def _on_put_away(self) -> None:
        def work(_context: object) -> None:
            preferences.save(self._desk, _PUT_AWAY, True)

        self.act(work, self._on_away, title=_("Saving"))

    def _on_away(self, _nothing: None) -> None:
        self.steps.hide()
        self.table.view.setFocus()


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
