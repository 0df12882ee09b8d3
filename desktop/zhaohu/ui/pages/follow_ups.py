"""追踪: everything positive that waits for its outcome: findings, referrals, special cases; of a station, or of all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_number
from zhaohu.records.codes import FollowUpKind, SiteKind
from zhaohu.services.desk import Desk
from zhaohu.services.follow import follow_ups
from zhaohu.services.follow.follow_up_export import export_follow_ups
from zhaohu.services.follow.follow_ups import FollowUpRow, FollowUpState
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.follow_up_list import FollowUpList
from zhaohu.ui.pages.follow_up_words import (
    due_hint,
    due_icon,
    kind_icon,
    standing_icon,
    standing_tone,
    standing_words,
)
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.table import Column

_ALL, _OPEN, _WAITING, _OVERDUE, _CASES, _CLOSED = "", "open", "waiting", "overdue", "cases", "closed"
_CHIPS = (_ALL, _OPEN, _WAITING, _OVERDUE, _CASES, _CLOSED)


@dataclass(frozen=True, slots=True)
class _Read:
    open: list[FollowUpRow]
    closed: list[FollowUpRow]


def follow_ups_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return FollowUpsPage(desk, hub, runner)


class FollowUpsPage(LoadingPage):
    """Chips filter the list; the marked row is told at the right and decided by key."""

    tables = frozenset(
        {"follow_up", "extra_contact", "visit", "child", "household", "village", "transfer", "station", "status_change"}
    )

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._read = _Read([], [])
        self._center = desk.site.kind is SiteKind.CENTER
        self.search = TextField(width="field_short", placeholder=_("Filter"))
        self.search.set_name(_("Filter by child, finding or place"))
        self.place = SelectField(width="field_short")
        self.place.set_name(_("Station") if self._center else _("Village"))
        table = DataTable(
            self._columns(),
            name=_("Follow-up"),
            chips=[(key, _chip(key)) for key in _CHIPS],
            empty=EmptyState("", "", icon="follow-ups"),
            export=list_export(self, desk, _("Follow-up"), self._write),
        )
        for field in (self.search, self.place):
            field.changed.connect(self._show_rows)
        self.list = FollowUpList(self, desk, table, tools=(self.search, self.place))
        self.body.addWidget(self.list, 1)
        table.filtered.connect(self._show_rows)

    def refresh(self) -> None:
        """Read what is followed anew."""
        self.fetch(self._load, self._take)

    def first_focus(self) -> QWidget:
        """The list, so that arrows and keys work at once."""
        return self.list.table.view

    def _load(self) -> _Read:
        return _Read(follow_ups.list_open(self._desk), follow_ups.list_closed(self._desk))

    def _take(self, read: _Read) -> None:
        self._read = read
        chosen = self.place.value()
        names = sorted({self._place(one) for one in (*read.open, *read.closed)} - {""})
        with self.filling():
            self.place.set_options(options_of([("", _("All")), *((name, name) for name in names)]))
            self.place.set_value(chosen if chosen in names else "")
        for key in _CHIPS:
            words = _("{name} {n}").format(name=_chip(key), n=format_number(len(self._of_chip(key))))
            self.list.table.chips.set_words(key, words)
        self._show_rows()

    def _of_chip(self, key: str) -> list[FollowUpRow]:
        if key == _CLOSED:
            return self._read.closed
        return [one for one in self._read.open if _belongs(one, key)]

    def _show_rows(self) -> None:
        key, wanted, place = self.list.table.chips.current(), self.search.value(), self.place.value()
        rows = [
            one
            for one in self._of_chip(key)
            if (not place or self._place(one) == place) and (not wanted or _matches(one, str(wanted)))
        ]
        self.list.table.empty.set_words(*self._empty_words(key))
        self.list.set_rows(rows)

    def _empty_words(self, key: str) -> tuple[str, str]:
        if self._of_chip(key):
            return _("Nothing fits the filters"), _("Empty the filters to see the whole list.")
        if key == _CLOSED:
            return _("Nothing was closed in the last year"), ""
        if self._read.open:
            return _("Nothing is here"), _("Choose “All open” to see everything that is followed.")
        advice = _(
            "What a visit or check finds that must not be lost is listed here until somebody enters its outcome: "
            "danger signs, growth, anaemia, warning signs, referrals and special cases."
        )
        return _("Nothing waits for its outcome"), advice

    def _write(self, headings: list[str], place: Path) -> object:
        columns = self.list.table.view.table_model.columns
        return export_follow_ups(
            self._desk,
            self.list.table.rows(),
            name=_("Follow-up"),
            headings=headings,
            cells=lambda one: [column.value(one) for column in columns],
            place=place,
        )

    def _place(self, one: FollowUpRow) -> str:
        return one.station_name if self._center else one.village

    def _columns(self) -> list[Column]:
        return [
            Column(
                _("State"),
                standing_words,
                width=16,
                icon=standing_icon,
                tone=standing_tone,
                sort=lambda one: (-one.days_over, one.state),
            ),
            Column(_("Child"), lambda one: one.child, width=8),
            Column(_("Matter"), lambda one: one.title, width=0, icon=kind_icon, hint=lambda one: one.advice),
            Column(_("Found"), lambda one: one.last_on, width=10),
            Column(_("Due or closed"), lambda one: one.due or one.closed_on, width=13, icon=due_icon, hint=due_hint),
            Column(_("Station") if self._center else _("Village"), lambda one: self._place(one) or None, width=10),
        ]


def _chip(key: str) -> str:
    return {
        _ALL: _("All open"),
        _OPEN: _("To be dealt with"),
        _WAITING: _("Answer awaited"),
        _OVERDUE: _("Overdue"),
        _CASES: _("Special cases"),
        _CLOSED: _("Closed (one year)"),
    }[key]


def _belongs(one: FollowUpRow, key: str) -> bool:
    return {
        _ALL: True,
        _OPEN: one.state is FollowUpState.OPEN,
        _WAITING: one.kind is FollowUpKind.REFERRAL,
        _OVERDUE: one.overdue,
        _CASES: one.kind is FollowUpKind.CASE,
    }[key]


def _matches(one: FollowUpRow, wanted: str) -> bool:
    text = " ".join((one.child, one.title, one.advice, one.village, one.station_name, one.to))
    return wanted.strip().casefold() in text.casefold()
