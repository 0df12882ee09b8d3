"""The private key with which somebody logs in at an SSH server: kept as its file was, opened with its passphrase."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

from zhaohu.sync.travel.faults import Fault, PlaceFault, fault

if TYPE_CHECKING:
    import paramiko

_LARGEST = 64 << 10
_OWN_FORM = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_PUBLIC = re.compile(rb"\s*(ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-|---- BEGIN SSH2 PUBLIC|-----BEGIN (RSA )?PUBLIC)")


def read_key_file(file: Path) -> str:
    """What a key file holds; whether it can be used is seen when it is.

    Raises:
        PlaceFault: `place_key_unread`; `place_key_public`; `place_key`: it is no text.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(_LARGEST)
    except OSError:
        raise _unusable("place_key_unread") from None
    if _PUBLIC.match(data):
        raise _unusable("place_key_public")
    try:
        return data.decode("ascii")
    except ValueError:
        raise _unusable() from None


def open_key(text: str, passphrase: str) -> paramiko.PKey:
    """The key in the text of its file.

    Raises:
        PlaceFault: `place_key`: it is none that can be used; `place_key_locked`: the passphrase is another.
    """
    import paramiko

    key = _unlock(text.encode("ascii"), passphrase)
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


def _unlock(data: bytes, passphrase: str) -> PrivateKeyTypes:
    load = load_ssh_private_key if data.lstrip().startswith(_OWN_FORM) else load_pem_private_key
    try:
        return load(data, None)  # one without a passphrase needs none, whatever was typed
    except TypeError:  # it has one
        if not passphrase:
            raise _locked() from None
    except (ValueError, UnsupportedAlgorithm):
        raise _unusable() from None
    try:
        return load(data, passphrase.encode())
    except ValueError:
        raise _locked() from None
    except UnsupportedAlgorithm:
        raise _unusable() from None


def _locked() -> PlaceFault:
    return fault("place_key_locked", field="password")


def _unusable(code: Fault = "place_key") -> PlaceFault:
    return fault(code, field="key_file")
