"""Whole districts at work, one random run after the other: see `tests.sync.simulator`.

    python -m tests.faults.districts --folder DIR --runs N --seed S [--first N]

Prints one JSON line; the folders of runs that failed stay, and what happened in them is told.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.sync.simulator.runs import run_many
from tests.sync.simulator.sites import make_template


def main() -> None:
    """All runs."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--folder", type=Path, required=True)
    arguments.add_argument("--runs", type=int, default=20)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    template = make_template(given.folder / "template")
    found = run_many(template, given.folder, given.seed, range(given.first, given.first + given.runs))
    told = {"runs": found.runs, "done": dict(found.done), "problems": found.problems}
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
