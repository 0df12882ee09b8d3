"""Single runs, each from its own seed, and many of them one after the other."""

from __future__ import annotations

import gc
import random
import shutil
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.sync.simulator.healing import heal
from tests.sync.simulator.judging import judge
from tests.sync.simulator.play import Play
from tests.sync.simulator.sites import Template, begin_day, without_backups

FAULTS = ("mail", "disk", "backup", "restore", "image", "clone", "center", "clock", "undo", "all", "kill", "update")
_SIZES = {2: 14, 3: 5, 4: 2, 6: 1, 8: 1}
"""How many stations, and how often."""
_STEPS = {10: 12, 20: 12, 40: 6, 80: 2, 120: 1}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one run; `problem` tells its whole story when it failed, and is empty else."""

    number: int
    done: dict[str, int]
    problem: str = ""


def of_seed(
    template: Template, folder: Path, seed: str, faults: frozenset[str] | None = None
) -> tuple[Play, list[str]]:
    """The run that follows from a seed; the play, and all that is wrong."""
    throw = random.Random(f"{seed}/size")
    if faults is None:
        faults = frozenset(throw.sample(FAULTS, throw.randrange(len(FAULTS) + 1)))
    (stations,) = throw.choices(list(_SIZES), weights=list(_SIZES.values()))
    (steps,) = throw.choices(list(_STEPS), weights=list(_STEPS.values()))
    return one_run(template, folder, random.Random(seed), stations, steps, faults)


def one_run(
    template: Template, folder: Path, throw: random.Random, stations: int, steps: int, faults: frozenset[str]
) -> tuple[Play, list[str]]:
    """Play, heal, judge; the play, and all that is wrong."""
    faults |= {"backup"} if faults & {"restore", "image", "center"} else frozenset()
    begin_day()
    play = Play(template, folder, throw, stations, faults)
    play.say("stations", stations, "steps", steps, "faults", *sorted(faults))
    try:
        with without_backups():
            for _step in range(steps):
                play.step()
            play.done["rounds"] += heal(play)
            return play, judge(play)
    except Exception:
        return play, [traceback.format_exc()[-3500:]]
    finally:
        play.done["steps"] += steps
        play.close()


def each_run(
    template: Template, folder: Path, seed: str, numbers: Iterable[int], faults: frozenset[str] | None = None
) -> Iterator[Outcome]:
    """Runs by number; the folders of those that failed stay."""
    for number in numbers:
        place = folder / f"run-{seed}-{number}"
        shutil.rmtree(place, ignore_errors=True)  # of a run that failed before, or was stopped
        play, problems = of_seed(template, place, f"{seed}/{number}", faults)
        if problems:
            yield Outcome(number, dict(play.done), "\n".join([f"run {seed}/{number}:", *play.log, *problems]))
        else:
            shutil.rmtree(place)
            yield Outcome(number, dict(play.done))


def settle_memory() -> None:
    """What was imported stays for good: the collector need not search it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def total(outcomes: Iterable[Outcome]) -> Counter[str]:
    """All that was done in some runs."""
    found: Counter[str] = Counter()
    for outcome in outcomes:
        found.update(outcome.done)
    return found
