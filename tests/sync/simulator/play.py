"""One random run: work at every site, and everything that can happen to files, disks and clocks meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

from tests.sync.simulator.mailing import Mailing
from tests.sync.simulator.mishaps import Mishaps
from tests.sync.simulator.strikes import Strikes
from tests.sync.simulator.working import Working


class Play(Working, Mailing, Mishaps, Strikes):
    """A district in which things happen."""

    def step(self) -> None:
        """Something happens."""
        acts: dict[Callable[[], None], int] = {
            self.work: 10, self.export: 6, self.deliver_up: 8, self.answer: 5, self.deliver_down: 7,
            self.exchange: 4, self.release: 4, self.call_back: 2, self.decide_offer: 5, self.ask: 1, self.reply: 1,
        }  # fmt: skip
        rare = {
            "backup": self.back_up, "restore": self.restore, "image": self.put_back, "clone": self.clone,
            "center": self.restore_center, "clock": self.clock_jump, "undo": self.undo, "all": self.ask_for_all,
            "update": self.update,
        }  # fmt: skip
        acts.update({act: 2 for name, act in rare.items() if name in self.faults})
        whole = (self.back_up, self.restore, self.put_back, self.clone, self.restore_center)  # no acts of the program
        (act,) = self.throw.choices(list(acts), weights=list(acts.values()))
        before = len(self.log)
        with self.struck() if act not in whole else nullcontext():
            act()
        self.come_back()
        self.done[act.__name__] += len(self.log) > before
