"""Districts of real profiles, with everything that can happen to files, disks, clocks and people: all agree at last."""

from __future__ import annotations

import time

from tests.faults.figures import SEED, tell, times


def test_whole_districts_agree_whatever_happened(run_module, fault_folder):
    began = time.monotonic()
    runs = times(10_000, 4)
    found = run_module("districts", "--folder", fault_folder, "--runs", runs, "--seed", SEED)
    steps, happened = found["done"].pop("steps"), ", ".join(f"{what} {n}" for what, n in found["done"].items())
    seconds = time.monotonic() - began
    words = f"{steps} steps, {runs / seconds:.1f} runs/s; {happened}"
    tell("districts, seed by number", runs, lost=len(found["problems"]), seconds=seconds, words=words)
    assert found["problems"] == [], f"again: {found['again']}\n" + "\n".join(found["problems"])
    assert found["runs"] == runs
