"""Whole districts at random: work, bundles and packets lost, doubled, late, cut and flipped; at the end all agree."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlmodel import select
from tests.sync.forging import records
from tests.sync.work import BORN, a_family, a_measurement, a_visit, bring_down, save

from zhaohu.errors import Refused
from zhaohu.records import Child, Visit
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, receipts

NAMES = ["赵小禾", "欧阳雨", "㐀𠮷", "阿·依古丽", "e\u0301mile", "王"]


class Play:
    """One seeded run: two stations, a center, and all that is on its way."""

    def __init__(self, district, seed: int) -> None:
        self.random = random.Random(seed)
        self.center = district.center
        self.stations = [district.one, district.two]
        self.stick = district.stick
        self.up: list[Path] = []
        self.down: list[tuple[Desk, Path]] = []
        self.copies = 0
        self.read: dict[str, int] = {}

    def step(self) -> None:
        acts = [self.work, self.work, self.export, self.deliver_up, self.answer, self.deliver_down]
        self.random.choice(acts)()

    def work(self) -> None:
        desk = self.random.choice(self.stations)
        with desk.read() as session:
            children = session.exec(select(Child).order_by(Child.id)).all()
            visits = session.exec(select(Visit).order_by(Visit.id)).all()
        what = self.random.randrange(5)
        if what == 0 or not children:
            a_family(desk, self.random.choice(NAMES))
            return
        child = self.random.choice(children)
        if what == 1:
            save(desk, a_visit(desk, child), a_measurement(desk, child, self.random.randint(3000, 9000)))
        elif what == 2:
            replaced = {visit.replaces_id for visit in visits}
            current = [visit for visit in visits if visit.id not in replaced and visit.child_id == child.id]
            if current:
                save(desk, a_visit(desk, child, 2, self.random.choice(current)))
        elif what == 3:
            self.change(desk, "UPDATE child SET name = ? WHERE id = ?", self.random.choice(NAMES), child.id)
        else:
            self.change(desk, "DELETE FROM measurement WHERE child_id = ?", child.id)

    @staticmethod
    def change(desk: Desk, sql: str, *values: str) -> None:
        with desk.write("test.change") as work:
            work.session.connection().exec_driver_sql(sql, values)

    def export(self) -> None:
        station = self.random.choice(self.stations)
        if bundles.pending(station).records:
            self.up.append(self.keep(bundles.export_bundle(station, self.stick).file))
        else:
            with pytest.raises(Refused):
                bundles.export_bundle(station, self.stick)

    def keep(self, file: Path) -> Path:
        self.copies += 1
        return file.rename(self.stick / f"{self.copies:03d}-{file.name}")

    def deliver_up(self) -> None:
        if not self.up:
            return
        file = self.random.choice(self.up)
        fault = self.random.randrange(6)
        if fault == 0:
            self.up.remove(file)
        elif fault == 1:
            (report,) = bundles.import_bundles(self.center, [self.damage(file)])
            assert report.status == "refused"
        else:
            (report,) = bundles.import_bundles(self.center, [file])
            assert report.status in ("accepted", "already_had")
            assert not report.differs
            if self.random.random() < 0.7:
                self.up.remove(file)

    def answer(self) -> None:
        station = self.random.choice(self.stations)
        packet = receipts.export_receipt(self.center, station.site.code, self.stick)
        self.down.append((station, self.keep(packet.file)))

    def deliver_down(self) -> None:
        if not self.down:
            return
        parcel = self.random.choice(self.down)
        station, file = parcel
        fault = self.random.randrange(6)
        if fault == 0:
            self.down.remove(parcel)
        elif fault == 1:
            with pytest.raises(Refused):
                receipts.import_receipt(station, self.damage(file))
        else:
            newest = self.read.get(station.site.code, 0)
            number = int(file.stem.rpartition("-")[2])
            if number < newest:
                with pytest.raises(Refused):
                    receipts.import_receipt(station, file)
            else:
                receipts.import_receipt(station, file)
                self.read[station.site.code] = number

    def damage(self, file: Path) -> Path:
        data = bytearray(file.read_bytes())
        place = self.random.randrange(len(data))
        bad = self.stick / f"bad{file.suffix}"
        if self.random.random() < 0.5:
            data[place] ^= self.random.randint(1, 255)
        else:
            del data[place:]
        bad.write_bytes(data)
        return bad

    def heal(self) -> None:
        for station in self.stations:
            if bundles.pending(station).records:
                bundles.import_bundles(self.center, [bundles.export_bundle(station, self.stick).file])
            bring_down(self.center, station, self.stick)


@pytest.mark.parametrize("seed", range(8))
def test_after_everything_the_center_has_the_union(district, seed):
    play = Play(district, seed)
    for _step in range(45):
        play.step()
    play.heal()
    for station in play.stations:
        assert bundles.pending(station).records == 0
        assert records(play.center, station.site.code) == records(station, station.site.code)
        assert list(bundles.outbox(station).iterdir()) == []
    state = bundles.status(play.center)
    assert [(s.held, s.differs) for s in state.stations] == [(0, False), (0, False)]
    with play.center.read() as session:
        born = {child.birth_date for child in session.exec(select(Child))}
    assert born <= {BORN}
