"""Districts of real profiles, with everything that can happen to files, disks, clocks and people: all agree at last.

And each rule of the program that is switched off is missed.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.faults.figures import FULL, SEED, tell, times
from tests.sync.simulator import sabotage
from tests.sync.simulator.runs import FAULTS, each_run, one_run
from tests.sync.simulator.sites import MOST_STATIONS, make_template

ROOT = Path(__file__).parents[2]
SIDES = 1000
CHEAPEST = "newest packet only"


def test_whole_districts_agree_whatever_happened(fault_folder):
    began = time.monotonic()
    runs, jobs = times(10_000, 3), times(os.cpu_count() or 1, 1)
    command = [sys.executable, "-m", "tests.sync.simulator", "--runs", runs, "--seed", SEED, "--jobs", jobs]
    command += ["--folder", fault_folder, "--ledger", fault_folder / "ledger"]
    again = " ".join(map(str, command[1:7]))
    done = subprocess.run([*map(str, command)], cwd=ROOT, capture_output=True, text=True, timeout=times(86_400, 240))
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    steps, happened = found["done"].pop("steps"), ", ".join(f"{what} {n}" for what, n in found["done"].items())
    words = f"{steps} steps, {found['per_s']} runs/s; {happened}"
    seconds = time.monotonic() - began
    tell("districts, seed by number", runs, lost=len(found["failed"]), seconds=seconds, words=words)
    assert found["failed"] == [], f"again: {again}\n{done.stderr}"
    assert found["runs"] == runs


class Dice(random.Random):
    """Dice that fall as a list says, and as a seed says after it."""

    def __init__(self, falls: list[int], seed: int) -> None:
        super().__init__(seed)
        self._falls = iter(falls)

    def random(self) -> float:
        """The next of them."""
        fall = next(self._falls, None)
        return super().random() if fall is None else fall / SIDES


@settings(
    max_examples=times(1000, 5),
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
@given(
    st.builds(Dice, st.lists(st.integers(0, SIDES - 1), max_size=150), st.integers(0, 2**16)),
    st.integers(2, 3),
    st.integers(1, 25),
    st.frozensets(st.sampled_from(FAULTS)),
)
def test_a_district_that_fails_is_made_small(template, tmp_path, dice, stations, steps, faults):
    """The same districts, their dice in the hands of hypothesis: it looks for the shortest story of what goes wrong."""
    folder = tmp_path / "run"
    shutil.rmtree(folder, ignore_errors=True)
    play, problems = one_run(template, folder, dice, stations, steps, faults)
    assert not problems, "\n".join([*play.log, *problems])


@pytest.mark.parametrize("rule", sabotage.RULES if FULL else [CHEAPEST])
def test_a_rule_that_is_switched_off_is_missed(template, tmp_path, rule):
    favoured = sabotage.RULES[rule]
    for number in range(favoured.first, favoured.first + favoured.runs):
        with sabotage.without(rule):
            (missed,) = each_run(template, tmp_path / "without", rule, [number], favoured.faults)
        if missed.problem:
            (sound,) = each_run(template, tmp_path / "with", rule, [number], favoured.faults)
            assert sound.problem == "", "it is that rule, not the run"
            return
    pytest.fail(f"nothing missed {rule}")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    stations = MOST_STATIONS if FULL else 3
    return make_template(tmp_path_factory.mktemp("template") / "district", stations)
