"""Files that a person asked for: there whole, or a sentence why not."""

from __future__ import annotations

import errno
from pathlib import Path

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paths import write_atomic


def write_file(place: Path, data: bytes) -> Path:
    """Write a file whole or not at all; returns the place.

    Raises:
        Refused: `no_space` or `cannot_write`.
    """
    try:
        return write_atomic(place, data)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refused(_("The disk is full. Free some space and try again."), code="no_space") from None
        message = _("The file {file} cannot be written. Check the folder.").format(file=place)
        raise Refused(message, code="cannot_write") from None
