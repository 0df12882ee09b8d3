"""A row of a roster beside the child that it looks like."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from zhaohu.i18n import N_, _, format_date
from zhaohu.records.codes import Sex
from zhaohu.records.codes import label as code_label
from zhaohu.rules.identity import mask_citizen_id
from zhaohu.services.register.children import ChildView
from zhaohu.services.roster.roster_preview import PreviewRow
from zhaohu.ui import theme
from zhaohu.ui.widgets.words import label, set_tone


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two children; numbers are masked."""

    name: str
    sex: str
    born: str
    citizen_id: str
    village: str
    caregiver: str
    phone: str


_TITLES = {
    "name": N_("Name"),
    "sex": N_("Sex"),
    "born": N_("Born"),
    "citizen_id": N_("Citizen ID"),
    "village": N_("Village"),
    "caregiver": N_("Caregiver"),
    "phone": N_("Phone"),
}
_NUMBERS = ("citizen_id", "phone")  # long, without a place to break: in the small type


def _words(sex: Sex | None, born: date | None) -> tuple[str, str]:
    return (code_label(sex) if sex is not None else ""), (format_date(born) if born is not None else "")


def side_of_row(one: PreviewRow) -> Side:
    """A row of the roster."""
    number = mask_citizen_id(one.cells.get("id_number", ""))
    return Side(one.name, *_words(one.sex, one.birth_date), number, one.village, one.caregiver, one.phone)


def side_of_child(view: ChildView) -> Side:
    """A child of the register."""
    child = view.row
    words = _words(child.sex, child.birth_date)
    return Side(child.name, *words, child.citizen_id, child.village, child.caregiver, child.phone)


class Compare(QWidget):
    """Two children side by side; what differs stands out."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.space(2))
        self._grid.setVerticalSpacing(theme.space(1))
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        self._heads = (label("", "note", wrap=True), label("", "note", wrap=True))
        for place, head in enumerate(self._heads, start=1):
            self._grid.addWidget(head, 0, place)
        self._cells: dict[str, tuple[QLabel, QLabel]] = {}
        self._differing: list[str] = []
        top = Qt.AlignmentFlag.AlignTop
        for line, one in enumerate(fields(Side), start=1):
            kind = "note" if one.name in _NUMBERS else ""
            pair = (label("", kind, wrap=True), label("", kind, wrap=True))
            self._grid.addWidget(label(_(_TITLES[one.name]), "soft"), line, 0, top)
            for place, cell in enumerate(pair, start=1):
                self._grid.addWidget(cell, line, place, top)
            self._cells[one.name] = pair
        self.setLayout(self._grid)

    def show_sides(self, this: Side, other: Side | None, head: str) -> None:
        """Show both.

        Args:
            this: The row.
            other: The other child; None while it is being read.
            head: Who the other one is.
        """
        self._heads[0].setText(_("This row"))
        self._heads[1].setText(head)
        self._differing = []
        for name, (left, right) in self._cells.items():
            here, there = getattr(this, name), getattr(other, name) if other is not None else ""
            differs = bool(here and there) and here != there
            if differs:
                self._differing.append(name)
            left.setText(here or "—")
            right.setText(_("≠ {value}").format(value=there) if differs else there or "—")
            set_tone(right, "attention" if differs else "")

    def differing(self) -> list[str]:
        """What differs between the two."""
        return list(self._differing)
