"""Beside a form that takes in a child: families that it may belong to, and children that it may be already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLayout, QWidget

from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.duplicates import duplicates
from zhaohu.services.duplicates.duplicates import Alike
from zhaohu.services.register import families
from zhaohu.services.register.families import FamilyHit
from zhaohu.ui.pages.child_values import CARERS, new_child
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import column, panel, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.words import show_if

_MOST = 3


def clear(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


class _Notices(QWidget):
    """Banners below one another, as many as there is something to say."""

    def __init__(self) -> None:
        super().__init__()
        self._column = column(gap=1)
        self.setLayout(self._column)
        self.hide()

    def _show(self, banners: Sequence[tuple[str, str, QWidget]]) -> None:
        clear(self._column)
        for text, tone, action in banners:
            self._column.addWidget(Notice(text, tone, action=action))
        show_if(self, bool(banners))

    def texts(self) -> list[str]:
        """What is said."""
        found = (self._column.itemAt(place).widget() for place in range(self._column.count()))
        return [one.text() for one in found if isinstance(one, Notice)]


class FamilyOffers(_Notices):
    """The families that were found by what was typed of a caregiver.

    Signals:
        joined(family): The child belongs to that one.
        left: It does not, after all.
    """

    joined = Signal(object)
    left = Signal()

    def offer(self, found: Sequence[FamilyHit]) -> None:
        """Offer some families; none hides."""
        banners = []
        for place, family in enumerate(found[:_MOST]):
            join = button(_("Join this family"), partial(self.joined.emit, family), shortcut="" if place else "Alt+J")
            text = _("{caregivers} ({place}) has {children} in the register already.")
            words = text.format(caregivers=family.caregivers, place=family.place, children=family.children)
            banners.append((words, "accent", join))
        self._show(banners)

    def say_joined(self, family: FamilyHit) -> None:
        """The child will belong to a family; the way out stands beside it."""
        words = _("Goes to the family of {caregivers} ({place}), with {children}.")
        text = words.format(caregivers=family.caregivers, place=family.place, children=family.children)
        self._show([(text, "done", button(_("Not this family"), self.left.emit))])


class AlikeOffers(_Notices):
    """The children of the register that the typed one may be.

    Args:
        open_child: Called with the id of the child that is to be looked at.
    """

    def __init__(self, open_child: Callable[[str], object]) -> None:
        super().__init__()
        self._open_child = open_child

    def offer(self, found: Sequence[Alike]) -> None:
        """Name some children; none hides."""
        banners = []
        for one in found[:_MOST]:
            look = button(_("Open that child"), partial(self._open_child, one.child.id))
            other = button(_("Register all the same"), self.hide)
            text = _("{name} ({village}): {reason}").format(
                name=one.child.name, village=one.child.village or _("no village"), reason=one.reason
            )
            banners.append((text, "danger" if one.sure else "attention", panel(row(look, other, gap=1))))
        self._show(banners)


def find_families(desk: Desk, values: Mapping[str, Any]) -> list[FamilyHit]:
    """The families of the caregivers that were typed, by numbers first: a name alone may be another family's."""
    typed = [values[f"{who}{part}"] for part in ("_id", "_phone", "") for who in CARERS]
    found: dict[str, FamilyHit] = {}
    for one in typed:
        if one and len(str(one)) > 1:
            found.update({hit.id: hit for hit in families.find_families(desk, str(one), exact=True)})
    return list(found.values())


def find_alike(desk: Desk, values: Mapping[str, Any]) -> list[Alike]:
    """The children of the register that the typed one may be; none before it has a name, a sex and a birth date."""
    if not (values["name"] and values["sex"] and values["birth_date"]):
        return []
    new = new_child(values)
    return duplicates.alike(
        desk,
        new.name,
        new.sex,
        new.birth_date,
        citizen_id=str(new.facts.get("citizen_id") or ""),
        birth_certificate_no=str(new.facts.get("birth_certificate_no") or ""),
        phones=tuple(carer.phone for carer in new.caregivers if carer.phone),
        caregivers=tuple(carer.name for carer in new.caregivers),
    )
