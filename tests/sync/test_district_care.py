"""A district at work: visits and all around them at random, files lost, doubled and late, profiles restored.

At the end every table of every station stands at the center just so, and what the center set stands at the stations.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select
from tests.services.care_walk import CareWalk, contradictions
from tests.services.comparing import is_true
from tests.sync.forging import records
from tests.sync.test_district import Play
from tests.sync.test_restored import restored

from zhaohu.errors import Refused
from zhaohu.records import DistrictData
from zhaohu.records.exchange import ReceivedBundle
from zhaohu.services import district as settings
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.growth import scores
from zhaohu.services.safety import backups

PLAN = {"contacts": [{"code": "HR01", "from": 7, "for": 6, "unit": "days"}]}
CONTENTS = {
    "schedule.high_risk": (PLAN, {"contacts": []}, None),
    "calendar.days": ({"days": {"2026-12-31": "rest"}}, {"days": {}}, None),
}


class CarePlay(Play):
    """A `Play` whose stations do what stations do, with restored backups."""

    def __init__(self, district, seed: int) -> None:
        super().__init__(district, seed)
        self.walks = [CareWalk(desk, seed * 10 + n) for n, desk in enumerate(self.stations)]
        self.kept: dict[int, tuple[Path, int]] = {}
        for walk in self.walks:
            for _number in range(3):
                walk.do_register_infant()

    def step(self) -> None:
        dice = self.random.random()
        if dice < 0.04:
            self.restore_station()
        elif dice < 0.08:
            self.restore_center()
        elif dice < 0.14:
            self.set_for_all()
        else:
            super().step()

    def work(self) -> None:
        walk = self.random.choice(self.walks)
        for _act in range(5):
            walk.step()

    def set_for_all(self) -> None:
        key = self.random.choice(sorted(CONTENTS))
        settings.write(self.center, key, self.random.choice(CONTENTS[key]))

    def received(self, code: str) -> int:
        with self.center.read() as session:
            return len(session.exec(select(ReceivedBundle.bundle_id).where(ReceivedBundle.station == code)).all())

    def restore_station(self) -> None:
        """Only of a backup beyond which the center has heard nothing: else it keeps more, and says so."""
        at = self.random.randrange(len(self.stations))
        desk = self.stations[at]
        file, heard = self.kept.pop(at, (None, -1))
        if file is not None and file.is_file() and heard == self.received(desk.site.code):
            self.stations[at] = self.walks[at].desk = restored(desk, file)
            self.walks[at].merges.clear()
            self.up = [one for one in self.up if f"-{desk.site.code}-" not in one.name]
        else:
            self.kept[at] = backups.create_backup(desk).file, self.received(desk.site.code)

    def restore_center(self) -> None:
        file, _heard = self.kept.pop(-1, (None, 0))
        if file is not None and file.is_file():
            self.center = restored(self.center, file)
            self.kept.clear()
        else:
            self.kept[-1] = backups.create_backup(self.center).file, 0

    def deliver_up(self) -> None:
        if self.up:
            file = self.random.choice(self.up)
            bundles.import_bundles(self.center, [self.damage(file)])
            (report,) = bundles.import_bundles(self.center, [file])
            assert report.status in ("accepted", "already_had") or report.reason in ("gap", "forked"), report
            if self.random.random() < 0.7:
                self.up.remove(file)

    def deliver_down(self) -> None:
        if self.down:
            code, file = self.random.choice([(desk.site.code, file) for desk, file in self.down])
            desk = next(one for one in self.stations if one.site.code == code)
            try:
                receipts.import_receipt(desk, file)
            except Refused as refused:
                assert refused.code in ("superseded", "forked"), refused  # noqa: PT017
            if self.random.random() < 0.5:
                self.down = [one for one in self.down if one[1] != file]

    def heal(self) -> None:
        for _round in range(4):
            super().heal()


@pytest.mark.parametrize("seed", [1, 7])
def test_at_the_end_center_and_stations_have_the_same(district, seed):
    play = CarePlay(district, seed)
    try:
        for _step in range(50):
            play.step()
        play.heal()
        for station in play.stations:
            assert bundles.pending(station).records == 0
            assert records(play.center, station.site.code) == records(station, station.site.code)
            assert contradictions(station) == []
            assert is_true(station)
        scores.fill_missing(play.center)
        assert is_true(play.center)
        state = bundles.status(play.center)
        assert [(one.held, one.differs) for one in state.stations] == [(0, False), (0, False)]
        found = [_set(desk) for desk in (play.center, *play.stations)]
        assert found[1:] == [found[0]] * len(play.stations)
    finally:
        for desk in (play.center, *play.stations):
            desk.close()


def _set(desk: Desk) -> list[tuple[object, ...]]:
    with desk.read() as session:
        rows = session.exec(select(DistrictData).order_by(DistrictData.key)).all()
        return [(row.key, row.content, row.edition, row.deleted_at) for row in rows]
