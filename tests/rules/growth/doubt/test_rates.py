"""How many mistakes are found, and how many true series are left in peace: a worse rule fails here.

The floors lie a little below what the README beside the rule shows for 10,000 of each.
"""

from __future__ import annotations

import pytest
from tests.rules.growth.doubt.mistakes import KINDS, caught, questioned, true_series, wilson

from zhaohu.rules.growth import References
from zhaohu.rules.growth.doubt import DoubtRules, parse_doubts

COUNT = 200
FLOORS = {
    "two digits swapped, weight": (50, 46),
    "two digits swapped, length": (68, 62),
    "two digits swapped, head": (64, 58),
    "jin for kg (×2)": (98, 96),
    "the twin's numbers": (60, 60),
    "date: a year too early": (97, 90),
    "date: a month too early": (12, 10),
    "sex wrong": (0, 0),
}
"""In percent: questioned at all, named rightly; every other kind is questioned always and named in 93 of 100."""


@pytest.fixture(scope="module")
def rules(read) -> DoubtRules:
    return parse_doubts(read("doubts.toml"))


@pytest.mark.parametrize("kind", KINDS)
def test_mistakes_are_found(kind: str, references: References, rules: DoubtRules) -> None:
    asked, named = caught(kind, COUNT, references, rules)
    least_asked, least_named = FLOORS.get(kind, (99, 93))
    assert 100 * asked / COUNT >= least_asked
    assert 100 * named / COUNT >= least_named


def test_true_series_are_left_in_peace(references: References, rules: DoubtRules) -> None:
    found = [questioned(series, references, rules, other) for series, other in true_series(1000, references)]
    assert 100 * sum(map(bool, found)) / len(found) <= 3
    assert not any(doubt.hard for doubts in found for doubt in doubts)


def test_the_interval_of_a_share_is_wilsons() -> None:
    low, high = wilson(20, 1000)  # worked by hand from the formula
    assert (round(low, 2), round(high, 2)) == (1.3, 3.07)
