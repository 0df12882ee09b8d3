"""Words of the exchange between stations and center: kinds of record, moments, where files went last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QSettings

from zhaohu.i18n import N_, _, format_moment, format_number, pgettext
from zhaohu.services.exchange.record_words import KINDS, kind_words
from zhaohu.ui.widgets.table import Column


def counts_words(counts: Mapping[str, int]) -> str:
    """How many of each kind, in the order in which records hang together; empty for nothing."""
    order = [*(table for table in KINDS if table in counts), *(table for table in counts if table not in KINDS)]
    parts = [
        _("{kind} {n}").format(kind=kind_words(table), n=format_number(counts[table]))
        for table in order
        if counts[table]
    ]
    return pgettext("between parts of a list", ", ").join(parts)


def moment(stamp: str | None) -> str:
    """A stored moment to the minute, as the clock of this PC showed it; a dash for none."""
    return format_moment(stamp)


class LastFolder:
    """Where files of one kind went last on this PC.

    Args:
        profile: The profile's folder, in which it is remembered.
        key: What kind of files.
    """

    def __init__(self, profile: Path, key: str) -> None:
        self._settings = QSettings(str(profile / "folders.ini"), QSettings.Format.IniFormat)
        self._key = key

    def get(self) -> Path | None:
        """The folder; None when none was chosen yet, or it is not there now (a stick that was pulled)."""
        text = str(self._settings.value(self._key, "", str))
        return Path(text) if text and Path(text).is_dir() else None

    def put(self, folder: Path) -> None:
        """Remember a folder."""
        self._settings.setValue(self._key, str(folder))
        self._settings.sync()


def held_columns(*, with_station: bool, station_name: Callable[[str], str] = str) -> list[Column]:
    """Records that the center keeps aside, with the reason; a station's code, or what `station_name` makes of it."""
    columns = [
        Column(_("Kind"), lambda held: kind_words(held.table), width=14),
        Column(_("Reason"), lambda held: held.message, width=0, hint=lambda held: held.message),
        Column(_("Field"), lambda held: held.field, width=16),
    ]
    if not with_station:
        return columns
    return [Column(_("Station"), lambda held: station_name(held.station), width=24), *columns]


_STATES = {
    "invited": (N_("registered, no reply yet"), "attention"),
    "active": (N_("enrolled"), "done"),
    "revoked": (N_("keys revoked"), "danger"),
}


def station_state(status: str) -> str:
    """How far a station's enrolment is, in words."""
    return _(_STATES[status][0])


def station_tone(status: str) -> str:
    """The tone that goes with `station_state`."""
    return _STATES[status][1]
