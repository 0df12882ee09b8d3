"""The digits of the QR code on a child's papers: the child's id as a number, which every keyboard wedge types right.

Letters would pass through the Chinese input method; digits do not. The form is 1, the id in 39 digits, and two check
digits by ISO 7064 MOD 97-10, so that a code that was cut off or typed wrongly is never another child's.
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
