"""This PC's tastes: what is remembered between two starts and is nobody's personal data.

Plain dataclasses on purpose: the log-in window is waiting for them, and a validation library costs a third of its time.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from zhaohu.paths import write_atomic

_FILE = "tastes.json"
LEAST_IDLE_MINUTES, MOST_IDLE_MINUTES = 1, 15


@dataclass(frozen=True, slots=True)
class Tastes:
    """Each taste once: its name, kind and default.

    Args:
        place: The station's or center's name, to show before anybody has logged in.
        user: Who logged in last.
        language: A language of ours; empty for the default.
        look: A theme's name.
        scale: Type size in percent.
        idle_minutes: After so many minutes without a key or click the screen is locked.
    """

    place: str = ""
    user: str = ""
    language: str = ""
    look: str = "light"
    scale: int = 100
    idle_minutes: int = 10


def load_tastes(profile: Path) -> Tastes:
    """The tastes kept in a profile; what is missing, damaged or of another kind falls back to its default."""
    try:
        kept = json.loads((profile / _FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return Tastes()
    if not isinstance(kept, dict):
        return Tastes()
    fitting = {f.name: kept[f.name] for f in fields(Tastes) if type(kept.get(f.name)) is type(f.default)}
    tastes = Tastes(**fitting)
    return replace(tastes, idle_minutes=min(max(tastes.idle_minutes, LEAST_IDLE_MINUTES), MOST_IDLE_MINUTES))


def save_tastes(profile: Path, tastes: Tastes) -> None:
    """Keep the tastes in a profile."""
    text = json.dumps(asdict(tastes), ensure_ascii=False, indent=1)
    write_atomic(profile / _FILE, text.encode("utf-8"))
