"""Files that a person asked for: there whole, or a sentence why not."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paths import atomic_file


def write_file(place: Path, data: bytes) -> Path:
    """Write a file whole or not at all; returns the place.

    Raises:
        Refused: `no_space` or `cannot_write`.
    """
    with new_file(place) as file:
        file.write(data)
    return place


@contextmanager
def new_file(place: Path) -> Iterator[BinaryIO]:
    """A file to be written piece by piece; it is there whole when the block ends well, and else not at all.

    Raises:
        Refused: `no_space` or `cannot_write`.
    """
    try:
        with atomic_file(place) as file:
            yield file
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refused(_("The disk is full. Free some space and try again."), code="no_space") from None
        message = _("The file {file} cannot be written. Check the folder.").format(file=place)
        raise Refused(message, code="cannot_write") from None
