"""The keys of this site in the settings: their fingerprint, the letter, a change, and joining the center anew."""

from __future__ import annotations

from pathlib import Path

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services import printing
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import enrolment, renewal, site_keys
from zhaohu.services.exchange.enrolment import InvitationView
from zhaohu.services.exchange.renewal import Recentered
from zhaohu.services.exchange.site_keys import SiteKeys
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.fingerprints import Fingerprints
from zhaohu.ui.file_names import file_name
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.papers import show_paper
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.fingerprint import Fingerprint
from zhaohu.ui.widgets.layout import STRETCH, Card, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.words import label, show_if


class KeysCard(Card):
    """For everybody to read out; the administrator changes the keys.

    Args:
        desk: Who looks, and where.
        page: The page it stands on; it runs the work.
    """

    tables = frozenset({"own_key", "peer"})

    def __init__(self, desk: Desk, page: LoadingPage) -> None:
        super().__init__(_("Fingerprint of this site"))
        self._desk, self._page = desk, page
        self._at_station = desk.site.kind is SiteKind.STATION
        self._file: Path | None = None
        self._compared = ""
        self.notice = Notice(closable=True)
        self.own = Fingerprint("")
        self.next = Fingerprint(_("New keys, not accepted by the center yet. Read this out to the center:"))
        self.center = Fingerprint(_("Fingerprint of the guidance center"))
        self._behind = label("", "soft", wrap=True)
        self.letter_button = button(_("Print the key letter"), self.print_letter, icon="print")
        self.change_button = button(_("Change the keys…"), self.change, icon="key")
        self.join_button = button(_("Join the center anew…"), self.join, icon="import")
        other = _("the guidance center") if self._at_station else _("a station")
        advice = _("Before {other} trusts the keys of this site, it compares this over the telephone.")
        self._advice = label(advice.format(other=other), "soft", wrap=True)
        admin = desk.person.role is Role.ADMIN
        for widget in (self.notice, self.next, self.own, self._advice, self._behind, self.center):
            self.body.addWidget(widget)
        for widget in (self.next, self._behind, self.center):
            widget.hide()
        show_if(self.change_button, admin)
        show_if(self.join_button, admin and self._at_station)
        self.body.addLayout(row(self.letter_button, self.change_button, self.join_button, STRETCH))

    def read(self) -> SiteKeys:
        """The keys; called off the GUI thread."""
        return site_keys.site_keys(self._desk)

    def show_view(self, found: SiteKeys) -> None:
        """Show what was read."""
        self.own.set_text(found.fingerprint)
        self.next.set_text(found.next_fingerprint)
        changing = bool(found.next_fingerprint)
        self.next.setVisible(changing)
        self.own.set_words(
            _("In use until then. Do not read this one out:") if changing else _("Read it out group by group.")
        )
        self._advice.setVisible(not changing)
        self.center.set_text(found.center_fingerprint)
        self.center.setVisible(bool(found.center_fingerprint))
        words = _("These stations have not read a return packet with the new keys yet: {names}")
        self._behind.setText(words.format(names="、".join(found.behind)))
        self._behind.setVisible(bool(found.behind))
        self.change_button.setEnabled(not found.next_fingerprint)

    def print_letter(self) -> None:
        """The fingerprint on paper, of the keys that the other side has to compare next."""
        reader = self._desk.site.center_name if self._at_station else _("Guidance stations")
        fingerprint = self.next.text() or self.own.text()
        show_paper(
            self._page,
            lambda: printing.print_key_letter(self._desk, fingerprint, reader),
            title=_("Key letter"),
            file_name=file_name(self._desk.site.code, _("Key letter"), ending=".pdf"),
        )

    def change(self) -> None:
        """Make new keys, once the person has read what follows."""
        at_station = _(
            "The new keys go to the center with the next bundle. There somebody compares their fingerprint with you; "
            "until then the present keys stay in use. Do this when others may have had access to this PC."
        )
        at_center = _(
            "Each station takes the new keys by itself with its next return packet; write the packets of all stations "
            "soon. Nothing has to be enrolled again. Do this when others may have had access to this PC."
        )
        words = at_station if self._at_station else at_center
        if ask.confirm(self._page.window(), _("Make new keys for this site?"), words, do=_("Make new keys")):
            self._page.act(
                lambda _context: site_keys.change_keys(self._desk),
                self._on_changed,
                title=_("Making new keys"),
                failed=self._on_failed,
            )

    def join(self) -> None:
        """Choose a new enrolment file of the center, and compare it before anything is done."""
        files = ask.open_files(self._page.window(), _("New enrolment file of the center"), _("Enrolment files (*.zhe)"))
        if files:
            self.notice.say("")
            self._page.act(
                lambda _context: (files[0], enrolment.view_invitation(files[0])),
                self._compare,
                title=_("Reading the enrolment file"),
                failed=self._on_failed,
                writes=False,
            )

    def _compare(self, found: tuple[Path, InvitationView]) -> None:
        self._file, view = found
        self._compared = view.fingerprint
        dialog = Fingerprints.show_for(
            self._page.window(),
            _("Compare with {name}").format(name=view.center_name),
            _(
                "Only when the center has lost its PC, or has invited this station once more. Call it at a number that "
                "you knew before, and let it read out its fingerprint. All records stay here; the next bundle carries "
                "everything once."
            ),
            [(view.center_name, view.fingerprint)],
            do=_("They are the same: join anew"),
        )
        dialog.accepted.connect(self._join)

    def _join(self) -> None:
        file, compared = self._file, self._compared
        if file is not None:
            self._page.act(
                lambda _context: renewal.recenter(self._desk, enrolment_file=file, fingerprint=compared),
                self._on_joined,
                title=_("Joining the center anew"),
                failed=self._on_failed,
            )

    def _on_changed(self, found: SiteKeys) -> None:
        self.show_view(found)
        at_station = _("New keys are made. Send the next bundle, and read their fingerprint out to the center.")
        at_center = _("New keys are in use. Write the return packets of all stations now.")
        self.notice.say(at_station if self._at_station else at_center, "done")

    def _on_joined(self, done: Recentered) -> None:
        words = _("Send this reply to the center, and read out the fingerprint of this site: {file}")
        self.notice.say(words.format(file=done.reply), "done")
        self._page.reload()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self.notice.say(error.message, "danger")
