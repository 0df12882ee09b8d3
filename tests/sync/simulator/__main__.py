"""python -m tests.sync.simulator --runs N [--first N] [--seed S] [--minutes M] [--folder DIR] [--only FAULT,FAULT]"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.sync.simulator.runs import run_many
from tests.sync.simulator.sites import make_template


def main() -> None:
    """Run and tell, in one line of JSON; whole stories of failed runs go to standard error."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--runs", type=int, default=10)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--seed", default="1")
    arguments.add_argument("--minutes", type=float, default=600)
    arguments.add_argument("--folder", type=Path)
    arguments.add_argument("--only", default=None, help="faults, with commas; each run has all of them")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as temporary:
        folder = given.folder or Path(temporary)
        template = make_template(Path(temporary) / "template")
        began = time.monotonic()
        found = run_many(
            template,
            folder,
            given.seed,
            range(given.first, given.first + given.runs),
            until=began + 60 * given.minutes,
            faults=None if given.only is None else frozenset(given.only.split(",")),
            tell=lambda words: sys.stderr.write(f"{words}\n{'=' * 60}\n"),
        )
        took = time.monotonic() - began
        told = {"runs": found.runs, "failed": len(found.problems), "seconds": round(took, 1)}
        told |= {"per_s": round(found.runs / took, 2), "done": dict(found.done)}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
