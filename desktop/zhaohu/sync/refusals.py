"""The reasons for which a file from outside is refused: stable codes and their sentences."""

from __future__ import annotations

from zhaohu.errors import Refused
from zhaohu.i18n import N_, _

_SENTENCES = {
    "not_for_us": N_("This file is meant for another site. Nothing was changed. Send it to the site it names."),
    "wrong_kind": N_("This is not the kind of file that is read here. Choose another file."),
    "empty": N_("The file is empty: the stick may have been pulled out too early. Ask for it once more."),
    "is_bundle": N_("This is a bundle of a station. The center takes it in under “Inbox”."),
    "is_packet": N_("This is a return packet of the center. A station reads it under “Synchronise”."),
    "is_enrolment": N_("This is an enrolment file. The keys are exchanged with it, and no records."),
    "other_enrolment": N_(
        "This is the other file of the enrolment: the station takes the center's, the center takes the station's reply."
    ),
    "damaged": N_("The file is damaged or was changed on its way. Nothing was changed. Ask for it once more."),
    "unknown_sender": N_("The sender of this file is not enrolled here. Nothing was changed. Enrol the station first."),
    "bad_signature": N_(
        "The signature of this file is not its sender's. Nothing was changed. Do not use the file; call the sender."
    ),
    "revoked": N_(
        "The keys of this sender were revoked. Nothing was changed. To let the station send again, invite it once more "
        "under “Stations”, “Keys”."
    ),
    "replaced": N_(
        "This bundle was made with keys that the station had before it was invited once more. Nothing was changed. "
        "What the station sends with its new keys is taken in as always; what stands on its former PC alone has to be "
        "recorded again."
    ),
    "old_key": N_(
        "This bundle is signed with keys that the station has changed since: an old copy or a restored backup of the "
        "station may be in use. Nothing was changed. Call the station; when it is the right PC, renew its enrolment."
    ),
    "update_center": N_(
        "This file was made by a newer version of the program. Update the program, then read it again."
    ),
    "kept_unread": N_("A newer version of the program made it. It is tried again after the update of this program."),
    "failed": N_(
        "The program could not take in what is in this file. Nothing of it was taken in. Send the error report to the "
        "support, and go on with the other files."
    ),
    "too_large": N_("The file is larger than allowed. Nothing was changed."),
    "unreadable": N_("The file cannot be read. Check that it is there and that the stick is plugged in."),
    "no_space": N_("There is not enough free space on the disk. Free some space and try again."),
    "gap": N_(
        "Something between this bundle and the last one received is missing here. Nothing was changed. "
        "Write a return packet: the station then sends everything once more."
    ),
    "forked": N_(
        "This bundle does not follow from what was received before: a copy or an old state of the station may be "
        "in use. It was set aside and nothing was changed."
    ),
    "copy": N_(
        "This answer is for another PC of this station: the center goes on with that one's data. Nothing was changed. "
        "Call the center, and say which PC is the station."
    ),
    "moved": N_(
        "This bundle was made on another PC than the last one received. It was set aside: call the station, and "
        "confirm that it has moved to this PC."
    ),
    "superseded": N_("A later packet was read already. Nothing was changed."),
    "cannot_write": N_("The file cannot be written there. Check the folder and that the stick may be written to."),
}


ENROLMENT = b"ZHE"
PASSING = frozenset({"busy", "cannot_write", "no_space", "unknown_sender", "unreadable", "update_center"})
"""Codes after which the same file may be taken in another time."""
_STARTS = {b"ZHB": "is_bundle", b"ZHR": "is_packet", ENROLMENT: "is_enrolment"}


def refusal(code: str, told: str = "", **details: object) -> Refused:
    """The refusal for a code, with the sentence of `told` if given; `details` hold ids, numbers and codes only."""
    return Refused(_(_SENTENCES[told or code]), code=code, **details)


def other_kind(start: bytes) -> Refused:
    """The refusal of a file that starts so, where another kind of file is read."""
    known = next((code for mark, code in _STARTS.items() if start.startswith(mark)), "wrong_kind")
    return refusal(known if start else "empty")


def sentence(code: str) -> str:
    """What is said for a code; the code itself when it is none of these."""
    return _(_SENTENCES[code]) if code in _SENTENCES else code
