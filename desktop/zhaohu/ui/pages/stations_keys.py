"""What the center does about a station's keys: new ones compared, the station invited once more, the keys revoked."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import renewal, site_keys
from zhaohu.services.exchange.setup import StationAdded
from zhaohu.services.exchange.station_list import StationEntry
from zhaohu.ui.dialogs.fingerprints import Fingerprints
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.exchange_words import station_state, station_tone
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.file_field import FileField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.menu_button import MenuButton

_ACTIVE, _REVOKED = "active", "revoked"


class StationKeys(QObject):
    """A menu about the marked station.

    Args:
        page: The page it stands on.
        desk: Who acts.
        runner: Saves.

    Signals:
        invited(added): A station was invited once more; its enrolment file is written.
        told(words, tone): What came of it.
    """

    invited = Signal(object)
    told = Signal(str, str)

    def __init__(self, page: LoadingPage, desk: Desk, runner: Runner) -> None:
        super().__init__(page)
        self._page, self._desk, self._runner = page, desk, runner
        self._row: StationEntry | None = None
        self._shown: StationEntry | None = None
        self.menu = MenuButton(_("Keys"))
        self.compare_action = self.menu.add(_("Compare new keys…"), self.compare, "key")
        self.renew_action = self.menu.add(_("PC or keys lost: invite once more…"), self.renew, "refresh")
        self.menu.separate()
        self.revoke_action = self.menu.add(_("Revoke the keys…"), self.revoke, "danger")
        self.offer(None)

    def offer(self, row: StationEntry | None) -> None:
        """Show what can be done about this station."""
        self._row = row
        self.menu.setEnabled(row is not None)
        if row is not None:
            self.compare_action.setVisible(waits(row))
            self.revoke_action.setVisible(row.status != _REVOKED)

    def compare(self) -> None:
        """Show the fingerprint of a station's new keys, to be compared before they are accepted."""
        row = self._row
        if row is None or row.next_fingerprint is None:
            return
        self._shown = row
        dialog = Fingerprints.show_for(
            self._page.window(),
            _("Compare with {name}").format(name=row.name),
            _(
                "The station has made new keys. Call it at a number that you knew before and let it read out their "
                "fingerprint, which stands in its settings. Accept them only when every group is the same."
            ),
            [(row.name, row.next_fingerprint)],
            do=_("They are the same: accept the keys"),
        )
        dialog.accepted.connect(self._accept)

    def renew(self) -> None:
        """Ask where the new enrolment file of a station goes."""
        row = self._row
        if row is None:
            return
        form = Form()
        form.section()
        form.add(
            "file",
            _("Enrolment file"),
            FileField(_("Where the enrolment file goes"), _("Enrolment files (*.zhe)"), lambda: f"{row.code}.zhe"),
            required=True,
        )
        form.finish()
        dialog = FormDialog.ask(
            self._page.window(),
            self._runner,
            form,
            title=_("Invite {name} once more").format(name=row.name),
            lead=_(
                "Take in first what has arrived from it. From now on nothing is accepted that its former keys signed. "
                "Its new PC sets itself up with this file and sends a reply; its first return packet then gives it "
                "back all that the center has of it."
            ),
            do=_("Invite once more"),
            save=lambda values: renewal.renew_station(self._desk, row.code, values["file"]),
        )
        dialog.saved.connect(self._on_renewed)

    def revoke(self) -> None:
        """Ask why nothing more is to be taken from a station."""
        row = self._row
        if row is None:
            return
        form = Form()
        form.section()
        form.add("reason", _("Reason"), TextField(max_length=renewal.LONGEST_REASON), required=True)
        form.finish()
        dialog = FormDialog.ask(
            self._page.window(),
            self._runner,
            form,
            title=_("Revoke the keys of {name}?").format(name=row.name),
            lead=_(
                "Nothing more is accepted from this station, and nothing is sent to it, until it is invited once more. "
                "Its records stay here."
            ),
            do=_("Revoke the keys"),
            save=lambda values: self._revoke(row, values),
        )
        dialog.saved.connect(self._on_revoked)

    def _revoke(self, row: StationEntry, values: dict[str, Any]) -> StationEntry:
        renewal.revoke_station(self._desk, row.code, values["reason"])
        return row

    def _accept(self) -> None:
        row = self._shown
        if row is not None:
            self._page.act(
                lambda _context: site_keys.accept_keys(self._desk, row.code, row.next_fingerprint or ""),
                self._on_accepted,
                title=_("Accepting the keys"),
                failed=self._on_failed,
            )

    def _on_accepted(self, _nothing: object) -> None:
        self.told.emit(_("The new keys are accepted. The station uses them after its next return packet."), "done")

    def _on_renewed(self, added: StationAdded) -> None:
        self.invited.emit(added)

    def _on_revoked(self, row: StationEntry) -> None:
        self.told.emit(_("The keys of {name} are revoked.").format(name=row.name), "attention")

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self.told.emit(error.message, "danger")


def state(row: StationEntry) -> str:
    """How far a station's enrolment or its change of keys is, in words."""
    return _("new keys to compare") if waits(row) else station_state(row.status)


def tone(row: StationEntry) -> str:
    """The tone that goes with `state`."""
    return "attention" if waits(row) else station_tone(row.status)


def waits(row: StationEntry) -> bool:
    """Whether it has made new keys that nobody has compared yet."""
    return row.status == _ACTIVE and row.next_fingerprint is not None
