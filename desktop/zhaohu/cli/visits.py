"""`zhaohu visit add` and `zhaohu due`."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context, table
from zhaohu.errors import BadInput
from zhaohu.i18n import _, format_date
from zhaohu.rules.forms.formats import masked
from zhaohu.rules.schedule import Track
from zhaohu.services import reference
from zhaohu.services.care import visits
from zhaohu.services.due import duties
from zhaohu.services.growth.growth_words import growth_document, growth_lines

_DAY = ["%Y-%m-%d"]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("Visits and checks."), no_args_is_help=True)
    app.add_typer(group, name="visit")
    group.command("add", help=_("Save one visit from a JSON file of answers."))(add)
    app.command("due", help=_("What is due, overdue and done late."))(due)


def add(
    context: typer.Context,
    child: Annotated[str, typer.Option(help=_("Id of the child."))],
    form: Annotated[str, typer.Option(help=_("Id of the form, such as newborn_visit."))],
    file: Annotated[Path, typer.Option(exists=True, help=_("JSON object: field name to answer."))],
) -> None:
    """One visit."""
    shared: Context = context.obj
    try:
        answers = json.loads(file.read_text("utf-8-sig"))
    except ValueError as error:
        message = _("{file} is not JSON. It must hold one object of field names and answers.")
        raise BadInput(message.format(file=file), code="not_json", field="file") from error
    with shared.desk() as desk:
        entry = visits.start_visit(desk, child, form)
        if not isinstance(answers, dict):
            raise BadInput(_("The answers must be an object of field names and values."), code="not_an_object")
        saved = visits.record_visit(desk, child_id=child, form_id=form, answers={**entry.answers, **answers})
    lines = [
        _("Saved: record {number}, version {version}").format(number=saved.record_number, version=saved.version),
        *growth_lines(saved.growth),
    ]
    shared.show({"visit": _document(saved)}, "\n".join(lines))


def due(
    context: typer.Context,
    on: Annotated[datetime | None, typer.Option(formats=_DAY, help=_("Default: today."))] = None,
    within: Annotated[int, typer.Option(min=0, max=366, help=_("Also what falls due in so many days."))] = 0,
    track: Annotated[Track | None, typer.Option(help=_("Only one kind of contact."))] = None,
    missed: Annotated[bool, typer.Option("--missed", help=_("Only what was missed, with nobody noting why."))] = False,
) -> None:
    """Who is due for what, overdue first."""
    shared: Context = context.obj
    day: date | None = on.date() if on else None
    if missed and (day or within):
        message = _("What was missed is told as of today; leave out {options}.")
        raise BadInput(message.format(options="--on, --within"), code="not_together", field="missed")
    with shared.desk() as desk:
        found = duties.missed_list(desk) if missed else duties.due_list(desk, on=day, within_days=within)
    forms = {contact.form for contact in reference.schedule().on(track)} if track is not None else set()
    items = [one for one in found if track is None or one.track == track or not forms.isdisjoint(one.also_forms)]
    headings = [
        _("State"), _("Child"), _("Village"), _("Contact"), _("From"), _("To"), _("Age"), _("Planned for"),
        _("Teacher"), _("Tried"),
    ]  # fmt: skip
    rows = [
        [
            duties.state_label(i.state),
            i.child,
            i.village,
            " + ".join((i.title, *i.also)),
            format_date(i.due_from),
            format_date(i.due_to),
            i.age,
            format_date(i.planned_on) if i.planned_on else "",
            i.teacher,
            str(i.attempts or ""),
        ]
        for i in items
    ]
    shared.show({"on": day or shared.clock.today(), "due": items}, table(headings, rows))


def _masked(saved: visits.VisitView) -> dict[str, object]:
    """The answers as screens show them: numbers that name a person are masked."""
    formats = {one.name: one.format for one in saved.form.fields() if one.personal}
    return {
        name: masked(formats[name], str(answer)) if name in formats else answer
        for name, answer in saved.answers.items()
    }


def _document(saved: visits.VisitView) -> dict[str, object]:
    return {
        "id": saved.id,
        "record_id": saved.record_id,
        "record_number": saved.record_number,
        "version": saved.version,
        "child": saved.child_id,
        "form": saved.form.id,
        "form_version": saved.form.version,
        "contact": saved.contact,
        "visit_date": saved.visit_date,
        "signer": saved.signer,
        "answers": _masked(saved),
        "growth": growth_document(saved.growth),
    }
