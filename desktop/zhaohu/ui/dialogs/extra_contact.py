"""An extra visit or a re-check that the schedule does not ask for: which form, and between which days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from zhaohu.i18n import _, form_term
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.due import extra_contacts, workdays
from zhaohu.services.due.extra_contacts import LONGEST_TITLE
from zhaohu.services.register.moves import LONGEST_REASON
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form

_IN_DAYS, _FOR_DAYS = 14, 7


def ask_extra(page: LoadingPage, desk: Desk, child_id: str, name: str) -> None:
    """Ask for it, the days proposed on working days; what it is called follows the form until somebody writes it."""

    def read(_context: JobContext) -> tuple[date, date]:
        first = workdays.next_working(desk, desk.today + timedelta(days=_IN_DAYS))
        return first, workdays.next_working(desk, first + timedelta(days=_FOR_DAYS))

    def show(window: tuple[date, date]) -> None:
        titles = {one.id: form_term(one.title) for one in reference.forms().values()}
        form = _extra_form(desk, titles, window)

        def name_it(changed: str) -> None:
            title, chosen = form.fields["title"], str(form.fields["form"].value() or "")
            if changed == "form" and (title.is_empty() or title.value() in titles.values()):
                title.set_value(titles.get(chosen, ""))

        form.changed.connect(name_it)
        FormDialog.ask(
            page.window(),
            page.runner,
            form,
            title=_("{name}: extra visit or re-check").format(name=name),
            do=_("Add"),
            save=lambda values: _save(desk, child_id, values),
            lead=_("It is listed with what is due, beside the contacts of the national schedule."),
        )

    page.act(read, show, title=_("Reading"), writes=False)


def _extra_form(desk: Desk, titles: dict[str, str], window: tuple[date, date]) -> Form:
    form = Form()
    form.section()
    form.add("form", _("Form"), SelectField(options_of(list(titles.items())), width="field_long"), required=True)
    form.add("title", _("What for"), TextField(width="field_long", max_length=LONGEST_TITLE), required=True)
    form.add("due_from", _("From"), DateField(desk.today), required=True)
    form.add("due_to", _("To"), DateField(desk.today), required=True)
    form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_REASON))
    form.finish()
    form.load({"due_from": window[0], "due_to": window[1]})
    return form


def _save(desk: Desk, child_id: str, values: dict[str, Any]) -> str:
    return extra_contacts.add(
        desk,
        child_id,
        title=str(values["title"]),
        form=str(values["form"]),
        due_from=values["due_from"],
        due_to=values["due_to"],
        reason=str(values["reason"] or ""),
    )
