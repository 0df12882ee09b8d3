"""Every single changed byte, every cut and every added byte of a backup or a key file is noticed."""

from __future__ import annotations

import hashlib
import random
import time
from contextlib import suppress

import pytest
from tests.faults.figures import FULL, SEED, tell, times
from tests.services.families import enrol
from tests.sync.district import ADMIN, make_district, open_copy

from zhaohu.errors import Refused
from zhaohu.paths import KEY_FILES
from zhaohu.services.safety import backups
from zhaohu.store import backup_file
from zhaohu.store.envelope import Envelope


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A station's desk and a small backup of it."""
    folder = tmp_path_factory.mktemp("flips")
    desk = open_copy(make_district(folder / "district"), "01", folder / "station")
    enrol(desk)
    yield desk, backups.create_backup(desk).file
    desk.close()


def noticed(look, file):
    try:
        look(file)
    except Refused as refused:
        return len(refused.message) > 8
    return False


def head_end(file):
    """Where the database begins: before it, damage may have many forms."""
    return file.stat().st_size - backup_file.check(file).database.size - 32


def test_every_changed_byte_of_a_backup_is_noticed(kept, tmp_path):
    _desk, good = kept
    began = time.monotonic()
    copy = tmp_path / good.name
    copy.write_bytes(good.read_bytes())
    size, head = copy.stat().st_size, head_end(good)
    throw = random.Random(SEED)
    places = range(size) if FULL else sorted({*range(0, head, 9), *throw.sample(range(size), 400), size - 1})
    missed, tried = [], 0
    with copy.open("r+b", buffering=0) as file:
        for place in places:
            file.seek(place)
            (byte,) = file.read(1)
            for mask in (1, 0xFF):
                file.seek(place)
                file.write(bytes([byte ^ mask]))
                tried += 1
                if not noticed(backup_file.check, copy):
                    missed.append((place, mask))
            file.seek(place)
            file.write(bytes([byte]))
    backup_file.check(copy)
    tell("changed byte of a backup", tried, lost=len(missed), seconds=time.monotonic() - began, words=f"{size} bytes")
    assert missed == []


def test_every_cut_and_every_added_byte_is_noticed(kept, tmp_path):
    _desk, good = kept
    began = time.monotonic()
    data = good.read_bytes()
    throw = random.Random(SEED)
    copy = tmp_path / good.name
    head = head_end(good)
    lengths = {*range(0, head, 1 if FULL else 31), *throw.sample(range(len(data)), times(4_000, 60)), len(data) - 1}
    added = {*range(0, head, 1 if FULL else 61), *throw.sample(range(len(data)), times(2_000, 30)), len(data)}
    missed = []
    for length in lengths:
        copy.write_bytes(data[:length])
        if not noticed(backup_file.check, copy):
            missed.append(("cut", length))
    for place in added:
        copy.write_bytes(data[:place] + bytes([throw.randrange(256)]) + data[place:])
        if not noticed(backup_file.check, copy):
            missed.append(("added", place))
    tried = len(lengths) + len(added)
    tell("cut or longer backup", tried, lost=len(missed), seconds=time.monotonic() - began)
    assert missed == []


def test_verifying_a_damaged_backup_touches_nothing(kept, tmp_path):
    desk, good = kept
    began = time.monotonic()
    throw = random.Random(SEED)
    data = good.read_bytes()
    copy = tmp_path / good.name
    before = hashlib.sha256(desk.store.path.read_bytes()).digest()
    tried = times(300, 12)
    for _time in range(tried):
        place = throw.randrange(len(data))
        copy.write_bytes(data[:place] + bytes([data[place] ^ throw.randrange(1, 256)]) + data[place + 1 :])
        assert noticed(lambda file: backups.verify_backup(desk, file), copy), place
    assert hashlib.sha256(desk.store.path.read_bytes()).digest() == before
    assert list((desk.profile / "tmp").glob("backup-*")) == []
    tell("verify of a damaged backup", tried, seconds=time.monotonic() - began)


def test_a_changed_key_file_opens_rightly_or_not_at_all(kept, tmp_path):
    desk, _good = kept
    began = time.monotonic()
    data = (desk.profile / KEY_FILES[0]).read_bytes()
    throw = random.Random(SEED)
    places = range(len(data)) if FULL else sorted(throw.sample(range(len(data)), 60))
    opened = 0
    for place in places:
        for mask in (1, 0xFF):
            for name in KEY_FILES:
                (tmp_path / name).write_bytes(data[:place] + bytes([data[place] ^ mask]) + data[place + 1 :])
            with suppress(Refused):
                key = Envelope(tmp_path).open(ADMIN.name, ADMIN.password)
                opened += 1
                assert key == desk.store.key, place
    tried = 2 * len(places)
    tell("changed byte of both key files", tried, seconds=time.monotonic() - began, words=f"{opened} opened, rightly")
    for length in range(0, len(data), 1 if FULL else 40):
        for name in KEY_FILES:
            (tmp_path / name).write_bytes(data[:length])
        assert noticed(lambda _file: Envelope(tmp_path).open(ADMIN.name, ADMIN.password), tmp_path), length
