"""A district in the midst of everything that travels, and good files of each kind to begin mangling with."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlmodel import select
from tests.faults.mangling import Sealer
from tests.faults.steps import DISTRICT
from tests.services.families import newborn_answers
from tests.sync.district import make_district, open_copy
from tests.sync.forging import opened as unsealed
from tests.sync.handing import a_village, restored
from tests.sync.work import a_family, a_measurement, a_visit, bring_down, rename, save, take_up

from zhaohu.records import Question, Visit
from zhaohu.records.exchange import OwnKey
from zhaohu.services import district as district_settings
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, questions, receipts
from zhaohu.services.register import incoming, releases
from zhaohu.services.safety.backups import create_backup
from zhaohu.store.audit import canonical_json
from zhaohu.store.session import Store
from zhaohu.sync import key_change, keys
from zhaohu.sync.container import BUNDLE, PACKET, Kind

FORM = {"text": "name = 1", "note": "改了一处", "at": "2026-11-20T08:00:00+08:00", "by": "管理员"}
SETTINGS: dict[str, dict[str, Any]] = {
    "forms": {"files": {"newborn_visit@2": FORM}},
    "calendar.days": {"days": {"2026-12-31": "rest"}},
}


@dataclass
class Ground:
    """A center and a station, closed, and good files that neither has read yet."""

    center: Desk
    station: Desk
    sealers: list[Sealer] = field(default_factory=list)
    papers: list[tuple[str, bytes, str]] = field(default_factory=list)


def again(desk: Desk, place: Path | None = None) -> Desk:
    """A closed desk, or a copy of it elsewhere, open: no database may be carried over into a forked process."""
    where = place or desk.profile
    store = Store(where / desk.store.path.relative_to(desk.profile), desk.store.key)
    return Desk(where, store, desk.clock, desk.person, desk.site)


def prepare(folder: Path) -> Ground:
    """The packet that a restored station has not read, and bundles that it makes once it has."""
    made = os.environ.get(DISTRICT)
    template = Path(made) if made else make_district(folder / "district")
    stick = folder / "stick"
    with ExitStack() as opened:
        center, one, two = (open_copy(template, name, folder / name) for name in ("center", "01", "02"))
        for desk in (center, two):
            opened.callback(desk.close)
        papers = [
            ("invitation", (template / "01.zhe").read_bytes(), private(center, "sign")),
            ("reply", (template / "371103-01-reply.zhe").read_bytes(), private(one, "sign")),
        ]
        one = _lived(center, one, two, stick)
        packet = receipts.export_receipt(center, "01", stick).file
        down = sealer(PACKET, packet, center, one)
        one.close()
        shutil.copytree(one.profile, folder / "further")
        further = again(one, folder / "further")
        opened.callback(further.close)
        up = _bundles(center, further, packet, stick)
    return Ground(center, one, [down, _with_order(down), *up], papers)


def _lived(center: Desk, one: Desk, two: Desk, stick: Path) -> Desk:
    """Station one, restored, whose next packet tells of everything that packets tell of."""
    for station in (one, two):
        bring_down(center, station, stick)  # tells the stations of each other
    stays, goes = a_family(one, "赵小禾"), a_family(one, "钱小穗", "2号")
    visit = _answered(a_visit(one, stays))
    save(one, visit, a_measurement(one, stays), a_visit(one, goes))
    comes = a_family(two, "孙小苗", "3号")
    visit_there = a_visit(two, comes)
    newer = _answered(a_visit(two, comes, replaces=visit_there))
    save(two, visit_there, a_measurement(two, comes), newer)
    releases.release(one, goes.id, "02", one.today, "随父母搬家")
    releases.release(two, comes.id, "01", two.today, "随父母搬家")
    for station in (one, two):
        take_up(station, center, stick)
        bring_down(center, station, stick)
    backup = Path(shutil.copy(create_backup(one).file, stick / "kept.zhk"))
    save(one, _answered(a_visit(one, stays, 2)), a_measurement(one, a_family(one, "李小麦", "4号"), 4100))
    rename(one, stays, "赵大禾")
    (offer,) = incoming.list_offers(two)
    incoming.take(two, offer.transfer_id, a_village(two))
    for station in (one, two):
        take_up(station, center, stick)
    with center.write("test.keys") as work:
        key_change.replace_at_center(work.session, center.clock.stamp())
    questions.ask(center, text="请核对出生体重", child_id=stays.id)
    for key, content in SETTINGS.items():
        district_settings.write(center, key, content, "请照此办")
    one = restored(one, backup)
    rename(one, stays, "赵中禾")  # edited here too: the center's version is kept beside
    kept = a_measurement(one, stays)
    save(one, kept)
    with one.write("test.odd") as work:
        work.session.connection().exec_driver_sql("UPDATE measurement SET weight_g = 1 WHERE id = ?", (kept.id,))
    take_up(one, center, stick)
    return one


def _answered(visit: Visit) -> Visit:
    """The visit with what a nurse keys in."""
    visit.answers = canonical_json(newborn_answers())
    return visit


def _with_order(down: Sealer) -> Sealer:
    """The same packet, which also says that a copy of the station has to begin anew."""
    return replace(down, manifest={**down.manifest, "begin_anew": {"hash": "0" * 64, "counter": 1}})


def _bundles(center: Desk, station: Desk, packet: Path, stick: Path) -> list[Sealer]:
    """What the station sends once it has read its packet: news, and everything; both announce its next keys."""
    receipts.import_receipt(station, packet)
    with station.write("test.keys") as work:
        key_change.make_next(work.session, station.clock.stamp())
        (asked,) = work.session.exec(select(Question.id)).all()
    questions.answer(station, asked, "已核对")
    (offer,) = incoming.list_offers(station)
    incoming.take(station, offer.transfer_id, a_village(station))
    made = [sealer(BUNDLE, bundles.export_bundle(station, stick).file, station, center)]
    save(station, _answered(a_visit(station, a_family(station, "周小豆", "5号"))))
    full = bundles.export_bundle(station, stick, full=True).file
    return [*made, sealer(BUNDLE, full, station, center)]


def private(desk: Desk, purpose: str) -> str:
    with desk.read() as session:
        return session.get_one(OwnKey, purpose).private


def sealer(kind: Kind, file: Path, signer: Desk, reader: Desk) -> Sealer:
    """From a good file of a sender to a reader."""
    manifest, lines = unsealed(file, reader)
    with signer.read() as session:
        which = keys.which_own(session, manifest["from"]["key"])
    with reader.read() as session:
        receive = keys.own_public(session).receive
    return Sealer(kind, private(signer, "sign" + which), receive, signer.site.code, manifest, lines)
