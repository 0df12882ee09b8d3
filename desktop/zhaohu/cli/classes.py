"""`zhaohu class list`: parenting classes with the ids that `print signin` wants."""

from __future__ import annotations

import typer

from zhaohu.cli.context import Context, table
from zhaohu.i18n import _
from zhaohu.services.guidance import classes


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("Parenting classes."), no_args_is_help=True)
    app.add_typer(group, name="class")
    group.command("list", help=_("List classes, newest first."))(list_)


def list_(context: typer.Context) -> None:
    """All classes."""
    shared: Context = context.obj
    with shared.desk() as desk:
        rows = classes.list_classes(desk)
    headings = [_("Date"), _("Topic"), _("Place"), _("Teacher"), _("Invited"), _("Present"), "ID"]
    cells = [[r.held_on.isoformat(), r.topic, r.place, r.teacher, str(r.invited), str(r.present), r.id] for r in rows]
    shared.show({"classes": rows}, table(headings, cells))
