"""Addresses of places: what a person types, taken apart and checked."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from zhaohu.errors import BadInput
from zhaohu.i18n import N_, _

Kind = Literal["folder", "webdav", "sftp", "s3"]

_SCHEMES: dict[str, tuple[Kind, str]] = {
    "https": ("webdav", "https"),
    "http": ("webdav", "http"),
    "davs": ("webdav", "https"),
    "dav": ("webdav", "http"),
    "webdavs": ("webdav", "https"),
    "webdav": ("webdav", "http"),
    "sftp": ("sftp", "sftp"),
    "ssh": ("sftp", "sftp"),
    "s3": ("s3", "https"),
    "s3+http": ("s3", "http"),
}
_PORTS = {"https": 443, "http": 80, "sftp": 22}
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")

_WHY = {
    "unknown": N_(
        "“{url}” is no address of a place. Write a folder, or https://server/folder (WebDAV), sftp://server/folder, "
        "s3://server/bucket/folder."
    ),
    "password": N_("A password must not stand in the address: others could read it there. Give it by itself."),
    "unclear": N_(
        "What stands before the “@” may be a password: others could read it there. Give a password by itself; "
        "write %40 for an “@” in the name of a folder."
    ),
    "insecure": N_("This address would send the password unprotected. Use https:// or s3:// instead of {scheme}://."),
    "bucket": N_("The address of an S3 place names server and bucket: s3://server/bucket/folder."),
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a place is.

    Attributes:
        kind: By which way it is reached.
        url: As it is shown and kept; no password, no user.
        user: As the address says; empty when it does not.
        scheme: https, http or sftp; empty for a folder.
        path: Folder on the server with slashes before and between; for a folder its path on this PC.
    """

    kind: Kind
    url: str
    user: str = ""
    scheme: str = ""
    host: str = ""
    port: int = 0
    path: str = ""

    @property
    def server(self) -> str:
        """Host and port as they stand in a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS.get(self.scheme) else f"{host}:{self.port}"


def parse(text: str) -> Address:
    """Take an address apart.

    Raises:
        BadInput: `bad_address`: unknown, or with a password in it, or one that would travel unprotected.
    """
    text = text.strip()
    scheme = text.partition(":")[0].lower() if "://" in text else ""
    if not text or "\x00" in text:
        raise _bad("unknown", url=text)
    if not scheme or _DRIVE.match(text):
        if holds_password(text):
            raise _bad("password")
        return _folder(text)
    if scheme == "file":
        return _folder(_path_of_file_url(_split(text, scheme)))
    if scheme not in _SCHEMES:
        raise _bad("unknown", url=f"{scheme}://…")  # what stands behind may be a password
    kind, wire = _SCHEMES[scheme]
    parts = _split(text, scheme)
    try:
        host, port = (parts.hostname or "").lower(), parts.port or _PORTS[wire]
        host.encode("idna")
    except ValueError:  # UnicodeError is one
        raise _bad("unknown", url=f"{scheme}://…") from None
    return _remote(parts, kind, wire, host, port)


def holds_password(text: str) -> bool:
    """Whether a text without a scheme begins like user:password@server; a password may have slashes in it."""
    return not _DRIVE.match(text) and ":" in re.split(r"[/\\]", text.rpartition("@")[0], maxsplit=1)[0]


def _remote(parts: SplitResult, kind: Kind, wire: str, host: str, port: int) -> Address:
    if parts.password is not None:
        raise _bad("password")
    if ":" in parts.netloc.rpartition("]")[2] and "@" in parts.path + parts.query + parts.fragment:
        raise _bad("unclear")  # user:password@server, and the password begins with digits and a slash
    scheme = parts.scheme.lower()
    path = "/" + "/".join(piece for piece in unquote(parts.path).split("/") if piece)
    if not host or parts.query or parts.fragment or ".." in path.split("/"):
        raise _bad("unknown", url=f"{scheme}://…")
    if wire == "http" and not _is_this_pc(host):
        raise _bad("insecure", scheme=scheme)
    if kind == "s3" and path == "/":
        raise _bad("bucket")
    shown = urlunsplit((scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))
    return Address(kind, shown, unquote(parts.username or ""), wire, host, port, path)


def _folder(text: str) -> Address:
    try:
        path = str(Path(text).expanduser().absolute())
    except RuntimeError:  # ~somebody who is not known here
        raise _bad("unknown", url=text) from None
    return Address("folder", path, path=path)


def _split(text: str, scheme: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        raise _bad("unknown", url=f"{scheme}://…") from None


def _path_of_file_url(parts: SplitResult) -> str:
    if parts.password is not None:
        raise _bad("password")
    path = unquote(parts.path)
    if parts.netloc not in ("", "localhost"):
        return f"//{parts.netloc}{path}"  # a share of Windows
    return path[1:] if _DRIVE.match(path[1:]) else path


def _is_this_pc(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bad(why: str, **values: str) -> BadInput:
    return BadInput(_(_WHY[why]).format(**values), code="bad_address", field="url", why=why)
