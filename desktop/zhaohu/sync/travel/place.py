"""One place where files are laid down and fetched, whatever stands behind it: the same steps for each way.

A file is written as `.part`, read back and compared, and only then takes its name; nobody ever finds half a file under
a name. What broke off goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from zhaohu.errors import Refused
from zhaohu.sync.delivery import file_hash, writing
from zhaohu.sync.refusals import refusal
from zhaohu.sync.travel.faults import BROKEN, Fault, PlaceFault, fault
from zhaohu.sync.travel.names import PART, fits, read_name
from zhaohu.sync.travel.stopping import Waiting

PIECE = 1 << 20
CONNECT_S, SILENCE_S = 10.0, 30.0
_PAUSES_S = (0.5, 2.0)
_MOST_FILES = 10_000
"""Of the exchange, and as many others: a folder that is shared with all the world hides no bundle."""
_SPARE_BYTES = 64 << 20
"""What a fetched file must leave of the disk: the database needs it."""

Tick = Callable[[int], None]
"""Called with the bytes that moved; raises when the person wants it to stop."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Upload:
    """What is known of a file that goes up; `offset` is how much of it is there already."""

    size: int
    sha256: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A file at a place; `stamp` changes when another file takes its name."""

    name: str
    size: int
    stamp: str


class Place:
    """What the ways have in common. A way says how to connect, to write and to rename.

    Args:
        root: The folder, as the way's file system names it.

    Attributes:
        check: Called often, from two threads; raises when the person wants it to stop, and that is within a second.
    """

    appends = False
    """Whether a half-written file can be gone on with."""
    part = PART
    """What is behind the name of a file that is being written; empty where it appears whole or not at all."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.check: Callable[[], None] = lambda: None
        self._fs: Any = None
        self._waiting = Waiting(self.hang_up, self.let_go)

    def connect(self) -> Any:
        """The fsspec file system, freshly connected."""
        raise NotImplementedError

    def write(self, path: str, source: Counted, upload: Upload) -> None:
        """Write what is left in `source` behind the upload's offset."""
        raise NotImplementedError

    def rename(self, path: str, target: str) -> None:
        """Give a file its name, whether or not there is one of that name."""
        raise NotImplementedError

    def skip(self, file: Any, offset: int) -> None:
        """Go on with a file where a broken attempt ended."""
        file.seek(offset)

    def read_ahead(self, file: Any) -> None:
        """Called with a file of the place that is going to be read to its end."""

    def meaning(self, error: Exception) -> Fault | None:
        """What an error of the way's library means; None when it is no matter of the place."""
        raise NotImplementedError

    @property
    def fs(self) -> Any:
        """The file system, connected when first asked for."""
        if self._fs is None:
            self._fs = self.connect()
        return self._fs

    def hang_up(self) -> None:
        """End the line under whoever waits on it, from another thread."""

    def let_go(self) -> None:
        """Free the connection."""
        self._fs = None

    def close(self) -> None:
        """Let go of the connection, at the latest when nobody waits on it any more."""
        self._waiting.close()

    def entries(self) -> list[Entry]:
        """The files at the place, half-written and foreign ones too.

        Raises:
            PlaceFault: It cannot be reached or read.
        """
        return self._try(lambda: list(self._list()))

    def send(self, source: Path, name: str, tick: Tick) -> bool:
        """Lay a file down; False when it is there already.

        Raises:
            PlaceFault: It could not be; there is no file of that name that is not whole.
        """
        size, digest = source.stat().st_size, file_hash(source)
        if any((entry.name, entry.size) == (name, size) for entry in self.entries()):
            return False
        self._try(lambda: self._send(source, name, Upload(size, digest), tick))
        return True

    def fetch(self, entry: Entry, target: Path, tick: Tick) -> None:
        """Bring a file here; what a broken attempt left is gone on with.

        Raises:
            PlaceFault: It could not be read to its end.
            Refused: `damaged`: it is not what its name promises; `no_space`.
        """
        self._try(lambda: self._fetch(entry, target, tick))

    def is_spoilt(self, entry: Entry) -> bool:
        """Whether a file there is not what its name promises, read whole once more; not while somebody writes it.

        Raises:
            PlaceFault: It could not be read to its end.
        """
        digest = self._try(lambda: self._hash(self.path(entry.name), entry.size, lambda _size: None))
        return digest != "" and not fits(entry.name, digest)

    def remove(self, name: str) -> None:
        """Take away a file of ours; one that is gone already is well.

        Raises:
            PlaceFault: It may not be.
        """
        self._try(lambda: self._remove(self.path(name)))

    def path(self, name: str) -> str:
        """A file of the place, as its file system names it."""
        return f"{self.root.rstrip('/')}/{name}"

    def _remove(self, path: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self.fs.rm_file(path)

    def _list(self) -> Iterator[Entry]:
        file_system = self.fs
        try:
            listed = file_system.ls(self.root, detail=True)
        except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError):
            raise fault("place_missing") from None  # the libraries take for granted what a server may not keep to
        left = {True: _MOST_FILES, False: _MOST_FILES}
        for found in listed:
            name = str(found["name"]).rpartition("/")[2]
            ours = read_name(name.removesuffix(PART)) is not None
            if found.get("type") == "file" and left[ours]:
                left[ours] -= 1
                stamp = next((str(found[key]) for key in ("etag", "mtime", "modified") if found.get(key)), "")
                yield Entry(name, int(found.get("size") or 0), stamp)

    def _send(self, source: Path, name: str, upload: Upload, tick: Tick) -> None:
        part = self.path(name + self.part)
        if self.appends:
            upload = replace(upload, offset=self._written(name + self.part, upload.size))
        with source.open("rb") as file:
            file.seek(upload.offset)
            tick(upload.offset)
            self.write(part, Counted(file, tick), upload)
        if self._hash(part, upload.size, tick) != upload.sha256:
            with contextlib.suppress(Exception):  # what matters is told below
                self.fs.rm_file(part)
            spoilt_half = upload.offset > 0
            raise fault("place_cut" if spoilt_half else "place_differs")  # after a cut it is sent once more, whole
        if self.part:
            self.rename(part, self.path(name))

    def _written(self, name: str, size: int) -> int:
        there = next((entry.size for entry in self._list() if entry.name == name), 0)
        return there if there <= size else 0

    def _hash(self, path: str, size: int, tick: Tick) -> str:
        digest, left = hashlib.sha256(), size
        for piece in self._pieces(path, 0, tick):
            digest.update(piece)
            left -= len(piece)
            if left < 0:
                break
        return digest.hexdigest() if left == 0 else ""

    def _pieces(self, path: str, offset: int, tick: Tick) -> Iterator[bytes]:
        with self.fs.open(path, "rb") as file:
            if offset:
                self.skip(file, offset)
            self.read_ahead(file)
            while piece := file.read(PIECE):
                tick(0)
                yield piece

    def _fetch(self, entry: Entry, target: Path, tick: Tick) -> None:
        mark = hashlib.sha256(f"{entry.name}|{entry.size}|{entry.stamp}".encode()).hexdigest()[:16]
        part = target.with_name(f"{mark}{PART}")
        offset = part.stat().st_size if part.is_file() else 0
        if offset > entry.size:
            offset = 0
        if shutil.disk_usage(target.parent).free < entry.size - offset + _SPARE_BYTES:
            raise refusal("no_space", folder=str(target.parent))
        with part.open("r+b" if offset else "wb") as out:
            out.seek(offset)
            tick(offset)
            for piece in self._pieces(self.path(entry.name), offset, tick) if offset < entry.size else ():
                with writing(target.parent):
                    out.write(piece)
                offset += len(piece)
                tick(len(piece))
                if offset > entry.size:
                    break
            with writing(target.parent):
                out.flush()
                os.fsync(out.fileno())
        if offset < entry.size:
            raise fault("place_short")
        if offset > entry.size or not fits(entry.name, file_hash(part)):
            part.unlink()
            raise refusal("damaged", file=entry.name)
        part.replace(target)

    def _try(self, work: Callable[[], Result]) -> Result:
        return self._waiting.run(lambda: self._attempt(work), lambda: self.check())

    def _attempt(self, work: Callable[[], Result]) -> Result:
        """Do it; when the line breaks, connect anew and go on, a few times."""
        for pause_s in (*_PAUSES_S, None):
            self.check()
            try:
                return work()
            except Refused as refused:
                problem: Refused = refused
            except FileNotFoundError as error:
                if error.filename is not None and not str(error.filename).startswith(self.root):
                    raise
                problem = fault("place_missing")
            except Exception as error:  # libraries raise what they like; whatever is not the place's is a bug of ours
                meaning = self.meaning(error)
                if meaning is None:
                    raise
                problem = fault(meaning)
            if pause_s is None or not isinstance(problem, PlaceFault) or problem.code not in BROKEN:
                raise problem from None
            with contextlib.suppress(Exception):
                self.let_go()
            time.sleep(pause_s)
        raise AssertionError


class Counted(io.RawIOBase):
    """A file that tells how much of it was read, and has no length that a library could look for."""

    def __init__(self, file: BinaryIO, tick: Tick) -> None:
        super().__init__()
        self._file, self._tick = file, tick

    def read(self, size: int = -1) -> bytes:
        """The next piece."""
        piece = self._file.read(size)
        self._tick(len(piece))
        return piece
