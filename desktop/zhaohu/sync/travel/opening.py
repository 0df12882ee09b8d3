"""From an address to its place; the library of a way is loaded only when that way is gone."""

from __future__ import annotations

from zhaohu.clock import Clock
from zhaohu.sync.travel.address import Address
from zhaohu.sync.travel.place import Place


def open_place(address: Address, user: str, password: str, confirmed: str, clock: Clock, key: str = "") -> Place:
    """The place at an address; nothing is connected yet.

    Args:
        address: Where it is.
        user: Who logs in there; for S3 the access key. The one in the address when empty.
        password: Of that user; for S3 the secret key.
        confirmed: Fingerprint of the server that a person compared; empty when none was needed or known.
        clock: What time it is.
        key: Text of a private key, for SFTP: it is shown to the server in place of the password, which opens it.
    """
    user = user or address.user
    if address.kind == "webdav":
        from zhaohu.sync.travel.webdav import WebdavPlace

        return WebdavPlace(address, user, password, confirmed)
    if address.kind == "sftp":
        from zhaohu.sync.travel.sftp import SftpPlace

        return SftpPlace(address, user, password, confirmed, key)
    if address.kind == "s3":
        from zhaohu.sync.travel.s3 import S3Place

        return S3Place(address, user, password, confirmed, clock)
    from zhaohu.sync.travel.folder import FolderPlace

    return FolderPlace(address.path)
