"""A folder on a WebDAV server."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import ParseError

from webdav4.client import (
    BadGatewayError,
    ClientError,
    ForbiddenOperation,
    InsufficientStorage,
    ResourceConflict,
    ResourceNotFound,
)
from webdav4.fsspec import WebdavFileSystem

from zhaohu.sync.travel import http
from zhaohu.sync.travel.address import Address
from zhaohu.sync.travel.faults import Fault
from zhaohu.sync.travel.place import PIECE, Counted, Upload


class WebdavPlace(http.HttpPlace):
    """WebDAV has no way to go on with half a file, so a broken upload begins anew; a download goes on."""

    def __init__(self, address: Address, user: str, password: str, confirmed: str) -> None:
        super().__init__("", address, (user, password), confirmed)

    def connect(self) -> Any:
        """The file system of webdav4, with the folder of the place as its root."""
        address = self._address
        return WebdavFileSystem(
            f"{address.scheme}://{address.server}{quote(address.path)}",
            auth=self._login if self._login[0] else None,
            retry=False,  # what breaks is tried again by every place in the same way
            chunk_size=PIECE,
            skip_instance_cache=True,
            **self.options(),
        )

    def write(self, path: str, source: Counted, upload: Upload) -> None:
        """One PUT of the known length: many servers take no other."""
        self.fs.client.upload_fileobj(source, path, overwrite=True, size=upload.size)

    def rename(self, path: str, target: str) -> None:
        """MOVE, which servers do at once; the file system's own would copy and delete."""
        self.fs.client.move(path, target, overwrite=True)

    def skip(self, file: Any, offset: int) -> None:
        """Some servers give a file only from its beginning."""
        try:
            file.seek(offset)
        except ValueError:
            while offset and (piece := file.read(min(offset, PIECE))):
                offset -= len(piece)

    def meaning(self, error: Exception) -> Fault | None:
        """Of webdav4's own errors and of those that it wraps."""
        if isinstance(error, ResourceNotFound | ResourceConflict):
            return "place_missing"
        if isinstance(error, InsufficientStorage):
            return "place_full"
        if isinstance(error, BadGatewayError):
            return "place_cut"
        if isinstance(error, ForbiddenOperation):
            return "place_read_only"
        known = super().meaning(error)
        if known is None and isinstance(error, ClientError | ParseError | ValueError):
            return "place_missing"  # what answers there is no folder of WebDAV
        return known
