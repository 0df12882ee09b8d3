"""`zhaohu staffing`: population, teachers needed, in post, gap, certified."""

from __future__ import annotations

from typing import Annotated

import typer

from zhaohu.cli.context import Context, table
from zhaohu.i18n import _, format_percent
from zhaohu.services.guidance import staffing


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("staffing", help=_("Population, teachers needed, in post, gap and certified share."))(show)


def show(
    context: typer.Context,
    year: Annotated[int | None, typer.Option(min=2000, max=2100, help=_("Default: this year."))] = None,
) -> None:
    """The staffing table, per station and in all."""
    shared: Context = context.obj
    with shared.desk() as desk:
        found = staffing.staffing_table(desk, year)
    lines = [*found.stations, found.district]
    headings = [_("Station"), _("Population"), _("Needed"), _("In post"), _("Gap"), _("Certified")]
    shared.show(
        {
            "on": found.on,
            "residents_per_teacher": found.residents_per_teacher,
            "stations": [_document(line) for line in found.stations],
            "total": _document(found.district),
        },
        table(headings, [_cells(line) for line in lines]),
    )


def _document(line: staffing.StationStaffing) -> dict[str, object]:
    figures = line.figures
    return {
        "station": line.station,
        "name": line.name,
        "population": figures.population,
        "population_year": line.population_year,
        "needed": figures.needed,
        "in_post": figures.in_post,
        "gap": figures.gap,
        "certified": figures.certified,
        "certified_share": round(figures.certified / figures.in_post, 4) if figures.in_post else None,
    }


def _cells(line: staffing.StationStaffing) -> list[str]:
    figures = line.figures
    numbers = (figures.population, figures.needed, figures.in_post, figures.gap)
    share = format_percent(figures.certified, figures.in_post)
    return [line.name, *("—" if number is None else str(number) for number in numbers), share]
