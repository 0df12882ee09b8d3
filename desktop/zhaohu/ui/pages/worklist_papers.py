"""Papers for the way: forms printed ahead for the marked contacts, and the route list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from zhaohu.i18n import _, format_date, ngettext
from zhaohu.services import printing
from zhaohu.services.desk import Desk
from zhaohu.services.due.duties import DueRow
from zhaohu.services.printing import sheets
from zhaohu.ui.dialogs.appointment import next_day
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.file_names import file_name
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.papers import show_long_paper, show_paper
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.form import Form


def ask_sheets(page: LoadingPage, desk: Desk, rows: Sequence[DueRow]) -> None:
    """Ask for which day, then print the forms of the contacts with particulars, last values and code."""
    items = [(row.child_id, row.contact) for row in rows]
    title = ngettext("Print {n} form", "Print {n} forms", len(items)).format(n=len(items))
    lead = _("With particulars, last values and a code. What does not come back is listed under “not brought back”.")

    def make(day: date) -> None:
        def work(context: JobContext) -> bytes:
            return sheets.print_sheets(desk, items, day, context.progress, context.cancelled)

        name = file_name(desk.site.code, _("Forms"), day, ending=".pdf")
        show_long_paper(page, work, title=_("Forms for {day}").format(day=format_date(day)), file_name=name)

    _ask_day(page, desk, title, lead, make)


def ask_route(page: LoadingPage, desk: Desk, rows: Sequence[DueRow]) -> None:
    """Ask for which day, then print the list of whom to visit in the order of the villages."""
    n = len(rows)
    title = ngettext("Route list with {n} contact", "Route list with {n} contacts", n).format(n=n)

    def make(day: date) -> None:
        show_paper(
            page,
            lambda: printing.print_route(desk, rows, day),
            title=_("Route list for {day}").format(day=format_date(day)),
            file_name=file_name(desk.site.code, _("Route list"), day, ending=".pdf"),
        )

    _ask_day(page, desk, title, _("Village by village, with address, phone and what is due."), make)


def _ask_day(page: LoadingPage, desk: Desk, title: str, lead: str, make: Any) -> None:
    def show(day: date) -> None:
        form = Form()
        form.section()
        form.add("day", _("For the day"), DateField(desk.today), required=True)
        form.finish()
        form.load({"day": day})
        dialog = FormDialog.ask(
            page.window(), page.runner, form, title=title, do=_("Make"), save=lambda values: values["day"], lead=lead
        )
        dialog.saved.connect(make)

    page.act(lambda _context: next_day(desk), show, title=_("Reading"), writes=False)
