"""开始使用: the way of a new station from an empty register to its first due list, and what comes after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.services.register.first_steps import FirstStep, Standing
from zhaohu.ui.draft_place import GO_ON
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import STRETCH, Card, column, panel, row
from zhaohu.ui.widgets.words import IconLabel, label, mark, show_if


@dataclass(frozen=True, slots=True)
class _Way:
    """A button of a step: what it says, and the page that it opens."""

    words: str
    address: str
    icon: str
    kind: str = ""


class FirstSteps(Card):
    """What is done and what comes next; hidden when nothing is left to do.

    Signals:
        wanted(address): A step's page is to be opened.
        put_away: It is not to be shown any more.
    """

    wanted = Signal(str)
    put_away = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title = label("", "section")
        self.away_button = button(_("Do not show again"), self.put_away.emit, kind="flat")
        self.body.addLayout(row(self._title, STRETCH, self.away_button))
        self.lines = {
            FirstStep.VILLAGES: _Line(
                _("List the villages and communities"),
                _("Paste their names, one to a line. It may wait: a roster brings its villages along."),
                [_Way(_("Villages"), "settings/villages", "map")],
            ),
            FirstStep.CHILDREN: _Line(
                _("Import the township's roster"),
                _("Excel or CSV as it is: every row is checked and shown first, and the whole can be undone."),
                [
                    _Way(_("Import the roster"), "roster", "import", "primary"),
                    _Way(_("Register by hand"), f"children/{GO_ON}", "add"),
                ],
            ),
            FirstStep.TEACHERS: _Line(
                _("Enter the guidance teachers"),
                _("Who works here, with which certificate, and which villages each looks after."),
                [_Way(_("Teachers"), "staffing", "staffing")],
            ),
            FirstStep.ACCOUNTS: _Line(
                _("Give each colleague an account"),
                _("So that every record says who made it."),
                [_Way(_("Accounts"), "settings/accounts", "user")],
            ),
        }
        for line in self.lines.values():
            line.wanted.connect(self.wanted)
            self.body.addWidget(line)
        self.hide()

    def show_standing(self, standing: Standing, *, admin: bool) -> None:
        """Tick what is done; once there are children, only what is left stays. Accounts are an administrator's."""
        figures = {
            FirstStep.VILLAGES: ngettext("{n} village", "{n} villages", standing.counts[FirstStep.VILLAGES]),
            FirstStep.CHILDREN: ngettext("{n} child", "{n} children", standing.counts[FirstStep.CHILDREN]),
            FirstStep.TEACHERS: ngettext("{n} teacher", "{n} teachers", standing.counts[FirstStep.TEACHERS]),
            FirstStep.ACCOUNTS: ngettext("{n} account", "{n} accounts", standing.counts[FirstStep.ACCOUNTS]),
        }
        left = [step for step in FirstStep if not standing.done(step) and (admin or step is not FirstStep.ACCOUNTS)]
        shown = [step for step in FirstStep if step in left or (not standing.begun and step is not FirstStep.ACCOUNTS)]
        for step, line in self.lines.items():
            figure = figures[step].format(n=format_number(standing.counts[step]))
            number = shown.index(step) + 1 if step in shown else 0
            line.show_state(number, figure if standing.done(step) else "", brief=standing.begun)
            show_if(line, step in shown)
        begun, new = _("Getting started: what is left"), _("Getting started: to the first due list in five minutes")
        self._title.setText(begun if standing.begun else new)
        show_if(self.away_button, standing.begun)
        self.setVisible(bool(left))


class _Line(QWidget):
    """One step: number or tick, what and why, and the buttons that do it."""

    wanted = Signal(str)

    def __init__(self, title: str, why: str, ways: Sequence[_Way]) -> None:
        super().__init__()
        self._number, self._tick = mark("", "accent"), IconLabel("check-circle", "done")
        self._figure = label("", "soft", tone="done")
        line = row(self._number, self._tick, gap=3)
        self._why = label(why, "soft", wrap=True)
        line.addWidget(panel(column(label(title, "strong"), self._why, gap=0)), 1)
        line.addWidget(self._figure)
        self.buttons = []
        for way in ways:
            made = button(way.words, self._on_pressed, kind=way.kind, icon=way.icon)
            made.setObjectName(way.address)
            self.buttons.append(made)
            line.addWidget(made)
        self.setLayout(line)

    def show_state(self, number: int, figure: str, *, brief: bool) -> None:
        """Its number, or a tick and how much there is; brief: without saying why."""
        show_if(self._why, not brief)
        self._number.setText(str(number))
        self._figure.setText(figure)
        for widget, shown in ((self._number, not figure), (self._tick, bool(figure)), (self._figure, bool(figure))):
            show_if(widget, shown)

    def _on_pressed(self) -> None:
        pressed = self.sender()
        if pressed is not None:
            self.wanted.emit(pressed.objectName())
