"""The child's card (儿童信息卡): all that the register knows of one child on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhaohu.i18n import _, ngettext, pgettext
from zhaohu.paper.sheet import GREY, HAIR, PALE, THIN, Imprint, Sheet, render
from zhaohu.paper.table import Column, cell, table

ROW = 16.5
_QR_SIDE = 58.0
_LABEL, _WIDE_LABEL = 62.0, 118.0
_SIZES = (9.0, 8.0, 7.0, 6.0, 5.0)
CARERS, CHANGES, CONTACTS = 4, 5, 4
"""Lines at most of each table, so that everything stays on one page."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Carer:
    """A caregiver, every part as it is printed; `about` is birth date, work and education."""

    name: str
    relation: str
    phone: str
    citizen_id: str
    about: str
    main: str


@dataclass(frozen=True, slots=True)
class ChildCard:
    """What the card prints; empty texts are empty cells.

    Args:
        name: The child's name.
        code: Digits of the child's QR code.
        child: Label and value of the child's particulars, in their order.
        birth: Of the birth.
        household: Of the household; the values are long.
        carers: Who looks after the child, the main caregiver first.
        risks: Risk factors that go on, each with its day.
        consent: Each scope and what was decided.
        changes: Day, status and reason of what happened to its place in the register, the newest first.
        contacts: Name, from, to and state of the next contacts.
        growth: The last measurement and what it means; empty before any.
    """

    name: str
    code: str
    child: tuple[Pair, ...]
    birth: tuple[Pair, ...]
    household: tuple[Pair, ...]
    carers: tuple[Carer, ...]
    risks: str
    consent: tuple[Pair, ...]
    changes: tuple[tuple[str, str, str], ...]
    contacts: tuple[tuple[str, str, str, str], ...]
    growth: str


def child_card(values: ChildCard, imprint: Imprint) -> bytes:
    """The card as a PDF of one page.

    Raises:
        Refused: The fonts have not been fetched.
    """
    return render(_("Child's card"), imprint, lambda sheet: _draw(sheet, values))


def _draw(sheet: Sheet, values: ChildCard) -> None:
    sheet.heading(_("Child's card"))
    top = sheet.top
    sheet.qr(sheet.right - _QR_SIDE, top - _QR_SIDE, _QR_SIDE, values.code)
    cell(sheet, sheet.left - 3, top - 34, sheet.width - _QR_SIDE - 20, 24, values.name, sizes=(16.0, 13.0, 10.0, 7.0))
    y = top - _QR_SIDE - 8
    y = _pairs(sheet, y, values.child, 3)
    y = _section(sheet, y, pgettext("child's card", "Birth"))
    y = _pairs(sheet, y, values.birth, 3)
    y = _section(sheet, y, pgettext("child's card", "Household"))
    y = _pairs(sheet, y, values.household, 1)
    y = _carers(sheet, y - 4, values.carers)
    y = _section(sheet, y, _("Risk factors and consent"))
    y = _pairs(sheet, y, ((_("Risk factors"), values.risks), *values.consent), 1, label=_WIDE_LABEL)
    y = _section(sheet, y, pgettext("child's card", "Growth"))
    y = _pairs(sheet, y, ((_("Last measured"), values.growth),), 1, height=30.0)
    y = _section(sheet, y, _("Next contacts"))
    y = _contacts(sheet, y, values.contacts)
    y = _section(sheet, y, pgettext("child's card", "Register"))
    _changes(sheet, y, values.changes)


def _section(sheet: Sheet, y: float, title: str) -> float:
    sheet.text(sheet.left, y - 15, title, 10.5, bold=True)
    return y - 20


def _pairs(
    sheet: Sheet, y: float, pairs: Sequence[Pair], across: int, *, height: float = ROW, label: float = _LABEL
) -> float:
    """Draw labels with their values, so many beside one another; returns the y below them."""
    width = sheet.width / across
    rows = -(-len(pairs) // across)
    for number, (title, value) in enumerate(pairs):
        row, column = divmod(number, across)
        x, top = sheet.left + column * width, y - row * height
        sheet.shade(x, top - height, label, height, PALE)
        cell(sheet, x, top, label, height, title, sizes=_SIZES)
        cell(sheet, x + label, top, width - label, height, value, sizes=_SIZES)
        sheet.rule(x, top, x, top - height, HAIR)
        sheet.rule(x + label, top, x + label, top - height, HAIR)
    for row in range(1, rows):
        sheet.rule(sheet.left, y - row * height, sheet.right, y - row * height, HAIR)
    sheet.frame(sheet.left, y - rows * height, sheet.width, rows * height, THIN)
    return y - rows * height


def _carers(sheet: Sheet, y: float, carers: Sequence[Carer]) -> float:
    columns = (
        Column(_("Caregiver"), 90),
        Column(_("Relation"), 62),
        Column(_("Phone"), 78),
        Column(_("Citizen id"), 112),
        Column(_("Birth date, work, education"), Sheet.width - 400),
        Column(_("Main caregiver"), 58),
    )
    rows = [(one.name, one.relation, one.phone, one.citizen_id, one.about, one.main) for one in carers[:CARERS]]
    return _more(sheet, table(sheet, y, columns, rows, row_height=ROW), len(carers) - CARERS)


def _contacts(sheet: Sheet, y: float, contacts: Sequence[tuple[str, str, str, str]]) -> float:
    columns = (
        Column(pgettext("child's card", "Contact"), 220, "left"),
        Column(pgettext("child's card", "From"), 110),
        Column(pgettext("child's card", "To"), 110),
        Column(pgettext("child's card", "State"), Sheet.width - 440),
    )
    return table(sheet, y, columns, contacts[:CONTACTS], row_height=ROW)


def _changes(sheet: Sheet, y: float, changes: Sequence[tuple[str, str, str]]) -> float:
    columns = (
        Column(pgettext("child's card", "Day"), 100),
        Column(pgettext("child's card", "Status"), 110),
        Column(pgettext("child's card", "Reason"), Sheet.width - 210, "left"),
    )
    return _more(sheet, table(sheet, y, columns, changes[:CHANGES], row_height=ROW), len(changes) - CHANGES)


def _more(sheet: Sheet, y: float, left_out: int) -> float:
    """Say how many lines found no room; returns the y below."""
    if left_out <= 0:
        return y
    words = ngettext("{n} more is in the program.", "{n} more are in the program.", left_out)
    sheet.text(sheet.left, y - 9, words.format(n=left_out), 7.5, grey=GREY)
    return y - 10
