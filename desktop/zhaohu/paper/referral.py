"""双向转诊单, out and back, each on one A4 page: the stub that stays, a line to cut along, the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, form_term, format_date
from zhaohu.paper.sheet import GREY, THIN, WIDTH, Imprint, Sheet, render
from zhaohu.paper.text import LEADING, Piece, flow
from zhaohu.paper.visit_curves import Curves, attach
from zhaohu.rules.forms.model import Answers, Form

SIZES = (11.0, 10.0, 9.0, 8.0, 7.0, 6.0)
"""Type of the letter; the largest at which all of it stands on the page is taken."""
STUB_SIZE = 10.0
INDENT = 18.0
GAP = 7.0
BLANK = 60.0
SIGN_WIDTH = 240.0
SIGN_ROOM = 62.0
CUT_DASH = (4.0, 3.0)
_SLOT = re.compile(r"\{(\w+)\}")
_BACK = "referral_answer"
_HISTORY = ("impression", "present_history", "past_history", "treatment")
_RESULT = ("diagnosis", "inpatient_no", "exam_results", "treatment")


@dataclass(frozen=True, slots=True)
class Referral:
    """What a referral prints.

    Args:
        form: The form it was recorded with: the referral, or the answer to one.
        answers: The answers of the version printed.
        curves: The growth curves that go with the letter, on a page of their own.
    """

    form: Form
    answers: Answers
    curves: Curves | None = None


def referral(values: Referral, imprint: Imprint) -> bytes:
    """The referral as a PDF of one page, and one with the growth curves.

    Raises:
        Refused: The fonts have not been fetched.
    """
    return render(form_term(values.form.title), imprint, lambda sheet: draw_referral(sheet, values))


def draw_referral(sheet: Sheet, values: Referral) -> None:
    """Draw the referral from the top of a page on, as a document or as part of a volume."""
    said, title = _said(values), form_term(values.form.title)
    y = _title(sheet, sheet.top, title, _stub_title(values))
    for sentence in _stub(values):
        y = _paragraph(sheet, y, _filled(sentence, said), STUB_SIZE)
    y = _signed(sheet, y - 16, values, said) - 18
    sheet.path([(sheet.left, y), (sheet.right, y)], THIN, (GREY, GREY, GREY), CUT_DASH)
    y = _title(sheet, y - 12, title, _("Letter, goes with the patient"))
    size = _size(sheet, values, said, y - sheet.bottom - SIGN_ROOM)
    for pieces in _letter(values, said):
        y = _paragraph(sheet, y, pieces, size)
    _signed(sheet, y - 18, values, said)
    if values.curves is not None:
        attach(sheet, values.curves, sheet.bottom)


def _stub_title(values: Referral) -> str:
    if values.form.id == _BACK:
        return _("Stub, kept by the institution that sends the patient back")
    return _("Stub, kept by the referring institution")


def _stub(values: Referral) -> tuple[str, ...]:
    if values.form.id == _BACK:
        return (
            _("Patient {child_name}, sex {sex}, age {age}, case number {case_no}"),
            _("Address {address}, telephone {phone}"),
            _("On {visit_date}, because of the illness, sent back to {to_org}, doctor {to_doctor}."),
        )
    return (
        _("Patient {child_name}, sex {sex}, age {age}, file number {file_no8}"),
        _("Address {address}, telephone {phone}"),
        _("On {visit_date}, because of the illness, referred to {to_org}, {to_department}, doctor {to_doctor}."),
    )


def _title(sheet: Sheet, top: float, title: str, part: str) -> float:
    sheet.text(WIDTH / 2, top - 19, title, 17, bold=True, align="center")
    sheet.text(WIDTH / 2, top - 34, part, 9, align="center", grey=GREY)
    return top - 58


def _said(values: Referral) -> dict[str, str]:
    """Every answer as it is printed, by field; empty where a line is left to write on."""
    said = {}
    for field in values.form.fields():
        answer = values.answers.get(field.name)
        option = field.option(str(answer)) if answer is not None else None
        said[field.name] = form_term(option.label) if option else str(answer or "")
    said["visit_date"] = format_date(date.fromisoformat(said["visit_date"])) if said["visit_date"] else ""
    return said


def _letter(values: Referral, said: Mapping[str, str]) -> Iterator[list[Piece]]:
    if values.form.id == _BACK:
        yield _filled(_("To {to_org}:"), said)
        yield _filled(
            _("Patient {child_name}, sex {sex}, age {age}, comes back to you because of the illness; please receive."),
            said,
        )
    else:
        yield _filled(_("To {to_org}, {to_department}:"), said)
        yield _filled(
            _("Patient {child_name}, sex {sex}, age {age}, is referred to you because of the illness; please receive."),
            said,
        )
    for name in _RESULT if values.form.id == _BACK else _HISTORY:
        label = _("{label}:").format(label=form_term(values.form.field(name).label))
        yield [Piece(label, bold=True), Piece(said[name], least=0 if said[name] else BLANK)]


def _filled(sentence: str, said: Mapping[str, str]) -> list[Piece]:
    """A sentence whose slots are underlined, as on the printed form."""
    pieces = []
    for number, part in enumerate(_SLOT.split(sentence)):
        if number % 2:
            pieces.append(Piece(f" {said[part]} ", bold=True, underline=True, least=0 if said[part] else BLANK))
        elif part:
            pieces.append(Piece(part))
    return pieces


def _size(sheet: Sheet, values: Referral, said: Mapping[str, str], room: float) -> float:
    for size in SIZES:
        paragraphs = [flow(pieces, sheet.width - 2 * INDENT, size) for pieces in _letter(values, said)]
        if sum(len(lines) * size * LEADING + GAP for lines in paragraphs) <= room:
            break
    return size


def _paragraph(sheet: Sheet, y: float, pieces: list[Piece], size: float) -> float:
    lines = flow(pieces, sheet.width - 2 * INDENT, size)
    sheet.flowed(sheet.left + INDENT, y, lines, size)
    return y - len(lines) * size * LEADING - GAP


def _signed(sheet: Sheet, y: float, values: Referral, said: Mapping[str, str]) -> float:
    left, right = sheet.left + INDENT, sheet.right - INDENT
    doctor, phone, place = ("signer", "site_phone", "site_name")
    if values.form.id == _BACK:
        doctor, phone, place = ("from_doctor", "from_phone", "from_org")
    sheet.signature(left, y, form_term(values.form.field(doctor).label), SIGN_WIDTH, said[doctor])
    sheet.text(left + SIGN_WIDTH + 14, y, _("Telephone: {phone}").format(phone=said[phone]), 9)
    sheet.text(right, y - 18, f"{said[place]}　{said['visit_date']}", 9, align="right")
    return y - 18
