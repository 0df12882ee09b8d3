"""What narrows the due list: words, village, teacher, what is due, and high risk; all together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.services import reference
from zhaohu.services.due.duties import DueRow
from zhaohu.ui.widgets.chips import ChipBar
from zhaohu.ui.widgets.choice_field import Option, SelectField, options_of
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.layout import STRETCH, row

_RISK = "risk"


class DueFilters(QWidget):
    """The fields in one line.

    Signals:
        changed: A person narrowed or widened the list; ask `keep`.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.search = TextField(width="field_short", placeholder=_("Filter"))
        self.search.set_name(_("Filter by child, caregiver or village"))
        self.village = _select(_("Village"), "tile")
        self.teacher = _select(_("Teacher in charge"), "field_short")
        self.contact = _select(_("What is due"), "field")
        self.risk = ChipBar([(_RISK, _("High risk"))], single=False, name=_("Only children with a risk"))
        fields = (self.search, self.village, self.teacher, self.contact)
        line = row(*fields, self.risk, STRETCH, gap=2)
        self.setLayout(line)
        for one in fields:
            one.changed.connect(self.changed)
        self.risk.changed.connect(self.changed)

    def offer(self, due: Sequence[DueRow]) -> None:
        """Offer what occurs in the list; a choice that still occurs is kept."""
        self.village.set_options(_all_or(_("All villages"), sorted({one.village for one in due})))
        self.teacher.set_options(_all_or(_("All teachers"), sorted({one.teacher for one in due})))
        self.contact.set_options(_all_or(_("All contacts"), _in_order(due)))

    def keep(self, due: Iterable[DueRow]) -> list[DueRow]:
        """The rows that fit."""
        words, risk = (self.search.value() or "").casefold(), bool(self.risk.chosen())
        village, teacher, contact = self.village.value(), self.teacher.value(), self.contact.value()
        return [
            one
            for one in due
            if (village is None or one.village == village)
            and (teacher is None or one.teacher == teacher)
            and (contact is None or contact == one.title or contact in one.also)
            and (not risk or one.risks)
            and (not words or words in f"{one.child} {one.caregiver} {one.village}".casefold())
        ]


def _select(name: str, width: str) -> SelectField:
    field = SelectField(width=width)
    field.set_name(name)
    return field


def _all_or(all_: str, names: Sequence[str]) -> tuple[Option, ...]:
    return options_of([("", all_), *((name, name) for name in names if name)])


def _in_order(due: Sequence[DueRow]) -> list[str]:
    """What is due in the order of the schedule, companions too; what a person planned beside it behind that."""
    place = {contact.code: at for at, contact in enumerate(reference.schedule().contacts)}
    found = {one.title: place.get(one.contact, len(place)) for one in due}
    for one in due:
        for title in one.also:
            found.setdefault(title, len(place))
    return sorted(found, key=lambda title: (found[title], title))
