"""A small enrolled district, made once as a template and copied for each test."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from contextlib import ExitStack
from datetime import date
from functools import cache, partial
from pathlib import Path

from zhaohu.clock import Clock
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import setup
from zhaohu.services.safety.profile import NewAdmin, open_desk
from zhaohu.store.envelope import Strength

DISTRICT = "371103"
CLOCK = Clock.at(date(2026, 11, 20))
ADMIN = NewAdmin("admin", "correct horse", "管理员")
WEAK = Strength(19 * 1024, 2, 1)
TOWNSHIPS = {"01": ("巨峰镇指导站", "巨峰镇", 85_000), "02": ("碑廓镇指导站", "碑廓镇", 62_000)}


def make_district(folder: Path) -> Path:
    """A center and two stations in `center`, `01`, `02`, enrolled and accepted; returns `folder`."""
    return shutil.copytree(_made(), folder, dirs_exist_ok=True)


@cache
def _made() -> Path:
    """The first one; the others of this process are copies of it, for to enrol one takes seconds."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(partial(shutil.rmtree, folder, ignore_errors=True))
    with ExitStack() as open_desks:
        center = setup.init_center(
            folder / "center",
            district_code=DISTRICT,
            name="岚山区托育指导中心",
            admin=ADMIN,
            clock=CLOCK,
            strength=WEAK,
        ).desk
        open_desks.callback(center.close)
        for code, (name, township, population) in TOWNSHIPS.items():
            file = folder / f"{code}.zhe"
            setup.add_station(center, code=code, name=name, township=township, population=population, out=file)
            made = setup.init_station(folder / code, enrolment=file, admin=ADMIN, clock=CLOCK, strength=WEAK)
            open_desks.callback(made.desk.close)
            assert made.reply is not None
            setup.accept_station(center, made.reply)
    return folder


def open_copy(template: Path, name: str, target: Path, clock: Clock = CLOCK) -> Desk:
    """A fresh copy of one profile of the template, with its administrator logged in."""
    shutil.copytree(template / name, target)
    return open_desk(target, ADMIN.name, ADMIN.password, clock)
