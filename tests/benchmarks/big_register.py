"""A station with as many invented children as wanted, for figures: made by bulk SQL once, copied for each use.

Families, numbers, statuses, visits, grades and what is due are spread as in a township; the derived facts are made by
the program itself, so lists and searches find what they would find in a real profile of that size.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
import tempfile
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import insert
from sqlmodel import Session
from tests.sync.district import make_district, open_copy

from zhaohu.records import Caregiver, Child, Household, Measurement, Village, Visit
from zhaohu.records.base import Owned, new_id
from zhaohu.records.codes import ChildStatus
from zhaohu.rules.growth.version import ENGINE
from zhaohu.services import derived, reference
from zhaohu.services.desk import Desk
from zhaohu.services.growth import grading
from zhaohu.store import deriving, growth_scores, journal, search, staleness
from zhaohu.store.migrations import versions

STATION = "371103-01"
TODAY = date(2026, 11, 20)
PER_VILLAGE = 400
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈单仇解区查翟覃"
)
WEIGHTS = [100 // (place + 1) + 1 for place in range(len(SURNAMES))]
FIRST = "子梓浩宇雨欣思佳一诺语晨若俊博文明志嘉奕沐芷可依诗瑾睿泽皓轩书承安清云景星予知"
SECOND = "涵轩萱然怡琪辰瑶妍航泽宁彤阳琳霖瑜菲帆洋婷强伟军丽娜敏静杰涛勇磊超霞平刚桂英"
STATUSES = [("低体重", 0), ("生长迟缓", 1), ("消瘦", 2), ("超重", 2), ("肥胖", 3)]
_AT_ONCE = 5000


def big_register(count: int, folder: Path) -> Desk:
    """A desk at a station of so many children, its administrator logged in; a copy that may be written to.

    Args:
        count: How many children.
        folder: Where the copy goes; must not exist.
    """
    kept = Path(tempfile.gettempdir()) / f"zhaohu-big-{count}-{_fingerprint()}"
    if not kept.exists():
        with tempfile.TemporaryDirectory(prefix=f"{kept.name}-") as draft:
            desk = open_copy(make_district(Path(draft)), "01", Path(draft) / "big")
            fill(desk, count)
            desk.close()
            with suppress(OSError):  # another run was quicker
                Path(draft, "big").rename(kept)
    return open_copy(kept.parent, kept.name, folder)


def _fingerprint() -> str:
    """Changes with whatever the kept profile follows from."""
    sources = (sys.modules[__name__], deriving, search.keys_of)
    texts = [inspect.getsource(source) for source in sources]
    texts += [file.read_text("utf-8") for file in sorted(Path(versions.__file__).parent.glob("[0-9]*.py"))]
    return hashlib.sha256("".join(texts).encode("utf-8")).hexdigest()[:12]


def fill(desk: Desk, count: int) -> None:
    """Put so many invented children into an empty station."""
    dice = Random(20261120)
    with desk.store.write() as session:
        for name in (
            session.connection().exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'").scalars().all()
        ):
            session.connection().exec_driver_sql(f"DROP TRIGGER {name}")
        _records(session, desk, count, dice)
        journal.install_triggers(session.connection())
        staleness.install_triggers(session.connection())
        staleness.note_all(session)
        derived.refresh(session)
    derived.fill_missing(desk.store)


def _records(session: Session, desk: Desk, count: int, dice: Random) -> None:
    villages = [_row(desk, Village, name=name) for name in _village_names(count // PER_VILLAGE + 3, dice)]
    _put(session, Village, villages)
    done = 0
    while done < count:
        some = min(_AT_ONCE, count - done)
        families = [_family(desk, dice, dice.choice(villages)["id"], done + n) for n in range(some)]
        for place, table in enumerate((Household, Caregiver, Child, Visit, Measurement)):
            _put(session, table, [row for family in families for row in family[place]])
        done += some
    _grade(session, dice)


def _village_names(count: int, dice: Random) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        first = dice.choice(SURNAMES) if dice.random() < 0.6 else dice.choice("大小东西南北上下前后新老")
        names[f"{first}{dice.choice('家大小东西')}{dice.choice('庄坡沟河山店桥屯寨湾岭')}村"] = None
    return list(names)


def _person(dice: Random, surname: str = "") -> str:
    surname = surname or dice.choices(SURNAMES, WEIGHTS)[0]
    return surname + dice.choice(FIRST) + (dice.choice(SECOND) if dice.random() < 0.85 else "")


def _phone(dice: Random) -> str:
    return f"1{dice.choice('3578')}{dice.randrange(10**9):09d}"


def _family(desk: Desk, dice: Random, village_id: str, number: int) -> tuple[list[dict[str, object]], ...]:
    surname = dice.choices(SURNAMES, WEIGHTS)[0]
    household = _row(desk, Household, village_id=village_id, address=f"{dice.randrange(1, 300)}号")
    carers = [
        _row(
            desk,
            Caregiver,
            household_id=household["id"],
            name=_person(dice),
            relation="52",
            phone=_phone(dice),
            is_main=True,
        ),
        _row(
            desk,
            Caregiver,
            household_id=household["id"],
            name=_person(dice, surname),
            relation="51",
            phone=_phone(dice),
            is_main=False,
        ),
    ]
    born = TODAY - timedelta(days=dice.randrange(2, 1200))
    status = ChildStatus.ACTIVE if dice.random() < 0.94 else dice.choice(list(ChildStatus)[1:])
    sex = dice.choice((1, 2))
    child = _row(
        desk,
        Child,
        household_id=household["id"],
        name=_person(dice, surname),
        sex=sex,
        birth_date=born,
        registered_on=born + timedelta(days=dice.randrange(3, 60)),
        status=status,
        status_on=None if status is ChildStatus.ACTIVE else TODAY - timedelta(days=10),
        citizen_id=f"371103{born:%Y%m%d}{number % 1000:03d}{dice.choice('0123456789X')}",
        health_record_no=f"371103{number:011d}",
        gestation_days=dice.choice((238, 255, 266, 273, 275, 280, 284)) if dice.random() < 0.9 else None,
        birth_weight_g=dice.choice((2300, 2800, 3000, 3100, 3200, 3300, 3400, 3600, 3900)),
    )
    visits, measured = _visits(desk, dice, child, number)
    return [household], carers, [child], visits, measured


def _visits(desk: Desk, dice: Random, child: dict[str, object], number: int) -> tuple[list[dict[str, object]], ...]:
    """The two newest contacts that were kept, with what was measured at the newest."""
    visits, measured = [], []
    born = child["birth_date"]
    assert isinstance(born, date)
    for contact, form, months in (("M03", "child_check_under1", 3), ("M12", "child_check_1to2", 12)):
        day = born + timedelta(days=months * 31)
        if day > TODAY or dice.random() < 0.3:
            continue
        visit_id = new_id()
        visits.append(
            _row(desk, Visit, id=visit_id, child_id=child["id"], record_id=visit_id, number=number + 1, version=1,
                 form=form, form_version="1", contact=contact, visit_date=day, signer="王敏", answers="{}")
        )  # fmt: skip
        measured.append(
            _row(desk, Measurement, child_id=child["id"], visit_id=visit_id, measured_on=day,
                 weight_g=5000 + 400 * months + dice.randrange(900), length_mm=560 + 15 * months + dice.randrange(40),
                 oedema=False)
        )  # fmt: skip
    return visits, measured


def _grade(session: Session, dice: Random) -> None:
    """Grades for everything measured, a few of them a problem; their text is one and the same."""
    source = growth_scores.Source("k", "c", "2026-01-01", "", "2026-01-01", 1, 280, 3300, 500, None, None, 0, 1)
    score = grading.new_score(source, grading.assess(source))
    run = session.connection().exec_driver_sql
    run(
        'INSERT INTO growth_score ("key", child_id, measured_on, basis, engine, tables, assessed) '
        f'SELECT s."key", s.child_id, s.measured_on, {growth_scores._BASIS}, ?, ?, ? FROM {growth_scores._ALL} s',
        (ENGINE, reference.growth_references().version, score.assessed),
    )
    keys = run('SELECT "key" FROM growth_score ORDER BY measured_on').scalars().all()
    columns = ("wfa_status", "lhfa_status", "wfl_status", "bfa_status")
    for status, column in STATUSES:
        some = dice.sample(keys, len(keys) // 60)
        run(f'UPDATE growth_score SET {columns[column]} = ? WHERE "key" = ?', [(status, key) for key in some])


def _row(desk: Desk, table: type[Owned], **values: object) -> dict[str, object]:
    stamp = {"owner": desk.site.code, "recorded_at": "2026-11-20T09:00:00+08:00", "recorded_by": "王敏"}
    return {"id": new_id(), **stamp, **values}


def _put(session: Session, table: type[Owned], rows: list[dict[str, object]]) -> None:
    if rows:
        session.connection().execute(insert(table), rows)
