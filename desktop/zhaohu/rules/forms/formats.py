"""Texts with a form of their own: each format reads what was typed into its canonical text, or says why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zhaohu.rules import identity
from zhaohu.rules.identity import Problem


@dataclass(frozen=True, slots=True)
class Format:
    """A reader, and whether what it cannot read is only doubted (and kept as typed) or refused.

    `mask` is how screens show a number that names a person; None for texts that name nobody.
    """

    read: Callable[[str], str | Problem]
    soft: bool
    mask: Callable[[str], str] | None = None


def _citizen_id(text: str) -> str | Problem:
    read = identity.read_citizen_id(text)
    return read if isinstance(read, Problem) else read.number


FORMATS = {
    "citizen_id": Format(_citizen_id, soft=True, mask=identity.mask_citizen_id),
    "phone": Format(identity.read_phone, soft=True, mask=identity.mask_phone),
    "file_no8": Format(identity.read_file_no8, soft=False),
}


MASK_SIGN = "*"
"""What masks hide characters behind; no number that names a person has it."""


def masked(format_: str | None, text: str) -> str:
    """A text as screens show it: numbers that name a person behind their mask, anything else as it is."""
    mask = FORMATS[format_].mask if format_ in FORMATS else None
    return mask(text) if mask is not None else text
