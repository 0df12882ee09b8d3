"""`zhaohu questions …`: what the center asks its stations about records, and what they answer."""

from __future__ import annotations

from typing import Annotated

import typer

from zhaohu.cli.context import Context, table
from zhaohu.i18n import _, format_date
from zhaohu.services.exchange import questions
from zhaohu.services.exchange.question_words import standing_words

QuestionId = Annotated[str, typer.Argument(help=_("Id of the question, as the list shows it."))]
Text = Annotated[str, typer.Option(help=_("In words."))]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("Questions of quality control, and their answers."), no_args_is_help=True)
    app.add_typer(group, name="questions")
    group.command("list", help=_("List the questions, those that wait for this site first."))(list_)
    group.command("ask", help=_("Ask a station. At the center."))(ask)
    group.command("answer", help=_("Answer a question. At a station."))(answer)
    group.command("close", help=_("Close a question. At the center."))(close)


def list_(
    context: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help=_("Those too that are closed."))] = False,
) -> None:
    """All that were asked here."""
    shared: Context = context.obj
    with shared.desk() as desk:
        found = questions.list_questions(desk, unsettled=not all_)
    headings = [_("Id"), _("Station"), _("Asked on"), _("Question"), _("State"), _("Answer")]
    rows = [
        [
            one.id,
            one.station_name,
            format_date(one.asked_on),
            one.text,
            standing_words(one),
            one.answers[-1].text if one.answers else "",
        ]
        for one in found
    ]
    shared.show({"questions": found}, table(headings, rows) if rows else _("No question is open."))


def ask(
    context: typer.Context,
    text: Text,
    station: Annotated[str, typer.Option(help=_("Two digits of the station; not needed with a child."))] = "",
    child: Annotated[str, typer.Option(help=_("Id of the child that it is about."))] = "",
) -> None:
    """A new question."""
    shared: Context = context.obj
    with shared.desk() as desk:
        made = questions.ask(desk, text=text, station=station, child_id=child)
    shared.show({"id": made}, _("Asked. The question goes with the next return packet: {id}").format(id=made))


def answer(context: typer.Context, question: QuestionId, text: Text) -> None:
    """An answer."""
    shared: Context = context.obj
    with shared.desk() as desk:
        made = questions.answer(desk, question, text)
    shared.show({"id": made}, _("Answered. The answer goes with the next bundle."))


def close(
    context: typer.Context, question: QuestionId, note: Annotated[str, typer.Option(help=_("What came of it."))] = ""
) -> None:
    """A question that is settled."""
    shared: Context = context.obj
    with shared.desk() as desk:
        questions.close(desk, question, note)
    shared.show({"id": question}, _("The question is closed."))
