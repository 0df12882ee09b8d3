"""Many runs of whole districts, in several processes; a series that was stopped is gone on with by its ledger.

python -m tests.sync.simulator --runs N [--first N] [--seed S] [--jobs N] [--ledger FILE] [--minutes M]
    [--folder DIR] [--only FAULT,FAULT] [--without RULE]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.sync.simulator import sabotage, series
from tests.sync.simulator.runs import Outcome, settle_memory, total
from tests.sync.simulator.series import Plan
from tests.sync.simulator.sites import make_template


def main() -> None:
    """Run and tell, in one line of JSON; whole stories of failed runs go to standard error, and into the ledger."""
    given = _arguments()
    memory = Path("/dev/shm")  # no disk: half of the time would be spent waiting for one
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        template = make_template(Path(temporary) / "template")
        settle_memory()
        only = None if given.only is None else frozenset(given.only.split(","))
        numbers = range(given.first, given.first + given.runs)
        plan = Plan(folder, given.seed, numbers, given.jobs, only, given.ledger, given.without)
        began = time.monotonic()
        new = 0

        def tell(outcome: Outcome) -> None:
            nonlocal new
            new += 1
            if outcome.problem:
                sys.stderr.write(f"{outcome.problem}\n{'=' * 60}\n")

        outcomes = series.run(template, plan, began + 60 * given.minutes, tell)
        took = time.monotonic() - began
        failed = sorted(outcome.number for outcome in outcomes if outcome.problem)
        told = {"seed": given.seed, "runs": len(outcomes), "failed": [f"{given.seed}/{number}" for number in failed]}
        told |= {"seconds": round(took, 1), "per_s": round(new / took, 2), "done": dict(total(outcomes))}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--runs", type=int, default=10)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--seed", default="1")
    arguments.add_argument("--jobs", type=int, default=1, help="processes")
    arguments.add_argument("--ledger", type=Path, help="a line for each finished run; those in it are not run again")
    arguments.add_argument("--minutes", type=float, default=600)
    arguments.add_argument("--folder", type=Path, help="where the folders of runs that failed stay")
    arguments.add_argument("--only", help="faults, with commas; each run has all of them")
    arguments.add_argument(
        "--without", default="", choices=["", *sabotage.RULES], help="a rule of the program that is switched off"
    )
    return arguments.parse_args()


if __name__ == "__main__":
    main()
