"""The accounts in the settings: who may log in, and as what; and the recovery sheet for when nobody can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.codes import label as code_label
from zhaohu.services.desk import Desk
from zhaohu.services.safety import accounts, recovery
from zhaohu.services.safety.accounts import AccountRow
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.dialogs.recover import ask_for_sheet
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.choice_field import ChoiceField, options_of
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.new_password import add_passwords, agreed, secret_field
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.pdf_dialog import PdfDialog
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import show_if

_LISTERS = (Role.ADMIN, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class AccountsView:
    """What the tab shows: the accounts for who may see them, and whether the recovery sheet has to be replaced."""

    rows: list[AccountRow]
    sheet_due: bool


class AccountsTab(QWidget):
    """One's own password for everybody, all accounts for administrators.

    Args:
        desk: Who asks, and where.
        page: The page it stands on.
        runner: Runs what its dialogs save.

    Signals:
        key_change_wanted: The database key is to be changed; the desk must be left for that.
    """

    key_change_wanted = Signal()

    def __init__(self, desk: Desk, page: LoadingPage, runner: Runner) -> None:
        super().__init__()
        self._desk, self._page, self._runner = desk, page, runner
        admin = desk.person.role is Role.ADMIN
        self.notice = Notice(closable=True)
        self._due = Notice()
        own = button(_("Change my password"), self.change_own, icon="key")
        self._sheet = button(_("New recovery sheet"), self.make_sheet, icon="paper")
        self._key = button(_("Change the key…"), self.key_change_wanted.emit, icon="key")
        self._add = button(_("Add an account"), self.add, kind="primary", icon="add")
        self._role = button(_("Change the role"), self.change_role, icon="user")
        self._password = button(_("New password"), self.set_password, icon="key")
        self._disable = button(_("Disable"), self.disable, icon="lock")
        self._enable = button(_("Enable"), self.enable, icon="undo")
        self.table = DataTable(_columns(desk.person.name), name=_("Accounts"))
        for one in (self._role, self._password, self._disable, self._enable):
            self.table.tools.addWidget(one)
            show_if(one, admin)
        layout = column(self._due, self.notice, row(own, self._sheet, self._key, STRETCH, self._add), gap=4)
        layout.addWidget(self.table, 1)
        if desk.person.role not in _LISTERS:
            layout.addStretch(1)
        self.setLayout(layout)
        for one in (self._add, self._sheet, self._key):
            show_if(one, admin)
        show_if(self.table, desk.person.role in _LISTERS)
        self.table.picked.connect(self._on_picked)
        self._on_picked(None)

    def read(self) -> AccountsView:
        """What there is to show; called off the GUI thread."""
        role = self._desk.person.role
        rows = accounts.list_accounts(self._desk) if role in _LISTERS else []
        return AccountsView(rows, role is Role.ADMIN and recovery.sheet_due(self._desk))

    def show_rows(self, view: AccountsView) -> None:
        """Show what `read` gave."""
        self.table.set_rows(view.rows)
        words = _(
            "The recovery sheet was used and its code may be known. Make a new sheet; until then the old one is valid."
        )
        self._due.say(words if view.sheet_due else "", "attention")

    def add(self) -> None:
        """Ask for a new account."""
        form = Form()
        form.section()
        form.add("name", _("User name"), TextField(max_length=50), required=True, hint=_("What is typed to log in."))
        form.add(
            "display_name", _("Name"), TextField(max_length=50), required=True, hint=_("Records are signed with it.")
        )
        self._add_role(form)
        add_passwords(form)
        form.load({"role": Role.TEACHER.value})

        def save(values: dict) -> str:
            accounts.add_account(
                self._desk,
                name=values["name"],
                display_name=values["display_name"],
                role=Role(values["role"]),
                password=agreed(values),
            )
            return _("{name} can log in now.").format(name=values["name"])

        self._ask(form, _("Add an account"), _("Add"), save)

    def set_password(self) -> None:
        """Ask for another password of the marked account."""
        marked = self.table.view.current_row()
        if marked is not None and marked.name == self._desk.person.name:
            self.change_own()
        elif marked is not None:
            self._ask_password(
                _("New password for {name}").format(name=marked.name),
                _("The password of {name} is changed.").format(name=marked.name),
                lambda password: accounts.change_password(self._desk, marked.name, password),
            )

    def change_own(self) -> None:
        """Ask for one's own new password, and for the current one: the desk may stand open."""
        name, form = self._desk.person.name, Form()
        form.section()
        form.add("current", _("Current password"), secret_field(), required=True)
        add_passwords(form, _("The new password"))

        def save(values: dict) -> str:
            accounts.change_password(self._desk, name, agreed(values), current=values["current"])
            return _("The password of {name} is changed.").format(name=name)

        self._ask(form, _("Change my password"), _("Save"), save)

    def enable(self) -> None:
        """Let the marked account log in again, with a new password."""
        marked = self.table.view.current_row()
        if marked is not None:
            self._ask_password(
                _("Enable the account {name}").format(name=marked.name),
                _("{name} can log in now.").format(name=marked.name),
                lambda password: accounts.enable_account(self._desk, marked.name, password),
                lead=_("The former password is gone. Hand the new one over in person."),
            )

    def change_role(self) -> None:
        """Ask for another role of the marked account."""
        marked = self.table.view.current_row()
        if marked is None:
            return
        form = Form()
        form.section()
        self._add_role(form)
        form.load({"role": marked.role.value})

        def save(values: dict) -> str:
            accounts.change_role(self._desk, marked.name, Role(values["role"]))
            return _("The role of {name} is changed. It holds from the next log-in.").format(name=marked.name)

        self._ask(form, _("The role of {name}").format(name=marked.name), _("Save"), save)

    def disable(self) -> None:
        """Stop the marked account, once more asked."""
        marked = self.table.view.current_row()
        if marked is None or not ask.confirm(
            self.window(),
            _("Disable the account “{name}”?").format(name=marked.name),
            _("{name} cannot log in any more. What they recorded stays.").format(name=marked.display_name),
            do=_("Disable"),
            danger=True,
        ):
            return
        self.notice.say("")
        self._page.act(
            lambda _context: accounts.disable_account(self._desk, marked.name),
            self._on_disabled,
            title=_("Disabling the account"),
            failed=self._on_refused,
        )

    def make_sheet(self) -> None:
        """Make a new recovery sheet, once more asked, and show it for printing."""
        if not ask.confirm(
            self.window(),
            _("Make a new recovery sheet?"),
            _(
                "The old sheet opens nothing from then on. Older backups still open with the sheet of their time: mark "
                "it as old and keep it locked away as long as you keep them."
            ),
            do=_("Make a new sheet"),
        ):
            return
        place = ask_for_sheet(self.window(), self._desk)
        if place is None:
            return
        self.notice.say("")
        self._page.act(
            lambda _context: recovery.new_sheet(self._desk, place),
            self._on_sheet,
            title=_("Writing the recovery sheet"),
            failed=self._on_refused,
        )

    def _add_role(self, form: Form) -> None:
        roles = [role for role in Role if role is not Role.AUDITOR or self._desk.site.kind is SiteKind.CENTER]
        choices = options_of([(role.value, code_label(role)) for role in roles], digits=True)
        form.add("role", _("Role"), ChoiceField(choices), required=True)

    def _ask_password(self, title: str, done: str, change: Callable[[str], object], lead: str = "") -> None:
        form = Form()
        form.section()
        add_passwords(form, _("The new password"))

        def save(values: dict) -> str:
            change(agreed(values))
            return done

        self._ask(form, title, _("Save"), save, lead)

    def _ask(self, form: Form, title: str, do: str, save: Callable[[dict[str, Any]], str], lead: str = "") -> None:
        self.notice.say("")
        dialog = FormDialog.ask(self.window(), self._runner, form.finish(), title=title, do=do, save=save, lead=lead)
        dialog.saved.connect(self._on_saved)

    def _on_saved(self, words: str) -> None:
        self.notice.say(words, "done")

    def _on_disabled(self, _nothing: None) -> None:
        self.notice.say(_("The account is disabled."), "done")

    def _on_refused(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self.notice.say(error.message, "danger")

    def _on_sheet(self, place: Path) -> None:
        words = _("Saved: {file}. Print it, lock the paper away, then delete the file.")
        self.notice.say(words.format(file=place), "done")
        self._due.say("")
        PdfDialog.show_pdf(self.window(), place.read_bytes(), title=_("Recovery sheet"), file_name=place.name)

    def _on_picked(self, marked: AccountRow | None) -> None:
        for one in (self._role, self._password, self._disable):
            one.setEnabled(marked is not None and not marked.disabled)
        self._enable.setEnabled(marked is not None and marked.disabled)


def _columns(me: str) -> list[Column]:
    return [
        Column(_("User name"), lambda one: one.name, width=20),
        Column(_("Name"), lambda one: one.display_name, width=0),
        Column(_("Role"), lambda one: code_label(one.role), width=20),
        Column(
            _("State"),
            lambda one: _("disabled") if one.disabled else _("logged in now") if one.name == me else _("may log in"),
            width=18,
            tone=lambda one: "quiet" if one.disabled else "done",
            icon=lambda one: "lock" if one.disabled else "check-circle",
        ),
    ]
