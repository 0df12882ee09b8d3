"""Every changed byte, every cut and every added byte of a bundle, a packet or an enrolment file is refused."""

from __future__ import annotations

import random
import time

import pytest
from tests.faults.figures import FULL, SEED, tell, times
from tests.sync.district import open_copy
from tests.sync.forging import dump
from tests.sync.work import a_family, rename, take_up

from zhaohu.errors import Refused
from zhaohu.services.exchange import bundles, receipts
from zhaohu.sync import answers, enrolment, importing
from zhaohu.sync.container import Limits
from zhaohu.sync.scratch import Scratch

LIMITS = Limits()


class Scene:
    """A center, a station, and a good file of each kind that neither has read yet."""

    def __init__(self, district, folder):
        self.center = open_copy(district, "center", folder / "center")
        self.station = open_copy(district, "01", folder / "01")
        child = a_family(self.station)
        take_up(self.station, self.center, folder)
        self.files = {"packet": receipts.export_receipt(self.center, "01", folder).file}
        rename(self.station, child, "赵大禾")
        self.files["bundle"] = bundles.export_bundle(self.station, folder).file
        self.files["invitation"] = district / "01.zhe"
        self.files["reply"] = district / "371103-01-reply.zhe"
        with self.center.read() as session:
            self.knows_center = importing.know_center(session, self.center.site.district_code)
        with self.station.read() as session:
            self.knows_station = answers.know_station(session, self.station.site.code)

    def read(self, kind, file):
        """As the program reads it, up to where the first row would change."""
        if kind in ("invitation", "reply"):
            return {"invitation": enrolment.read_invitation, "reply": enrolment.read_reply}[kind](file.read_bytes())
        desk = self.center if kind == "bundle" else self.station
        with Scratch(desk.profile / "tmp") as staging:
            if kind == "bundle":
                return importing.stage(file, self.knows_center, staging, LIMITS, lambda _size: None)
            return answers.stage(file, self.knows_station, staging, LIMITS, lambda _size: None)

    def state(self):
        return {name: dump(desk) for name, desk in (("center", self.center), ("station", self.station))}


@pytest.fixture(scope="module")
def scene(tmp_path_factory, made_district):
    made = Scene(made_district, tmp_path_factory.mktemp("flips"))
    yield made
    made.center.close()
    made.station.close()


def places(size, throw, short):
    """Every place in the full form; else all of the plain lines and what lies near an edge, and some between."""
    if FULL:
        return range(size)
    edges = {*range(0, min(size, 110), 7), *range(max(0, size - 20), size)}
    return sorted(edges | set(throw.sample(range(size), min(size, short))))


def damaged(data, throw):
    """What was done, and the bytes."""
    short = times(0, 45)
    for place in places(len(data), throw, short):
        for mask in (1, 0xFF):
            yield ("changed", place, mask), data[:place] + bytes([data[place] ^ mask]) + data[place + 1 :]
    for place in places(len(data), throw, short):
        yield ("cut", place), data[:place]
        yield ("added", place), data[:place] + bytes([throw.randrange(256)]) + data[place:]
        if place:
            yield ("head lost", place), data[place:]
    yield ("longer",), data + b"\n"


@pytest.mark.parametrize("kind", ["bundle", "packet", "invitation", "reply"])
def test_no_damaged_file_is_read(scene, tmp_path, kind):
    began = time.monotonic()
    scene.read(kind, scene.files[kind])
    before = scene.state()
    data = scene.files[kind].read_bytes()
    throw = random.Random(SEED)
    file = tmp_path / scene.files[kind].name
    tried, missed, wordless = 0, [], []
    for what, changed in damaged(data, throw):
        if changed == data:
            continue
        file.write_bytes(changed)
        tried += 1
        try:
            scene.read(kind, file)
        except Refused as refused:
            wordless += [what] * (len(refused.message) < 8)
        else:
            missed.append(what)
    tell(f"damaged {kind}", tried, lost=len(missed), seconds=time.monotonic() - began, words=f"{len(data)} bytes")
    assert missed == wordless == []
    assert scene.state() == before


def test_the_services_refuse_a_damaged_file_and_change_nothing(scene, tmp_path):
    began = time.monotonic()
    throw = random.Random(SEED)
    before = scene.state()
    tried = times(300, 6)
    for _time in range(tried):
        for kind in ("bundle", "packet"):
            data = bytearray(scene.files[kind].read_bytes())
            data[throw.randrange(len(data))] ^= throw.randrange(1, 256)
            file = tmp_path / scene.files[kind].name
            file.write_bytes(data)
            if kind == "bundle":
                (report,) = bundles.import_bundles(scene.center, [file])
                assert report.status == "refused", report
            else:
                with pytest.raises(Refused):
                    receipts.import_receipt(scene.station, file)
    after = scene.state()
    settings = [{row[0]: row for row in state["center"].pop("setting")} for state in (before, after)]
    assert {key for key in settings[1] if settings[1][key] != settings[0].get(key)} <= {"backup.after", "clock.highest"}
    after["station"].pop("setting"), before["station"].pop("setting")
    assert after == before
    tell("damaged file, whole service", 2 * tried, seconds=time.monotonic() - began)
