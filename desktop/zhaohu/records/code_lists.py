"""Long official code lists, kept as data (resources/codes): code and Chinese term, a term of the `forms` catalog."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from zhaohu.errors import Refused
from zhaohu.i18n import _

CODE_LISTS = ("ethnicity", "relation", "delivery", "education")
"""The files: 民族 GB/T 3304, 家庭关系 GB/T 4761 (seen from the child), 出生情况 of the newborn visit form,
文化程度 of the resident form (个人基本信息表, 2017)."""

GUARDIAN_RELATIONS = (
    "51", "52", "57", "58", "61", "62", "63", "64", "60", "81", "82", "83", "84", "85", "86", "87", "88", "89", "90",
    "71", "75", "97", "99",
)  # fmt: skip
"""The codes of 家庭关系 that are offered for a child's caregivers, parents first."""


def parse_codes(text: str, file: str) -> Mapping[str, str]:
    """Read a code list: its terms by code, in the file's order.

    Args:
        text: The file's text: CSV with the columns code and term.
        file: Its name, for messages.

    Raises:
        Refused: A line is not a code and a term, or a code comes twice.
    """
    terms: dict[str, str] = {}
    for number, line in enumerate(csv.reader(io.StringIO(text)), start=1):
        if number == 1 and line == ["code", "term"]:
            continue
        if len(line) != 2 or not all(line) or line[0] in terms or number == 1:
            message = _("{file}, line {number}: must be a new code and its term.")
            raise Refused(message.format(file=file, number=number), code="bad_code_list", file=file, line=number)
        terms[line[0]] = line[1]
    return terms
