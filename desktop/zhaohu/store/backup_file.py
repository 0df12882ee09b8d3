"""The backup file `.zhk`: a profile's database and key envelope in one file that betrays every change.

In this order, numbers big-endian:

====================  =================================================================================
magic                 `ZHK 1` and a line feed
u32                   length of the manifest
manifest              canonical JSON, see `Manifest`
seal (32 bytes)       HMAC-SHA256 over the manifest; its key is derived from the database key (HKDF-SHA256)
key envelope          as it lies beside the database: whoever could open the profile can open the backup
database              SQLCipher, encrypted with the profile's database key
hash (32 bytes)       SHA-256 over everything before
====================  =================================================================================

Damage is found without any key: the lengths must fill the file exactly, and the hash at the end covers the rest. The
seal, which the key opens, commits to both parts by hash: a backup that somebody else put together does not open.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from zhaohu.errors import Refused
from zhaohu.i18n import N_, _
from zhaohu.paths import KEY_FILES, sync_folder, write_atomic
from zhaohu.store.audit import canonical_json

FORMAT = 1
_MAGIC = b"ZHK 1\n"
_CONTEXT = b"zhaohu/backup/1"
_LENGTH = struct.Struct(">I")
_HASH = 32
_LARGEST = 1 << 20  # manifest, and key envelope
_PIECE = 1 << 20

Progress = Callable[[int, int], None]
"""Told how much is done, and of how much."""

_SENTENCES = {
    "not_a_backup": N_("This file is not a backup of Zhaohu. Choose a file that ends in .zhk."),
    "damaged_backup": N_("This backup is damaged and cannot be used. Choose another one."),
    "newer_backup": N_("This backup was made by a newer version of the program. Install that version, then restore."),
    "other_key": N_("This backup does not fit this profile's key: it is another profile's, or was put together anew."),
    "unreadable": N_("The file cannot be read. Check that it is there and that the stick is plugged in."),
    "no_space": N_("There is not enough free space on the disk. Free some space and try again."),
    "cannot_write": N_("The file cannot be written there. Check the folder and that the stick may be written to."),
}
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class Reason(StrEnum):
    """Why a backup was made."""

    DAILY = "daily"
    MANUAL = "manual"
    IMPORT = "import"
    MIGRATION = "migration"
    RESTORE = "restore"


def refusal(code: str, file: Path) -> Refused:
    """Why a file cannot serve as a backup."""
    return Refused(_(_SENTENCES[code]), code=code, file=file.name)


def _a_moment(stamp: str) -> str:
    datetime.fromisoformat(stamp)
    return stamp


_Count = Annotated[int, Field(ge=0, lt=2**53)]
_Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)


class Part(_Model):
    """Size and hash of what follows the manifest."""

    size: Annotated[int, Field(ge=1, lt=2**53)]
    sha256: _Hex


class Manifest(_Model):
    """What a backup says of itself.

    Attributes:
        profile: Whose key envelope this is.
        no: Running number of the profile's backups: their order, whatever the clock said.
        clock_suspect: The clock stood before something that had happened already.
        counts: Rows of every table.
    """

    format: Literal[1]
    app: Annotated[str, Field(max_length=40)]
    schema_no: _Count = Field(alias="schema")
    profile: Annotated[str, Field(max_length=100)]
    site_code: Annotated[str, Field(pattern=r"^\d{6}(-\d{2})?$")]
    site_name: Annotated[str, Field(max_length=200)]
    no: Annotated[int, Field(ge=1, lt=10**9)]
    reason: Reason
    made_at: Annotated[str, Field(min_length=19, max_length=40), AfterValidator(_a_moment)]
    clock_suspect: bool
    epoch: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    seq: _Count
    audit_no: _Count
    audit_head: _Hex
    counts: dict[Annotated[str, Field(max_length=60)], _Count]
    envelope: Part
    database: Part


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn the disk's refusals while a copy is written into sentences.

    Raises:
        Refused: `no_space` or `cannot_write`.
    """
    try:
        yield
    except OSError as error:
        raise refusal("no_space" if error.errno in _NO_SPACE else "cannot_write", place) from None


def write(target: Path, manifest: dict[str, Any], key: bytes, envelope: bytes, database: Path) -> None:
    """Put a backup together: streamed, synced, not read back."""
    data = canonical_json(manifest).encode("utf-8")
    digest = hashlib.sha256()
    with target.open("wb") as file:

        def put(piece: bytes) -> None:
            digest.update(piece)
            file.write(piece)

        put(_MAGIC + _LENGTH.pack(len(data)) + data + _seal(key, data) + envelope)
        with database.open("rb") as source:
            while piece := source.read(_PIECE):
                put(piece)
        file.write(digest.digest())
        file.flush()
        os.fsync(file.fileno())


def part_of(file: Path) -> dict[str, int | str]:
    """A file's size and hash, as the manifest has them."""
    with file.open("rb") as source:
        return {"size": file.stat().st_size, "sha256": hashlib.file_digest(source, "sha256").hexdigest()}


def read_manifest(file: Path) -> Manifest:
    """What the backup says of itself: its head and its length are in order, its content is not looked at.

    Raises:
        Refused: `unreadable`, `not_a_backup`, `damaged_backup`, `newer_backup`.
    """
    with _opened(file) as source:
        return _head(file, source)[0]


def fits(file: Path, key: bytes) -> bool:
    """Whether the head of a backup is in order and its seal was made with this key."""
    with suppress(Refused), _opened(file) as source:
        _manifest, data, told = _head(file, source)
        return hmac.compare_digest(told, _seal(key, data))
    return False


def check(file: Path, progress: Progress | None = None) -> Manifest:
    """Read the whole file and compare all hashes; no key is needed.

    Raises:
        Refused: As `read_manifest`.
    """
    with _opened(file) as source:
        manifest, _data, _told = _head(file, source)
        _copy(file, source, manifest, None, progress)
    return manifest


def unpack_envelope(file: Path, folder: Path) -> Manifest:
    """Lay both copies of the key envelope into a folder, so that a password can be tried.

    Raises:
        Refused: As `read_manifest`.
    """
    with _opened(file) as source:
        manifest, _data, _told = _head(file, source)
        envelope = _read(file, source, manifest.envelope.size)
    if hashlib.sha256(envelope).hexdigest() != manifest.envelope.sha256:
        raise refusal("damaged_backup", file)
    for name in KEY_FILES:
        write_atomic(folder / name, envelope)
    return manifest


def unpack_database(file: Path, key: bytes, target: Path, progress: Progress | None = None) -> Manifest:
    """Check the whole file, and its seal with the key, and lay the database where it is wanted, synced.

    Raises:
        Refused: As `read_manifest`, or `other_key`.
    """
    with _opened(file) as source:
        manifest, data, told = _head(file, source)
        if not hmac.compare_digest(told, _seal(key, data)):
            check(file)  # damage is told as damage
            raise refusal("other_key", file)
        try:
            with target.open("wb") as out:
                _copy(file, source, manifest, out, progress)
                out.flush()
                os.fsync(out.fileno())
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    sync_folder(target.parent)
    return manifest


def _seal(key: bytes, manifest: bytes) -> bytes:
    sealing = HKDF(algorithm=SHA256(), length=32, salt=None, info=_CONTEXT).derive(key)
    return hmac.digest(sealing, manifest, "sha256")


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    try:
        source = file.open("rb")
    except OSError:
        raise refusal("unreadable", file) from None
    with source:
        yield source


def _read(file: Path, source: BinaryIO, size: int) -> bytes:
    try:
        return source.read(size)
    except OSError:
        raise refusal("unreadable", file) from None


def _head(file: Path, source: BinaryIO) -> tuple[Manifest, bytes, bytes]:
    """Manifest, its bytes, and the seal; leaves the file at the envelope's first byte."""
    size = os.fstat(source.fileno()).st_size
    magic = _read(file, source, len(_MAGIC))
    if magic != _MAGIC:
        newer = magic[:4] == _MAGIC[:4] and magic[4:5].isdigit() and magic[5:] == b"\n"
        raise refusal("newer_backup" if newer else "not_a_backup" if size else "damaged_backup", file)
    length = _read(file, source, _LENGTH.size)
    (long,) = _LENGTH.unpack(length) if len(length) == _LENGTH.size else (0,)
    fixed = len(_MAGIC) + _LENGTH.size + _HASH + _HASH
    if not 0 < long <= min(_LARGEST, size - fixed):
        raise refusal("damaged_backup", file)
    data, seal = _read(file, source, long), _read(file, source, _HASH)
    try:
        manifest = Manifest.model_validate_json(data)
    except (ValidationError, ValueError):
        raise refusal("damaged_backup", file) from None
    whole = fixed + long + manifest.envelope.size + manifest.database.size
    if whole != size or manifest.envelope.size > _LARGEST:
        raise refusal("damaged_backup", file)
    return manifest, data, seal


def _copy(file: Path, source: BinaryIO, manifest: Manifest, out: BinaryIO | None, progress: Progress | None) -> None:
    """Go over envelope and database once, writing the latter into `out`; every hash must fit."""
    start, total, done = source.tell(), manifest.envelope.size + manifest.database.size, 0
    source.seek(0)
    whole = hashlib.sha256(_read(file, source, start))
    for part, copy in ((manifest.envelope, None), (manifest.database, out)):
        digest, left = hashlib.sha256(), part.size
        while left and (piece := _read(file, source, min(_PIECE, left))):
            left -= len(piece)
            done += len(piece)
            digest.update(piece)
            whole.update(piece)
            if copy is not None:
                copy.write(piece)
            if progress is not None:
                progress(done, total)
        if left or digest.hexdigest() != part.sha256:
            raise refusal("damaged_backup", file)
    if _read(file, source, _HASH + 1) != whole.digest():
        raise refusal("damaged_backup", file)
