"""kill -9 at random moments: what was acknowledged is there, and every file opens, whole."""

from __future__ import annotations

import sys
import time

import pytest
from tests.faults.figures import FULL, SEED, tell, times

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
RUNS = {
    "saves": (1_000, 3),
    "rosters": (250, 1),
    "bundles": (250, 1),
    "receipts": (100, 1),
    "keys": (100, 1),
    "backups": (250, 1),
    "restores": (250, 1),
    "migrations": (250, 1),
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
