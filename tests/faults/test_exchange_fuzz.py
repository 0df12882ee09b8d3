"""Bundles, packets and enrolment files mangled past their signature: taken in, held or refused, never a crash."""

from __future__ import annotations

import sys
import time

import pytest
from tests.faults.figures import SEED, tell, times


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and limits of memory")
def test_mangled_files_are_taken_in_held_or_refused(run_module, fault_folder):
    began = time.monotonic()
    runs = times(100_000, 250)
    found = run_module("fuzz_exchange", "--folder", fault_folder, "--runs", runs, "--seed", SEED)
    outcomes = ", ".join(f"{code} {n}" for code, n in found["outcomes"].items())
    words = f"{outcomes}; slowest {found['slowest_s']} s; peak {found['peak_mib']} MiB"
    tell("files mangled, then signed", runs, lost=len(found["problems"]), seconds=time.monotonic() - began, words=words)
    assert found["problems"] == [], f"again: {found['again']}"
    assert sum(found["outcomes"].values()) == runs
    deep = {"up: damaged", "up: held", "up: taken in", "down: damaged", "down: obeyed", "enrolment: damaged"}
    assert deep <= found["outcomes"].keys()  # all depths are reached
