"""Notice and guardian's consent (告知书与知情同意书): one page for the station, one for the family."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhaohu.i18n import _, pgettext
from zhaohu.paper.fonts import text_width
from zhaohu.paper.sheet import BOX, GREY, HAIR, Imprint, Sheet, render
from zhaohu.paper.table import cell
from zhaohu.paper.text import LEADING, wrap

TYPE = 11.0
_GAP = 6.0
_INDENT = 18.0
_TICK_WIDTH = 108.0
_QR_SIDE = 52.0


@dataclass(frozen=True, slots=True)
class ConsentForm:
    """What the form prints; empty particulars are lines to fill in by hand.

    Args:
        station: Who keeps the records.
        center: The guidance center that it reports to; empty when it is not known.
        child: The child's name.
        sex: In words.
        birth_date: In words.
        guardian: The main caregiver's name.
        relation: As which relative of the child.
        code: Digits of the child's QR code; empty for a blank form.
    """

    station: str
    center: str
    child: str = ""
    sex: str = ""
    birth_date: str = ""
    guardian: str = ""
    relation: str = ""
    code: str = ""


def consent(values: ConsentForm, imprint: Imprint) -> bytes:
    """The form as a PDF of two pages, which say the same: one stays at the station, one goes home.

    Raises:
        Refused: The fonts have not been fetched.
    """

    def draw(sheet: Sheet) -> None:
        _draw(sheet, values, _("Copy for the station"), keeps_withdrawal=True)
        sheet.next_page()
        _draw(sheet, values, _("Copy for the family"), keeps_withdrawal=False)

    return render(_("Notice and consent"), imprint, draw, pages=2)


def _draw(sheet: Sheet, values: ConsentForm, copy: str, *, keeps_withdrawal: bool) -> None:
    y = sheet.heading(_("Notice and guardian's consent on a child's personal information"), 15) - 4
    if values.code:
        sheet.qr(sheet.right - _QR_SIDE, sheet.top - _QR_SIDE, _QR_SIDE, values.code)
    sheet.text(sheet.left, sheet.top - 12, copy, 9, bold=True)
    y = _particulars(sheet, values, y - 12)
    y = _title(sheet, y, _("What we tell you"))
    for number, text in enumerate(_notice(values), 1):
        y = _paragraph(sheet, y, f"{number}.", text)
    y = _title(sheet, y - 4, _("What we ask you"))
    lead = _(
        "Please tick one box for each. A no to any of them does not touch the basic service, and costs you nothing."
    )
    y = _paragraph(sheet, y, "", lead)
    for title, text in _scopes():
        y = _scope(sheet, y, title, text)
    _signatures(sheet, y - 20, values, keeps_withdrawal=keeps_withdrawal)


def _particulars(sheet: Sheet, values: ConsentForm, y: float) -> float:
    fields = (
        (_("Child's name"), values.child, 190.0),
        (pgettext("consent form", "Sex"), values.sex, 80.0),
        (_("Birth date"), values.birth_date, 150.0),
    )
    x = sheet.left
    for label, value, width in fields:
        head = _("{label}:").format(label=label)
        sheet.text(x, y, head, 10)
        start = x + text_width(head, 10) + 2
        end = x + width - 10
        cell(sheet, start, y + 12, end - start, 16, value, sizes=(10.0, 9.0, 8.0, 7.0, 6.0, 5.0))
        sheet.rule(start, y - 3, end, y - 3, HAIR)
        x += width
    return y - 12


def _title(sheet: Sheet, y: float, title: str) -> float:
    sheet.text(sheet.left, y - 16, title, 12.5, bold=True)
    return y - 24


def _paragraph(sheet: Sheet, y: float, lead: str, text: str) -> float:
    """Draw a paragraph whose upper edge is at y; returns the y below it."""
    sheet.text(sheet.left, y - TYPE - 2, lead, TYPE)
    indent = _INDENT if lead else 0.0
    lines = wrap(text, sheet.width - indent, TYPE)
    sheet.lines(sheet.left + indent, y - TYPE - 2, lines, TYPE)
    return y - len(lines) * TYPE * LEADING - _GAP


def _scope(sheet: Sheet, y: float, title: str, text: str) -> float:
    """Draw one thing that is asked, with its two boxes at the right."""
    lines = wrap(text, sheet.width - _TICK_WIDTH - 12, TYPE)
    height = (len(lines) + 1) * TYPE * LEADING + 14
    sheet.frame(sheet.left, y - height, sheet.width, height, HAIR)
    sheet.text(sheet.left + 5, y - TYPE - 7, title, TYPE, bold=True)
    sheet.lines(sheet.left + 5, y - TYPE - 7 - TYPE * LEADING, lines, TYPE)
    x = sheet.right - _TICK_WIDTH
    for word in (_("I agree"), _("I do not")):
        sheet.frame(x, y - height / 2 - 4, BOX, BOX)
        sheet.text(x + BOX + 3, y - height / 2 - 2.5, word, TYPE)
        x += BOX + text_width(word, TYPE) + 10
    return y - height


def _signatures(sheet: Sheet, y: float, values: ConsentForm, *, keeps_withdrawal: bool) -> None:
    stated = _("I have read this notice or it was read to me, I could ask, and I decide as ticked above.")
    sheet.text(sheet.left, y, stated, TYPE)
    y -= 34
    sheet.signature(sheet.left, y, _("Guardian (signature)"), 190, "")
    sheet.signature(sheet.left + 205, y, _("Relation to the child"), 150, values.relation)
    sheet.signature(sheet.left + 370, y, _("Date"), sheet.width - 370)
    y -= 30
    sheet.signature(sheet.left, y, _("Guardian's name in print"), 190, values.guardian)
    sheet.signature(sheet.left + 205, y, _("Explained by (signature)"), 150)
    sheet.signature(sheet.left + 370, y, _("Date"), sheet.width - 370)
    y -= 30
    if not keeps_withdrawal:
        sheet.text(sheet.left, y, _("Keep this page. You may take back your consent at the station at any time."), 9)
        return
    sheet.text(sheet.left, y, _("Consent taken back (filled in later, when it happens):"), 9, grey=GREY)
    y -= 28
    sheet.signature(sheet.left, y, pgettext("consent form", "Which"), 160)
    sheet.signature(sheet.left + 175, y, _("Guardian (signature)"), 180)
    sheet.signature(sheet.left + 370, y, _("Date"), sheet.width - 370)


def _notice(values: ConsentForm) -> Iterator[str]:
    """Who, what, why, how, how long, and which rights (PIPL articles 17, 28 to 31 and 44 to 47)."""
    keeper = values.station
    if values.center:
        keeper = _("{station}, guided by {center},").format(station=values.station, center=values.center)
    yield _(
        "Who: {keeper} keeps your child's record. Ask us about anything on this page. Telephone: ________________"
    ).format(keeper=keeper)
    yield _(
        "What: your child's name, sex, birth date, id number, birth and health, visits, checks, growth and classes; "
        "the caregivers' names, relation, phone, id number, birth date, work and education; the address and "
        "difficulties in care. All data of a child under 14, and all about health, are sensitive personal information."
    )
    yield _(
        "Why: the free visits, health checks and guidance that the state provides for every child under three. This "
        "statutory service, and the record it needs, does not depend on your consent."
    )
    yield _(
        "How: encrypted on the station's own computer, not on the internet. Only staff with an account can look, and "
        "looking at numbers, printing and changing are logged. The center receives a copy of the record, encrypted."
    )
    yield _(
        "How long: while your child is on the register, and after that as medical records are kept, at least 15 years "
        "from the last service. What is no longer needed is then destroyed with the center's approval."
    )
    yield _(
        "What it means to you: whoever sees these data knows your child's health and your home. Without them, visits "
        "cannot be planned, nor problems of growth noticed early."
    )
    yield _(
        "Your rights: you may see the record, have a copy of it, have it corrected, have it explained, and have "
        "deleted what the law does not oblige us to keep. For a child under 14 its guardians decide."
    )
    yield _(
        "Taking back: tell us at any time, in words or in writing. From then on we stop what you no longer agree to; "
        "what was done before stays lawful."
    )


def _scopes() -> Iterator[tuple[str, str]]:
    yield (
        _("Parenting classes and guidance at home"),
        _("We invite you to parenting classes and activities and visit you at home for guidance, and choose topics "
          "by your child's age and development."),
    )  # fmt: skip
    yield (
        _("Contact by phone and message"),
        _("We call or write to remind you of checks, visits and classes, and to ask how your child is."),
    )
    yield (
        _("Handing data to other institutions"),
        _("When your child is referred or moves to another institution, we hand over name, phone, id number and the "
          "part of the record that is needed there."),
    )  # fmt: skip
