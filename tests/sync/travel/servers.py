"""Real servers on this PC, each in a thread, for one user, on a port that is free."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko
from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter
from paramiko.sftp_attr import SFTPAttributes
from wsgidav.wsgidav_app import WsgiDAVApp

USER, PASSWORD = "station01", "pass-word-canary-7f3a"
LOCAL = "127.0.0.1"


@contextmanager
def webdav_server(folder: Path, certificate: tuple[Path, Path] | None = None, wrap=None) -> Iterator[str]:
    """wsgidav on cheroot over a folder; gives the URL. `wrap` may stand between, as a bad line does."""
    app = WsgiDAVApp(
        {
            "provider_mapping": {"/": str(folder)},
            "simple_dc": {"user_mapping": {"*": {USER: {"password": PASSWORD}}}},
            "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
            "verbose": 0,
            "logging": {"enable": False},
            "property_manager": None,
            "lock_storage": None,
            "hotfixes": {},
        }
    )
    server = wsgi.Server((LOCAL, 0), wrap(app) if wrap else app, numthreads=3)
    server.shutdown_timeout = 1
    if certificate is not None:
        server.ssl_adapter = BuiltinSSLAdapter(*map(str, certificate))
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://{LOCAL}:{server.bind_addr[1]}"
    finally:
        server.stop()
        thread.join(5)


class _Login(paramiko.ServerInterface):
    def __init__(self, faulty):
        self._faulty = faulty

    def check_auth_publickey(self, username, key):
        good = username == USER and key.asbytes() in self._faulty.let_in
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def check_auth_password(self, username, password):
        good = (username, password) == (USER, PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username):
        return "publickey,password"


class Faulty:
    """What the SFTP server does wrong: it breaks the line after so many bytes, once for each number in `cuts`, stores
    zeros, or lists a file as longer than it is; and whose keys it lets in.
    """

    def __init__(self) -> None:
        self.cuts: list[int] = []
        self.flips = False
        self.longer = ""
        self.let_in: list[bytes] = []
        self.moved = 0
        self.line = 0
        self.transports: list[paramiko.Transport] = []

    def move(self, line: int, size: int) -> bool:
        """Whether this line holds; what was still on its way over one that broke is lost for good."""
        if line != self.line:
            return False
        self.moved += size
        if self.cuts and self.moved >= self.cuts[0]:
            self.cuts.pop(0)
            self.moved, self.line = 0, line + 1
            for transport in self.transports:
                transport.close()
        return line == self.line


class _Handle(paramiko.SFTPHandle):
    faulty: Faulty
    line: int

    def read(self, offset, length):
        return super().read(offset, length) if self.faulty.move(self.line, length) else paramiko.SFTP_FAILURE

    def write(self, offset, data):
        if not self.faulty.move(self.line, len(data)):
            return paramiko.SFTP_FAILURE
        return super().write(offset, b"\0" * len(data) if self.faulty.flips else data)

    def stat(self):
        return SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class _Files(paramiko.SFTPServerInterface):
    def __init__(self, server, folder: Path, faulty: Faulty) -> None:
        super().__init__(server)
        self._folder, self._faulty, self._line = folder, faulty, faulty.line

    def _do(self, act, *paths):
        try:
            return act(*(Path(f"{self._folder}{self.canonicalize(path)}") for path in paths))
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def list_folder(self, path):
        return self._do(lambda real: [self._listed(one) for one in real.iterdir()], path)

    def stat(self, path):
        return self._do(self._listed, path)

    def _listed(self, path):
        said = _attributes(path)
        said.st_size += 10 * (path.name == self._faulty.longer)
        return said

    lstat = stat

    def open(self, path, flags, attr):
        def opened(real):
            handle = _Handle(flags)
            handle.faulty, handle.line = self._faulty, self._line
            mode = "wb" if flags & os.O_TRUNC else "r+b" if flags & (os.O_WRONLY | os.O_RDWR) else "rb"
            handle.readfile = handle.writefile = os.fdopen(os.open(real, flags, 0o644), mode)
            return handle

        return self._do(opened, path)

    def remove(self, path):
        return self._do(Path.unlink, path) or paramiko.SFTP_OK

    def posix_rename(self, old, new):
        return self._do(lambda one, other: one.replace(other) and None, old, new) or paramiko.SFTP_OK


def _attributes(path: Path) -> SFTPAttributes:
    return SFTPAttributes.from_stat(path.stat(), path.name)


@contextmanager
def sftp_server(folder: Path, key: paramiko.PKey, faulty: Faulty) -> Iterator[str]:
    """paramiko's own server over a folder; gives the URL."""
    listening = socket.create_server((LOCAL, 0))

    def serve():
        while True:
            try:
                connection, _address = listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            faulty.transports.append(transport)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, folder, faulty)
            try:
                transport.start_server(event=threading.Event(), server=_Login(faulty))
            except (paramiko.SSHException, EOFError):
                transport.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"sftp://{LOCAL}:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for transport in faulty.transports:
            transport.close()
        thread.join(5)


@contextmanager
def s3_server() -> Iterator[str]:
    """moto's server; gives the URL without a bucket."""
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer

    server = ThreadedMotoServer(LOCAL, 0, verbose=False)
    server.start()
    try:
        yield "s3+http://{}:{}".format(*server.get_host_and_port())
    finally:
        server.stop()
