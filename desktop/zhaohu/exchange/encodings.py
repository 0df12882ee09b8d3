"""Text out of CSV files as old and new programs write them: UTF-8, UTF-16 with a mark, GB 18030."""

from __future__ import annotations

import codecs
import re

from zhaohu.errors import BadInput
from zhaohu.i18n import _

_PRIVATE_USE = {
    0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14, 0xE792: 0xFE15, 0xE793: 0xFE16,
    0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19, 0xE7C7: 0x1E3F, 0xE816: 0x20087, 0xE817: 0x20089,
    0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE831: 0x215D7,
    0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip
"""Python's gb18030 codec is the edition of 2000 and gives code points of private use for characters that Unicode has
had since (GB 18030-2022; the six of Extension B by their shapes in GB 18030-2000)."""

_SOME_PRIVATE = re.compile("[\ue78d-\ue864]")


def possible_encodings(beginning: bytes) -> tuple[str, ...]:
    """What a text may be in, by its first four bytes: what a mark says, else UTF-8 or GB 18030."""
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return ("utf-8-sig",) if beginning.startswith(codecs.BOM_UTF8) else ("utf-8", "gb18030")


def decode(data: bytes) -> str:
    """The text of a CSV file.

    Raises:
        BadInput: It is in none of the encodings that we know.
    """
    for encoding in possible_encodings(data[:4]):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return now_in_unicode(text) if encoding == "gb18030" else text
    raise BadInput(_("The file is no text in UTF-8 or GB 18030; save it as .xlsx and try again."), code="not_text")


def now_in_unicode(text: str) -> str:
    """Text that Python's gb18030 codec made, with the code points that its characters have today."""
    return text.translate(_PRIVATE_USE) if _SOME_PRIVATE.search(text) else text
