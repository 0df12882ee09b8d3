"""What a place refuses or a line breaks off, in sentences that say what to do; never with what a library said of it."""

from __future__ import annotations

from typing import Literal

from zhaohu.errors import Refused
from zhaohu.i18n import N_, _

Fault = Literal[
    "place_unreachable",
    "place_login",
    "place_key",
    "place_key_locked",
    "place_key_unread",
    "place_key_public",
    "place_missing",
    "place_full",
    "place_read_only",
    "place_cut",
    "place_short",
    "place_differs",
    "host_unknown",
    "host_changed",
]
BROKEN: tuple[Fault, ...] = ("place_cut", "place_short", "place_unreachable")
"""Faults that may be gone a moment later."""

_SENTENCES: dict[Fault, str] = {
    "place_unreachable": N_("The place cannot be reached. Check the network and the address, then try again."),
    "place_login": N_("The place does not let this user in. Check user name and password."),
    "place_key": N_(
        "This private key cannot be used. It must be an Ed25519, ECDSA or RSA key as ssh-keygen writes it; its "
        "passphrase goes where the password goes."
    ),
    "place_key_locked": N_(
        "The passphrase of the private key is wrong or missing. Write the passphrase of the key at “Password”."
    ),
    "place_key_unread": N_("This file cannot be read. Choose it again."),
    "place_key_public": N_("This is the public key. Choose the file without .pub at its end."),
    "place_missing": N_(
        "The folder of the place is not there. Check the address; plug the stick in or mount the share."
    ),
    "place_full": N_("The place is full. Ask whoever looks after it to make room, then try again."),
    "place_read_only": N_(
        "Nothing can be written at the place. Ask whoever looks after it for the right to write there."
    ),
    "place_cut": N_(
        "The connection to the place broke off. Nothing was lost: try again, and it goes on where it stopped."
    ),
    "place_short": N_("The place gives less of this file than it says it has. The file is tried again next time."),
    "place_differs": N_(
        "What the place gives back is not what was sent to it. The file was taken away again; try once more, or use "
        "another place."
    ),
    "host_unknown": N_(
        "This server is not known yet. Its fingerprint is {fingerprint}. Compare it with what whoever looks after the "
        "server says; only if it is the same, confirm it."
    ),
    "host_changed": N_(
        "The server shows another key than before: {fingerprint}. Somebody may be standing between. Do not go on "
        "before whoever looks after the server has explained it; then remove the place and save it anew."
    ),
}


class PlaceFault(Refused):
    """A place could not be used."""


def fault(code: Fault, **details: str) -> PlaceFault:
    """The refusal for a code; `details` hold what its sentence names."""
    return PlaceFault(_(_SENTENCES[code]).format(**details), code=code, **details)
