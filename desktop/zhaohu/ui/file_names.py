"""The names that are suggested for files."""

from __future__ import annotations


def file_name(*parts: object, ending: str) -> str:
    """Whose file it is, what it holds and of when, joined by hyphens; `ending` with its dot. No personal data."""
    return "-".join(map(str, parts)) + ending
