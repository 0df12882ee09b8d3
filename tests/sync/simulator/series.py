"""Long series of runs in several processes: each finished run is written down, so a series can be gone on with."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from tests.sync.simulator import sabotage
from tests.sync.simulator.runs import Outcome, each_run, settle_memory
from tests.sync.simulator.sites import Template


@dataclass(frozen=True, slots=True)
class Plan:
    """Which runs, and where.

    Attributes:
        ledger: A line of JSON for each finished run; those of the same seed that stand in it are not run again.
        without: A rule of the program that is switched off, see `sabotage`.
    """

    folder: Path
    seed: str
    numbers: range
    jobs: int = 1
    faults: frozenset[str] | None = None
    ledger: Path | None = None
    without: str = ""


def run(template: Template, plan: Plan, until: float, tell: Callable[[Outcome], object]) -> list[Outcome]:
    """All runs of the plan that are not in its ledger yet, until a time of `time.monotonic`; all outcomes, old and new.

    Args:
        template: The district that they begin with.
        plan: Which runs.
        until: Nothing new is begun after it.
        tell: Told each new outcome.
    """
    outcomes = [outcome for outcome in written(plan) if outcome.number in plan.numbers]
    known = {outcome.number for outcome in outcomes}
    with closing(_outcomes(template, plan, [number for number in plan.numbers if number not in known])) as fresh:
        for outcome in fresh:
            outcomes.append(outcome)
            _write(plan, outcome)
            tell(outcome)
            if time.monotonic() > until:
                break
    return outcomes


def written(plan: Plan) -> list[Outcome]:
    """What the ledger says of runs of this seed; a last line that was cut off is not counted."""
    if plan.ledger is None or not plan.ledger.exists():
        return []
    lines = plan.ledger.read_text("utf-8").split("\n")[:-1]
    values = (json.loads(line) for line in lines)
    return [Outcome(value["number"], value["done"], value["problem"]) for value in values if value["seed"] == plan.seed]


def _write(plan: Plan, outcome: Outcome) -> None:
    if plan.ledger is not None:
        line = json.dumps({"seed": plan.seed, **asdict(outcome)}, ensure_ascii=False)
        with plan.ledger.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def _outcomes(template: Template, plan: Plan, numbers: list[int]) -> Iterator[Outcome]:
    if plan.jobs == 1:
        with sabotage.without(plan.without) if plan.without else nullcontext():
            yield from each_run(template, plan.folder, plan.seed, numbers, plan.faults)
        return
    with multiprocessing.get_context("spawn").Pool(plan.jobs, _begin, (template, plan)) as pool:
        yield from pool.imap_unordered(_one, numbers)


def _begin(template: Template, plan: Plan) -> None:
    global _work  # each process has its own
    settle_memory()
    if plan.without:
        sabotage.switch_off(pytest.MonkeyPatch(), plan.without)
    _work = template, plan


def _one(number: int) -> Outcome:
    template, plan = _work
    (outcome,) = each_run(template, plan.folder, plan.seed, [number], plan.faults)
    return outcome


_work: tuple[Template, Plan]
