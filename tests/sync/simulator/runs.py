"""Many runs one after the other, each from its own seed."""

from __future__ import annotations

import random
import shutil
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.sync.simulator.healing import heal
from tests.sync.simulator.judging import judge
from tests.sync.simulator.play import Play
from tests.sync.simulator.sites import Template, begin_day, without_backups

FAULTS = ("mail", "disk", "backup", "restore", "image", "clone", "center", "clock", "undo", "all")


@dataclass
class Found:
    """What came of many runs."""

    runs: int = 0
    done: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def one_run(
    template: Template, folder: Path, seed: str, faults: frozenset[str] | None = None
) -> tuple[Play, list[str]]:
    """Play, heal, judge; the play, and all that is wrong."""
    throw = random.Random(f"{seed}/size")
    if faults is None:
        faults = frozenset(throw.sample(FAULTS, throw.randrange(len(FAULTS) + 1)))
        faults |= {"backup"} if faults & {"restore", "image", "center"} else frozenset()
    stations = throw.choices([1, 2, 3, 4, 5, 8], weights=[4, 10, 5, 2, 1, 1])[0]
    begin_day()
    play = Play(template, folder, seed, stations, faults)
    steps = throw.choices([15, 30, 60, 120], weights=[4, 6, 4, 1])[0]
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


def run_many(
    template: Template,
    folder: Path,
    seed: int | str,
    runs: range,
    *,
    until: float = float("inf"),
    faults: frozenset[str] | None = None,
    tell: Callable[[str], object] = lambda _words: None,
) -> Found:
    """Runs by number; what happened in those that failed is told at once, and their folders stay."""
    found = Found()
    for number in runs:
        if time.monotonic() > until:
            break
        place = folder / f"run-{seed}-{number}"
        play, problems = one_run(template, place, f"{seed}/{number}", faults)
        found.runs += 1
        found.done.update(play.done)
        if problems:
            found.problems.append("\n".join([f"run {seed}/{number}:", *play.log, *problems]))
            tell(found.problems[-1])
        else:
            shutil.rmtree(place)
    return found
