"""Why an exchange through a place failed, in a few words for a list."""

from __future__ import annotations

from zhaohu.i18n import N_, _
from zhaohu.sync.refusals import sentence

_WORDS = {
    "place_unreachable": N_("could not be reached"),
    "place_login": N_("user or password refused"),
    "place_key": N_("private key cannot be used"),
    "place_key_locked": N_("passphrase of the private key is wrong"),
    "place_missing": N_("folder not there"),
    "place_full": N_("place is full"),
    "place_read_only": N_("may not be written to"),
    "place_cut": N_("connection broke off"),
    "place_differs": N_("came back changed"),
    "host_unknown": N_("server not known yet"),
    "host_changed": N_("server shows another key"),
    "busy": N_("another window or command was at work"),
    "no_space": N_("disk of this PC is full"),
    "cannot_write": N_("could not write on this PC"),
    "unreadable": N_("could not read on this PC"),
    "too_large": N_("file too large"),
}


def failure_words(code: str) -> str:
    """The words for the code that an exchange ended with: of a refusal its sentence; one without words stays."""
    return _(_WORDS[code]) if code in _WORDS else sentence(code)
