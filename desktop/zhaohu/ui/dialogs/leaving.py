"""What every question asks with which a child leaves the register: a death once more, and a day before a record."""

from __future__ import annotations

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog


class LeavingDialog(FormDialog):
    """A window that can take a child off the register; `confirmed` once the person said that the day is right."""

    confirmed = False

    def is_death_meant(self, name: str) -> bool:
        """Ask whether a child's death is really to be reported."""
        text = _(
            "All reminders for this child and its invitations stop at once. Only an administrator can correct the "
            "report afterwards."
        )
        title = _("Report that {name} has died?").format(name=name)
        return ask.confirm(self, title, text, do=_("Report the death"), danger=True)

    def answered(self, refusal: Refused) -> bool:
        """A day before the last record may be right: the person says so."""
        if refusal.code != "records_after" or "field" in refusal.details:
            return False
        if ask.confirm(self, _("Is the day right?"), refusal.message, do=_("The day is right")):
            self.confirmed = True
            self.try_save()
        return True
