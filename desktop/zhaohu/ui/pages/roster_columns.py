"""What each column of a roster was taken for: one quiet line, which opens when something is uncertain or on demand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.rules.identity import mask_numbers
from zhaohu.services.roster.roster_preview import RosterColumn, RosterPreview
from zhaohu.ui import theme
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.choice_field import Option, SelectField, options_of
from zhaohu.ui.widgets.layout import STRETCH, FlowLayout, column, flow, panel, row, scrolled
from zhaohu.ui.widgets.words import IconLabel, label, set_kind, set_tone, show_if

_MOST_SAMPLES = 3
_DATE_DIGITS = 8
_ROOM_STEPS = 52  # two lines of cards: the rows below stay in sight


def _sample(text: str) -> str:
    """A cell to recognise a column by; numbers that name a person are masked, days written as digits are not."""
    return text if sum(map(str.isdigit, text)) <= _DATE_DIGITS else mask_numbers(text)


def _one_line(text: str, kind: str, width: int) -> QLabel:
    """Words that are cut where the room ends; whole in the tool tip."""
    result = label("", kind)
    result.ensurePolished()
    shown = result.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
    result.setText(shown)
    result.setToolTip(text if shown != text else "")
    return result


class ColumnCard(QFrame):
    """One column: its heading as written, some of its cells, and what it was taken for.

    Signals:
        chosen(field): The person took it for something else; empty for not used.
    """

    chosen = Signal(str)

    def __init__(self, column_: RosterColumn, fields: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        set_kind(self, "card")
        self.place = column_.place
        self.setFixedWidth(theme.size("tile"))
        inside = self.width() - 2 * theme.space(2) - theme.space(1)  # within margins and frame
        heading = column_.heading or _("(no heading)")
        samples = "  ".join(map(_sample, column_.samples[:_MOST_SAMPLES])) or "—"
        self._icon = IconLabel("attention", "attention", size="icon_small")
        self._doubt = label(_("Please check"), "note", tone="attention")
        room = inside if column_.sure else inside - self._doubt.sizeHint().width() - theme.space(6)
        self.select = SelectField([Option("", _("Not used")), *options_of(fields)], width="tile")
        self.select.set_name(_("{heading}: taken for").format(heading=heading))
        head = row(_one_line(heading, "strong", room), STRETCH, self._icon, self._doubt, gap=1)
        self.setLayout(column(head, _one_line(samples, "note", inside), self.select, gap=1, margin=2))
        self.show_column(column_)
        self.select.changed.connect(self._on_changed)

    def show_column(self, column_: RosterColumn) -> None:
        """Show what the column is taken for now."""
        self.select.set_value(column_.field)
        for one in (self._icon, self._doubt):
            show_if(one, not column_.sure)

    def _on_changed(self) -> None:
        self.chosen.emit(self.select.value() or "")


class _Room(QWidget):
    """The cards in flowing lines: as high as they need up to two lines, then they scroll."""

    def __init__(self) -> None:
        super().__init__()
        self._cards: FlowLayout = flow(gap=2)
        self._inner = panel(self._cards)
        policy = self._inner.sizePolicy()
        policy.setHeightForWidth(True)
        self._inner.setSizePolicy(policy)
        self._area = scrolled(self._inner)
        self.setLayout(column(self._area))

    def put(self, cards: Sequence[QWidget]) -> None:
        """Show other cards."""
        while (item := self._cards.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for one in cards:
            self._cards.addWidget(one)
        self._fit()

    def sizeHint(self) -> QSize:
        """Wide."""
        return QSize(theme.size("field_long"), self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other lines, another height."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        bar = self._area.verticalScrollBar().sizeHint().width()
        self.setFixedHeight(min(self._cards.heightForWidth(max(1, self.width() - bar)), theme.space(_ROOM_STEPS)))


class Headings(QFrame):
    """The columns of a roster.

    Signals:
        changed(wanted): A person took a column for something else: its place and field, as `remap` wants it.
        sheet_wanted(name): Another sheet of the file shall be read.
    """

    changed = Signal(object)
    sheet_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        set_kind(self, "notice")
        self._icon = IconLabel("spreadsheet")
        self.words = label("", wrap=True)
        self.toggle = button("", self._on_toggle, kind="link")
        self.toggle.setAccessibleDescription(_("What each column was taken for"))
        self.sheet = SelectField(width="tile")
        self.sheet.set_name(_("Sheet of the file"))
        self.sheet.changed.connect(self._on_sheet)
        self._columns: tuple[RosterColumn, ...] = ()
        self._fields: Sequence[tuple[str, str]] = ()
        self._cards: dict[int, ColumnCard] = {}
        self._room = _Room()
        self._open = False
        line = row(self._icon, gap=2)
        line.addWidget(self.words, 1)
        line.addWidget(self.sheet)
        line.addWidget(self.toggle)
        self.setLayout(column(line, self._room, gap=2, margin=2))
        self._show_open(opened=False)

    def show_roster(self, preview: RosterPreview, fields: Sequence[tuple[str, str]]) -> None:
        """Show a file's columns anew; open, a moment later, when one of them is uncertain."""
        self._columns, self._fields = preview.columns, fields
        self._cards = {}
        self._room.put(())
        self.sheet.set_options(options_of([(name, name) for name in preview.sheets]))
        show_if(self.sheet, len(preview.sheets) > 1)
        self._tell(preview)
        self._show_open(opened=False)
        if any(not one.sure for one in preview.columns):
            QTimer.singleShot(0, self, self._on_toggle)

    def follow(self, preview: RosterPreview) -> None:
        """The same file, other meanings: what is open stays open."""
        self._columns = preview.columns
        for one in preview.columns if self._cards else ():
            self._cards[one.place].show_column(one)
        self._tell(preview)

    def cards(self) -> list[ColumnCard]:
        """The columns, the uncertain ones first."""
        return list(self._cards.values())

    def is_open(self) -> bool:
        """Whether every column is shown."""
        return self._open

    def _tell(self, preview: RosterPreview) -> None:
        self.sheet.set_value(preview.sheet)
        used = sum(bool(one.field) for one in preview.columns)
        unused = [one.heading for one in preview.columns if not one.field and one.heading]
        doubts = sum(not one.sure for one in preview.columns)
        parts = [_("{n} columns understood").format(n=format_number(used))]
        if unused:
            parts.append(_("not used: {names}").format(names=_(", ").join(unused)))
        parts.append(_("headings in row {row}").format(row=preview.heading_row))
        if doubts:
            words = ngettext("{n} column to check", "{n} columns to check", doubts)
            parts.insert(0, words.format(n=format_number(doubts)))
        self._icon.set_icon(*(("attention", "attention") if doubts else ("spreadsheet", "quiet")))
        set_tone(self, "attention" if doubts else "")
        self.words.setText("  ·  ".join(parts))

    def _on_chosen(self, field: str) -> None:
        card = self.sender()
        if isinstance(card, ColumnCard):
            self.changed.emit({card.place: field})

    def _on_sheet(self) -> None:
        if (name := self.sheet.value()) is not None:
            self.sheet_wanted.emit(name)

    def _on_toggle(self) -> None:
        self._show_open(opened=not self._open)

    def _make_cards(self) -> None:
        """Only when they are wanted: their selects take a moment."""
        for one in sorted(self._columns, key=lambda each: each.sure):  # what is uncertain stands first
            self._cards[one.place] = card = ColumnCard(one, self._fields)
            card.chosen.connect(self._on_chosen)
        self._room.put(list(self._cards.values()))

    def _show_open(self, *, opened: bool) -> None:
        self._open = opened
        if opened and not self._cards:
            self._make_cards()
        self._room.setVisible(opened)
        self.toggle.setText(_("Fold up") if opened else _("Check the columns"))
