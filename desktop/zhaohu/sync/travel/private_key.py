"""The private key with which somebody logs in at an SSH server: kept as its file was, opened with its passphrase."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

from zhaohu.sync.travel.faults import PlaceFault, fault

if TYPE_CHECKING:
    import paramiko

_LARGEST = 64 << 10
_OWN_FORM = b"-----BEGIN OPENSSH PRIVATE KEY-----"


def read_key_file(file: Path) -> str:
    """What a key file holds; whether it can be used is seen when it is.

    Raises:
        PlaceFault: `place_key`: it cannot be read, or is no text.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(_LARGEST).decode("ascii")
    except (OSError, ValueError):
        raise _unusable() from None


def open_key(text: str, passphrase: str) -> paramiko.PKey:
    """The key in the text of its file.

    Raises:
        PlaceFault: `place_key`: it is none that can be used, or the passphrase is another.
    """
    import paramiko

    data = text.encode("ascii")
    load = load_ssh_private_key if data.lstrip().startswith(_OWN_FORM) else load_pem_private_key
    try:
        key = load(data, passphrase.encode() or None)
    except (TypeError, ValueError, UnsupportedAlgorithm):  # TypeError: a passphrase where none is, or none where one is
        raise _unusable() from None
    if isinstance(key, Ed25519PrivateKey):
        kind: type[paramiko.PKey] = paramiko.Ed25519Key
    elif isinstance(key, EllipticCurvePrivateKey):
        kind = paramiko.ECDSAKey
    elif isinstance(key, RSAPrivateKey):
        kind = paramiko.RSAKey
    else:
        raise _unusable()
    try:
        plain = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode("ascii")
    except ValueError:  # a curve that SSH does not have
        raise _unusable() from None
    return kind.from_private_key(io.StringIO(plain))


def _unusable() -> PlaceFault:
    return fault("place_key", field="key_file")
