"""What happens to disks and clocks, and what persons undo."""

from __future__ import annotations

import shutil
from datetime import date

from tests.sync.simulator.scene import Scene
from tests.sync.simulator.sites import NEWER, TODAY, Pc, Ticking
from tests.sync.simulator.strikes import PowerCutError

from zhaohu.errors import Refused
from zhaohu.services.exchange import exporting, undo
from zhaohu.store.migrations import SCHEMA


class Mishaps(Scene):
    """Backups, restores, old disks, copies, wrong clocks, newer programs."""

    def back_up(self) -> None:
        seat = self.throw.choice([*self.mains, *self.copies, self.center])
        seat.back_up(self.folder / "kept")
        self.say(seat.name, "is backed up")

    def restore(self) -> None:
        seat = self.throw.choice(self.mains)
        if seat.kept:
            kept = self.throw.choice(seat.kept)
            with seat.pc.used():
                seat.restore(kept)
            self.say(seat.name, "is restored from", kept.name)

    def put_back(self) -> None:
        """An old image of the whole disk: sometimes with the user's settings, sometimes without."""
        seat = self.throw.choice(self.mains)
        if not seat.kept:
            return
        kept = self.throw.choice(seat.kept)
        seat.put_back(kept)
        forgets = self.throw.random() < 0.5
        if forgets:
            shutil.rmtree(seat.pc.folder / "settings", ignore_errors=True)
        self.say(seat.name, "has the old disk of", kept.name, "and forgets" if forgets else "and remembers")

    def clone(self) -> None:
        """Somebody copies a station's disk and goes on there: on another PC, or as the same machine."""
        seat = self.throw.choice(self.mains)
        if len(self.copies) > 1:
            return
        same = self.throw.random() < 0.5
        seat.close()
        pc = Pc(self.folder, like=seat.pc if same else None)
        self.copies.append(seat.copied(self.folder / f"{seat.name}-copy-{len(self.copies)}", pc))
        self.say(seat.name, "is cloned", "as the same machine" if same else "to another PC")
        if self.throw.random() < 0.3:  # the copy becomes the station, the old PC goes on as well
            at = self.mains.index(seat)
            self.mains[at], self.copies[-1] = self.copies[-1], seat
            self.mains[at].kept, seat.kept = seat.kept, []
            self.confirmed[seat.name] = set()
            self.say("the copy is the station now")

    def restore_center(self) -> None:
        if self.center.kept:
            kept = self.throw.choice(self.center.kept)
            whole = self.throw.random() < 0.5
            with self.center.pc.used():
                (self.center.put_back if whole else self.center.restore)(kept)
            self._forget()
            self.say("center is restored from", kept.name, "whole" if whole else "database only")

    def _forget(self) -> None:
        """The center has lost something: what it confirmed before does not count any more."""
        self.losses += 1
        for rows in self.confirmed.values():
            rows.clear()

    def clock_jump(self) -> None:
        seat = self.throw.choice([*self.mains, self.center])
        day = self.throw.choice([date(2019, 1, 1), date(2031, 5, 5), TODAY, TODAY])
        seat.at.clock = Ticking.at(day)
        self.say(seat.name, "clock says", day)

    def update(self) -> None:
        """A newer version of the program is installed; an older one may read its files, or not."""
        pc = self.throw.choice([*self.mains, *self.copies, self.center]).pc
        pc.schema, pc.min_reader = NEWER, self.throw.choice([SCHEMA, NEWER])
        self.say(pc.folder.name, "has a newer program; it is read by", pc.min_reader)

    def undo(self) -> None:
        try:
            undo.undo_last(self.center.at, "读错了")
        except Refused as refused:
            self.say("undo refused", refused.code)
            return
        except PowerCutError:  # perhaps after it
            self._forget()
            raise
        self._forget()
        self.say("center takes its last import back")

    def ask_for_all(self) -> None:
        seat = self.throw.choice(self.mains)
        exporting.ask_for_all(seat.at)
        self.say(seat.name, "shall send everything")
