"""The first sheet of the first start: what this PC becomes, by what lies in its folder already."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from zhaohu.i18n import _
from zhaohu.paths import holds_profile
from zhaohu.records.codes import SiteKind
from zhaohu.services.safety.backups import folder
from zhaohu.ui.dialogs.guide import Step
from zhaohu.ui.widgets.choice_field import ChoiceField, Option
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.words import label

_RESTORE = "restore"


class Found(Enum):
    """What lies in the folder in which the profile will be."""

    NOTHING = "nothing"
    BACKUPS = "backups"
    """Backups of a profile that is gone."""
    REMAINS = "remains"
    """A profile without its data file or without its keys: nothing new is ever made over it."""


def found_in(profile: Path) -> Found:
    """Look at the folder before the guide opens."""
    if holds_profile(profile):
        return Found.REMAINS
    return Found.BACKUPS if any(folder(profile).glob("*.zhk")) else Found.NOTHING


class KindStep(Step):
    """Station or center, or what a backup brings back.

    Args:
        found: What lies in the folder already.
    """

    def __init__(self, found: Found) -> None:
        leads = {
            Found.NOTHING: _(
                "This PC holds no data yet. In a few steps it becomes a guidance station or the guidance center."
            ),
            Found.BACKUPS: _("Data was kept on this PC before: its backups are still here, the data itself is not."),
            Found.REMAINS: _(
                "Its data file or its key file is missing. Nothing new is made over it. A backup brings the data back; "
                "what is here is put aside and kept."
            ),
        }
        incomplete = found is Found.REMAINS
        title = _("The data on this PC is not complete") if incomplete else _("Welcome to Zhaohu")
        super().__init__(title, leads[found])
        self.form = Form()
        self.form.section()
        restore = Option(_RESTORE, _("Restore from a backup (new computer)"), "3")
        options = [
            Option(SiteKind.STATION.value, _("a guidance station"), "1"),
            Option(SiteKind.CENTER.value, _("the guidance center"), "2"),
            restore,
        ]
        self.kind = self.form.add(
            "kind",
            _("This PC is for"),
            ChoiceField([restore] if incomplete else options),
            required=True,
            hint="" if incomplete else _("A station needs the enrolment file that its guidance center wrote."),
        )
        advice = _(
            "To restore, have ready: the backup file (it ends in .zhk) from the USB stick or the second place, and the "
            "recovery sheet or a user name with its password of that time."
        )
        self.form.section(_("Restore from a backup (new computer)")).body.addWidget(label(advice, "soft", wrap=True))
        self.content.addWidget(self.form.finish())
        if found is not Found.NOTHING:
            self.kind.set_value(_RESTORE)

    def complete(self) -> bool:
        """One of the three is chosen."""
        return self.form.check()

    def wants_restore(self) -> bool:
        """Whether a backup is to be brought back."""
        return self.kind.value() == _RESTORE

    def site_kind(self) -> SiteKind:
        """What the new profile will be."""
        return SiteKind(self.kind.value() or SiteKind.STATION)
