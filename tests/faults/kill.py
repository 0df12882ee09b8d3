"""A warm process that lets its children work on profiles and kills them at random moments.

    python -m tests.faults.kill FLOW --folder DIR --runs N --seed S [--first RUN]

Everything is imported once; each run forks a worker on a fresh copy of a profile, waits until it says that it is
ready, kills it (-9) some random time later, and forks another child that opens the profile and compares it with what
the worker had acknowledged. Prints one JSON line. A failed run's profile stays in `DIR/run-N`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.faults import flows
from tests.light_keys import light_keys

READY_WITHIN_S = 60.0
CHECKED_WITHIN_S = 120.0
ENDLESS_S = 0.6
"""How long a flow without an end is left alive at most."""


class Child:
    """A forked child that writes lines of JSON."""

    def __init__(self, work: Callable[[Callable[[Any], None]], None]) -> None:
        self._out, inside = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._out)
            code = 1
            try:
                work(lambda word: os.write(inside, json.dumps(word).encode() + b"\n"))
                code = 0
            except BaseException:
                os.write(inside, json.dumps({"crash": traceback.format_exc()}).encode() + b"\n")
            finally:
                os._exit(code)
        os.close(inside)
        self._rest = b""
        self.ended = False

    def lines(self, until: float) -> Iterator[Any]:
        """What it writes until then, or until it ends."""
        while not self.ended:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._out], [], [], left)[0]:
                return
            piece = os.read(self._out, 1 << 16)
            self.ended = not piece
            *whole, self._rest = (self._rest + piece).split(b"\n")
            yield from map(json.loads, whole)

    def kill(self) -> list[Any]:
        """End it now; what it had written before."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        late = list(self.lines(time.monotonic() + 10))
        os.close(self._out)
        return late


def one_run(flow: flows.Flow, template: Path, place: Path, seed: str, after_s: Callable[[], float]) -> dict[str, Any]:
    """Let a worker work, kill it, look what is left: problems, how many steps were acknowledged, how long it took."""
    shutil.copytree(template, place)
    throw = random.Random(seed)
    worker = Child(lambda say: flow.work(place, say, throw))
    told: list[Any] = []
    for word in worker.lines(time.monotonic() + READY_WITHIN_S):
        told.append(word)
        if word == flows.READY:
            break
    began = time.monotonic()
    told += worker.lines(began + after_s())
    took = time.monotonic() - began
    ended = worker.ended
    told += worker.kill()
    problems = [word["crash"] for word in told if isinstance(word, dict) and "crash" in word]
    if flows.READY not in told:
        problems.append("the worker was never ready")
    acknowledged = [word for word in told if word != flows.READY]
    checker = Child(lambda say: say(flow.check(place, acknowledged)))
    answers = list(checker.lines(time.monotonic() + CHECKED_WITHIN_S))
    checker.kill()
    if not answers or not isinstance(answers[0], list):
        problems.append(f"not opened: {answers}")
        return {"problems": problems, "steps": len(acknowledged), "took": took, "unreadable": 1, "ended": ended}
    problems += answers[0]
    return {"problems": problems, "steps": len(acknowledged), "took": took, "unreadable": 0, "ended": ended}


def main() -> None:
    """All runs of one flow."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("flow", choices=sorted(flows.FLOWS))
    arguments.add_argument("--folder", type=Path, required=True)
    arguments.add_argument("--runs", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--first", type=int, default=0)
    given = arguments.parse_args()
    flow = flows.FLOWS[given.flow]()
    template = given.folder / "template"
    flow.prepare(template)  # here, so that the children find everything imported and read
    whole = one_run(flow, template, given.folder / "whole", f"{given.seed}", lambda: 30.0 if flow.ends else ENDLESS_S)
    shutil.rmtree(given.folder / "whole")
    total = {"runs": 0, "steps": 0, "killed": 0, "lost": 0, "unreadable": 0, "problems": whole["problems"]}
    span = whole["took"] * 1.1 if flow.ends else ENDLESS_S
    for run in range(given.first, given.first + given.runs):
        place = given.folder / f"run-{run}"
        throw = random.Random(f"{given.seed}/{run}/when")
        found = one_run(flow, template, place, f"{given.seed}/{run}", lambda throw=throw: throw.uniform(0, span))
        total["runs"] += 1
        total["steps"] += found["steps"]
        total["killed"] += not found["ended"]
        total["lost"] += bool(found["problems"]) and not found["unreadable"]
        total["unreadable"] += found["unreadable"]
        total["problems"] += [f"run {run} ({place}): {problem}" for problem in found["problems"]]
        if not found["problems"]:
            shutil.rmtree(place)
    sys.stdout.write(json.dumps(total, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    with light_keys():
        main()
