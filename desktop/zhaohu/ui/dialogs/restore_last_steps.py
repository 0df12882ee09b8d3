"""The last steps of bringing a backup back: one more look before it is done, and what to do afterwards."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.services.safety.backups import BackupRow
from zhaohu.services.safety.restore import Restored, former_key_advice
from zhaohu.ui.dialogs.guide import Step
from zhaohu.ui.dialogs.restore_steps import ENDING, Present
from zhaohu.ui.pages.backup_words import content_words, whose
from zhaohu.ui.pages.exchange_words import moment
from zhaohu.ui.widgets.layout import Card
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.words import label, show_if


class LookStep(Step):
    """The last look: what will happen, and what is kept.

    Args:
        anything: Whether there is anything on this PC that is put aside.
    """

    def __init__(self, anything: bool) -> None:
        super().__init__(_("One last look"), _("Nothing has been changed yet."))
        self._anything = anything
        self._what = label("", wrap=True)
        self.other_site = QCheckBox()
        self.notice = Notice()
        self.content.addWidget(self.notice)
        self.content.addWidget(Card(_("What will happen"), self._what))
        self.content.addWidget(self.other_site)
        self.content.addStretch(1)

    def show_what(self, chosen: BackupRow, present: Present | None) -> None:
        """Say what becomes of this backup and of what is here."""
        n = chosen.records
        text = ngettext(
            "The data of {site} of {when} comes back: {n} record.",
            "The data of {site} of {when} comes back: {n} records.",
            n,
        )
        lines = [text.format(site=chosen.site_name, when=moment(chosen.made_at), n=format_number(n))]
        if self._anything:
            lines.append(_("What is on this PC now is put aside first, whole, and kept. Nothing is deleted."))
        lines += [
            _("Users and passwords will be those of that time."),
            _("The bundles that follow send everything to the guidance center once more, so that nothing is missed.")
            if "-" in chosen.site_code
            else _("Afterwards ask every station for a new bundle, so that nothing is missed."),
            _("It takes up to some minutes. Do not switch the PC off, and leave the stick plugged in."),
        ]
        self._what.setText("\n".join(f"{n}. {line}" for n, line in enumerate(lines, start=1)))
        self.notice.say("")
        other = present is not None and present.site_code != chosen.site_code
        show_if(self.other_site, other)
        self.other_site.setChecked(False)
        if present is not None and other:
            words = _("Yes, this PC shall be {other} from now on, and no longer {here}")
            self.other_site.setText(words.format(other=chosen.site_name, here=present.site_name))

    def complete(self) -> bool:
        """Another site's data was asked for expressly."""
        if self.other_site.isHidden() or self.other_site.isChecked():
            return True
        self.notice.say(
            _("This backup is another site's. Go back and choose one of this site, or tick the box."), "danger"
        )
        self.other_site.setFocus()
        return False


class RestoredStep(Step):
    """What came back, where the former data lies, and what to do next."""

    def __init__(self) -> None:
        super().__init__(_("The data is back"), "")
        self._what, self._kept, self._next = (label("", wrap=True) for _n in range(3))
        self._kept_card = Card(_("What was here before"), self._kept)
        self.content.addWidget(Card(_("What came back"), self._what))
        self.content.addWidget(self._kept_card)
        self.content.addWidget(Card(_("What to do next"), self._next))
        self.content.addStretch(1)

    def show_done(self, done: Restored) -> None:
        """Say what was restored."""
        chosen = done.backup
        words = _("{whose}, as of {when}: {content}")
        when, content = moment(chosen.made_at), content_words(chosen.counts)
        self._what.setText(words.format(whose=whose(chosen), when=when, content=content))
        show_if(self._kept_card, done.kept is not None)
        if done.kept is not None and done.kept.suffix == ENDING:
            kept = _("It was backed up as {file}. You find it in the list of backups, should you need it again.")
            self._kept.setText(kept.format(file=done.kept.name))
        else:
            kept = _("It lies as it was in {folder}, and stays there until somebody removes it.")
            self._kept.setText(kept.format(folder=done.kept))
        steps = [
            _("Log in with a password that was valid at that time."),
            _("Enter again what was recorded since then."),
        ]
        if done.former_key:
            steps.insert(0, former_key_advice())
        if "-" in chosen.site_code:
            steps.append(_("Tell the guidance center that a backup was restored, and export a bundle soon."))
        else:
            steps.append(_("Ask every station for a new bundle."))
        self._next.setText("\n".join(f"{n}. {text}" for n, text in enumerate(steps, start=1)))
