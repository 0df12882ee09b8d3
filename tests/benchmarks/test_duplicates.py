"""Duplicates in a register of 100,000 children: the whole scan against plainly reading its columns, and one at entry.

Children are entered a second time in every way that the rules know, so that what is found can be counted against what
was planted. Each figure is taken several times and the quickest counts.
"""

import os
import random
import time
from datetime import date, timedelta

import pytest
from sqlalchemy import insert
from tests.benchmarks.big_register import big_register

from zhaohu.records import Caregiver, Child, Household
from zhaohu.records.base import new_id
from zhaohu.records.codes import Sex
from zhaohu.services.duplicates import duplicate_rows, duplicates

CHILDREN, PLANTED, TIMES = 100_000, 300, 3
pytestmark = [
    pytest.mark.benchmark_ratio,
    pytest.mark.skipif(os.environ.get("ZHAOHU_BENCH") != "1", reason="figures are taken by `dev.py bench`"),
]
_BORN = date(2026, 3, 5)
_SAME_SOUND = {
    "子": "梓",
    "梓": "子",
    "浩": "皓",
    "宇": "雨",
    "雨": "宇",
    "一": "伊",
    "若": "偌",
    "嘉": "佳",
    "佳": "嘉",
}

KINDS = {
    "once more": lambda _dice, child: {},
    "same sound": lambda _dice, child: {"name": child["name"].translate(str.maketrans(_SAME_SOUND))},
    "day and month": lambda _dice, child: {"birth_date": _turned(child["birth_date"])},
    "one day": lambda _dice, child: {"birth_date": child["birth_date"] + timedelta(days=1)},
    "newborn's name": lambda _dice, child: {"name": f"{child['mother']}之{'子' if child['sex'] == 1 else '女'}"},
    "same id": lambda dice, child: {
        "citizen_id": child["citizen_id"],
        "name": child["name"][0] + dice.choice("鑫鹤墨骁"),
    },
}


def _turned(day):
    return date(day.year, day.day, day.month) if day.day <= 12 else day


def plant(desk):
    """Enter some children again, each in a household of its own; returns the pairs by kind."""
    dice, pairs = random.Random(2026), {}
    query = (
        "SELECT c.id, c.name, c.sex, c.birth_date, c.citizen_id, g.name, g.phone FROM child c JOIN caregiver g ON "
        "g.household_id = c.household_id AND g.is_main WHERE length(c.name) = 3 ORDER BY c.id"
    )
    with desk.store.write() as session:
        rows = session.connection().exec_driver_sql(query).all()
        at = {"owner": desk.site.code, "recorded_at": "2026-11-20T09:00:00+08:00", "recorded_by": "王敏"}
        made = {Household: [], Caregiver: [], Child: []}
        for kind, change in KINDS.items():
            for row in dice.sample(rows, PLANTED):
                child = dict(
                    zip(("id", "name", "sex", "birth_date", "citizen_id", "mother", "phone"), row, strict=True)
                )
                child["birth_date"] = date.fromisoformat(child["birth_date"])
                changed = change(dice, child)
                if changed == {"birth_date": child["birth_date"]} or changed.get("name") == child["name"]:
                    continue
                home, copy = new_id(), new_id()
                values = {"name": child["name"], "birth_date": child["birth_date"], "citizen_id": None, **changed}
                made[Household].append({"id": home, "address": "", **at})
                made[Caregiver].append(
                    {"id": new_id(), "household_id": home, "name": child["mother"], "relation": "52",
                     "phone": child["phone"], "is_main": True, **at}
                )  # fmt: skip
                made[Child].append(
                    {"id": copy, "household_id": home, "sex": child["sex"], "registered_on": _BORN, "status": "active",
                     **values, **at}
                )  # fmt: skip
                pairs.setdefault(kind, set()).add(tuple(sorted((child["id"], copy))))
        for table, new in made.items():
            session.connection().execute(insert(table), new)
    return pairs


def quickest(work):
    took = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        result = work()
        took.append(time.perf_counter() - begun)
    return min(took), result


def read_columns(desk):
    """What a scan has to read at the least, and nothing made of it."""
    with desk.read() as session:
        for query in (duplicate_rows._CHILDREN, duplicate_rows._CARERS):
            rows = session.connection().exec_driver_sql(query).all()
        return rows


def test_scanning_a_register_and_one_child_at_entry(tmp_path, capsys):
    desk = big_register(CHILDREN, tmp_path / "big")
    try:
        planted = plant(desk)
        took, found = quickest(lambda: duplicates.find_all(desk))
        bare, _rows = quickest(lambda: read_columns(desk))
        pairs = {tuple(sorted((pair.one.id, pair.other.id))) for pair in found}
        lines = [f"{kind}: {len(those & pairs)} of {len(those)}" for kind, those in planted.items()]
        missed = {kind for kind, those in planted.items() if not those <= pairs}
        others = len(pairs) - sum(len(those & pairs) for those in planted.values())
        one = found[0].one
        entries = []
        for n in range(200):
            begun = time.perf_counter()
            duplicates.alike(
                desk, one.name, Sex.FEMALE, one.birth_date + timedelta(days=n % 9), "371103202603050029",
                "V123456789", ("13800000000",), ("王小芳",),
            )  # fmt: skip
            entries.append(time.perf_counter() - begun)
        entries.sort()
    finally:
        desk.close()
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{CHILDREN:,} children: scan {took:.2f} s, {took / bare:.1f} times reading the columns ({bare:.2f} s); "
            f"{'; '.join(lines)}; other pairs {others}; at entry median {entries[100] * 1000:.1f} ms, "
            f"p95 {entries[190] * 1000:.1f} ms"
        )
    assert missed == set()
    assert entries[190] < 0.05
