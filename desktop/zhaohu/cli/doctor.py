"""`zhaohu check`: the doctor."""

from __future__ import annotations

import typer

from zhaohu.cli.context import Context
from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.services.safety.checkup import Finding, check_up, look_without_opening

_NOT_THE_PROFILE = frozenset(
    ("no_profile", "no_password", "bad_password_file", "wrong_password", "wait", "not_allowed", "busy")
)
"""Refusals that say nothing about the installation: looking at it all the same would hide them."""


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("check", help=_("Look whether this installation is sound; exit 1 if something needs a person."))(check)


def check(context: typer.Context) -> None:
    """All findings, each with what to do; of a profile that does not open, what can be seen from outside."""
    shared: Context = context.obj
    findings = _findings(shared)
    to_do = _("to do")
    lines = [f"✓ {f.title}" if f.ok else f"✗ {to_do} ({f.title}): {f.advice}" for f in findings]
    document = [{"name": f.name, "ok": f.ok, "title": f.title, "advice": f.advice} for f in findings]
    shared.show({"ok": all(f.ok for f in findings), "findings": document}, "\n".join(lines))
    if not all(f.ok for f in findings):
        raise typer.Exit(1)


def _findings(shared: Context) -> list[Finding]:
    try:
        with shared.desk() as desk:
            return check_up(desk)
    except Refused as refused:
        if refused.code in _NOT_THE_PROFILE:
            raise
        return look_without_opening(shared.profile, shared.clock, refused)
