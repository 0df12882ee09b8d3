"""Texts with a form of their own: each format reads what was typed into its canonical text, or says why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zhaohu.rules import identity
from zhaohu.rules.identity import Problem


@dataclass(frozen=True, slots=True)
class Format:
    """A reader, and whether what it cannot read is only doubted (and kept as typed) or refused."""

    read: Callable[[str], str | Problem]
    soft: bool


def _citizen_id(text: str) -> str | Problem:
    read = identity.read_citizen_id(text)
    return read if isinstance(read, Problem) else read.number


FORMATS = {
    "citizen_id": Format(_citizen_id, soft=True),
    "phone": Format(identity.read_phone, soft=True),
    "file_no8": Format(identity.read_file_no8, soft=False),
}
