"""The accounts in the settings: who may log in, and as what."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhaohu.errors import BadInput
from zhaohu.i18n import _, ngettext
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.codes import label as code_label
from zhaohu.services import accounts
from zhaohu.services.accounts import AccountRow
from zhaohu.services.desk import Desk
from zhaohu.services.profile import SHORTEST_PASSWORD
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.choice_field import ChoiceField, options_of
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import show_if

_LISTERS = (Role.ADMIN, Role.AUDITOR)
_LONGEST_PASSWORD = 256


class AccountsTab(QWidget):
    """One's own password for everybody, all accounts for administrators.

    Args:
        desk: Who asks, and where.
        page: The page it stands on.
        runner: Runs what its dialogs save.
    """

    def __init__(self, desk: Desk, page: LoadingPage, runner: Runner) -> None:
        super().__init__()
        self._desk, self._page, self._runner = desk, page, runner
        admin = desk.person.role is Role.ADMIN
        self.notice = Notice(closable=True)
        own = button(_("Change my password"), self.change_own, icon="key")
        self._disable = button(_("Disable"), self.disable, icon="lock")
        self._password = button(_("New password"), self.set_password, icon="key")
        self._add = button(_("Add an account"), self.add, kind="primary", icon="add")
        self.table = DataTable(_columns(desk.person.name), name=_("Accounts"))
        for one in (self._disable, self._password):
            one.setEnabled(False)
            self.table.tools.addWidget(one)
            show_if(one, admin)
        layout = column(self.notice, row(own, STRETCH, self._add), gap=4)
        layout.addWidget(self.table, 1)
        if desk.person.role not in _LISTERS:
            layout.addStretch(1)
        self.setLayout(layout)
        show_if(self._add, admin)
        show_if(self.table, desk.person.role in _LISTERS)
        self.table.picked.connect(self._on_picked)

    def read(self) -> list[AccountRow]:
        """The accounts, for who may see them; called off the GUI thread."""
        return accounts.list_accounts(self._desk) if self._desk.person.role in _LISTERS else []

    def show_rows(self, rows: list[AccountRow]) -> None:
        """Show what `read` gave."""
        self.table.set_rows(rows)

    def add(self) -> None:
        """Ask for a new account."""
        form = Form()
        form.section()
        form.add("name", _("User name"), TextField(max_length=50), required=True, hint=_("What is typed to log in."))
        form.add(
            "display_name", _("Name"), TextField(max_length=50), required=True, hint=_("Records are signed with it.")
        )
        roles = [role for role in Role if role is not Role.AUDITOR or self._desk.site.kind is SiteKind.CENTER]
        choices = options_of([(role.value, code_label(role)) for role in roles], digits=True)
        form.add("role", _("Role"), ChoiceField(choices), required=True)
        _add_passwords(form)
        form.load({"role": Role.TEACHER.value})

        def save(values: dict) -> str:
            accounts.add_account(
                self._desk,
                name=values["name"],
                display_name=values["display_name"],
                role=Role(values["role"]),
                password=_agreed(values),
            )
            return _("{name} can log in now.").format(name=values["name"])

        self._ask(form, _("Add an account"), _("Add"), save)

    def set_password(self) -> None:
        """Ask for another password of the marked account."""
        marked = self.table.view.current_row()
        if marked is not None:
            self._ask_password(marked.name, _("New password for {name}").format(name=marked.name))

    def change_own(self) -> None:
        """Ask for one's own new password."""
        self._ask_password(self._desk.person.name, _("Change my password"))

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
        name = marked.name
        self._page.act(
            lambda _context: accounts.disable_account(self._desk, name),
            self._on_disabled,
            title=_("Disabling the account"),
        )

    def _ask_password(self, name: str, title: str) -> None:
        form = Form()
        form.section()
        _add_passwords(form)

        def save(values: dict) -> str:
            accounts.change_password(self._desk, name, _agreed(values))
            return _("The password of {name} is changed.").format(name=name)

        self._ask(form, title, _("Save"), save)

    def _ask(self, form: Form, title: str, do: str, save) -> None:
        self.notice.say("")
        dialog = FormDialog.ask(self.window(), self._runner, form.finish(), title=title, do=do, save=save)
        dialog.saved.connect(self._on_saved)

    def _on_saved(self, words: str) -> None:
        self.notice.say(words, "done")

    def _on_disabled(self, _nothing: None) -> None:
        self.notice.say(_("The account is disabled."), "done")

    def _on_picked(self, marked: AccountRow | None) -> None:
        for one in (self._disable, self._password):
            one.setEnabled(marked is not None and not marked.disabled)


def _add_passwords(form: Form) -> None:
    hint = ngettext("At least {n} character.", "At least {n} characters.", SHORTEST_PASSWORD)
    for name, words, told in (
        ("password", _("Password"), hint.format(n=SHORTEST_PASSWORD)),
        ("again", _("Password again"), ""),
    ):
        secret = TextField(max_length=_LONGEST_PASSWORD, secret=True)
        form.add(name, words, secret, required=True, hint=told)


def _agreed(values: dict) -> str:
    if values["password"] != values["again"]:
        raise BadInput(_("The two passwords differ. Type them again."), field="again")
    return str(values["password"])


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
