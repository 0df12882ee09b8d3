"""`zhaohu check`: the doctor."""

from __future__ import annotations

import typer

from zhaohu.cli.context import Context
from zhaohu.i18n import _
from zhaohu.services.checkup import check_up


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("check", help=_("Look whether this installation is sound; exit 1 if something needs a person."))(check)


def check(context: typer.Context) -> None:
    """All findings, each with what to do."""
    shared: Context = context.obj
    with shared.desk() as desk:
        findings = check_up(desk)
    lines = [f"{'✓' if f.ok else '✗'} {f.title}" + (f": {f.advice}" if f.advice else "") for f in findings]
    document = [{"name": f.name, "ok": f.ok, "title": f.title, "advice": f.advice} for f in findings]
    shared.show({"ok": all(f.ok for f in findings), "findings": document}, "\n".join(lines))
    if not all(f.ok for f in findings):
        raise typer.Exit(1)
