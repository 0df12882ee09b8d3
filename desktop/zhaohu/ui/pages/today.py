"""今日: who is due for what, overdue first; the page on which a day at a station begins."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QApplication

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.records.codes import Role
from zhaohu.records.codes import label as code_label
from zhaohu.rules.schedule import DueState
from zhaohu.services import preferences
from zhaohu.services.care import drafts
from zhaohu.services.care.drafts import DraftRow
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.due import duties
from zhaohu.services.due.duties import DueRow, DueStart, state_label
from zhaohu.services.guidance import classes
from zhaohu.services.register import closing
from zhaohu.services.register.first_steps import FirstStep, Standing, first_steps
from zhaohu.ui.draft_place import DraftPlace
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.closing import ready_words
from zhaohu.ui.pages.first_steps import FirstSteps
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.today_columns import NOT_DONE, OPEN, STATES, due_columns
from zhaohu.ui.pages.today_filters import DueFilters
from zhaohu.ui.pages.today_scan import ScanBox
from zhaohu.ui.pages.unfinished import Unfinished, address_of
from zhaohu.ui.pages.worklist_table import WorkActions, WorkTable
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import column, panel, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.tiles import Tile, TileRow
from zhaohu.ui.widgets.words import show_if

AHEAD_DAYS = 7
FIRST_ROWS = 200
"""A long list opens with so many rows; the others, which the filters work on too, are read while those are shown."""
_CLASSES = "classes"
_PUT_AWAY = "first_steps.put_away"
_AT_THE_START = Standing(dict.fromkeys(FirstStep, 0))


@dataclass(frozen=True, slots=True)
class _Read:
    due: DueStart
    standing: Standing
    put_away: bool
    classes: list[classes.ClassRow]
    drafts: list[DraftRow]


_NOTHING = _Read(DueStart.of([]), _AT_THE_START, False, [], [])
"""While nothing was read."""


def today_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return TodayPage(desk, hub, runner)


class TodayPage(LoadingPage):
    """Tiles that filter the list below them; a row opens the child, a key does what is to be done with it."""

    tables = frozenset(
        {
            "child",
            "visit",
            "household",
            "caregiver",
            "village",
            "parenting_class",
            "attendance",
            "draft",
            "teacher",
            "child_risk",
            "appointment",
            "attempt",
            "extra_contact",
        }
    )

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._read = _NOTHING
        self._not_done: list[DueRow] | None = None
        self._tiles = {
            DueState.OVERDUE: Tile(_("Overdue"), DueState.OVERDUE),
            DueState.DUE: Tile(_("Due now"), DueState.DUE),
            DueState.UPCOMING: Tile(_("Next {n} days").format(n=AHEAD_DAYS), DueState.UPCOMING),
            _CLASSES: Tile(_("Classes today"), _CLASSES),
        }
        self.scan = ScanBox(self, desk)
        self.filters = DueFilters()
        self.table = WorkTable(
            self,
            desk,
            name=_("Due list"),
            columns=due_columns(past=True),
            chips=[("", _("Still to do")), *((state, state_label(state)) for state in STATES)],
            empty=EmptyState("", "", icon="today"),
        )
        self.doing = WorkActions(self, desk, self.table)
        self.unfinished = Unfinished()
        self.steps = FirstSteps()
        self._tile_row = TileRow(self._tiles.values())
        self.to_close = Notice(action=button(_("Look at them"), self._on_closing, kind="link"))
        head = row(gap=3)
        head.addWidget(self._tile_row, 3)
        head.addWidget(self.scan, 1)
        self._head = panel(head)
        for widget in (self.steps, self._head, self.unfinished, self.to_close):
            self.body.addWidget(widget)
        list_ = column(self.filters, self.doing.bar, gap=2)
        list_.addWidget(self.table, 1)
        self.body.addLayout(list_, 1)
        self._connect()

    def _connect(self) -> None:
        self.filters.changed.connect(self._show_rows)
        self.table.filtered.connect(self._show_rows)
        self.scan.found.connect(self.go)
        self.unfinished.chosen.connect(self._on_draft)
        self.unfinished.thrown.connect(self._on_thrown)
        self.steps.wanted.connect(self.go)
        self.steps.put_away.connect(self._on_put_away)
        for tile in self._tiles.values():
            tile.clicked.connect(self._on_tile)

    def refresh(self) -> None:
        """Read the due list anew; when the page opens, its first rows before all others."""
        if self._read is _NOTHING:
            self.fetch(self._load_first, self._take_first)
            return
        self._read_all()

    def _read_all(self) -> None:
        self.fetch(self._load, self._take)
        self._read_beside()

    def _read_beside(self) -> None:
        self._not_done = None
        if self.table.chips.current() in NOT_DONE:
            self._read_not_done()
        if self._desk.person.role in WRITERS:
            self.fetch(lambda: len(closing.to_close(self._desk)), self._offer_closing, part="closing")

    def first_focus(self):
        """The list, so that arrows and Enter work at once; at an empty station what is done first."""
        return self.table.view if self._read.standing.begun else self.steps.lines[FirstStep.CHILDREN].buttons[0]

    def _load_first(self) -> _Read:
        return self._around(duties.due_start(self._desk, within_days=AHEAD_DAYS, first=FIRST_ROWS))

    def _load(self) -> _Read:
        return self._around(DueStart.of(duties.due_list(self._desk, within_days=AHEAD_DAYS, include_done_late=False)))

    def _around(self, due: DueStart) -> _Read:
        today = self._desk.today
        held = [row for row in classes.list_classes(self._desk) if row.held_on == today]
        begun = drafts.list_drafts(self._desk) if self._desk.person.role in WRITERS else []
        put_away = bool(preferences.read(self._desk, _PUT_AWAY, False))
        return _Read(due, first_steps(self._desk), put_away, held, begun)

    def _take_first(self, read: _Read) -> None:
        self._take(read)
        if read.due.is_all:
            self._read_beside()
            return
        self.repaint()  # before the reading of the others takes its share of the processor
        self._read_all()

    def _take(self, read: _Read) -> None:
        here = QApplication.focusWidget()
        first = self._read is _NOTHING and (here is None or self.isAncestorOf(here))
        self._read = read
        with self.filling():
            self.filters.offer(read.due.rows)
        self.unfinished.set_drafts(read.drafts)
        self._show_steps()
        self._show_tiles()
        self._show_rows()
        if first:  # when the page opened the list was empty and could not take the keyboard
            self.first_focus().setFocus()

    def _show_steps(self) -> None:
        standing, person = self._read.standing, self._desk.person
        if person.role in WRITERS and not (standing.begun and self._read.put_away):
            self.steps.show_standing(standing, admin=person.role is Role.ADMIN)
        else:
            self.steps.hide()
        show_if(self._head, standing.begun)
        show_if(self.filters, standing.begun)
        self.doing.offer(standing.begun)

    def _show_tiles(self) -> None:
        due, count = self._read.due, self._read.due.counts
        for state in OPEN:
            words = _("{name} {n}").format(name=state_label(state), n=format_number(count[state]))
            self.table.chips.set_words(state, words)
            if state in self._tiles:
                self._tiles[state].set_figure(format_number(count[state]), *_tile_note(state, due))
        n = format_number(sum(count[state] for state in OPEN))
        self.table.chips.set_words("", _("{name} {n}").format(name=_("Still to do"), n=n))
        held = self._read.classes
        first = f"{held[-1].starts_at} {code_label(held[-1].kind)}" if held else ""
        self._tiles[_CLASSES].set_figure(format_number(len(held)), first, "accent" if held else "")

    def _show_rows(self) -> None:
        state = self.table.chips.current()
        if state in NOT_DONE and self._not_done is None:
            self._read_not_done()
        due = (self._not_done or []) if state in NOT_DONE else self._read.due.rows
        self.table.empty.set_words(*self._empty_words())
        self.table.set_rows(self.filters.keep(one for one in due if not state or one.state == state))

    def _read_not_done(self) -> None:
        """Refused and missed contacts are many and rarely asked for: they are read when their chip is pressed."""

        def read() -> list[DueRow]:
            rows = duties.due_list(self._desk, include_done_late=False, include_missed=True)
            return [one for one in rows if one.state in NOT_DONE]

        self.fetch(read, self._take_not_done, part="not_done")

    def _take_not_done(self, rows: list[DueRow]) -> None:
        self._not_done = rows
        for state in NOT_DONE:
            n = format_number(sum(one.state is state for one in rows))
            self.table.chips.set_words(state, _("{name} {n}").format(name=state_label(state), n=n))
        self._show_rows()

    def _empty_words(self) -> tuple[str, str]:
        if self.table.chips.current() in NOT_DONE and self._not_done is None:
            return _("Reading"), ""
        if not self._read.standing.begun:
            advice = _(
                "As soon as there are children, the program works out from the national schedule which visits and "
                "checks each is due for, and lists them here."
            )
            return _("The due list appears here"), advice
        if not self._read.due.rows:
            return _("Nothing is due"), _("No visit or check is overdue, due now or due in the next days.")
        return _("Nothing fits the filters"), _("Choose “Still to do” or empty the filters to see the whole list.")

    def _on_tile(self, key: str) -> None:
        if key == _CLASSES:
            self.go.emit(_CLASSES)
            return
        self.table.chips.choose(key)
        self._show_rows()
        self.table.view.setFocus()

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


def _tile_note(state: DueState, due: DueStart) -> tuple[str, str]:
    """The quiet line of a tile and its tone."""
    if state is DueState.OVERDUE and due.counts[state]:
        days = due.longest_late
        return ngettext("longest {n} day", "longest {n} days", days).format(n=days), "danger"
    if state is DueState.OVERDUE:
        return _("nobody is overdue"), "done"
    if state is DueState.DUE and due.due_at_risk:
        n = due.due_at_risk
        return ngettext("{n} with a risk", "{n} with a risk", n).format(n=n), "attention"
    return "", ""
