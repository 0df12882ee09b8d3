"""表单: every official form with version and source, to look at as screen and as paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QWidget

from zhaohu.i18n import _, form_term
from zhaohu.records.codes import Role
from zhaohu.rules.forms.answers import Context
from zhaohu.services import printing, reference
from zhaohu.services.content import form_list
from zhaohu.services.content.form_list import FormRow
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.ui.pages.papers import show_paper
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.layout import STRETCH, column, flow, panel, row
from zhaohu.ui.widgets.record_form import RecordForm
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, set_kind, show_if

if TYPE_CHECKING:
    from zhaohu.ui.pages.content import ContentPage


class FormsTab(QWidget):
    """The list, and the two looks of a form."""

    def __init__(self, desk: Desk, page: ContentPage) -> None:
        super().__init__()
        self._desk, self._page = desk, page
        self.screen_button = button(_("As screen"), self.show_screen, icon="eye")
        self.paper_button = button(_("As paper"), self.show_page, icon="paper")
        show_if(self.paper_button, desk.person.role in WRITERS or desk.person.role is Role.ADMIN)
        self.table = DataTable(
            [
                Column(_("Form"), lambda one: one.title, width=42),
                Column(_("Version"), lambda one: one.version, width=9),
                Column(_("In force from"), lambda one: one.effective_from, width=12),
                Column(_("Questions"), lambda one: one.fields, width=8, right=True),
                Column(_("Based on"), lambda one: one.source, width=0, hint=lambda one: one.source),
            ],
            name=_("Forms"),
        )
        layout = column(panel(flow(self.screen_button, self.paper_button)), gap=3)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self._on_picked(None)

    def read(self) -> list[FormRow]:
        """The forms; called off the GUI thread."""
        return form_list.list_forms()

    def show_read(self, rows: list[FormRow]) -> None:
        """Show what `read` gave."""
        self.table.set_rows(rows)
        if rows and self.table.view.current_row() is None:
            self.table.view.choose_row(0)

    def show_screen(self) -> None:
        """The marked form to try out."""
        if marked := self.table.view.current_row():
            trial = FormTrial(self.window(), self._desk, marked)
            trial.open()
            trial.form.focus_first()

    def show_page(self) -> None:
        """The marked form as it is printed, with nothing filled in."""
        if marked := self.table.view.current_row():
            make = lambda: printing.print_form(self._desk, marked.id)  # noqa: E731 - named for the reader
            show_paper(self._page, make, title=marked.title, file_name=f"{marked.title}.pdf")

    def _on_picked(self, marked: FormRow | None) -> None:
        self.screen_button.setEnabled(marked is not None)
        self.paper_button.setEnabled(marked is not None)

    def _on_opened(self, _marked: FormRow) -> None:
        self.show_screen()


class FormTrial(QDialog):
    """A form to try out: everything answers as at the station, and nothing is saved."""

    def __init__(self, parent: QWidget | None, desk: Desk, shown: FormRow) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(shown.title)
        set_kind(self, "page")
        self.form = RecordForm(reference.form(shown.id), Context(desk.today))
        lead = _("Version {version}. To try out: nothing of it is saved.").format(version=shown.version)
        outer = column(label(form_term(shown.title), "title"), label(lead, "soft"), gap=3, margin=6)
        outer.addWidget(self.form, 1)
        outer.addLayout(row(STRETCH, button(_("Close"), self.reject)))
        self.setLayout(outer)
        screen = self.screen().availableGeometry().size()
        self.resize(QSize(screen.width() * 9 // 10, screen.height() * 9 // 10))
