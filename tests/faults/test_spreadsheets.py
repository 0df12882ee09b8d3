"""Mutated spreadsheets and CSV files: read or refused, never a crash, within memory and time."""

from __future__ import annotations

import sys
import time

import pytest
from tests.faults.figures import SEED, tell, times


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and limits of memory")
def test_mangled_rosters_are_read_or_refused(run_module, fault_folder):
    began = time.monotonic()
    runs = times(10_000, 80)
    found = run_module("fuzz", "--folder", fault_folder, "--runs", runs, "--seed", SEED)
    outcomes = ", ".join(f"{code} {n}" for code, n in found["outcomes"].items())
    words = f"{outcomes}; slowest {found['slowest_s']} s"
    tell("mutated spreadsheets", runs, unreadable=len(found["problems"]), seconds=time.monotonic() - began, words=words)
    assert found["problems"] == [], f"again: {found['again']}"
    assert sum(found["outcomes"].values()) == runs
    assert "without words" not in found["outcomes"]
    assert len(found["outcomes"]) > 2  # not all of one kind: the mutations reach different depths
