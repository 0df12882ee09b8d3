"""The reasons for which a file from outside is refused: stable codes and their sentences."""

from __future__ import annotations

from zhaohu.errors import Refused
from zhaohu.i18n import N_, _

_SENTENCES = {
    "not_for_us": N_("This file is meant for another site. Nothing was changed. Send it to the site it names."),
    "wrong_kind": N_("This is not the kind of file that is read here. Choose another file."),
    "damaged": N_("The file is damaged or was changed on its way. Nothing was changed. Ask for it once more."),
    "unknown_sender": N_("The sender of this file is not enrolled here. Nothing was changed. Enrol the station first."),
    "bad_signature": N_(
        "The signature of this file is not its sender's. Nothing was changed. Do not use the file; call the sender."
    ),
    "revoked": N_("The keys of this sender were revoked. Nothing was changed."),
    "update_center": N_(
        "This file was made by a newer version of the program. It is kept as it is: update the program, "
        "then read it again."
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
    "superseded": N_("A later packet was read already. Nothing was changed."),
    "cannot_write": N_("The file cannot be written there. Check the folder and that the stick may be written to."),
}


def refusal(code: str, **details: object) -> Refused:
    """The refusal for a code; `details` hold ids, numbers and codes only."""
    return Refused(_(_SENTENCES[code]), code=code, **details)
