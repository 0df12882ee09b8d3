"""The composition root: what was asked for, a window or a command, and the two never know each other."""

from __future__ import annotations

import sys
from pathlib import Path

from zhaohu import i18n


def main() -> int:
    """Run the program as the operating system called it; returns the exit code."""
    i18n.set_language(i18n.language_from_environment())
    arguments = sys.argv[1:]
    if not arguments:
        return _open_window(None, None)
    from zhaohu.cli.app import run

    return run(arguments, _open_window)


def _open_window(profile: Path | None, user: str | None) -> int:
    from zhaohu.ui.window import run_window

    return run_window(profile, user)


if __name__ == "__main__":
    sys.exit(main())
