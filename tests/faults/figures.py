"""How often each fault is tried, and the table of what came of it.

`ZHAOHU_FAULTS=1` asks for the full counts; `ZHAOHU_FAULTS_TABLE` names the file that `dev.py faults` reads at the end.
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path

FULL = os.environ.get("ZHAOHU_FAULTS") == "1"
SEED = int(os.environ.get("ZHAOHU_FAULTS_SEED") or random.SystemRandom().randrange(10**6))


def times(full: int, short: int) -> int:
    """The full count, or the short one of every test run."""
    return full if FULL else short


def tell(what: str, tried: int, *, lost: int = 0, unreadable: int = 0, seconds: float, words: str = "") -> None:
    """Add a line to the table."""
    line = {"what": what, "tried": tried, "lost": lost, "unreadable": unreadable, "seconds": seconds, "words": words}
    table = os.environ.get("ZHAOHU_FAULTS_TABLE")
    if table:
        with Path(table).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.write(f"{what}: {tried} tried, {lost} lost, {unreadable} unreadable, {seconds:.1f} s {words}\n")
