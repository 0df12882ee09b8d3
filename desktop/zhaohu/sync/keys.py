"""Keys of a site: Ed25519 to sign and X25519 (age) to receive, each made by the site itself.

The fingerprint that people compare is the first 125 bits of SHA-256 over both public keys: 25 base32 characters in
files and lists, forty digits where it is read out. Former keys stay: what is on its way was sealed to them.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pyrage import x25519
from sqlmodel import Session

from zhaohu.records.exchange import OwnKey

PRESENT, NEXT = "", ".next"
"""Which of the site's own pairs: the present one, the announced one; a former one is `.` and its fingerprint."""

_FINGERPRINT = b"zhaohu/fingerprint/1\n"
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_GROUP, _GROUPS = 5, 5
_DIGITS, _DIGIT_GROUP = 40, 4
_SIGN, _RECEIVE = "sign", "receive"
_SIGN_TEXT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """A site's public keys: `sign` in hex, `receive` as an age recipient (`age1…`)."""

    sign: str
    receive: str

    @property
    def fingerprint(self) -> str:
        """What files and lists know them by: five groups of five letters and digits."""
        digest = hashlib.sha256(_FINGERPRINT + self.text()).digest()
        text = base64.b32encode(digest).decode("ascii")
        return "-".join(text[i : i + _GROUP] for i in range(0, _GROUP * _GROUPS, _GROUP))

    def text(self) -> bytes:
        """Both keys, a line each."""
        return f"{self.sign}\n{self.receive}\n".encode("ascii")

    def check(self) -> None:
        """Make sure that both are keys.

        Raises:
            ValueError: One is not.
        """
        if not _SIGN_TEXT.fullmatch(self.sign):
            raise ValueError("sign")
        recipient(self.receive)


def digits(fingerprint: str) -> str:
    """A fingerprint as people read it out: the same 125 bits, spread evenly over ten groups of four digits.

    Letters and digits that sound alike, in any dialect, are the reason.
    """
    letters = fingerprint.replace("-", "")
    number = 0
    for letter in letters:
        number = number * len(_ALPHABET) + _ALPHABET.index(letter)
    text = f"{number * 10**_DIGITS // len(_ALPHABET) ** len(letters):0{_DIGITS}d}"
    return " ".join(text[i : i + _DIGIT_GROUP] for i in range(0, _DIGITS, _DIGIT_GROUP))


def is_same(fingerprint: str, read_out: str) -> bool:
    """Whether this is the fingerprint that somebody read out or typed, in letters or in digits, grouped in any way.

    Full-width signs, as a Chinese input method writes them, are the same ones.
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", read_out).upper() if sign.isalnum())
    return plain in (fingerprint.replace("-", ""), digits(fingerprint).replace(" ", ""))


def make_own(session: Session, at: str, which: str = PRESENT) -> PublicKeys:
    """Make and keep a signing and a receiving pair of this site."""
    signing = Ed25519PrivateKey.generate()
    receiving = x25519.Identity.generate()
    pairs = (
        (_SIGN, signing.private_bytes_raw().hex(), signing.public_key().public_bytes_raw().hex()),
        (_RECEIVE, str(receiving), str(receiving.to_public())),
    )
    for purpose, private, public in pairs:
        values = {"purpose": purpose + which, "private": private, "public": public, "made_at": at}
        session.add(OwnKey.model_validate(values))
    session.flush()
    return own_public(session, which)


def has_next(session: Session) -> bool:
    """Whether this site has announced keys that are not in use yet."""
    return _row(session, _SIGN + NEXT) is not None


def own_public(session: Session, which: str = PRESENT) -> PublicKeys:
    """This site's public keys."""
    return PublicKeys(_own(session, _SIGN + which)[1], _own(session, _RECEIVE + which)[1])


def own_identities(session: Session) -> dict[str, Any]:
    """The age identities that open what was sent to this site, by fingerprint; of former and announced keys too."""
    found = {}
    for purpose, private in session.connection().exec_driver_sql("SELECT purpose, private FROM own_key").all():
        if purpose.startswith(_RECEIVE):
            pair = own_public(session, purpose.removeprefix(_RECEIVE))
            found[pair.fingerprint] = x25519.Identity.from_str(private)
    return found


def which_own(session: Session, fingerprint: str) -> str:
    """Which of this site's own keys have this fingerprint; the present ones when none has."""
    return f".{fingerprint}" if _row(session, f"{_SIGN}.{fingerprint}") is not None else PRESENT


def retire(session: Session) -> str:
    """Make the present keys former ones, to be followed at once by others; returns their fingerprint."""
    fingerprint = own_public(session).fingerprint
    _move(session, PRESENT, f".{fingerprint}")
    return fingerprint


def use_next(session: Session) -> None:
    """Go over to the keys that were announced."""
    retire(session)
    _move(session, NEXT, PRESENT)


def sign(session: Session, context: bytes, data: bytes, which: str = PRESENT) -> bytes:
    """This site's signature (64 bytes) over the context line and the data."""
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(_own(session, _SIGN + which)[0]))
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


def identity(text: str) -> Any:
    """The age identity that a person typed or a file holds.

    Raises:
        ValueError: The text is none.
    """
    try:
        return x25519.Identity.from_str(text.strip())
    except Exception as error:  # pyrage's IdentityError derives from Exception only
        raise ValueError("identity") from error


def new_recovery_pair() -> tuple[str, str]:
    """A key pair that opens bundles when the center's own key is lost: the text for paper, and the recipient."""
    made = x25519.Identity.generate()
    return str(made), str(made.to_public())


def _own(session: Session, purpose: str) -> tuple[str, str]:
    """The private and the public key."""
    found = _row(session, purpose)
    assert found is not None
    return found[0], found[1]


def _row(session: Session, purpose: str) -> Any:
    """A plain statement: every file asks for several of these, and objects would be most of what that costs."""
    run = session.connection().exec_driver_sql
    return run("SELECT private, public FROM own_key WHERE purpose = ?", (purpose,)).first()


def _move(session: Session, which: str, to: str) -> None:
    for purpose in (_SIGN, _RECEIVE):
        kept = session.get_one(OwnKey, purpose + which)
        values = {**kept.model_dump(), "purpose": purpose + to}
        session.delete(kept)
        session.flush()
        session.add(OwnKey.model_validate(values))
    session.flush()
