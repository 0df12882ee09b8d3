"""The sealed file that travels both ways: `.zhb` up, `.zhr` down.

Outside: four plain lines (kind and version, `to` fingerprint of the reader's keys, `from` code of the sender, `no`), at
most 256 bytes, then one binary age file. Inside: magic, u32 length (big-endian) and manifest, 64-byte Ed25519
signature over a context line and the manifest bytes, payload, zeros up to the next 64 KiB. The plain lines are hints:
the manifest must say the same. The manifest commits to the payload by hash; its own SHA-256 is the id of the file.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

import pyrage

from zhaohu.paths import sync_folder
from zhaohu.sync.scratch import Scratch

CODEC = "zlib"
SUITE = "age-x25519/ed25519/sha256"
MAGIC = b"zhaohu/inner/1\n"
SIGNATURE = 64
PAD = 64 * 1024
PIECE = 64 * 1024

Kind = Literal["B", "R"]
BUNDLE: Kind = "B"
PACKET: Kind = "R"
CONTEXTS: dict[Kind, bytes] = {BUNDLE: b"zhaohu/bundle/1\n", PACKET: b"zhaohu/receipt/1\n"}
"""What a signature is bound to, so that none of one kind passes as another."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is accepted from outside, counted while reading; `free_factor` × raw size must be free on the disk."""

    file_bytes: int = 1 << 30
    hint_bytes: int = 256
    age_header_bytes: int = 4096
    manifest_bytes: int = 1 << 20
    line_bytes: int = 1 << 20
    raw_bytes: int = 4 << 30
    ratio: int = 200
    free_factor: int = 2


@dataclass(frozen=True, slots=True)
class Hints:
    """The plain lines outside."""

    kind: Kind
    to: str
    sender: str
    no: int

    def lines(self) -> bytes:
        """As they stand in the file."""
        return f"ZH{self.kind} 1\nto {self.to}\nfrom {self.sender}\nno {self.no}\n".encode("ascii")


@dataclass(frozen=True, slots=True)
class Payload:
    """What the manifest says of the payload."""

    codec: str
    bytes: int
    raw_bytes: int
    sha256: str


class PayloadWriter:
    """Compresses lines into a scratch file and counts and hashes what comes out."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._deflate = zlib.compressobj()
        self._hash = hashlib.sha256()
        self._packed = 0
        self._raw = 0
        self._pending = bytearray()

    def add(self, line: str) -> None:
        """Add a line, without its line end."""
        data = line.encode("utf-8") + b"\n"
        self._raw += len(data)
        self._pending += self._deflate.compress(data)
        if len(self._pending) >= PIECE:
            self._put()

    def finish(self) -> Payload:
        """No more lines."""
        self._pending += self._deflate.flush()
        self._put()
        return Payload(CODEC, self._packed, self._raw, self._hash.hexdigest())

    def _put(self) -> None:
        self._hash.update(self._pending)
        self._packed += len(self._pending)
        self._scratch.add_chunk(bytes(self._pending))
        self._pending.clear()


class _Source:
    """A readable stream over pieces of bytes."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def read(self, size: int) -> bytes:
        while not self._rest:
            try:
                self._rest = next(self._pieces)
            except StopIteration:
                return b""
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


class _Sink:
    """A file that remembers why it could not be written: the sealing library would only say that it failed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.failed: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as error:
            self.failed = error
            raise

    def flush(self) -> None:
        """Done once, at the end, with the file itself."""


def write(
    path: Path, hints: Hints, manifest: bytes, signature: bytes, scratch: Scratch, payload: Payload, to: list[Any]
) -> None:
    """Write a sealed file, on disk when this returns.

    Args:
        scratch: Holds the packed payload.
        to: The age recipients.

    Raises:
        OSError: The disk could not do it.
    """

    def inside() -> Iterator[bytes]:
        yield MAGIC + struct.pack(">I", len(manifest)) + manifest + signature
        yield from scratch.chunks()
        yield bytes(-payload.bytes % PAD)

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("wb") as out:
        out.write(hints.lines())
        sink = _Sink(out)
        try:
            pyrage.encrypt_io(_Source(inside()), sink, to)
        except pyrage.EncryptError:
            if sink.failed is None:
                raise
            raise sink.failed from None
        out.flush()
        os.fsync(out.fileno())
    sync_folder(path.parent)
