"""转接: children on their way from one station to another; a station takes or refuses those who come to it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.records.codes import SiteKind
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register import incoming, releases, villages
from zhaohu.services.register.handovers import HandoverRow, Stage
from zhaohu.services.register.incoming import Offered
from zhaohu.ui.dialogs.take_child import refuse_child, take_child
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.table import Column

_OPEN, _ALL = "open", ""
_TONES = {Stage.OFFERED: "attention", Stage.HELD: "danger", Stage.ACCEPTED: "done", Stage.REFUSED: "attention"}
_ICONS = {
    Stage.OFFERED: "import",
    Stage.HELD: "danger",
    Stage.ACCEPTED: "check",
    Stage.REFUSED: "attention",
    Stage.ASKED_BACK: "undo",
    Stage.RELEASED: "export",
    Stage.TAKEN: "clock",
}


@dataclass(frozen=True, slots=True)
class _Read:
    rows: list[HandoverRow]
    offers: dict[str, Offered]
    villages: list[tuple[str, str]]


def transfers_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return TransfersPage(desk, hub, runner)


class TransfersPage(LoadingPage):
    """At a station what comes and what goes; at the center all of the district, only to look at."""

    tables = frozenset({"transfer", "transfer_answer", "handover", "offer", "child", "village"})

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._at_station = desk.site.kind is SiteKind.STATION
        self._read = _Read([], {}, [])
        self.notice = Notice()
        self.table = self._make_table()
        self.body.addWidget(self.notice)
        self.body.addWidget(self.table, 1)
        self._answers: list[QWidget] = []
        if self._at_station and desk.person.role in WRITERS:
            self._add_answers()
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self.table.filtered.connect(self._show_rows)

    def _add_answers(self) -> None:
        self.take_button = button(_("Take over…"), self.take, kind="primary", icon="import")
        self.refuse_button = button(_("Refuse…"), self.refuse, icon="close")
        self._answers = [self.refuse_button, self.take_button]
        for one in self._answers:
            one.setEnabled(False)
            self.table.tools.addWidget(one)

    def _make_table(self) -> DataTable:
        advice = (
            _(
                "A child who moves within the district is released on its page, under “Status and moves”. Children "
                "whom other stations release to this one appear here with the center's next return packet."
            )
            if self._at_station
            else _("Releases appear here with the stations' bundles.")
        )
        return DataTable(
            _columns(at_station=self._at_station),
            name=_("Children on their way"),
            chips=[(_OPEN, _("Under way")), (_ALL, _("All"))],
            empty=EmptyState(_("No child is on its way"), advice, icon="family"),
            export=list_export(self, self._desk, _("Children on their way")),
        )

    def refresh(self) -> None:
        """Read everything anew."""
        self.fetch(self._load, self._take)

    def first_focus(self):
        """The list."""
        return self.table.view

    def take(self) -> None:
        """Ask where the marked child's family lives, and take it over."""
        offer = self._marked()
        if offer is not None:
            dialog = take_child(self.window(), self._desk, self._runner, offer, self._read.villages)
            dialog.saved.connect(self._on_taken)

    def refuse(self) -> None:
        """Ask why the marked child is refused."""
        offer = self._marked()
        if offer is not None:
            refuse_child(self.window(), self._desk, self._runner, offer)

    def _load(self) -> _Read:
        if not self._at_station:
            return _Read(releases.handovers(self._desk), {}, [])
        offers = {one.transfer_id: one for one in incoming.list_offers(self._desk)}
        places = [(one.id, one.name) for one in villages.list_own(self._desk) if one.closed_on is None]
        return _Read(releases.handovers(self._desk), offers, places)

    def _take(self, read: _Read) -> None:
        self._read = read
        held = any(row.stage is Stage.HELD for row in read.rows)
        words = _("A child is offered only when none of its records is kept aside; look at them in the inbox.")
        self.notice.say(words if held else "", "attention")
        self._show_rows()

    def _show_rows(self) -> None:
        chosen = self.table.chips.current()
        self.table.set_rows([row for row in self._read.rows if row.is_open or chosen != _OPEN])

    def _marked(self) -> Offered | None:
        row = self.table.view.current_row()
        return self._read.offers.get(row.transfer_id) if row is not None else None

    def _on_picked(self, _row: HandoverRow | None) -> None:
        for one in self._answers:
            one.setEnabled(self._marked() is not None)

    def _on_opened(self, row: HandoverRow) -> None:
        """A child that waits is taken; another one's page is opened, where this profile has it."""
        if row.transfer_id in self._read.offers:
            if self._answers:
                self.take()
        elif row.is_here:
            self.go.emit(f"child/{row.child_id}")

    def _on_taken(self, child_id: str) -> None:
        self.go.emit(f"child/{child_id}")


def _columns(*, at_station: bool) -> list[Column]:
    direction = Column(
        _("Direction"),
        lambda row: {"in": _("Comes"), "out": _("Goes")}.get(row.direction, ""),
        width=8,
        icon=lambda row: "import" if row.direction == "in" else "export",
    )
    other = Column(_("Other station"), _other, width=26, hint=_other)
    both = [
        Column(_("From station"), lambda row: row.from_name, width=24, hint=lambda row: row.from_name),
        Column(_("To station"), lambda row: row.to_name, width=24, hint=lambda row: row.to_name),
    ]
    return [
        *([direction] if at_station else []),
        Column(_("Name"), lambda row: row.child_name or None, width=12),
        *([other] if at_station else both),
        Column(_("Released on"), lambda row: row.released_on, width=12),
        Column(
            _("State"),
            lambda row: row.words,
            width=30,
            icon=lambda row: _ICONS.get(row.stage, ""),
            tone=lambda row: _TONES.get(row.stage, ""),
            hint=lambda row: row.words,
        ),
        Column(_("Since"), lambda row: row.on, width=12),
        Column(_("Reason"), lambda row: row.reason or None, width=0, hint=lambda row: row.reason),
    ]


def _other(row: HandoverRow) -> str:
    """The station that is not this one."""
    return row.from_name if row.direction == "in" else row.to_name
