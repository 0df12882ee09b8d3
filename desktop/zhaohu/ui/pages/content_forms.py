"""表单: every official form with version and source as screen and as paper; the center publishes new editions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QWidget

from zhaohu.errors import Refused
from zhaohu.i18n import _, format_date
from zhaohu.records.codes import Role
from zhaohu.services import printing
from zhaohu.services.content import form_editions, form_list
from zhaohu.services.content.form_editions import EditionRow, Proposed
from zhaohu.services.content.form_list import FormRow
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_edition import EditionDialog, FormTrial
from zhaohu.ui.pages.papers import show_paper
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.layout import column, flow, panel
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import show_if

if TYPE_CHECKING:
    from zhaohu.ui.pages.content import ContentPage


class _Read(NamedTuple):
    rows: list[FormRow]
    editions: list[EditionRow]


class FormsTab(QWidget):
    """The list, the two looks of a form, and what the center does with editions."""

    def __init__(self, desk: Desk, page: ContentPage) -> None:
        super().__init__()
        self._desk, self._page = desk, page
        self.screen_button = button(_("As screen"), self.show_screen, icon="eye")
        self.paper_button = button(_("As paper"), self.show_page, icon="paper")
        show_if(self.paper_button, desk.person.role in WRITERS or desk.person.role is Role.ADMIN)
        self.take_in_button = button(_("Take in a form file"), self.take_in, icon="import")
        self.withdraw_button = button(_("Withdraw"), self.withdraw, icon="undo")
        for one in (self.take_in_button, self.withdraw_button):
            show_if(one, page.may_change)
        self.unread = Notice()
        self.table = DataTable(
            [
                Column(_("Form"), lambda one: one.title, width=38),
                Column(_("Version"), lambda one: one.version, width=10),
                Column(_("In force from"), lambda one: one.effective_from, width=12),
                Column(
                    _("Set by"),
                    _set_by,
                    width=14,
                    tone=lambda one: "attention" if one.coming else "accent" if one.by_district else "",
                    icon=lambda one: "calendar" if one.coming else "edit" if one.by_district else "",
                    hint=lambda one: one.note,
                ),
                Column(_("Number of questions"), lambda one: one.fields, width=8, right=True),
                Column(_("Based on"), lambda one: one.source, width=0, hint=lambda one: one.source),
            ],
            name=_("Forms"),
        )
        bar = flow(self.screen_button, self.paper_button, self.take_in_button, self.withdraw_button)
        layout = column(panel(bar), self.unread, gap=3)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self._on_picked(None)

    def read(self) -> _Read:
        """The forms; called off the GUI thread."""
        return _Read(form_list.list_forms(self._desk), form_editions.list_editions(self._desk))

    def show_read(self, read: _Read) -> None:
        """Show what `read` gave."""
        self.table.set_rows(read.rows)
        self.unread.say(form_editions.unread_words(read.editions), "attention")
        if read.rows and self.table.view.current_row() is None:
            self.table.view.choose_row(0)
        self._on_picked(self.table.view.current_row())

    def show_screen(self) -> None:
        """The marked form to try out."""
        marked = self.table.view.current_row()
        form = form_list.find_form(self._desk, marked.id, marked.version) if marked else None
        if form is not None:
            FormTrial.show_form(self.window(), self._desk, form)

    def show_page(self) -> None:
        """The marked form as it is printed, with nothing filled in."""
        if marked := self.table.view.current_row():
            make = lambda: printing.print_form(self._desk, marked.id, marked.version)  # noqa: E731 - for the reader
            show_paper(self._page, make, title=marked.title, file_name=f"{marked.title}.pdf")

    def take_in(self) -> None:
        """A new edition of a form, from its file."""
        title = self.take_in_button.text()
        if files := ask.open_files(self.window(), title, _("Form files (*.toml)")):
            self._page.notice.say("")
            read = partial(form_editions.read_edition, self._desk, files[0])
            self._page.act(lambda _context: read(), self._propose, title=title, failed=self._refused, writes=False)

    def withdraw(self) -> None:
        """Take back the marked edition, which is not in force yet."""
        marked = self.table.view.current_row()
        if marked is None:
            return
        title = _("Withdraw “{form}”, version {version}").format(form=marked.title, version=marked.version)
        text = _("It would be in force from {day}. The stations forget it with the next return packet.")
        if ask.confirm(self, title, text.format(day=format_date(marked.effective_from)), do=_("Withdraw"), danger=True):
            self._page.change(lambda: form_editions.withdraw(self._desk, marked.id, marked.version), title)

    def _refused(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self._page.notice.say(error.message, "danger")

    def _propose(self, proposed: Proposed) -> None:
        dialog = EditionDialog(self._page, self._desk, proposed)
        dialog.saved.connect(self._page.told)
        dialog.open()
        dialog.focus_first()

    def _on_picked(self, marked: FormRow | None) -> None:
        self.screen_button.setEnabled(marked is not None)
        self.paper_button.setEnabled(marked is not None)
        self.withdraw_button.setEnabled(marked is not None and marked.by_district and marked.coming)

    def _on_opened(self, _marked: FormRow) -> None:
        self.show_screen()


def _set_by(one: FormRow) -> str:
    if not one.by_district:
        return _("the program")
    return _("the district, to come") if one.coming else _("the district")
