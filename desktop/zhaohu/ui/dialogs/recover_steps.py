"""The steps for whoever cannot log in, each a sheet that can say whether it is complete."""

from __future__ import annotations

from collections.abc import Sequence

from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.services.desk import Person
from zhaohu.ui.dialogs.guide import Step
from zhaohu.ui.dialogs.sheet_step import SheetStep
from zhaohu.ui.widgets.choice_field import ChoiceField, Option, SelectField
from zhaohu.ui.widgets.code_field import CodeField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.new_password import add_passwords, agreed
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.words import label


class WayStep(Step):
    """Which of the ways it shall be."""

    def __init__(self) -> None:
        super().__init__(
            _("I cannot log in"),
            _(
                "Can an administrator still log in? Then ask for a new password: an administrator sets it in the "
                "settings, under Accounts. Otherwise there are two ways."
            ),
        )
        self.form = Form()
        self.form.section()
        options = (
            Option("sheet", _("the recovery sheet"), "1"),
            Option("backup", _("a backup and an earlier password"), "2"),
        )
        self.way = self.form.add("way", _("I have"), ChoiceField(options), required=True)
        self.form.load({"way": "sheet"})
        self._what = label("", "soft", wrap=True)
        self.content.addWidget(self.form)
        self.content.addWidget(self._what)
        self.content.addStretch(1)
        self.form.changed.connect(self._on_changed)
        self._on_changed()

    def complete(self) -> bool:
        """One of the two is chosen."""
        return self.form.check()

    def wants_backup(self) -> bool:
        """Whether a backup was chosen."""
        return self.way.value() == "backup"

    def _on_changed(self, _name: str = "") -> None:
        self._what.setText(
            _("The data goes back to the day of the backup, and the passwords of that day are valid again.")
            if self.wants_backup()
            else _("An administrator gets a new password. The data stays as it is.")
        )


class CodeStep(Step):
    """The code of the sheet."""

    def __init__(self) -> None:
        super().__init__(
            _("The recovery sheet"),
            _("Type the code group by group, or scan the square code on the sheet. Small letters will do."),
        )
        self.form = Form()
        self.form.section()
        hint = _("Eight groups of four and one of two. Blanks and dashes do not matter.")
        self.code = self.form.add("code", _("Recovery code"), CodeField(), required=True, hint=hint)
        self.content.addWidget(self.form.finish())

    def complete(self) -> bool:
        """Something was typed."""
        return self.form.check()


class AdminStep(Step):
    """Which administrator, and the new password."""

    def __init__(self) -> None:
        super().__init__(
            _("A new password"), _("The code is right. Choose who logs in now, and a new password for this account.")
        )
        self.form = Form()
        self.form.section()
        self.admin = self.form.add("admin", _("Administrator"), SelectField(), required=True)
        add_passwords(self.form, _("The new password"))
        self.notice = Notice()
        self.content.addWidget(self.notice)
        self.content.addWidget(self.form.finish())

    def show_admins(self, admins: Sequence[Person]) -> None:
        """Those who can be chosen; the only one is."""
        self.admin.set_options([Option(one.name, _named(one)) for one in admins])
        self.admin.set_value(admins[0].name if len(admins) == 1 else None)

    def complete(self) -> bool:
        """All is entered, and the passwords agree."""
        if not self.form.check():
            return False
        try:
            agreed(self.form.values())
        except BadInput as problem:
            self.form.show_problems({"again": problem.message})
            return False
        return True


def new_sheet_step() -> SheetStep:
    """The new sheet, which replaces the one that was just used."""
    return SheetStep(
        _("The new recovery sheet"),
        _(
            "Whoever saw the old code could use it again, so a new sheet takes its place. Print it, lock it away, "
            "and delete the file. Mark the old sheet: it only opens backups made until today."
        ),
        _("Save the new recovery sheet first."),
    )


def _named(one: Person) -> str:
    return one.name if one.name == one.display_name else f"{one.display_name} ({one.name})"
