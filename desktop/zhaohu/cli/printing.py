"""`zhaohu print …`: the same PDFs as on screen."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context
from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.rules.growth.curves.lines import Lines
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.services import printing
from zhaohu.services.register import child_list, register_papers
from zhaohu.services.register.child_list import ChildFilter
from zhaohu.services.register.glyphs import lacking_in

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
    group.command("register", help=_("The register of children, by village."))(register)
    group.command("child", help=_("A child's card with everything that the register knows."))(child_card)
    group.command("labels", help=_("Labels with QR codes for the handbooks."))(labels)
    group.command("consent", help=_("Notice and consent form, blank or with a child's particulars."))(consent)


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


def register(
    context: typer.Context,
    out: Out,
    village: Annotated[list[str], typer.Option(metavar="NAME", help=_("Only these villages."))] = [],  # noqa: B006
    everybody: Annotated[bool, typer.Option("--all", help=_("Every status, not only those on the register."))] = False,
) -> None:
    """The register."""
    shared: Context = context.obj
    with shared.desk() as desk:
        known = {name: village_id for village_id, name in child_list.list_villages(desk)}
        for name in village:
            if name not in known:
                message = _("There is no village “{name}” on the list.").format(name=name)
                raise BadInput(message, code="no_such_village", field="village")
        wanted = ChildFilter(village_ids=tuple(known[name] for name in village))
        if everybody:
            wanted = replace(wanted, statuses=())
        _save(shared, register_papers.print_register(desk, wanted), out)


def child_card(context: typer.Context, child: Annotated[str, CHILD], out: Out) -> None:
    """A child's card."""
    shared: Context = context.obj
    with shared.desk() as desk:
        _save(shared, register_papers.print_child_card(desk, child), out)


def labels(
    context: typer.Context,
    child: Annotated[list[str], CHILD],
    out: Out,
    stock: Annotated[str, typer.Option(help=_("The label sheets in the printer: 3x8 or 2x7."))] = "3x8",
    first: Annotated[int, typer.Option(help=_("The first label that is still on the sheet."))] = 1,
) -> None:
    """Labels for handbooks."""
    shared: Context = context.obj
    with shared.desk() as desk:
        _save(shared, register_papers.print_labels(desk, child, stock, first), out)


def consent(context: typer.Context, out: Out, child: Annotated[str | None, CHILD] = None) -> None:
    """The consent form."""
    shared: Context = context.obj
    with shared.desk() as desk:
        _save(shared, register_papers.print_consent(desk, child), out)


def _save(shared: Context, pdf: bytes, out: Path) -> None:
    printing.save_pdf(pdf, out)
    lacking = tuple(dict.fromkeys(one.code for one in lacking_in(pdf)))
    if lacking:
        note = _("The fonts lack {characters}. The paper shows 〓 there; write the characters by hand after printing.")
        print(note.format(characters="、".join(lacking)), file=sys.stderr)
    document = {"file": out, "bytes": len(pdf), **({"lacking": lacking} if lacking else {})}
    shared.show(document, _("Written: {file}").format(file=out))
