"""`zhaohu growth assess`: batch assessment of a file; and the group of the other commands on growth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli import growth_child, recompute
from zhaohu.cli.context import Context
from zhaohu.cli.progress import progress_bar
from zhaohu.i18n import _
from zhaohu.rules.growth.survey.counting import Survey
from zhaohu.rules.growth.terms import Standard
from zhaohu.services.growth import survey as surveys
from zhaohu.services.growth.growth_files import assess_file


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("Growth of children."), no_args_is_help=True)
    app.add_typer(group, name="growth")
    group.command("assess", help=_("Assess a CSV file of measurements by WS/T 423-2022, WHO or INTERGROWTH-21st."))(
        assess
    )
    growth_child.add_to(group)
    recompute.add_to(group)


def assess(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv")],
    out: Annotated[Path, typer.Option(metavar="OUT.csv", help=_("File to write."))],
    standard: Annotated[
        Standard,
        typer.Option(help=_("china: WS/T 423-2022; who: WHO 2006; intergrowth: preterm births by INTERGROWTH-21st.")),
    ] = Standard.CHINA,
    summary: Annotated[bool, typer.Option("--summary", help=_("Print a survey summary."))] = False,
    summary_out: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help=_("Write the survey summary as .txt, .xlsx or .pdf; may be repeated.")),
    ] = None,
) -> None:
    """Every row of the file, with scores and grades."""
    shared: Context = context.obj
    places = summary_out or []
    for place in places:
        surveys.check_place(place)
    survey = Survey(standard) if summary or places else None
    with progress_bar(_("Assessing")) as progress:
        rows = assess_file(file, out, standard, progress, survey)
    text = _("{n} rows assessed: {file}").format(n=rows, file=out)
    document: dict[str, object] = {"rows": rows, "out": out, "standard": standard}
    if survey is not None:
        for place in places:
            surveys.save(survey, file, shared.clock, place)
            text += "\n" + _("Survey summary: {file}").format(file=place)
        document |= {"summary": surveys.document(survey), "summary_files": places}
        if summary:
            text += "\n\n" + surveys.text(survey, file)
    shared.show(document, text)
