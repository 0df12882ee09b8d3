"""Files made to hurt, by an enrolled sender or by a stranger: refused at once, with little memory."""

from __future__ import annotations

import os
import time
import tracemalloc
import zlib
from random import Random

import pytest
from tests.faults.fuzz_exchange import sealer
from tests.faults.mangling import Raw
from tests.sync.district import open_copy
from tests.sync.forging import dump
from tests.sync.work import a_family, rename

from zhaohu.services.exchange import bundles
from zhaohu.sync.container import BUNDLE

SECONDS, BYTES = 5.0, 64 << 20
"""Of this process's own time and memory, while everything it allocates is being counted."""


class Scene:
    def __init__(self, district, folder):
        self.folder = folder
        self.center = open_copy(district, "center", folder / "center")
        self.station = open_copy(district, "01", folder / "01")
        self.child = a_family(self.station)
        self.good = bundles.export_bundle(self.station, folder).file
        self.sealer = sealer(BUNDLE, self.good, self.station, self.center)

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

    def with_field(self, **changes):
        line = self.sealer.lines[-1]
        return self.with_line({**line, "fields": {**line["fields"], **changes}})


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


def age_header(scene, size):
    """An age header that does not end."""
    start = scene.good.read_bytes().partition(b"age-encryption")[0]
    return start + b"age-encryption.org/v1\n" + b"-> X25519 " + b"A" * size


HOSTILE = {
    "header without end": lambda scene: age_header(scene, 1 << 20),
    "header of many stanzas": lambda scene: age_header(scene, 1) + b"\n-> X25519 AAAA\nAAAA\n" * 50_000,
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
    assert report.reason in ("damaged", "too_large", "update_center", "bad_signature"), report.reason
    assert took < SECONDS
    assert peak < BYTES, f"{peak >> 20} MB"
    after = dump(scene.center)
    for table in ("setting", "peer"):
        before.pop(table), after.pop(table)
    assert after == before


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
    assert sorted(path.name for path in (tmp_path / "stick").iterdir()) == sorted(NAMES)
    inside = {path.name for path in scene.center.profile.rglob("*")}
    assert not inside & set(NAMES)
    assert {path.name for path in tmp_path.iterdir()} == {"stick", "out"}
