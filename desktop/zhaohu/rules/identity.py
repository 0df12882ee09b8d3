"""Numbers that name a person or a record: citizen id, birth certificate, health record, telephone; and masking.

A reader takes what a person typed and gives the clean value or a `Problem`; it never raises and never guesses.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, format_date
from zhaohu.records.codes import Sex, label

_STRAY = re.compile(r"[\s'\"`´‘’“”′＇＂\-‐‑–—‒−.·]+")
_CITIZEN_ID = re.compile(r"\d{17}[\dX]", re.ASCII)
_BIRTH_CERTIFICATE = re.compile(r"[A-Z]\d{9}", re.ASCII)
_RECORD_NUMBER = re.compile(r"\d{17}", re.ASCII)
_FILE_NO8 = re.compile(r"\d{8}", re.ASCII)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LAND_LINE = re.compile(r"0(?:10|2\d)[2-9]\d{7}|0[3-9]\d{2}[2-9]\d{6,7}", re.ASCII)
_COUNTRY = re.compile(r"(?:\+|00)?86(?=1[3-9]\d{9}$)", re.ASCII)
_LONG_NUMBER = re.compile(r"\d{7,}[Xx]?")
_LIKE_X = str.maketrans("xX×ХхΧχ", "XXXXXXX")
"""What people take for the check character X: the sign of multiplication, Cyrillic and Greek letters."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a value cannot be right: a stable word for scripts and a sentence for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class CitizenId:
    """A citizen id number (GB 11643) whose structure and check digit are right, and what it says."""

    number: str
    birth_date: date
    sex: Sex


def plain(text: str) -> str:
    """Text with full-width letters and digits made plain, without spaces, quotation marks and dashes."""
    return _STRAY.sub("", unicodedata.normalize("NFKC", text))


def normalise_citizen_id(text: str) -> str:
    """A citizen id as it should be written: plain digits, capital X; whether it is right is another question."""
    return plain(text).translate(_LIKE_X)


def read_citizen_id(text: str) -> CitizenId | Problem:
    """Read a citizen id and check its length, digits, birth date and check digit."""
    from stdnum.cn import ric
    from stdnum.exceptions import ValidationError

    number = normalise_citizen_id(text)
    if not _CITIZEN_ID.fullmatch(number):
        message = _("A citizen id has 17 digits and a last digit or X; this one has {n} characters.")
        return Problem("id_format", message.format(n=len(number)))
    try:
        born = ric.get_birth_date(number)
    except ValidationError:
        message = _("The citizen id holds no possible birth date: {digits}.")
        return Problem("id_birth_date", message.format(digits=number[6:14]))
    if ric.calc_check_digit(number) != number[-1]:
        return Problem("id_check_digit", _("The citizen id fails its check digit: compare it with the card."))
    return CitizenId(number, born, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def contradiction(citizen_id: CitizenId, birth_date: date | None, sex: Sex | None) -> Problem | None:
    """Where an id says another birth date or sex than the record; unknown values contradict nothing."""
    if birth_date is not None and citizen_id.birth_date != birth_date:
        message = _("The citizen id says born on {in_id}, the record says {given}.")
        text = message.format(in_id=format_date(citizen_id.birth_date), given=format_date(birth_date))
        return Problem("id_other_birth_date", text)
    if sex in (Sex.MALE, Sex.FEMALE) and citizen_id.sex is not sex:
        message = _("The citizen id says {in_id}, the record says {given}.")
        return Problem("id_other_sex", message.format(in_id=label(citizen_id.sex), given=label(sex)))
    return None


def read_birth_certificate(text: str) -> str | Problem:
    """Read the number of a birth certificate (出生医学证明): a letter and nine digits."""
    number = plain(text).upper()
    if _BIRTH_CERTIFICATE.fullmatch(number):
        return number
    return Problem("certificate_format", _("A birth certificate number is one letter and nine digits."))


def read_record_number(text: str) -> str | Problem:
    """Read a resident health record number (居民健康档案编号): 17 digits."""
    number = plain(text)
    if _RECORD_NUMBER.fullmatch(number):
        return number
    return Problem("record_number_format", _("A health record number has 17 digits."))


def read_file_no8(text: str) -> str | Problem:
    """Read the last eight digits of a health record number, as the forms print them: 101-00001."""
    number = plain(text)
    if _FILE_NO8.fullmatch(number):
        return number
    return Problem("file_no8_format", _("This number has 8 digits: the last 8 of the health record number."))


def read_phone(text: str) -> str | Problem:
    """Read a telephone number: a mobile number, or a land line with its area code; digits only come back."""
    digits = _COUNTRY.sub("", re.sub(r"[()/]", "", plain(text)))
    if _MOBILE.fullmatch(digits) or _LAND_LINE.fullmatch(digits):
        return digits
    message = _("A mobile number has 11 digits, a land line its area code; this one has {n} digits.")
    return Problem("phone_format", message.format(n=sum(character.isdigit() for character in digits)))


def format_file_no8(digits: str) -> str:
    """Eight digits as the forms print them: 101-00001."""
    return f"{digits[:3]}-{digits[3:]}" if len(digits) == 8 else digits


def mask_citizen_id(number: str) -> str:
    """The area, its first six digits; a shorter number is hidden whole.

    With the last four as well nothing would be hidden: what lies between is the birth date, which stands beside it.
    """
    return number[:6] + "*" * (len(number) - 6) if len(number) >= 14 else "*" * len(number)


def mask_phone(number: str) -> str:
    """The last four digits; a shorter number is hidden whole."""
    return "*" * (len(number) - 4) + number[-4:] if len(number) > 4 else "*" * len(number)


def mask_numbers(text: str) -> str:
    """A text of unknown kind with every run of seven and more digits masked like a phone number."""
    return _LONG_NUMBER.sub(lambda found: mask_phone(found[0]), text)


def mask_name(name: str) -> str:
    """The first character: 张*."""
    return f"{name[0]}*" if name else ""
