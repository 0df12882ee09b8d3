"""`zhaohu print …`: the same PDFs as on screen."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context
from zhaohu.cli.progress import progress_bar
from zhaohu.errors import BadInput, Refused
from zhaohu.i18n import _
from zhaohu.rules.growth.curves.lines import Lines
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.services import printing
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.guidance import hand_outs
from zhaohu.services.printing import sheets
from zhaohu.services.printing.choosing import list_records
from zhaohu.services.register import child_list, register_papers
from zhaohu.services.register.child_list import ChildFilter
from zhaohu.services.register.glyphs import lacking_in

Out = Annotated[Path, typer.Option(metavar="FILE.pdf", help=_("PDF to write."))]
_DAY = ["%Y-%m-%d"]
ID = typer.Argument(metavar="ID")
CHILD = typer.Option(metavar="ID", help=_("The child."))


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("Papers as PDF."), no_args_is_help=True)
    app.add_typer(group, name="print")
    group.command("visit", help=_("The record of a visit, on the official form."))(visit)
    group.command("visits", help=_("The records of some days, in one file."))(several)
    group.command(
        "blank", help=_("A form with nothing filled in, or sheets for children with number and last values.")
    )(blank)
    group.command("route", help=_("The list of whom to visit on a day, with address, phone and what is due."))(route)
    group.command("growth", help=_("A child's growth chart."))(growth)
    group.command("family", help=_("The sheet that tells a family how the child is growing."))(family)
    group.command("handout", help=_("The guidance hand-out for a family, after a visit or without one."))(hand_out)
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


def several(
    context: typer.Context,
    out: Out,
    since: Annotated[datetime, typer.Option("--from", formats=_DAY, help=_("First day of visits."))],
    until: Annotated[datetime, typer.Option("--to", formats=_DAY, help=_("Last day of visits."))],
    village: Annotated[list[str], typer.Option(metavar="NAME", help=_("Only these villages."))] = [],  # noqa: B006
    form: Annotated[list[str], typer.Option(metavar="ID", help=_("Only records on these forms."))] = [],  # noqa: B006
    unprinted: Annotated[bool, typer.Option("--unprinted", help=_("Only what was not printed here yet."))] = False,
    charts: Annotated[bool, typer.Option("--growth", help=_("With the pages about growth."))] = False,
) -> None:
    """Several visit records."""
    shared: Context = context.obj
    with shared.desk() as desk, progress_bar(_("Printing")) as progress:
        rows = list_records(
            desk, since.date(), until.date(), villages=_villages(desk, village), forms=form, unprinted=unprinted
        )
        ids = [row.visit_id for row in rows]
        pdf = printing.print_records(desk, ids, progress or _silent, growth=charts)
        _save(shared, pdf, out, records=len(ids))


def blank(
    context: typer.Context,
    out: Out,
    form: Annotated[str | None, typer.Option(metavar="ID", help=_("The form, such as newborn_visit."))] = None,
    child: Annotated[list[str], typer.Option(metavar="ID", help=_("A sheet for this child."))] = [],  # noqa: B006
    day: Annotated[datetime | None, typer.Option(formats=_DAY, help=_("Day of the visits; default: today."))] = None,
) -> None:
    """Blank forms."""
    shared: Context = context.obj
    with shared.desk() as desk:
        if not child:
            if form is None:
                raise BadInput(_("Name a form with --form, or children with --child."), field="form")
            _save(shared, printing.print_form(desk, form), out)
            return
        on = day.date() if day is not None else desk.today
        items = [
            (row.child_id, row.contact)
            for row in duties.due_list(desk, on=on, include_done_late=False)
            if row.child_id in child and form in (None, row.form, *row.also_forms)
        ]
        if not items:
            raise Refused(_("Nothing is due for these children on that day."), code="nothing_due")
        _save(shared, sheets.print_sheets(desk, items, on), out)


def route(
    context: typer.Context,
    out: Out,
    day: Annotated[datetime, typer.Option(formats=_DAY, help=_("Day of the visits."))],
    village: Annotated[list[str], typer.Option(metavar="NAME", help=_("Only these villages."))] = [],  # noqa: B006
    teacher: Annotated[str | None, typer.Option(metavar="NAME", help=_("Only what this teacher is to do."))] = None,
) -> None:
    """A route list."""
    shared: Context = context.obj
    on = day.date()
    with shared.desk() as desk:
        _villages(desk, village)
        rows = [
            row
            for row in duties.due_list(desk, on=on, include_done_late=False)
            if row.planned_on in (None, on)
            and (not village or row.village in village)
            and (teacher is None or row.teacher == teacher)
        ]
        if not rows:
            raise Refused(_("Nothing is due there on that day."), code="nothing_due")
        _save(shared, printing.print_route(desk, rows, on), out, contacts=len(rows))


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


def hand_out(
    context: typer.Context,
    child: Annotated[str, CHILD],
    out: Out,
    visit: Annotated[str, typer.Option(metavar="ID", help=_("The visit that it follows."))] = "",
) -> None:
    """The guidance hand-out, with the lines that are offered ticked."""
    shared: Context = context.obj
    with shared.desk() as desk:
        _save(shared, hand_outs.print_hand_out(desk, child, visit), out)


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
        wanted = ChildFilter(village_ids=tuple(_villages(desk, village)))
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


def _villages(desk: Desk, names: list[str]) -> list[str]:
    """The ids of villages by name.

    Raises:
        BadInput: There is no such village.
    """
    known = {name: village_id for village_id, name in child_list.list_villages(desk)}
    for name in names:
        if name not in known:
            message = _("There is no village “{name}” on the list.").format(name=name)
            raise BadInput(message, code="no_such_village", field="village")
    return [known[name] for name in names]


def _silent(_done: int, _total: int) -> None:
    """Nobody watches."""


def _save(shared: Context, pdf: bytes, out: Path, **counts: int) -> None:
    printing.save_pdf(pdf, out)
    lacking = tuple(dict.fromkeys(one.code for one in lacking_in(pdf)))
    if lacking:
        note = _("The fonts lack {characters}. The paper shows 〓 there; write the characters by hand after printing.")
        print(note.format(characters="、".join(lacking)), file=sys.stderr)
    document = {"file": out, "bytes": len(pdf), **counts, **({"lacking": lacking} if lacking else {})}
    shared.show(document, _("Written: {file}").format(file=out))
