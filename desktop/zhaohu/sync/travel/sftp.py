"""A folder on an SSH server."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable
from itertools import islice
from threading import Timer
from typing import Any

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from zhaohu.sync.travel.address import Address
from zhaohu.sync.travel.faults import Fault, fault
from zhaohu.sync.travel.place import CONNECT_S, PIECE, SILENCE_S, Counted, Place, Upload
from zhaohu.sync.travel.private_key import open_key
from zhaohu.sync.travel.stopping import end
from zhaohu.sync.travel.tls import fingerprint

_AT_ONCE = 64
_MOST_LISTED = 50_000


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
    """fsspec's file system: it lets go of the line when it is not let in, and believes no listing without end.

    Args:
        host: The server.
        began: Called with the client before it is connected.
        ssh: As of `paramiko.SSHClient.connect`.
    """

    def __init__(self, host: str, began: Callable[[Any], None], **ssh: Any) -> None:
        self._began = began
        super().__init__(host, **ssh)

    def _connect(self) -> None:
        self.client = paramiko.SSHClient()
        self.client.set_missing_host_key_policy(self.host_key_policy)
        self._began(self.client)
        # paramiko waits without end for a server that lets somebody in and then says nothing more
        silent = Timer(CONNECT_S + SILENCE_S, _hang_up, (self.client,))
        silent.daemon = True
        silent.start()
        try:
            self.client.connect(self.host, **self.ssh_kwargs)
            self.ftp = self.client.open_sftp()
        except BaseException:
            _hang_up(self.client)
            raise
        finally:
            silent.cancel()
        self.ftp.get_channel().settimeout(SILENCE_S)

    def ls(self, path: str, detail: bool = True, **_kwargs: Any) -> list[Any]:
        """What is in a folder, as far as anybody wants to know."""
        listed = islice(self.ftp.listdir_iter(path), _MOST_LISTED)
        found = [self._decode_stat(stat, path) for stat in listed]
        return found if detail else [one["name"] for one in found]


class SftpPlace(Place):
    """SFTP goes on with half a file both ways. Keys that lie on this PC or with an agent are not asked for.

    Args:
        address: Of the server and folder.
        user: At the server.
        password: Of that user.
        confirmed: Fingerprint of the server's key that a person compared.
        key: Text of the user's private key, if that is what lets in; then the password is its passphrase.
    """

    appends = True

    def __init__(self, address: Address, user: str, password: str, confirmed: str, key: str) -> None:
        super().__init__(address.path)
        self._address, self._login, self._confirmed = address, (user, password), confirmed
        self._key = key
        self._client: Any = None

    def connect(self) -> Any:
        """fsspec's file system over paramiko."""
        user, password = self._login
        return _Files(
            self._address.host,
            self._begin,
            port=self._address.port,
            username=user,
            password=None if self._key else password,
            pkey=open_key(self._key, password) if self._key else None,
            host_key_policy=_OnlyConfirmed(self._confirmed),
            allow_agent=False,
            look_for_keys=False,
            timeout=CONNECT_S,
            banner_timeout=CONNECT_S,
            auth_timeout=CONNECT_S,
            channel_timeout=CONNECT_S,
            skip_instance_cache=True,
        )

    def _begin(self, client: Any) -> None:
        self._client = client

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

    def hang_up(self) -> None:
        """End the line of the session."""
        transport = self._client.get_transport() if self._client is not None else None
        if transport is not None:
            end(transport.sock)

    def let_go(self) -> None:
        """End the session."""
        if self._fs is not None:
            with contextlib.suppress(Exception):
                self._fs.ftp.close()
            _hang_up(self._fs.client)
        super().let_go()

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
