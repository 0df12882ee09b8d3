"""The folder of a demo: made anew each time, and never in place of something else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paths import write_atomic

MARK = "zhaohu-demo.json"
"""The file by which a folder is known to be a demo, which may be thrown away."""
_KIND = "zhaohu demo"


def make_folder(out: Path, about: dict[str, object]) -> None:
    """Make the folder of a demo, in place of an older demo.

    Args:
        out: The folder.
        about: Kept in the mark: what the demo was made with.

    Raises:
        Refused: Something else lies there (`not_a_demo`), or the older demo is in use (`demo_in_use`).
    """
    if out.exists() and not _is_empty(out):
        if not is_demo(out):
            message = _("{folder} is not a demo and will not be overwritten. Name another folder with --out.")
            raise Refused(message.format(folder=out), code="not_a_demo", folder=str(out))
        try:
            shutil.rmtree(out)
        except OSError as error:
            message = _("The demo in {folder} is in use. Close its windows and try again.")
            raise Refused(message.format(folder=out), code="demo_in_use", folder=str(out)) from error
    write_atomic(out / MARK, json.dumps({"kind": _KIND, **about}, ensure_ascii=False, indent=1).encode("utf-8"))


def is_demo(out: Path) -> bool:
    """Whether the folder holds a demo."""
    try:
        found = json.loads((out / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("kind") == _KIND


def _is_empty(out: Path) -> bool:
    return out.is_dir() and not any(out.iterdir())
