"""Opening a sealed file: outside first, then piece by piece, each limit counted while reading and none believed."""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from zhaohu.sync.container import BUNDLE, MAGIC, PACKET, PAD, PIECE, SIGNATURE, Hints, Kind, Limits, Payload
from zhaohu.sync.refusals import other_kind, refusal

_HINTS = re.compile(
    rb"ZH([BR]) (\d)\nto ([A-Z2-7]{5}(?:-[A-Z2-7]{5}){4})\nfrom (\d{6}(?:-\d{2})?)\nno ([1-9]\d{0,8})\n"
)
_AGE_HEADER = re.compile(rb"age-encryption\.org/v1\n(?:[ -~]*\n)+?--- [A-Za-z0-9+/]{43}\n")


def read_hints(file: BinaryIO, limits: Limits) -> Hints:
    """The plain lines; leaves the file at the first byte after them. Checks the outside of the age file too.

    Raises:
        Refused: It is no sealed file, was made by a newer version, or its header does not end soon enough.
    """
    start = file.read(limits.hint_bytes + limits.age_header_bytes)
    match = _HINTS.match(start, 0, limits.hint_bytes)
    if match is None:
        raise refusal("damaged") if start.startswith((b"ZHB", b"ZHR")) else other_kind(start)
    if match[2] != b"1":
        raise refusal("update_center")
    # An age header without end takes the decryptor minutes: its last line must come within the limit.
    if not _AGE_HEADER.match(start, match.end(), match.end() + limits.age_header_bytes):
        raise refusal("damaged")
    file.seek(match.end())
    kind: Kind = BUNDLE if match[1] == b"B" else PACKET
    return Hints(kind, match[3].decode(), match[4].decode(), int(match[5]))


class Inside:
    """Takes the decrypted stream piece by piece, checks it against limits, and hands on manifest and lines.

    Args:
        limits: What is accepted.
        on_manifest: Gets manifest bytes and signature; verifies them and says what payload to expect. It raises
            `Refused` before a byte of the payload is looked at.
        on_line: Gets each line of the payload; raises `ValueError` when it is not one.
    """

    def __init__(
        self, limits: Limits, on_manifest: Callable[[bytes, bytes], Payload], on_line: Callable[[bytes], None]
    ) -> None:
        self._limits = limits
        self._on_manifest = on_manifest
        self._on_line = on_line
        self._head = bytearray()
        self._expected: Payload | None = None
        self._inflate = zlib.decompressobj()
        self._hash = hashlib.sha256()
        self._packed = self._raw = self._padding = 0
        self._line = b""

    def write(self, data: bytes) -> int:
        """Take the next piece."""
        size = len(data)
        if self._expected is None:
            self._head += data
            data = self._try_head()
        if self._expected is not None and data:
            self._take(data)
        return size

    def flush(self) -> None:
        """Nothing is held back."""

    def finish(self) -> None:
        """The stream has ended: all must be there and the hash must fit.

        Raises:
            Refused: It does not.
        """
        try:
            while not self._inflate.eof and (held_back := self._inflate.decompress(b"", PIECE)):
                self._split(held_back)
        except (zlib.error, ValueError):
            raise refusal("damaged") from None
        expected = self._expected
        if (
            expected is None
            or self._packed != expected.bytes
            or self._padding != -expected.bytes % PAD
            or self._hash.hexdigest() != expected.sha256
            or not self._inflate.eof
            or self._raw != expected.raw_bytes
            or self._line
        ):
            raise refusal("damaged")

    def _try_head(self) -> bytes:
        """The bytes after the signature once manifest and signature are whole and verified."""
        fixed = len(MAGIC) + 4
        if len(self._head) < fixed:
            return b""
        (length,) = struct.unpack(">I", self._head[len(MAGIC) : fixed])
        if not self._head.startswith(MAGIC):
            raise refusal("damaged")
        if length > self._limits.manifest_bytes:
            raise refusal("too_large")
        end = fixed + length + SIGNATURE
        if len(self._head) < end:
            return b""
        manifest = bytes(self._head[fixed : fixed + length])
        self._expected = self._on_manifest(manifest, bytes(self._head[fixed + length : end]))
        rest = bytes(self._head[end:])
        self._head.clear()
        return rest

    def _take(self, data: bytes) -> None:
        assert self._expected is not None
        wanted = self._expected.bytes - self._packed
        packed, padding = data[:wanted], data[wanted:]
        self._packed += len(packed)
        self._padding += len(padding)
        if padding.count(0) != len(padding) or self._padding >= PAD:
            raise refusal("damaged")
        self._hash.update(packed)
        try:
            while packed and not self._inflate.eof:
                self._split(self._inflate.decompress(packed, PIECE))
                packed = self._inflate.unconsumed_tail
        except (zlib.error, ValueError):
            raise refusal("damaged") from None
        if self._inflate.unused_data:
            raise refusal("damaged")

    def _split(self, raw: bytes) -> None:
        self._raw += len(raw)
        assert self._expected is not None
        if self._raw > self._expected.raw_bytes:
            raise refusal("damaged")
        *lines, rest = (self._line + raw).split(b"\n")
        if max(map(len, (*lines, rest))) > self._limits.line_bytes:
            raise refusal("too_large")
        for line in lines:
            self._on_line(line)
        self._line = rest


class _Ticking:
    """Reads a file and tells how far it has come."""

    def __init__(self, file: BinaryIO, tick: Callable[[int], None]) -> None:
        self._file = file
        self._tick = tick
        self.stopped: BaseException | None = None

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        try:
            self._tick(len(data))
        except BaseException as error:  # pyrage would turn it into its own error
            self.stopped = error
            raise
        return data


def read(path: Path, identity: Any, inside: Inside, limits: Limits, tick: Callable[[int], None]) -> Hints:
    """Decrypt a sealed file into `inside`, whole and proven; nothing may count before this returns.

    Raises:
        Refused: Not a sealed file, not for this identity, damaged, too large, or what `inside` raised.
    """
    with path.open("rb") as file:
        hints = read_hints(file, limits)
        source = _Ticking(file, tick)
        try:
            pyrage.decrypt_io(source, inside, [identity])
        except (pyrage.DecryptError, OSError) as error:
            if source.stopped is not None:
                raise source.stopped from None
            raise refusal("not_for_us" if "No matching keys" in str(error) else "damaged") from None
    inside.finish()
    return hints
