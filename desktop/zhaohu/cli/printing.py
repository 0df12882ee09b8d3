"""`zhaohu print …`: the same PDFs as on screen."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context
from zhaohu.i18n import _
from zhaohu.rules.growth.curves.lines import Lines
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.services import printing

Out = Annotated[Path, typer.Option(metavar="FILE.pdf", help=_("PDF to write."))]
ID = typer.Argument(metavar="ID")
CHILD = typer.Option(metavar="ID", help=_("The child."))


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("Papers as PDF."), no_args_is_help=True)
    app.add_typer(group, name="print")
    group.command("visit", help=_("The record of a visit, on the official form."))(visit)
    group.command("growth", help=_("A child's growth chart."))(growth)
    group.command("family", help=_("The sheet that tells a family how the child is growing."))(family)
    group.command("signin", help=_("The sign-in sheet of a class."))(sign_in)


def visit(context: typer.Context, visit_id: Annotated[str, ID], out: Out) -> None:
    """A visit record."""
    shared: Context = context.obj
    with shared.desk() as desk:
        _save(shared, printing.print_visit(desk, visit_id), out)


class Charted(StrEnum):
    """Which charts to print."""

    WFA = "wfa"
    LHFA = "lhfa"
    WFL = "wfl"
    BFA = "bfa"
    HCFA = "hcfa"
    ALL = "all"


def growth(
    context: typer.Context,
    child: Annotated[str, CHILD],
    out: Out,
    indicator: Annotated[Charted, typer.Option(help=_("What to chart."))] = Charted.WFA,
    standard: Annotated[Standard, typer.Option(help=_("By which standard."))] = Standard.CHINA,
    lines: Annotated[Lines, typer.Option(help=_("SD lines or percentiles."))] = Lines.SD,
) -> None:
    """A growth chart."""
    shared: Context = context.obj
    which = None if indicator is Charted.ALL else Indicator(indicator)
    with shared.desk() as desk:
        _save(shared, printing.print_growth(desk, child, which, standard, lines), out)


def family(context: typer.Context, child: Annotated[str, CHILD], out: Out) -> None:
    """The family's sheet."""
    shared: Context = context.obj
    with shared.desk() as desk:
        _save(shared, printing.print_family_growth(desk, child), out)


def sign_in(context: typer.Context, class_id: Annotated[str, ID], out: Out) -> None:
    """A sign-in sheet."""
    shared: Context = context.obj
    with shared.desk() as desk:
        _save(shared, printing.print_sign_in(desk, class_id), out)


def _save(shared: Context, pdf: bytes, out: Path) -> None:
    printing.save_pdf(pdf, out)
    shared.show({"file": out, "bytes": len(pdf)}, _("Written: {file}").format(file=out))
