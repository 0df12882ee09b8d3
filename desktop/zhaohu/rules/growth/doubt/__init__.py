"""Doubtful entries: what is hardly possible about what was typed, and what was likely meant. See README.md."""

from zhaohu.rules.growth.doubt.find import doubts
from zhaohu.rules.growth.doubt.rows import Before, ordinary, row_flags
from zhaohu.rules.growth.doubt.rules import DoubtRules, SizeRules, parse_doubts
from zhaohu.rules.growth.doubt.terms import (
    EXCHANGE_CAUSES,
    PER_UNIT,
    PLAIN,
    SIZES,
    UNIT,
    Cause,
    Doubt,
    Measure,
    plain_number,
)

__all__ = [
    "EXCHANGE_CAUSES",
    "PER_UNIT",
    "PLAIN",
    "SIZES",
    "UNIT",
    "Before",
    "Cause",
    "Doubt",
    "DoubtRules",
    "Measure",
    "SizeRules",
    "doubts",
    "ordinary",
    "parse_doubts",
    "plain_number",
    "row_flags",
]
