"""A folder on an SSH server."""

from __future__ import annotations

import contextlib
import errno
from typing import Any

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from zhaohu.sync.travel.address import Address
from zhaohu.sync.travel.faults import Fault, fault
from zhaohu.sync.travel.place import CONNECT_S, PIECE, SILENCE_S, Counted, Place, Upload
from zhaohu.sync.travel.tls import fingerprint

_AT_ONCE = 64


class _OnlyConfirmed(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
    """Goes on only with the key that a person compared; no file of known hosts is asked."""

    def __init__(self, confirmed: str) -> None:
        self._confirmed = confirmed

    def missing_host_key(self, _client: Any, _host: str, key: paramiko.PKey) -> None:
        """Called with the key of the server before anything is said to it."""
        shown = fingerprint(key.asbytes())
        if shown != self._confirmed:
            raise fault("host_changed" if self._confirmed else "host_unknown", fingerprint=shown)


class _Files(SFTPFileSystem):  # type: ignore[misc]
    """fsspec's file system, which lets go of the line when it is not let in."""

    def _connect(self) -> None:
        try:
            super()._connect()
        except BaseException:
            _hang_up(self.client)
            raise


class SftpPlace(Place):
    """SFTP goes on with half a file both ways. Passwords only: keys in files of this PC or an agent are not asked for.

    Args:
        address: Of the server and folder.
        user: At the server.
        password: Of that user.
        confirmed: Fingerprint of the server's key that a person compared.
    """

    appends = True

    def __init__(self, address: Address, user: str, password: str, confirmed: str) -> None:
        super().__init__(address.path)
        self._address, self._login, self._confirmed = address, (user, password), confirmed

    def connect(self) -> Any:
        """fsspec's file system over paramiko."""
        user, password = self._login
        made = _Files(
            self._address.host,
            port=self._address.port,
            username=user,
            password=password,
            host_key_policy=_OnlyConfirmed(self._confirmed),
            allow_agent=False,
            look_for_keys=False,
            timeout=CONNECT_S,
            banner_timeout=CONNECT_S,
            auth_timeout=CONNECT_S,
            channel_timeout=CONNECT_S,
            skip_instance_cache=True,
        )
        made.ftp.get_channel().settimeout(SILENCE_S)
        return made

    def write(self, path: str, source: Counted, upload: Upload) -> None:
        """From where the half-written file ends."""
        with self.fs.open(path, "r+b" if upload.offset else "wb") as file:
            file.seek(upload.offset)
            file.set_pipelined(True)
            while piece := source.read(PIECE):
                file.write(piece)

    def read_ahead(self, file: Any) -> None:
        """Ask for many pieces at once: one after another each would wait for the way there and back."""
        file.prefetch(max_concurrent_requests=_AT_ONCE)

    def rename(self, path: str, target: str) -> None:
        """At once; servers without that extension of the protocol refuse when there is such a file."""
        try:
            self.fs.mv(path, target)
        except OSError:
            with contextlib.suppress(OSError):
                self.fs.ftp.remove(target)
            self.fs.ftp.rename(path, target)

    def close(self) -> None:
        """End the session."""
        if self._fs is not None:
            with contextlib.suppress(Exception):
                self._fs.ftp.close()
            _hang_up(self._fs.client)
        super().close()

    def meaning(self, error: Exception) -> Fault | None:
        """Of paramiko's errors and of what the server answered."""
        if isinstance(error, paramiko.AuthenticationException):
            return "place_login"
        if isinstance(error, paramiko.SSHException | EOFError | TimeoutError | ConnectionError):
            return "place_unreachable" if self._fs is None else "place_cut"
        if isinstance(error, PermissionError):
            return "place_read_only"
        if isinstance(error, OSError):
            return self._of_system(error)
        return None

    def _of_system(self, error: OSError) -> Fault:
        if self._fs is None:
            return "place_unreachable"  # no such host, no way there
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return "place_full"
        return "place_cut" if "closed" in str(error).lower() else "place_read_only"


def _hang_up(client: Any) -> None:
    """Close the line; a session that the server has ended already would leave its socket open."""
    transport = client.get_transport()
    client.close()
    if transport is not None:
        transport.sock.close()
