"""What goes wrong in the middle of an act: from some moment on the disk is full, or at that moment the power goes."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3
from sqlalchemy.engine.default import DefaultDialect
from tests.sync.simulator.scene import Mail, Scene
from tests.sync.simulator.sites import Seat

from zhaohu.errors import Refused
from zhaohu.store.engine import StoreFault

MOST_POINTS = 4
SQLITE_FULL = 13
NO_SPACE = ("no_space", "cannot_write", StoreFault.code)


class PowerCutError(BaseException):
    """The PC is off; nothing in the program may catch it."""


class Strikes(Scene):
    """Acts that do not come to their end."""

    @contextmanager
    def struck(self) -> Iterator[None]:
        """Now and then what is done inside is struck, at one of its first moments."""
        strike = self._strike()
        if strike is None:
            yield
            return
        for seat in self._seats():
            assert seat.at  # open before anything goes wrong
        with suppress(PowerCutError), self._before_each_point(strike):
            try:
                yield
            except Refused as refused:
                if refused.code not in NO_SPACE:
                    raise
                self.say("disk full:", refused.code)

    def _strike(self) -> Callable[[str], None] | None:
        """What happens at each point of an act; None for nothing."""
        for fault, strike in (("disk", self._full_disk), ("kill", self._power_cut)):
            if fault in self.faults and self.throw.random() < 0.15:
                return partial(_from, itertools.count(-self.throw.randrange(MOST_POINTS)), strike)
        return None

    def _full_disk(self, point: str) -> None:
        if point == "commit":
            fault = sqlcipher3.OperationalError("database or disk is full")
            fault.sqlite_errorcode = SQLITE_FULL
            raise fault
        if point != "committed":
            raise OSError(errno.ENOSPC, "No space left on device")

    def _power_cut(self, _point: str) -> None:
        if self.is_off is None:
            self.is_off = self.folder / "off"
            for place in self._places():
                shutil.copytree(place, self.is_off / place.relative_to(self.folder))
            raise PowerCutError

    def come_back(self) -> None:
        """After a power cut everything is as it was at that moment; what was on its way lies there for people."""
        if self.is_off is None:
            return
        places = self._places()
        for seat in self._seats():
            seat.close()
        for place in places:
            shutil.rmtree(place)
            shutil.move(self.is_off / place.relative_to(self.folder), place)
        shutil.rmtree(self.is_off)
        self.is_off = None
        self.say("the power goes")
        for file in sorted((self.folder / "stick").glob(f"{self.center.at.site.code}-*")):
            self._found(file)

    def _found(self, file: Path) -> None:
        """A whole file without a line about it in the story."""
        seat = next((seat for seat in self.mains if file.name.split("-")[1] == seat.name), None)
        if seat is not None and file.suffix in (".zhb", ".zhr"):
            mail = Mail(seat, self.mailed(file), self.losses)
            (self.up if file.suffix == ".zhb" else self.down).append(mail)
            self.say("found", mail.file.name)

    def _seats(self) -> list[Seat]:
        return [self.center, *self.mains, *self.copies]

    def _places(self) -> list[Path]:
        """The folders in which anything can have been changed."""
        stick = self.folder / "stick"
        stick.mkdir(exist_ok=True)
        return [stick, *(place for seat in self._seats() for place in (seat.profile, seat.pc.folder))]

    @staticmethod
    @contextmanager
    def _before_each_point(strike: Callable[[str], None]) -> Iterator[None]:
        """Call it before and after each commit, and before a file is synced or gets its name."""
        commit, sync, replace = DefaultDialect.do_commit, os.fsync, os.replace

        def do_commit(dialect: DefaultDialect, connection: Any) -> None:
            strike("commit")
            commit(dialect, connection)
            strike("committed")

        def fsync(file: int) -> None:
            strike("sync")
            sync(file)

        def rename(*names: Any, **more: Any) -> None:
            strike("rename")
            replace(*names, **more)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(DefaultDialect, "do_commit", do_commit)
            patch.setattr(os, "fsync", fsync)
            patch.setattr(os, "replace", rename)
            yield


def _from(points: Iterator[int], strike: Callable[[str], None], point: str) -> None:
    """Strike at every point from zero on."""
    if next(points) >= 0:
        strike(point)
