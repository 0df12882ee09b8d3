"""The question about a place of the exchange: where it is, and what it takes to get in."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import travel
from zhaohu.services.exchange.travel import PlaceInfo
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.file_field import FileField
from zhaohu.ui.widgets.form import Form

_LONGEST_NAME, _LONGEST_ADDRESS, _LONGEST_SECRET = 40, 400, 200
_WITH_KEY, _S3 = ("sftp", "ssh"), ("s3", "s3+http")


class AddressField(TextField):
    """The address of a place: typed, or a folder that is chosen with the button."""

    def __init__(self) -> None:
        super().__init__(width="field_long", max_length=_LONGEST_ADDRESS)
        self.edit.setMinimumWidth(theme.size("detail"))
        self.choose_button = button(_("Choose a folder…"), self.choose, icon="folder")
        self.line.insertWidget(1, self.choose_button)

    def choose(self) -> None:
        """Ask for the folder."""
        folder = ask.folder(self.window(), _("Folder for the exchange, such as a stick"))
        if folder is not None:
            self.set_value(folder)
            self.changed.emit()


class PlaceDialog(FormDialog):
    """Saves a place after it was reached; what a server shows for the first time is compared by the person first.

    Args:
        parent: The window it belongs to.
        desk: Who asks, and where.
        runner: Reaches the place and saves.
        place: The saved one that is changed; None for a new one.
    """

    def __init__(self, parent: QWidget | None, desk: Desk, runner: Runner, place: PlaceInfo | None) -> None:
        self._desk, self._place = desk, place
        self._fingerprint = place.fingerprint if place is not None else ""
        self._address = place.url if place is not None else ""
        super().__init__(
            parent,
            runner,
            _form(place),
            title=_("Place of the exchange") if place is None else _("Change the place"),
            lead=_("It is reached once before it is saved. The password stays in the encrypted data of this PC."),
            do=_("Reach and save"),
            save=self._keep,
        )
        self.form.changed.connect(self._on_changed)

    def _on_changed(self, name: str) -> None:
        if name == "url":
            _fit_to_address(self.form, self._place)

    def _keep(self, values: dict[str, Any]) -> PlaceInfo:
        url = str(values["url"] or "")
        if url != self._address:  # another server has to be compared anew
            self._address, self._fingerprint = url, ""
        name = self._place.name if self._place is not None else str(values["name"] or "")
        typed = values["password"]
        password = str(typed) if typed else None if self._place is not None else ""
        user, key_file = str(values["user"] or ""), values["key_file"] if _scheme(url) in _WITH_KEY else None
        known = self._fingerprint, key_file, self.cancelled
        return travel.save_place(self._desk, name, url, user, password, *known, new=self._place is None)

    def answered(self, refusal: Refused) -> bool:
        """A server that is not known yet: when the person has compared its fingerprint, go on with it."""
        shown = refusal.details.get("fingerprint")
        if refusal.code != "host_unknown" or not isinstance(shown, str):
            return False
        text = _(
            "{fingerprint}\n\nCompare this with what whoever looks after the server reads out to you or has on paper. "
            "If one character differs, somebody may be standing between: do not go on."
        ).format(fingerprint=shown)
        if ask.confirm(self, _("Is this the server?"), text, do=_("It is the same")):
            self._fingerprint = shown
            self.try_save()
        return True


def ask_place(parent: QWidget | None, desk: Desk, runner: Runner, place: PlaceInfo | None) -> PlaceDialog:
    """Open the window; `saved` brings the place."""
    dialog = PlaceDialog(parent, desk, runner, place)
    dialog.open()
    dialog.focus_first()
    return dialog


def _form(place: PlaceInfo | None) -> Form:
    form = Form()
    form.section()
    form.add("name", _("Name of the place"), TextField(max_length=_LONGEST_NAME), required=True)
    form.add(
        "url",
        _("Address of the place"),
        AddressField(),
        required=True,
        hint=_("A folder of this PC or of a share, https://server/folder (WebDAV), sftp://… or s3://server/bucket"),
    )
    form.add("user", _("User"), TextField(max_length=_LONGEST_SECRET))
    form.add("password", _("Password"), TextField(max_length=_LONGEST_SECRET, secret=True))
    form.add("key_file", _("Private key"), FileField(_("Private key"), _("All files (*)")), hint=_key_hint(place))
    form.finish()
    if place is not None:
        form.load({"name": place.name, "url": place.url, "user": place.user})
        form.fields["name"].set_read_only(True)
    _fit_to_address(form, place)
    return form


def _fit_to_address(form: Form, place: PlaceInfo | None) -> None:
    """Ask for a private key only where one lets in, and speak of S3 only there."""
    scheme = _scheme(str(form.fields["url"].value() or ""))
    form.set_shown("key_file", scheme in _WITH_KEY)
    kept = _("Leave it empty to keep the one that is saved.") if place is not None and place.has_password else ""
    hints = {"user": "", "password": kept}
    if scheme in _S3:
        hints = {"user": _("S3: the access key"), "password": kept or _("S3: the secret key")}
    for name, hint in hints.items():
        form.fields[name].set_hint(hint)
        form.fields[name].editor().setAccessibleDescription(hint)


def _scheme(address: str) -> str:
    """What stands before ://, such as sftp; empty for a folder."""
    scheme, mark, _rest = address.partition("://")
    return scheme.lower() if mark else ""


def _key_hint(place: PlaceInfo | None) -> str:
    if place is not None and place.has_key:
        return _("One is saved. Another one, or a password alone, takes its place.")
    return _("Only for SFTP that lets in by key: the password is its passphrase then, if it has one.")
