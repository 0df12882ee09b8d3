"""Import of a bundle of 20,000 records against plain inserts of the same rows into the same kind of encrypted file.

The import also keeps every version and makes lists, search keys and due contacts; so it is set against two figures:
the bare inserts, and the inserts with what lists and search need.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from datetime import date, timedelta

import pytest
from sqlmodel import Session
from tests.sync.district import make_district, open_copy

from zhaohu.records import Child, Household, Measurement, Village, Visit
from zhaohu.records.base import new_id
from zhaohu.services import derived
from zhaohu.services.exchange import bundles
from zhaohu.store.engine import make_engine
from zhaohu.store.migrations import migrate
from zhaohu.sync.rows import shapes

pytestmark = [
    pytest.mark.benchmark_ratio,
    pytest.mark.skipif(os.environ.get("ZHAOHU_BENCH") != "1", reason="a figure: run by `dev.py bench`"),
]
FAMILIES, VISITS = 2_000, 4  # 2,000 households and children, 8,000 visits and measurements: 20,000 with the villages
ANSWERS = '{"face":"1","feeding":"1","fontanelle":"1","referral":"1","skin":"1","weight_kg":"5.20"}'
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "子涵雨欣浩然梓萱一诺思远可馨"


def records(desk, families=FAMILIES):
    """Believable rows, ten for each family and 20 villages, one list for each table, parents first."""
    born = date(2025, 1, 1)
    villages = [desk.make(Village, name=f"第{n}村") for n in range(20)]
    households = [desk.make(Household, village_id=villages[n % 20].id, address=f"{n}号") for n in range(families)]
    children = [
        desk.make(
            Child,
            household_id=household.id,
            name=SURNAMES[n % 10] + GIVEN[n % 14] + GIVEN[n % 13],
            sex=1 + n % 2,
            birth_date=born + timedelta(days=n % 600),
            registered_on=born + timedelta(days=n % 600 + 3),
            birth_weight_g=2800 + n % 1200,
        )
        for n, household in enumerate(households)
    ]
    visits = [a_visit(desk, child, number) for child in children for number in range(VISITS)]
    measurements = [
        desk.make(
            Measurement,
            child_id=visit.child_id,
            visit_id=visit.id,
            measured_on=visit.visit_date,
            weight_g=3300 + 700 * visit.number,
            length_mm=500 + 30 * visit.number,
        )
        for visit in visits
    ]
    return villages, households, children, visits, measurements


def a_visit(desk, child, number):
    visit_id = new_id()
    return desk.make(
        Visit,
        id=visit_id,
        child_id=child.id,
        record_id=visit_id,
        number=number + 1,
        version=1,
        form="newborn_visit",
        form_version="1",
        visit_date=child.birth_date + timedelta(days=30 * number + 7),
        signer="王敏",
        answers=ANSWERS,
    )


def plain_insert_s(folder, station_desk, *, lists: bool = False) -> float:
    """Seconds for executemany of the very same rows, one transaction, into a new file; `lists`: with what they need."""
    engine = make_engine(folder / f"plain-{lists}.db", secrets.token_bytes(32))
    migrate(engine)
    rows = {}
    with station_desk.read() as session:
        for name, shape in shapes().items():
            columns = ", ".join(["id", *shape.columns])
            found = session.connection().exec_driver_sql(f"SELECT {columns} FROM {name} ORDER BY id").fetchall()
            rows[name] = (columns, [tuple(row) for row in found])
    start = time.perf_counter()
    with Session(engine.execution_options(writes=True)) as session, session.begin():
        for name, (columns, values) in rows.items():
            if values:
                places = ", ".join("?" * len(values[0]))
                session.connection().exec_driver_sql(f"INSERT INTO {name} ({columns}) VALUES ({places})", values)
        if lists:
            derived.refresh(session, grade=False)
    seconds = time.perf_counter() - start
    engine.dispose()
    return seconds


def import_s(template, target, exported) -> float:
    """Seconds for the import into a fresh center."""
    center = open_copy(template, "center", target)
    start = time.perf_counter()
    (report,) = bundles.import_bundles(center, [exported.file])
    seconds = time.perf_counter() - start
    assert (report.status, report.new, report.differs) == ("accepted", exported.records, False)
    center.close()
    return seconds


def test_import_against_plain_inserts(tmp_path, capsys):
    template = make_district(tmp_path / "template")
    station = open_copy(template, "01", tmp_path / "station")
    with station.write("bench") as work:
        for rows in records(station):
            work.session.add_all(rows)
            work.session.flush()
    start = time.perf_counter()
    exported = bundles.export_bundle(station, tmp_path / "stick")
    export_s = time.perf_counter() - start
    assert exported.records >= 20_000
    folders = (tmp_path, template)
    plain_s = min(plain_insert_s(folder, station) for folder in folders)
    lists_s = min(plain_insert_s(folder, station, lists=True) for folder in folders)
    seconds = min(import_s(template, tmp_path / f"center-{n}", exported) for n in range(2))
    with capsys.disabled():
        sys.stdout.write(
            f"\nimport of {exported.records} records: {seconds:.2f} s = {seconds / plain_s:.1f} x plain inserts "
            f"({plain_s:.2f} s) = {seconds / lists_s:.1f} x inserts with lists and search ({lists_s:.2f} s); "
            f"export {export_s:.2f} s = {export_s / plain_s:.1f} x\n"
        )
    station.close()
