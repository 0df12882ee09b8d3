"""Printing labels for handbooks: asks which sheets are in the printer and where the first free label is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from zhaohu.i18n import _
from zhaohu.services import preferences
from zhaohu.services.desk import Desk
from zhaohu.services.register import register_papers
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.number_field import NumberField
from zhaohu.ui.widgets.pdf_dialog import PdfDialog

_KEY = "labels.stock"


def ask_labels(page: LoadingPage, desk: Desk, children: Callable[[], Sequence[str]], *, title: str) -> FormDialog:
    """Ask about the sheets, then show the labels before they are printed; the kind of sheets is remembered.

    Args:
        page: Where it was asked for.
        desk: Who prints.
        children: Gives the ids of the children, off the GUI thread.
        title: What the labels are; the PDF's window and file are called so.
    """
    words = {
        "3x8": _("24 labels of 70 × 37 mm (3 × 8)"),
        "2x7": _("14 labels of 99.1 × 38.1 mm (2 × 7)"),
    }
    form = Form()
    form.section()
    form.add(
        "stock", _("Label sheets"), SelectField(options_of(list(words.items())), width="field_long"), required=True
    )
    hint = _("Counted along the rows; 1 for a whole sheet.")
    form.add("first", _("First free label"), NumberField(), required=True, hint=hint)
    form.finish()
    form.load({"stock": preferences.read(desk, _KEY, "3x8"), "first": 1})

    def make(values: dict[str, Any]) -> bytes:
        pdf = register_papers.print_labels(desk, children(), values["stock"], values["first"])
        preferences.save(desk, _KEY, values["stock"])
        return pdf

    def show(pdf: bytes) -> None:
        PdfDialog.show_pdf(page.window(), pdf, title=title, file_name=f"{title}.pdf")

    dialog = FormDialog.ask(page.window(), page.runner, form, title=title, do=_("Prepare them"), save=make)
    dialog.saved.connect(show)
    return dialog
