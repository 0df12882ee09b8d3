"""What stands beside an entry form all the time: how far it is, its sections, growth, and what to note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from zhaohu.i18n import _
from zhaohu.rules.forms.model import Answer
from zhaohu.ui import icons, theme
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import STRETCH, Card, column, panel, row, scrolled
from zhaohu.ui.widgets.record_hints import Advice, HintsPanel
from zhaohu.ui.widgets.words import TONE_ICONS, IconLabel, label, set_kind, set_tone, show_if

NORMAL_KEY = "F4"


@dataclass(frozen=True, slots=True)
class Line:
    """A line beside the form: words, and a tone ("", accent, done, attention, danger)."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A doubt about one answer.

    Args:
        field: The form's field.
        text: What is doubtful, and what to do.
        hard: It cannot be saved as it is.
        settled: Nothing more is asked: a second measurement confirmed it.
        again: A second measurement answers it.
        offer: What the button beside it says, when the likely answers are known.
        likely: The answers that the button takes over, by field.
    """

    field: str
    text: str
    hard: bool = False
    settled: bool = False
    again: bool = False
    offer: str = ""
    likely: tuple[tuple[str, Answer], ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What is said of a form's answers by those who know more than the form.

    Args:
        lines: What stands beside it.
        questions: Doubts that stand at its fields.
        undecided: Fields that 全部正常 leaves empty: a person decides them.
        hints: What to note; None: the form's own hints.
        follows: Answers that follow from others, by field; they stand there until a person writes something else.
    """

    lines: Sequence[Line] = ()
    questions: Sequence[Question] = ()
    undecided: frozenset[str] = frozenset()
    hints: Sequence[Advice] | None = None
    follows: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Previous:
    """What a field said before: in words, on which day, and what the key = takes over (None: nothing)."""

    words: str
    on: str = ""
    same: object = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a form or one of its sections stands: how many answers are missing, how many wrong."""

    missing: int = 0
    wrong: int = 0

    def parts(self) -> list[str]:
        """In words, the worse first; none when nothing is missing or wrong."""
        parts = [_("{n} to mend").format(n=self.wrong)] if self.wrong else []
        return parts + ([_("{n} still empty").format(n=self.missing)] if self.missing else [])

    def tone(self) -> str:
        """Its tone."""
        return "danger" if self.wrong else "quiet" if self.missing else "done"


class LinesPanel(QFrame):
    """Toned lines one below the other under a title; hidden while there are none."""

    def __init__(self, title: str) -> None:
        super().__init__()
        set_kind(self, "notice")
        self._lines = column(gap=2)
        self.setLayout(column(label(title, "strong"), self._lines, gap=2, margin=3))
        self._shown: tuple[Line, ...] = ()
        self.hide()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines instead of the former."""
        if tuple(lines) == self._shown:
            return
        self._shown = tuple(lines)
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for line in self._shown:
            icon = IconLabel(TONE_ICONS.get(line.tone, "info"), line.tone or "quiet", size="icon_small")
            holder = row(gap=2)
            holder.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
            holder.addWidget(label(line.text, tone=line.tone, wrap=True), 1)
            self._lines.addWidget(panel(holder))
        show_if(self, bool(self._shown))

    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._shown


class RecordSide(QWidget):
    """The column at the right of an entry form.

    Args:
        sections: (name, title) of each section.

    Signals:
        all_normal: The button 全部正常.
        section(name): A section was picked.
    """

    all_normal = Signal()
    section = Signal(str)

    def __init__(self, sections: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        words = _("{act} ({key})").format(act=_("All normal"), key=NORMAL_KEY)
        hint = _("Fill what is still empty with the normal finding")
        self.normal_button = button(words, self.all_normal.emit, icon="check-circle", hint=hint)
        self.growth = LinesPanel(_("Growth assessment"))
        self.hints = HintsPanel()
        self._counts = label("", "note")
        self._links: dict[str, QPushButton] = {}
        self._states = {name: label("", "note") for name, _title in sections}
        card = Card(_("Sections"), self._counts, gap=0)
        for name, title in sections:
            link = button(title, self._on_link, kind="link", icon="check")
            link.setObjectName(name)
            self._links[name] = link
            card.body.addLayout(row(link, STRETCH, self._states[name], gap=1))
        inner = panel(column(self.hints, self.growth, card, STRETCH, gap=3))
        outer = column(self.normal_button, gap=3)
        outer.addWidget(scrolled(inner), 1)
        self.setLayout(outer)
        self.setFixedWidth(theme.size("side"))

    def show_standing(self, whole: Standing, sections: Mapping[str, Standing]) -> None:
        """How far the form and each of its sections are."""
        self._counts.setText(" · ".join(whole.parts()) or _("Complete"))
        set_tone(self._counts, whole.tone())
        for name, link in self._links.items():
            standing = sections[name]
            done = not standing.parts()
            ink = "done" if done else "danger" if standing.wrong else "line_strong"
            link.setIcon(icons.icon("check-circle" if done else "danger" if standing.wrong else "edit", ink))
            self._states[name].setText(next(iter(standing.parts()), ""))
            set_tone(self._states[name], standing.tone())

    def standing_text(self) -> str:
        """What is said about the whole form."""
        return self._counts.text()

    def _on_link(self) -> None:
        pressed = self.sender()
        if pressed is not None:
            self.section.emit(pressed.objectName())
