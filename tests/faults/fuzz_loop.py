"""What all fuzzing shares: a worker process reads one mangled file after another, each announced before it is read.

The worker has limited memory and, for each file, limited time. When it dies, another one goes on behind the file that
it died of. Prints one JSON line; failing files go to the folder.
"""

from __future__ import annotations

import argparse
import json
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Protocol

from tests.faults.kill import Child

Say = Callable[[Any], None]
_WAITS = 20
"""So many times as long as it may work may a file take in all."""


class Fuzz(Protocol):
    """What is fuzzed.

    Attributes:
        seconds: Of the worker's own time that a file may take at most.
    """

    seconds: int

    def made(self, throw: Random) -> tuple[str, bytes]:
        """A mangled file: what it was, and its bytes."""

    def begin(self, worker: str) -> None:
        """In a new worker: open what is needed, and limit its memory."""

    def read(self, kind: str, data: bytes) -> str:
        """What became of a file: the code of its refusal, or that it was read."""

    def end(self) -> list[str]:
        """In a worker that has read all files: what is wrong now."""

    def died(self, data: bytes) -> tuple[str, str]:
        """What became of a file of which the worker died, and what is wrong with that; empty for nothing."""


def arguments() -> argparse.Namespace:
    """Which files, and where to."""
    known = argparse.ArgumentParser()
    known.add_argument("--folder", type=Path, required=True)
    known.add_argument("--runs", type=int, default=150)
    known.add_argument("--first", type=int, default=0)
    known.add_argument("--seed", type=int, default=1)
    return known.parse_args()


def run(fuzz: Fuzz, given: argparse.Namespace) -> None:
    """All files."""
    _Series(fuzz, given).run()


class _Series:
    def __init__(self, fuzz: Fuzz, given: argparse.Namespace) -> None:
        self._fuzz = fuzz
        self._given = given
        self._next = given.first
        self._last = given.first + given.runs
        self._found: Counter[str] = Counter()
        self._problems: dict[str, int | None] = {}
        self._slowest = 0.0

    def run(self) -> None:
        began = time.monotonic()
        while self._next < self._last:
            self._some()
        for at in filter(None.__ne__, self._problems.values()):
            kind, data = self._made(at)
            (self._given.folder / f"file-{at}-{kind.strip('.').replace(' ', '-')}").write_bytes(data)
        answer = {
            "tried": self._given.runs,
            "outcomes": dict(self._found.most_common()),
            "slowest_s": round(self._slowest, 2),
            "per_s": round(self._given.runs / (time.monotonic() - began), 1),
            "peak_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10,
            "problems": list(self._problems),
        }
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")

    def _made(self, number: int) -> tuple[str, bytes]:
        return self._fuzz.made(Random(f"{self._given.seed}/{number}"))

    def _some(self) -> None:
        """As many files as one worker reads."""
        worker = Child(self._work)
        began = time.monotonic()
        for word in worker.lines(began + 24 * 3600):
            if isinstance(word, dict):  # the worker itself failed
                self._problems[f"after {self._next}: {word['crash']}"] = None
                self._next = self._last
            elif word[0] == "end":
                self._problems |= dict.fromkeys(word[1])
            elif word[0] == "begin":
                began = time.monotonic()
            else:
                self._slowest = max(self._slowest, time.monotonic() - began)
                _file, outcome, problem = word
                self._tell(outcome, problem)
        worker.kill()
        if self._next < self._last:
            self._tell(*self._fuzz.died(self._made(self._next)[1]))

    def _tell(self, outcome: str, problem: str) -> None:
        self._found[outcome] += 1
        if problem:
            self._problems[f"file {self._next}: {problem}"] = self._next
        self._next += 1

    def _work(self, say: Say) -> None:
        self._fuzz.begin(f"{self._next}")
        for number in range(self._next, self._last):
            kind, data = self._made(number)
            say(["begin"])
            signal.setitimer(signal.ITIMER_PROF, self._fuzz.seconds)  # of its own time: others may use the machine
            signal.alarm(_WAITS * self._fuzz.seconds)
            try:
                say(["file", self._fuzz.read(kind, data), ""])
            except Exception:
                say(["file", "crash", f"({kind}): {traceback.format_exc()[-2500:]}"])
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.alarm(0)
        say(["end", self._fuzz.end()])
