"""What narrows the list of children: quick chips, menus, a line to type in, and the chips that take a filter away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, Literal

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from zhaohu.i18n import N_, _
from zhaohu.records.codes import ChildStatus, Risk, label
from zhaohu.services.register.child_list import ChildFilter, DueNow
from zhaohu.ui import icons, theme
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.chips import ChipBar
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.layout import flow
from zhaohu.ui.widgets.pick_button import PickButton
from zhaohu.ui.widgets.words import set_kind, show_if

PAUSE_MS = 60
UNSEEN = "unseen"
_BANDS = {
    "0": (N_("under 6 months"), 0, 6),
    "6": (N_("6–11 months"), 6, 12),
    "12": (N_("12–23 months"), 12, 24),
    "24": (N_("24–35 months"), 24, 36),
    "36": (N_("3 years and over"), 36, 1200),
}
_MARKS = {
    "high_risk": N_("High risk"),
    "overdue": N_("overdue"),
    "due": N_("due now"),
    "growth": N_("Growth problem"),
    UNSEEN: N_("not seen this year"),
}
_CONSENTS: dict[str, str] = {"missing": N_("No consent form yet"), "refused": N_("Something refused")}
_ON_REGISTER = (str(ChildStatus.ACTIVE),)
_MOST_CHIPS = 3


class ChildrenFilter(QWidget):
    """The filters; `query` is the line to type in, `taken` the less used menus and the removable chips: the page
    places both.

    Args:
        at_center: All stations' children: the station can be chosen too.

    Signals:
        changed: A person narrowed or widened the list.
    """

    changed = Signal()

    def __init__(self, *, at_center: bool) -> None:
        super().__init__()
        self.query = TextField(width="search", placeholder=_("Name, pinyin, last digits, caregiver, village"))
        self.query.set_name(_("Find in this list"))
        bands = [(key, _(words)) for key, (words, *_span) in _BANDS.items()]
        self.ages = ChipBar(bands, optional=True, name=_("Age"))
        self.marks = ChipBar([(key, _(words)) for key, words in _MARKS.items()], single=False, name=_("Marks"))
        self.station = PickButton(_("Station"), several=False)
        self.village, self.status = PickButton(_("Village")), PickButton(_("Status"), usual=_ON_REGISTER)
        self.teacher = PickButton(_("Guidance teacher"), several=False)
        self.risks = PickButton(_("Risk factor"))
        self.consent = PickButton(_("Consent"), several=False)
        self.taken = QWidget()
        self.clear_button = button(_("Clear the filters"), self.clear, kind="link")
        self._picks = {
            "station": self.station,
            "villages": self.village,
            "statuses": self.status,
            "teacher": self.teacher,
            "risks": self.risks,
            "consent": self.consent,
        }
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._on_changed)
        self._removals: list[QPushButton] = []
        self._build(at_center=at_center)

    def _build(self, *, at_center: bool) -> None:
        self.status.set_options([(str(status), label(status)) for status in ChildStatus])
        self.risks.set_options([(str(risk), label(risk)) for risk in Risk])
        self.consent.set_options([(key, _(words)) for key, words in _CONSENTS.items()])
        show_if(self.station, at_center)
        first, second = [self.village], [self.teacher, self.risks, self.consent]
        if at_center:  # the stations take its place in the first line
            second.insert(0, self.status)
        else:
            first.append(self.status)
        self.setLayout(flow(self.ages, self.marks, self.station, *first, gap=2))
        self._taken_flow = flow(*second, self.clear_button, gap=2)
        self.taken.setLayout(self._taken_flow)
        self.query.changed.connect(self._pause.start)
        self.ages.changed.connect(self._on_changed)
        self.marks.changed.connect(self._on_changed)
        for pick in self._picks.values():
            pick.changed.connect(self._on_changed)
        self._show_taken()

    def order_tabs(self) -> None:
        """Tab goes through the menus in the order in which they are seen; for when the page has placed them."""
        menus = (self.station, self.village, self.status, self.teacher, self.risks, self.consent, self.clear_button)
        for before, after in pairwise(menus):
            QWidget.setTabOrder(before, after)

    # -- what is wanted

    def wanted(self) -> ChildFilter:
        """The filter for the service."""
        marks, age = self.marks.chosen(), self.ages.current()
        due = {"overdue": DueNow.OVERDUE, "due": DueNow.DUE}
        statuses = tuple(ChildStatus(key) for key in self.status.chosen())
        consent: Literal["", "missing", "refused"] = ""
        for state in ("missing", "refused"):
            if state in self.consent.chosen():
                consent = state
        return ChildFilter(
            query=self.query.text(),
            station="".join(self.station.chosen()),
            village_ids=self.village.chosen(),
            statuses=() if len(statuses) == len(ChildStatus) else statuses,
            age_months=_BANDS[age][1:] if age else None,
            high_risk="high_risk" in marks,
            risks=tuple(Risk(key) for key in self.risks.chosen()),
            due=tuple(due[key] for key in due if key in marks),
            growth_problem="growth" in marks,
            unseen=UNSEEN in marks,
            teacher_id="".join(self.teacher.chosen()),
            consent=consent,
        )

    def content(self) -> dict[str, Any]:
        """What a saved view keeps of it: everything but what was typed."""
        picks = {name: list(pick.chosen()) for name, pick in self._picks.items()}
        return {**picks, "age": self.ages.current(), "marks": sorted(self.marks.chosen())}

    def show_content(self, content: Mapping[str, Any]) -> None:
        """Show what a saved view kept; what is typed goes. Does not emit `changed`."""
        self.query.set_value("")
        self._pause.stop()
        self.ages.choose(content.get("age", ""))
        self.marks.choose(*content.get("marks", ()))
        for name, pick in self._picks.items():
            if name in content:
                pick.choose(*content[name])
            else:
                pick.reset()
        self._show_taken()

    def clear(self) -> None:
        """Everybody on the register, by a person's wish."""
        self.show_content({})
        self.changed.emit()

    def is_narrowed(self) -> bool:
        """Whether anything is chosen but everybody on the register."""
        return self.wanted() != ChildFilter()

    def offer(
        self,
        *,
        villages: Sequence[tuple[str, str]],
        teachers: Sequence[tuple[str, str]],
        stations: Sequence[tuple[str, str]],
    ) -> None:
        """The villages, teachers and stations that there are, as (key, words)."""
        for pick, options in ((self.village, villages), (self.teacher, teachers), (self.station, stations)):
            if dict(options) != pick.options():
                pick.set_options(options)
        self._show_taken()

    # -- what a person does

    def _on_changed(self) -> None:
        self._pause.stop()
        self._show_taken()
        self.changed.emit()

    def _take_away(self, pick: PickButton, keys: Sequence[str]) -> None:
        left = [key for key in pick.chosen() if key not in keys]
        if left:
            pick.choose(*left)
        else:
            pick.reset()
        self._on_changed()
        self.query.editor().setFocus()

    def _show_taken(self) -> None:
        for gone in self._removals:
            self._taken_flow.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._taken_flow.removeWidget(self.clear_button)
        self._removals = [self._removal(pick, keys) for pick in self._picks.values() for keys in self._groups(pick)]
        for chip in self._removals:
            self._taken_flow.addWidget(chip)
        self._taken_flow.addWidget(self.clear_button)
        show_if(self.clear_button, self.is_narrowed())

    def _groups(self, pick: PickButton) -> list[tuple[str, ...]]:
        """The keys that one chip takes away: each its own, or all together when they are many."""
        chosen = pick.chosen()
        if pick.is_usual():
            return []
        return [chosen] if len(chosen) > _MOST_CHIPS else [(key,) for key in chosen]

    def _removal(self, pick: PickButton, keys: tuple[str, ...]) -> QPushButton:
        what = pick.words(keys[0]) if len(keys) == 1 else str(len(keys))
        words = _("{filter}: {value}").format(filter=pick.title(), value=what)
        chip = button(words.replace("&", "&&"), partial(self._take_away, pick, keys))
        set_kind(chip, "chip")
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands behind the words
        chip.setIcon(icons.icon("close", "quiet"))
        chip.setIconSize(QSize(theme.size("icon_small"), theme.size("icon_small")))
        chip.setToolTip(_("Take this filter away"))
        chip.setAccessibleName(_("Take this filter away") + " " + words)
        return chip
