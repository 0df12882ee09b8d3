"""Places of each kind, behind real servers, one of each for all tests; each test has a folder of its own there."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import paramiko
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.sync.travel.servers import LOCAL, PASSWORD, USER, Faulty, s3_server, sftp_server, webdav_server

from zhaohu.clock import Clock
from zhaohu.sync.travel.address import parse
from zhaohu.sync.travel.names import name_at_place
from zhaohu.sync.travel.opening import open_place
from zhaohu.sync.travel.place import Place
from zhaohu.sync.travel.tls import fingerprint


@dataclass
class Served:
    """A server: its URL, what gets in, and the folder behind it (none of S3)."""

    url: str
    root: Path | None
    user: str = USER
    password: str = PASSWORD
    fingerprint: str = ""
    faulty: Faulty = field(default_factory=Faulty)

    def place(self, **other: str) -> Place:
        said = {"user": self.user, "password": self.password, "fingerprint": self.fingerprint, **other}
        return open_place(parse(self.url), said["user"], said["password"], said["fingerprint"], Clock())


@pytest.fixture(scope="session")
def webdav(tmp_path_factory):
    root = tmp_path_factory.mktemp("webdav")
    with webdav_server(root) as url:
        yield Served(url, root)


@pytest.fixture(scope="session")
def sftp(tmp_path_factory):
    root, key, faulty = tmp_path_factory.mktemp("sftp"), paramiko.ECDSAKey.generate(), Faulty()
    with sftp_server(root, key, faulty) as url:
        yield Served(url, root, fingerprint=fingerprint(key.asbytes()), faulty=faulty)


@pytest.fixture(scope="session")
def s3():
    with s3_server() as url:
        httpx.put(url.replace("s3+", "") + "/district").raise_for_status()
        yield Served(f"{url}/district", None, "ACCESSKEY", "secret-canary-7f3a")


@pytest.fixture(params=["folder", "webdav", "sftp", "s3"])
def served(request, tmp_path) -> Served:
    """Each kind in turn, with an empty folder."""
    if request.param == "folder":
        (tmp_path / "share").mkdir()
        return Served(str(tmp_path / "share"), tmp_path / "share", "", "")
    made: Served = request.getfixturevalue(request.param)
    name = f"f{secrets.token_hex(4)}"
    root = None
    if made.root is not None:
        root = made.root / name
        root.mkdir()
    made.faulty.cuts.clear()
    made.faulty.moved, made.faulty.flips = 0, False
    return Served(f"{made.url}/{name}", root, made.user, made.password, made.fingerprint, made.faulty)


@pytest.fixture
def bundle(tmp_path) -> tuple[Path, str]:
    """A file that looks like a bundle, and its name at a place."""
    file = tmp_path / "371103-01-000001.zhb"
    file.write_bytes(os.urandom(700_000))
    return file, name_at_place(file.name, hashlib.sha256(file.read_bytes()).hexdigest())


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    """A certificate that nobody vouches for, with its key, for this PC."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LOCAL)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOCAL))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    return folder / "cert.pem", folder / "key.pem"
