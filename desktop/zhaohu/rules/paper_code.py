"""The digits on a child's papers, in QR codes and to be typed: digits pass every keyboard and input method unchanged.

A child's code is 1, its id as a number of 39 digits, and two check digits by ISO 7064 MOD 97-10, so that a code that
was cut off or typed wrongly is never another child's. A sheet printed ahead has six digits: its running number in five,
and a check digit by Damm's quasigroup, in which every single wrong digit and every two neighbours that changed places
give another one.
"""

from __future__ import annotations

import re
from uuid import UUID

_KIND = "1"
_DIGITS = 39
"""2**128 has 39 digits."""
_MODULUS = 97
_CODE = re.compile(rf"{_KIND}[0-9]{{{_DIGITS}}}[0-9]{{2}}")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}


def child_code(child_id: str) -> str:
    """The 42 digits that stand for a child on paper.

    Raises:
        ValueError: It is not an id.
    """
    body = f"{_KIND}{UUID(child_id).int:0{_DIGITS}d}"
    return f"{body}{98 - int(body) * 100 % _MODULUS:02d}"


def read_code(text: str) -> str | None:
    """The child's id of a code as it was scanned, blanks around it and full-width digits allowed; None for others."""
    digits = text.strip().translate(_FULL_WIDTH)
    if not _CODE.fullmatch(digits) or int(digits) % _MODULUS != 1:
        return None
    number = int(digits[1 : 1 + _DIGITS])
    return str(UUID(int=number)) if number < 1 << 128 else None


SHEETS = 100_000
"""Running numbers that five digits tell apart; then they begin again."""
_SHEET_CODE = re.compile(r"[0-9]{6}", re.ASCII)
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
"""Damm (2004), the totally anti-symmetric quasigroup of order ten."""


def sheet_code(no: int) -> str:
    """The six digits of a sheet printed ahead, from its running number."""
    digits = f"{no % SHEETS:05d}"
    return f"{digits}{_check_digit(digits)}"


def read_sheet_code(text: str) -> int | None:
    """The five running digits of six as typed or scanned, blanks and full-width digits allowed; None for others."""
    digits = text.strip().translate(_FULL_WIDTH)
    if not _SHEET_CODE.fullmatch(digits) or _check_digit(digits) != 0:
        return None
    return int(digits[:5])


def _check_digit(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim
