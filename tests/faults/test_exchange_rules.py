"""The rules of the exchange on plain values, many more runs than every test run has time for; see `tests.sync`."""

from __future__ import annotations

import time

from tests.faults.figures import SEED, tell, times
from tests.sync.test_model import Silent, at_random, play


def test_the_rules_lose_nothing_in_many_runs():
    began = time.monotonic()
    runs = times(100_000, 300)
    failed = []
    for number in range(runs):
        try:
            play(at_random(f"{SEED}/{number}"))
        except Silent as silent:
            failed.append(f"{SEED}/{number}: {silent}")
    tell("rules of the exchange", runs, lost=len(failed), seconds=time.monotonic() - began, words="on plain values")
    assert failed == []
