"""Printing many records at once: asks for which days, village and form, then shows them as one file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from zhaohu.errors import BadInput
from zhaohu.i18n import _, format_number, ngettext, pgettext
from zhaohu.services import printing
from zhaohu.services.desk import Desk
from zhaohu.services.printing.choosing import forms_of_records, list_records
from zhaohu.services.register import child_list
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.file_names import file_name
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.papers import show_long_paper
from zhaohu.ui.widgets.choice_field import ChoiceField, SelectField, options_of
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.form import Form

_DAYS = 30
_ALL = "-"
_YES, _NO = "1", "0"


def ask_records(page: LoadingPage, desk: Desk) -> FormDialog:
    """Ask which records are to be printed, then make them, which can be cancelled, and show them.

    Args:
        page: Where it was asked for.
        desk: Who prints.
    """
    form = _form(desk)
    form.load(
        {
            "since": desk.today - timedelta(days=_DAYS),
            "until": desk.today,
            "village": _ALL,
            "form": _ALL,
            "unprinted": _YES,
            "growth": _NO,
        }
    )
    dialog = FormDialog.ask(
        page.window(),
        page.runner,
        form,
        title=_("Print records"),
        do=_("Prepare them"),
        save=lambda values: _chosen(desk, values),
        lead=_("The records stand in one file, by village and child, with a bookmark for each."),
    )
    dialog.saved.connect(lambda chosen: print_chosen(page, desk, *chosen))
    return dialog


def print_chosen(page: LoadingPage, desk: Desk, visit_ids: list[str], growth: bool = False) -> None:
    """Make these records into one file and show it; making it tells how far it is, and can be cancelled."""

    def make(context: JobContext) -> bytes:
        return printing.print_records(desk, visit_ids, context.progress, context.cancelled, growth=growth)

    n = len(visit_ids)
    title = ngettext("{n} record", "{n} records", n).format(n=format_number(n))
    name = file_name(desk.site.code, pgettext("file name", "Records"), desk.today, ending=".pdf")
    show_long_paper(page, make, title=title, file_name=name)


def _form(desk: Desk) -> Form:
    villages = [(_ALL, _("All villages")), *child_list.list_villages(desk)]
    forms = [(_ALL, _("All forms")), *forms_of_records(desk).items()]
    form = Form()
    form.section()
    form.add("since", _("Visits from"), DateField(desk.today), required=True)
    form.add("until", _("To"), DateField(desk.today), required=True)
    form.add("village", _("Village"), SelectField(options_of(villages), width="field_long"), required=True)
    form.add("form", _("Form"), SelectField(options_of(forms), width="field_long"), required=True)
    form.add(
        "unprinted",
        pgettext("records to print", "Which"),
        ChoiceField(options_of([(_YES, _("not printed yet")), (_NO, _("all of them"))], digits=True)),
        required=True,
        hint=_("A record that was corrected after it was printed counts as not printed."),
    )
    form.add(
        "growth",
        _("Growth"),
        ChoiceField(options_of([(_NO, _("only the forms")), (_YES, _("with the growth pages"))], digits=True)),
        required=True,
    )
    return form.finish()


def _chosen(desk: Desk, values: dict[str, Any]) -> tuple[list[str], bool]:
    """The records that were asked for.

    Raises:
        BadInput: There is none.
    """
    since, until = values["since"], values["until"]
    rows = list_records(
        desk,
        since if isinstance(since, date) else date.fromisoformat(since),
        until if isinstance(until, date) else date.fromisoformat(until),
        villages=[] if values["village"] == _ALL else [values["village"]],
        forms=[] if values["form"] == _ALL else [values["form"]],
        unprinted=values["unprinted"] == _YES,
    )
    if not rows:
        raise BadInput(_("No record fits. Choose other days, or also what was printed already."), field="since")
    return [row.visit_id for row in rows], values["growth"] == _YES
