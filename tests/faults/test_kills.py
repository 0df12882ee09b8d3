"""kill -9 at random moments: what was acknowledged is there, and every file opens, whole."""

from __future__ import annotations

import sys
import time

import pytest
from tests.faults.figures import FULL, SEED, tell, times

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
RUNS = {
    "saves": (1_000, 5),
    "rosters": (250, 2),
    "bundles": (250, 2),
    "receipts": (100, 2),
    "backups": (250, 2),
    "restores": (250, 2),
    "migrations": (250, 2),
}


@pytest.mark.parametrize("flow", RUNS)
def test_nothing_acknowledged_is_lost(flow, run_module, fault_folder):
    began = time.monotonic()
    runs = times(*RUNS[flow])
    found = run_module("kill", flow, "--folder", fault_folder, "--runs", runs, "--seed", SEED)
    tell(
        f"kill -9: {flow}", found["runs"], lost=found["lost"], unreadable=found["unreadable"],
        seconds=time.monotonic() - began, words=f"{found['killed']} killed at work, {found['steps']} steps told",
    )  # fmt: skip
    assert found["problems"] == [], f"again: {found['again']}"
    assert found["runs"] == runs
    assert found["killed"] > 0 or not FULL  # of a few runs none may be hit at work
