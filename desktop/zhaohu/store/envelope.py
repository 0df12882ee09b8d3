"""The key envelope: one random database key, wrapped once for each person who may log in and once for recovery.

A JSON file beside the database, kept twice, with a hash that tells the good copy from one that rotted. Each slot
derives a key from the secret with Argon2id and wraps the database key with ChaCha20-Poly1305, bound to profile, name
and kind of slot; the parameters stand in the slot.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import string
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paths import KEY_FILES, write_atomic
from zhaohu.store.lock import one_at_a_time
from zhaohu.store.machine import memory_bytes

SlotKind = Literal["user", "recovery"]
_RECOVERY = "recovery"
UNMISTAKABLE = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 letters and digits that cannot be taken for one another."""
_CODE_LENGTH = 32  # 5 bits each: 160 bits
_VERSION = 1
_LOCK = "keys.lock"
_PATIENCE_S = 30.0
_SMALL_PC_BYTES = 4 * 1024**3
_WITHIN = {"memory_kib": (19 * 1024, 1024**2), "passes": (2, 16), "lanes": (1, 16)}
"""What a slot may ask for: less is too easy to guess, more only a damaged or hostile file asks of a PC."""


class WrongPassword(Refused):
    """No slot opens with that name and password; which of the two is wrong is not said."""

    code = "wrong_password"


@dataclass(frozen=True, slots=True)
class Strength:
    """Argon2id parameters. The default takes about 0.4 s on two cores; the floor is 19 MiB and two passes."""

    memory_kib: int = 256 * 1024
    passes: int = 3
    lanes: int = 2

    @classmethod
    def of_this_pc(cls) -> Strength:
        """The default, or a quarter of its memory on a PC with less than 4 GB."""
        return cls(memory_kib=64 * 1024) if memory_bytes() < _SMALL_PC_BYTES else cls()


def new_recovery_code() -> str:
    """160 random bits as 8 groups of 4 letters and digits, and a ninth group of 2 check characters."""
    body = "".join(secrets.choice(UNMISTAKABLE) for _place in range(_CODE_LENGTH))
    groups = [body[i : i + 4] for i in range(0, _CODE_LENGTH, 4)]
    return "-".join([*groups, _check_characters(body)])


def read_recovery_code(typed: str) -> str:
    """The code's 32 characters, out of what a person typed from the sheet.

    Raises:
        Refused: A character was misread or left out.
    """
    plain = "".join(c for c in typed.upper() if c in string.ascii_uppercase + string.digits)
    body, check = plain[:_CODE_LENGTH], plain[_CODE_LENGTH:]
    if len(plain) != _CODE_LENGTH + 2 or set(plain) - set(UNMISTAKABLE) or check != _check_characters(body):
        raise Refused(
            _("The recovery code does not read right. Compare it with the sheet, group by group."),
            code="bad_recovery_code",
        )
    return body


def _check_characters(body: str) -> str:
    """Two characters that betray a wrong character and most swaps: the weighted sum modulo 1021, a prime."""
    total = sum((place + 2) * (UNMISTAKABLE.find(c) + 1) for place, c in enumerate(body)) % 1021
    return UNMISTAKABLE[total // 32] + UNMISTAKABLE[total % 32]


class Envelope:
    """The key envelope of one profile.

    Args:
        folder: The profile's folder.
        strength: How hard new slots are to guess; what this PC can bear when not given.
    """

    def __init__(self, folder: Path, strength: Strength | None = None) -> None:
        self._files = tuple(folder / name for name in KEY_FILES)
        self._lock = folder / _LOCK
        self._strength = strength or Strength.of_this_pc()

    def copies_agree(self) -> bool:
        """Whether both copies are there and say the same."""
        try:
            first, second = (json.loads(file.read_text("utf-8")) for file in self._files)
        except (OSError, ValueError):
            return False
        return bool(first == second)

    def names(self) -> set[str]:
        """The persons who have a slot."""
        return {slot["name"] for slot in self._read()["slots"] if slot["kind"] == "user"}

    def has_recovery(self) -> bool:
        """Whether there is a slot for the recovery sheet."""
        return any(slot["kind"] == "recovery" for slot in self._read()["slots"])

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Around a change of the envelope and of the database that belong together, the transaction inside.

        When the block raises, the transaction is undone, and the envelope is put back as it was. No other window or
        command changes the envelope meanwhile.

        Raises:
            Refused: `busy`: somebody else is changing it for longer.
        """
        with one_at_a_time(self._lock, _PATIENCE_S):
            before = self._read()
            try:
                yield
            except BaseException:
                with suppress(OSError, Refused):  # what went wrong first is what has to be told
                    if self._read() != before:
                        self._write(before)
                raise

    def create(self, profile: str) -> bytes:
        """A new database key in an envelope without slots; returns the key (32 bytes)."""
        self._write({"version": _VERSION, "profile": profile, "slots": []})
        return secrets.token_bytes(32)

    def add(self, key: bytes, kind: SlotKind, name: str, secret: str) -> None:
        """Wrap the key for one person or for recovery; an older slot goes once the new one opens."""
        content = self._read()
        slot = self._wrap(content["profile"], key, kind, name, secret)
        if self._unwrap(content["profile"], slot, secret) != key:
            raise AssertionError("slot does not open")
        kept = [s for s in content["slots"] if (s["kind"], s["name"]) != (kind, name)]
        self._write({**content, "slots": [*kept, slot]})

    def remove(self, name: str) -> None:
        """Take away a person's slot; their password opens nothing from now on."""
        content = self._read()
        kept = [s for s in content["slots"] if (s["kind"], s["name"]) != ("user", name)]
        self._write({**content, "slots": kept})

    def open(self, name: str, password: str) -> bytes:
        """The database key, for a person and password.

        Raises:
            WrongPassword: No slot opens with these.
        """
        return self._open("user", name, password, _("User name or password is wrong."))

    def open_with_recovery_code(self, typed: str) -> bytes:
        """The database key, for the code of the recovery sheet.

        Raises:
            Refused: The code does not read right, or belongs to another profile or an older sheet.
        """
        code = read_recovery_code(typed)
        return self._open(
            "recovery", _RECOVERY, code, _("This recovery code belongs to another profile or an older sheet.")
        )

    def add_recovery(self, key: bytes, code: str) -> None:
        """Wrap the key for the recovery sheet, replacing the older sheet's slot."""
        self.add(key, "recovery", _RECOVERY, read_recovery_code(code))

    def _open(self, kind: SlotKind, name: str, secret: str, refusal: str) -> bytes:
        content = self._read()
        found = [slot for slot in content["slots"] if (slot["kind"], slot["name"]) == (kind, name)]
        # Nobody of that name: somebody else's slot under it, which never opens, takes as long as a wrong password.
        tried = found or [{**slot, "kind": kind, "name": name} for slot in content["slots"][-1:]]
        keys = [self._unwrap(content["profile"], slot, secret) for slot in tried]
        if not found or keys[0] is None:
            raise WrongPassword(refusal)
        return keys[0]

    def _wrap(self, profile: str, key: bytes, kind: SlotKind, name: str, secret: str) -> dict[str, Any]:
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
        slot: dict[str, Any] = {
            "kind": kind,
            "name": name,
            "memory_kib": self._strength.memory_kib,
            "passes": self._strength.passes,
            "lanes": self._strength.lanes,
            "salt": base64.b64encode(salt).decode(),
            "nonce": base64.b64encode(nonce).decode(),
        }
        wrapped = ChaCha20Poly1305(_derive(slot, secret)).encrypt(nonce, key, _bound_to(profile, slot))
        return {**slot, "wrapped": base64.b64encode(wrapped).decode()}

    @staticmethod
    def _unwrap(profile: str, slot: dict[str, Any], secret: str) -> bytes | None:
        cipher = ChaCha20Poly1305(_derive(slot, secret))
        try:
            return cipher.decrypt(
                base64.b64decode(slot["nonce"]), base64.b64decode(slot["wrapped"]), _bound_to(profile, slot)
            )
        except InvalidTag:
            return None

    def raw(self) -> bytes:
        """The file as a backup takes it along: of the two copies the good one.

        Raises:
            Refused: `no_key_file`: neither reads as an envelope.
        """
        found = []
        for file in self._files:
            with suppress(OSError, ValueError, RecursionError):
                data = file.read_bytes()
                content = json.loads(data)
                if _is_sound(content):
                    found.append((content.get("hash", _hash(content)) != _hash(content), data))
        if not found:
            message = _("The key file of this profile is missing or damaged. Restore the profile from a backup.")
            raise Refused(message, code="no_key_file")
        return min(found, key=lambda one: one[0])[1]  # when both rotted, some slots of the first may still open

    def _read(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.raw())
        content.pop("hash", None)  # there is none in files of the first version
        return content

    def _write(self, content: dict[str, Any]) -> None:
        data = json.dumps({**content, "hash": _hash(content)}, ensure_ascii=False, indent=1).encode("utf-8")
        for file in self._files:
            write_atomic(file, data)


def _is_sound(content: Any) -> bool:
    """Whether this is an envelope, and nothing in it asks more of the PC than a slot of ours."""
    try:
        return (
            content["version"] == _VERSION
            and isinstance(content["profile"], str)
            and all(_is_slot(slot) for slot in content["slots"])
        )
    except (KeyError, TypeError, ValueError):
        return False


def _is_slot(slot: Any) -> bool:
    sizes = [len(base64.b64decode(slot[part], validate=True)) for part in ("salt", "nonce", "wrapped")]
    return (
        slot["kind"] in ("user", "recovery")
        and isinstance(slot["name"], str)
        and all(type(slot[part]) is int and low <= slot[part] <= high for part, (low, high) in _WITHIN.items())
        and sizes == [16, 12, 48]
    )


def _hash(content: dict[str, Any]) -> str:
    told = json.dumps([content["profile"], content["slots"]], sort_keys=True)
    return hashlib.sha256(told.encode("ascii")).hexdigest()


def _derive(slot: dict[str, Any], secret: str) -> bytes:
    try:
        return hash_secret_raw(
            secret.encode("utf-8", "surrogatepass"),
            base64.b64decode(slot["salt"]),
            time_cost=slot["passes"],
            memory_cost=slot["memory_kib"],
            parallelism=slot["lanes"],
            hash_len=32,
            type=Type.ID,
        )
    except HashingError:  # the parameters are sound, so it is the memory
        raise Refused(
            _("There is not enough memory to check a password. Close other programs and try again."),
            code="no_memory",
        ) from None


def _bound_to(profile: str, slot: dict[str, Any]) -> bytes:
    return json.dumps(["zhaohu/key", _VERSION, profile, slot["kind"], slot["name"]]).encode("utf-8")
