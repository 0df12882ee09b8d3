"""Asking a station, answering, closing: the small windows of quality control."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import questions
from zhaohu.services.exchange.questions import QuestionView
from zhaohu.ui.dialogs.form_dialog import FormDialog, Save
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.long_text_field import LongTextField


def ask_about(
    parent: QWidget,
    desk: Desk,
    runner: Runner,
    *,
    station: str,
    about: str,
    child_id: str = "",
    table: str = "",
    row_id: str = "",
) -> FormDialog:
    """Ask the station of a child or of a record; `about` says in words what it is.

    Args:
        parent: The window.
        desk: Whose.
        runner: Saves.
        station: Code of the station.
        about: The child's name, or the kind of record.
        child_id: The child.
        table: Kind of record, with its `row_id`.
    """
    return _text_dialog(
        parent,
        runner,
        title=_("Ask about {what}").format(what=about),
        lead=_("The question goes to the station with its next return packet; the answer comes with a bundle."),
        words=_("Question"),
        do=_("Ask"),
        save=lambda values: questions.ask(
            desk, text=values["text"], station=station, child_id=child_id, table=table, row_id=row_id
        ),
    )


def ask_station(parent: QWidget, desk: Desk, runner: Runner, stations: list[tuple[str, str]]) -> FormDialog:
    """Ask a station about its work; `stations` are codes and names."""
    form = Form()
    form.section()
    form.add("station", _("Station"), SelectField(options_of(stations)), required=True)
    form.add("text", _("Question"), LongTextField(max_length=questions.LONGEST_TEXT), required=True)
    form.finish()
    return FormDialog.ask(
        parent,
        runner,
        form,
        title=_("Ask a station"),
        lead=_("The question goes to the station with its next return packet; the answer comes with a bundle."),
        do=_("Ask"),
        save=lambda values: questions.ask(desk, text=values["text"], station=values["station"]),
    )


def answer(parent: QWidget, desk: Desk, runner: Runner, question: QuestionView) -> FormDialog:
    """Answer a question of the center."""
    return _text_dialog(
        parent,
        runner,
        title=_("Answer the center"),
        lead=question.text,
        words=_("Answer"),
        do=_("Answer"),
        save=lambda values: questions.answer(desk, question.id, values["text"]),
    )


def close(parent: QWidget, desk: Desk, runner: Runner, question: QuestionView) -> FormDialog:
    """Close a question, answered or not."""
    return _text_dialog(
        parent,
        runner,
        title=_("Close the question?"),
        lead=question.text,
        words=_("What came of it"),
        do=_("Close the question"),
        save=lambda values: questions.close(desk, question.id, values["text"] or ""),
        most=questions.LONGEST_NOTE,
        required=False,
    )


def _text_dialog(
    parent: QWidget,
    runner: Runner,
    *,
    title: str,
    lead: str,
    words: str,
    do: str,
    save: Save,
    most: int = questions.LONGEST_TEXT,
    required: bool = True,
) -> FormDialog:
    form = Form()
    form.section()
    form.add("text", words, LongTextField(max_length=most), required=required)
    form.finish()
    return FormDialog.ask(parent, runner, form, title=title, lead=lead, do=do, save=save)
