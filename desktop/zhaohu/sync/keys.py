"""Keys of a site: Ed25519 to sign and X25519 (age) to receive, each made by the site itself.

The fingerprint that people compare is 25 base32 characters (125 bits) of SHA-256 over both public keys.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pyrage import x25519
from sqlmodel import Session

from zhaohu.records.exchange import OwnKey

_FINGERPRINT = b"zhaohu/fingerprint/1\n"
_GROUP, _GROUPS = 5, 5
_SIGN_TEXT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """A site's public keys: `sign` in hex, `receive` as an age recipient (`age1…`)."""

    sign: str
    receive: str

    @property
    def fingerprint(self) -> str:
        """What a person reads out: five groups of five letters and digits."""
        digest = hashlib.sha256(_FINGERPRINT + f"{self.sign}\n{self.receive}\n".encode("ascii")).digest()
        text = base64.b32encode(digest).decode("ascii")
        return "-".join(text[i : i + _GROUP] for i in range(0, _GROUP * _GROUPS, _GROUP))

    def check(self) -> None:
        """Make sure that both are keys.

        Raises:
            ValueError: One is not.
        """
        if not _SIGN_TEXT.fullmatch(self.sign):
            raise ValueError("sign")
        recipient(self.receive)


def make_own(session: Session, at: str) -> PublicKeys:
    """Make and keep both key pairs of this site."""
    signing = Ed25519PrivateKey.generate()
    receiving = x25519.Identity.generate()
    pairs = (
        ("sign", signing.private_bytes_raw().hex(), signing.public_key().public_bytes_raw().hex()),
        ("receive", str(receiving), str(receiving.to_public())),
    )
    for purpose, private, public in pairs:
        session.add(OwnKey.model_validate({"purpose": purpose, "private": private, "public": public, "made_at": at}))
    session.flush()
    return own_public(session)


def own_public(session: Session) -> PublicKeys:
    """This site's public keys."""
    return PublicKeys(_own(session, "sign").public, _own(session, "receive").public)


def own_identity(session: Session) -> Any:
    """The age identity that opens what was sent to this site."""
    return x25519.Identity.from_str(_own(session, "receive").private)


def sign(session: Session, context: bytes, data: bytes) -> bytes:
    """This site's signature (64 bytes) over the context line and the data."""
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(_own(session, "sign").private))
    return private.sign(context + data)


def verifies(sign_public: str, context: bytes, signature: bytes, data: bytes) -> bool:
    """Whether the signature over context line and data was made with that key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(sign_public)).verify(signature, context + data)
    except (InvalidSignature, ValueError):
        return False
    return True


def recipient(text: str) -> Any:
    """The age recipient.

    Raises:
        ValueError: The text is none.
    """
    try:
        return x25519.Recipient.from_str(text)
    except Exception as error:  # pyrage's RecipientError derives from Exception only
        raise ValueError("recipient") from error


def new_recovery_pair() -> tuple[str, str]:
    """A key pair that opens bundles when the center's own key is lost: the text for paper, and the recipient."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def _own(session: Session, purpose: str) -> OwnKey:
    key = session.get(OwnKey, purpose)
    assert key is not None
    return key
