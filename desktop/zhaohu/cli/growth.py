"""`zhaohu growth assess`: batch assessment of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context
from zhaohu.cli.progress import progress_bar
from zhaohu.i18n import _
from zhaohu.rules.growth.terms import Standard
from zhaohu.services.growth import assess_file


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("Growth of children."), no_args_is_help=True)
    app.add_typer(group, name="growth")
    group.command("assess", help=_("Assess a CSV file of measurements by WS/T 423-2022 or WHO."))(assess)


def assess(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv")],
    out: Annotated[Path, typer.Option(metavar="OUT.csv", help=_("File to write."))],
    standard: Annotated[Standard, typer.Option(help=_("china: WS/T 423-2022; who: WHO 2006."))] = Standard.CHINA,
) -> None:
    """Every row of the file, with scores and grades."""
    shared: Context = context.obj
    with progress_bar(_("Assessing")) as progress:
        rows = assess_file(file, out, standard, progress)
    shared.show(
        {"rows": rows, "out": out, "standard": standard}, _("{n} rows assessed: {file}").format(n=rows, file=out)
    )
