"""Children who may be one: at entry, in a roster, and in the whole register; twins are not. See README.md."""

from zhaohu.rules.duplicates.blocking import FAMILY_AT_MOST, Pair, of_one, pairs
from zhaohu.rules.duplicates.judging import Alike, is_for_now, judge
from zhaohu.rules.duplicates.rosters import Duplicate, find_duplicates
from zhaohu.rules.duplicates.slips import slipped_days
from zhaohu.rules.duplicates.terms import Grade, KnownChild, Likeness

__all__ = [
    "FAMILY_AT_MOST",
    "Alike",
    "Duplicate",
    "Grade",
    "KnownChild",
    "Likeness",
    "Pair",
    "find_duplicates",
    "is_for_now",
    "judge",
    "of_one",
    "pairs",
    "slipped_days",
]
