"""This PC's tastes: what is remembered between two starts and is nobody's personal data."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from zhaohu.paths import write_atomic

_FILE = "tastes.json"


class Tastes(BaseModel):
    """Each taste once: its name, kind and default; a value that does not fit falls back to the default."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    place: str = ""
    """The station's or center's name, to show before anybody has logged in."""
    user: str = ""
    language: str = ""
    look: str = "light"
    scale: int = 100


def load_tastes(profile: Path) -> Tastes:
    """The tastes kept in a profile; a missing or damaged file gives the defaults."""
    try:
        kept = json.loads((profile / _FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return Tastes()
    if not isinstance(kept, dict):
        return Tastes()
    tastes = Tastes()
    for name, value in kept.items():
        try:
            tastes = Tastes.model_validate({**tastes.model_dump(), name: value})
        except ValidationError:
            continue
    return tastes


def save_tastes(profile: Path, tastes: Tastes) -> None:
    """Keep the tastes in a profile."""
    write_atomic(profile / _FILE, tastes.model_dump_json(indent=1).encode("utf-8"))
