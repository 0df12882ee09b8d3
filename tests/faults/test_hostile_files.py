"""Files made to hurt, by an enrolled sender or by a stranger: refused at once, with little memory."""

from __future__ import annotations

import os
import signal
import sys
import time
import tracemalloc
import unicodedata
import zlib
from pathlib import Path
from random import Random

import pyrage
import pytest
from tests.faults.fuzz_ground import sealer
from tests.faults.mangling import Raw
from tests.sync.district import open_copy
from tests.sync.forging import dump
from tests.sync.work import a_family, a_visit, rename, save

from zhaohu.cli.reports import report_line
from zhaohu.errors import Refused
from zhaohu.services.exchange import bundles, enrolment, inbox, receipts, watching
from zhaohu.services.exchange.preview import preview
from zhaohu.store import audit
from zhaohu.sync import delivery
from zhaohu.sync.container import BUNDLE, MAGIC, PACKET, Limits

SECONDS, BYTES = 5.0, 64 << 20
"""Of this process's own time and memory, while everything it allocates is being counted."""


class Scene:
    def __init__(self, district, folder):
        self.folder, self.number = folder, 0
        self.center = open_copy(district, "center", folder / "center")
        self.station = open_copy(district, "01", folder / "01")
        self.child = a_family(self.station)
        self.visit = a_visit(self.station, self.child)
        save(self.station, self.visit)
        self.good = bundles.export_bundle(self.station, folder).file
        self.sealer = sealer(BUNDLE, self.good, self.station, self.center)
        packet = receipts.export_receipt(self.center, "01", folder).file
        self.down = sealer(PACKET, packet, self.center, self.station)

    def file(self, data):
        file = self.folder / "hostile.zhb"
        file.write_bytes(data)
        return file

    def with_manifest(self, **changes):
        manifest = {**self.sealer.manifest, **changes}
        return self.sealer.sealed(manifest, self.sealer.lines, Random(1), break_stream=False)

    def with_line(self, line):
        lines = [*self.sealer.lines[:-1], line]
        return self.sealer.sealed(self.sealer.manifest, lines, Random(1), break_stream=False)

    def with_field(self, table="child", **changes):
        lines = [
            {**line, "fields": {**line["fields"], **changes}} if line["table"] == table else line
            for line in self.sealer.lines
        ]
        return self.sealer.sealed(self.sealer.manifest, lines, Random(1), break_stream=False)

    def packet(self, *lines):
        """The center's packet with more lines, properly signed."""
        file = self.folder / "hostile.zhr"
        manifest, counts = self.down.manifest, dict(self.down.manifest["counts"])
        for line in lines:
            counts[line["table"]] = counts.get(line["table"], 0) + 1
        self.number += 1
        manifest = {**manifest, "no": manifest["no"] + self.number}
        made = self.down.sealed(
            {**manifest, "counts": counts}, [*self.down.lines, *lines], Random(1), break_stream=False
        )
        file.write_bytes(made)
        return file


@pytest.fixture(scope="module")
def scene(tmp_path_factory, made_district):
    made = Scene(made_district, tmp_path_factory.mktemp("hostile"))
    yield made
    made.center.close()
    made.station.close()


def many_keys(number):
    return Raw("{" + ",".join(f'"k{n:07d}":1' for n in range(number)) + "}")


def zeros(scene):
    """Much from little: the manifest says what is true."""
    packed = zlib.compress(bytes(64 << 20), 9)
    payload = {**scene.sealer.manifest["payload"], "bytes": len(packed), "raw_bytes": 64 << 20}
    return scene.sealer.wrapped({**scene.sealer.manifest, "payload": payload}, packed, Random(1))


def endless_line(scene):
    """A line of 40 MB that is not packed better than is allowed."""
    throw = Random(1)
    raw = "".join(throw.randbytes(100).hex() + "a" * 15_000 for _n in range(2_700)).encode()
    packed = zlib.compress(raw, 1)
    payload = {**scene.sealer.manifest["payload"], "bytes": len(packed), "raw_bytes": len(raw)}
    return scene.sealer.wrapped({**scene.sealer.manifest, "payload": payload}, packed, Random(1))


def endless_manifest(scene):
    """One that says it is four gigabytes long."""
    good = scene.good.read_bytes().partition(b"age-encryption")[0]
    return good + pyrage.encrypt(MAGIC + b"\xff" * 4 + bytes(1 << 20), [scene.sealer.recipient])


def slow_passphrase(scene):
    """An age header that asks for hours of scrypt."""
    start = scene.good.read_bytes().partition(b"age-encryption")[0]
    stanza = b"-> scrypt " + b"A" * 22 + b" 30\n" + b"A" * 43 + b"\n--- " + b"A" * 43 + b"\n"
    return start + b"age-encryption.org/v1\n" + stanza + bytes(200)


def age_header(scene, size):
    """An age header that does not end."""
    start = scene.good.read_bytes().partition(b"age-encryption")[0]
    return start + b"age-encryption.org/v1\n" + b"-> X25519 " + b"A" * size


HOSTILE = {
    "header without end": lambda scene: age_header(scene, 1 << 20),
    "header of many stanzas": lambda scene: age_header(scene, 1) + b"\n-> X25519 AAAA\nAAAA\n" * 50_000,
    "passphrase that takes hours": slow_passphrase,
    "manifest without end": endless_manifest,
    "line without end": endless_line,
    "much from little": zeros,
    "a million keys in the manifest": lambda scene: scene.with_manifest(counts=many_keys(1_000_000)),
    "as many keys as a manifest holds": lambda scene: scene.with_manifest(counts=many_keys(30_000)),
    "a million bundles before": lambda scene: scene.with_manifest(
        chain=Raw("[" + '{"hash":"","no":1},' * 1_000_000 + "1]")
    ),
    "a million keys in a line": lambda scene: scene.with_line(many_keys(1_000_000)),
    "as many keys as a line holds": lambda scene: scene.with_field(extra=many_keys(30_000)),
    "deep manifest": lambda scene: scene.with_manifest(parents=Raw("[" * 500_000 + "]" * 500_000)),
    "deep line": lambda scene: scene.with_field(extra=Raw('{"a":' * 100_000 + "1" + "}" * 100_000)),
    "not a number": lambda scene: scene.with_manifest(to_seq=Raw("NaN")),
    "endless number": lambda scene: scene.with_manifest(to_seq=Raw("Infinity")),
    "number of many digits": lambda scene: scene.with_manifest(to_seq=Raw("9" * 900_000)),
    "number of many digits in a field": lambda scene: scene.with_field(birth_order=Raw("9" * 900_000)),
    "key twice in the manifest": lambda scene: scene.with_manifest(from_seq=Raw('0,"from_seq":0')),
    "key twice in a line": lambda scene: scene.with_field(name=Raw('"赵","name":"钱"')),
    "station is a path": lambda scene: scene.with_manifest(**{"from": {"station": "../../../tmp/x"}}),
    "epoch is a path": lambda scene: scene.with_manifest(
        **{"from": {**scene.sealer.manifest["from"], "epoch": "../../../tmp/x"}}
    ),
    "hash is a path": lambda scene: scene.with_manifest(chain=[{"no": 1, "hash": "../../x"}]),
    "from a later schema": lambda scene: scene.with_manifest(schema=999, min_reader=999),
    "half a character": lambda scene: scene.with_field(name=Raw('"\\ud800"')),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_made_to_hurt_is_refused_at_once(scene, what):
    file = scene.file(HOSTILE[what](scene))
    before = dump(scene.center)
    tracemalloc.start()
    began = time.process_time()
    try:
        (report,) = bundles.import_bundles(scene.center, [file])
        took, (_now, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert report.status in ("refused", "held"), what
    assert report.reason in ("damaged", "too_large", "update_center", "not_for_us"), report.reason
    assert took < SECONDS
    assert peak < BYTES, f"{peak >> 20} MB"
    after = dump(scene.center)
    for table in ("setting", "peer"):
        before.pop(table), after.pop(table)
    assert after == before


BAD_VALUES = [
    ("child", "birth_date", "0"),  # as seconds since 1970, a day
    ("child", "registered_on", "-86400"),
    ("child", "birth_date", "2026-02-30"),
    ("child", "recorded_at", "2026-02-30T08:00:00+08:00"),
    ("child", "recorded_at", "gestern"),
    ("child", "deleted_at", ""),
    ("visit", "answers", "x"),
    ("visit", "answers", "[]"),
    ("visit", "answers", '{"a":' * 5_000 + "1" + "}" * 5_000),
    ("visit", "answers", '{"a":NaN}'),
]


@pytest.mark.parametrize(("table", "field", "value"), BAD_VALUES, ids=range(len(BAD_VALUES)))
def test_what_no_page_could_read_is_held(scene, table, field, value):
    """Each of these was taken in once, and whoever opened the child, or derived what follows from it, failed."""
    (report,) = preview(scene.center, [scene.file(scene.with_field(table, **{field: value}))]).reports
    assert (report.status, report.reasons["bad_value"]) == ("accepted", 1), report.message


ID, OTHER = "0193b1de-0000-7000-8000-000000000001", "0193b1de-0000-7000-8000-000000000002"
AT = "2026-11-20T12:00:00+08:00"
ROW = {"owner": "371103-01", "recorded_at": AT, "recorded_by": "王敏"}
LINES = {
    "=receipt": {"epoch": "0" * 32, "hash": "0" * 64, "no": 1, "received_at": AT, "result": {}},
    "=held": {"name": "child", "id": ID, "reason": "bad_value", "field": "", "child": ID, "bundle": "0" * 64},
    "=back": {
        "name": "village", "id": ID, "deleted": False, "fields": {**ROW, "name": "西坡"}, "was": "", "packet": 1,
        "why": "give_back",
    },
    "=offer": {
        "transfer": ID, "child": OTHER, "from": "371103-02", "name": "transfer", "id": ID,
        "fields": {**ROW, "child_id": OTHER, "to_station": "01", "released_on": "2026-11-20", "reason": "搬家"},
    },
    "=handover": {
        "transfer": ID, "child": OTHER, "from": "371103-02", "to": "371103-01", "state": "offered",
        "owner": "371103-02", "at": AT, "reason": "",
    },
}  # fmt: skip


def line(table, **changes):
    return {"table": table, **LINES[table], **changes}


BAD_LINES = [
    line("=receipt", no=-1),
    line("=receipt", received_at="gestern"),
    line("=held", id="x"),
    line("=back", id=ID[:-12] + '","owner"xx'),
    line("=back", was="x"),
    line("=back", why="x"),
    line("=back", packet=-1),
    line("=back", deleted=True),
    line("=back", deleted="no"),
    line("=back", fields={}),
    line("=back", fields={**ROW, "name": ["西坡"]}),
    line("=back", fields={**ROW, "name": "西坡", "owner": "371103-02"}),
    line("=back", name="child", fields={**ROW, "owner": "371103"}),
    line("=back", name="child", fields={**ROW, "owner": "371104-01"}),
    line("=back", name="station"),
    line("=back", name="setting"),
    line("=offer"),  # a record of nobody
    line("=offer", transfer="x"),
    line("=offer", name="own_key"),
    line("=offer", fields={"a": {"b": 1}}),
    line("=handover", at="1"),
    line("=handover", state="gone"),
    line("=handover", transfer="x"),
    line("=handover", owner="371103"),
    line("=handover", to="371104-01"),
    {"table": "=handover"},
    {"table": "=nothing"},
]


@pytest.mark.parametrize("bad", BAD_LINES, ids=range(len(BAD_LINES)))
def test_a_packet_with_a_line_that_is_none_is_refused(scene, bad):
    file = scene.packet(bad)
    before = dump(scene.station)
    with pytest.raises(Refused, match="未作任何改动") as refused:
        receipts.import_receipt(scene.station, file)
    assert refused.value.code == "damaged"
    after = dump(scene.station)
    for table in ("setting", "backup_copy"):  # a backup is made before
        before.pop(table, None), after.pop(table, None)
    assert after == before


def test_lines_that_come_twice_count_once(scene):
    """And each of these lines is taken when nothing is wrong with it."""
    held, back, taken = line("=held"), line("=back"), line("=handover")
    report = receipts.import_receipt(scene.station, scene.packet(held, held, back, back, taken, taken))
    assert (report.held, report.given_back) == (1, 1)


def test_what_an_older_program_does_not_know_is_left_to_a_newer_one(scene):
    with pytest.raises(Refused) as refused:
        receipts.import_receipt(scene.station, scene.packet(line("=back", fields={**ROW, "shoe_size": 3})))
    assert refused.value.code == "update_center"


NAMES = [
    "CON.zhb",
    "nul",
    "..zhb",
    "a\nb.zhb",
    "x" * 250,
    "371103-01-000001.zhb.part.zhb",
    "; rm -rf x.zhb",
    "-rf.zhb",
    "\u202ebhz.zhb",
    "\x1b[2J.zhb",
    os.fsdecode(b"\xff.zhb"),
]


@pytest.mark.skipif(os.name == "nt", reason="such names are none there")
def test_a_file_name_is_never_used_as_a_path(scene, tmp_path):
    """Names from outside are shown and noted; what the program keeps is named by itself."""
    for number, name in enumerate(NAMES):
        file = tmp_path / "stick" / name
        file.parent.mkdir(exist_ok=True)
        rename(scene.station, scene.child, f"赵{number}")
        bundles.export_bundle(scene.station, tmp_path / "out").file.replace(file)
        (report,) = bundles.import_bundles(scene.center, [file])
        assert report.status == "accepted", (name, report.message)
        assert file.is_file()
        assert is_plain(report_line(report))
    assert sorted(path.name for path in (tmp_path / "stick").iterdir()) == sorted(NAMES)
    inside = {path.name for path in scene.center.profile.rglob("*")}
    assert not inside & set(NAMES)
    assert {path.name for path in tmp_path.iterdir()} == {"stick", "out"}
    for name in NAMES:
        (tmp_path / "stick" / name).write_bytes(b"x")
        bundles.import_bundles(scene.center, [tmp_path / "stick" / name])
    shown = [row.file for row in inbox.refused_files(scene.center)][: len(NAMES)]
    assert len(shown) == len(NAMES)
    assert all(map(is_plain, shown))
    with scene.center.read() as session:
        assert audit.first_broken_line(session) is None


def is_plain(text):
    """One line that reads in one direction, and that every terminal and file can take."""
    return not {unicodedata.category(sign) for sign in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.fixture
def in_time():
    """Ends a test that waits for ever."""

    def late(*_of):
        raise AssertionError("waits for ever")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(os.name == "nt", reason="no pipes and devices among files there")
def test_pipes_devices_and_links_are_not_read(scene, tmp_path, in_time):
    for ending in ("zhb", "zhr", "zhe"):
        os.mkfifo(tmp_path / f"pipe.{ending}")
        (tmp_path / f"device.{ending}").symlink_to("/dev/zero")
        (tmp_path / f"lost.{ending}").symlink_to(tmp_path / "nowhere")
        (tmp_path / f"folder.{ending}").mkdir()
    watching.watch(scene.center, tmp_path)
    assert [watching.look(scene.center) for _time in range(2)] == [[], []]
    for name in ("pipe", "device", "lost", "folder"):
        (report,) = bundles.import_bundles(scene.center, [tmp_path / f"{name}.zhb"])
        assert (report.status, report.reason) == ("refused", "unreadable")
        for reader in (
            lambda name=name: receipts.import_receipt(scene.station, tmp_path / f"{name}.zhr"),
            lambda name=name: enrolment.view_invitation(tmp_path / f"{name}.zhe"),
            lambda name=name: enrolment.view_reply(scene.center, tmp_path / f"{name}.zhe"),
        ):
            with pytest.raises(Refused) as refused:
                reader()
            assert refused.value.code == "unreadable"


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that holds more than it says")
def test_a_file_that_grows_while_it_is_read_does_not_fill_the_disk(tmp_path):
    with (
        pytest.raises(Refused) as refused,
        delivery.taken_in(Path("/proc/self/maps"), tmp_path, Limits(file_bytes=1000)),
    ):
        pass
    assert refused.value.code == "too_large"
    assert list(tmp_path.iterdir()) == []
