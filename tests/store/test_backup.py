"""Backups of real encrypted profiles: whole, proven, bound to the key; every change in the file is found."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import struct
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.store.conftest import KEY, a_village
from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.store import backup, backup_file, settings
from zhaohu.store.backup_file import Reason
from zhaohu.store.engine import make_engine
from zhaohu.store.envelope import Envelope, Strength
from zhaohu.store.migrations import SCHEMA, row_counts
from zhaohu.store.session import Store

CLOCK = Clock.at(date(2026, 11, 20))
WEAK = Strength(19 * 1024, 2, 1)


@pytest.fixture
def profile(store: Store) -> Path:
    """A small profile of a station, open, its last changes still in the write-ahead log."""
    folder = store.path.parent
    Envelope(folder, WEAK).create("371103-01")
    Envelope(folder, WEAK).add(KEY, "user", "admin", "correct horse")
    with store.write() as session:
        settings.put(session, "site.code", "371103-01")
        settings.put(session, "site.name", "巨峰镇指导站")
        session.add(a_village())
    return folder


def make(profile: Path, reason: Reason = Reason.DAILY) -> Path:
    return backup.make(profile, KEY, reason, CLOCK)


def left_over(profile: Path) -> list[Path]:
    return [*profile.rglob("*.part*"), *profile.rglob("backup-*")]


def test_it_says_what_it_is(profile: Path, store: Store) -> None:
    file = make(profile)
    assert file == profile / "backups" / "371103-01-000001-20261120-daily.zhk"
    told = backup_file.read_manifest(file)
    with store.read() as session:
        counts = row_counts(session.connection())
        seq = session.connection().exec_driver_sql("SELECT seq FROM change_counter").scalar_one()
    assert {name: told.counts[name] for name in counts} == counts
    assert (told.seq, told.epoch, told.schema_no, told.profile) == (seq, "e" * 32, SCHEMA, "371103-01")
    assert (told.site_name, told.no, told.reason, told.made_at[:10]) == ("巨峰镇指导站", 1, Reason.DAILY, "2026-11-20")
    assert backup_file.check(file) == told
    assert backup.verify(file, KEY, profile / "tmp") == told
    assert left_over(profile) == []


def test_the_layout_is_the_documented_one(profile: Path) -> None:
    data = make(profile).read_bytes()
    assert data[:6] == b"ZHK 1\n"
    (length,) = struct.unpack(">I", data[6:10])
    manifest = data[10 : 10 + length]
    told = json.loads(manifest)
    assert json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == manifest
    sealing = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"zhaohu/backup/1").derive(KEY)
    assert data[10 + length : 42 + length] == hmac.new(sealing, manifest, "sha256").digest()
    envelope = (profile / "keys.json").read_bytes()
    assert data[42 + length :][: len(envelope)] == envelope
    assert len(data) == 42 + length + len(envelope) + told["database"]["size"] + 32
    assert data[-32:] == hashlib.sha256(data[:-32]).digest()


def test_what_is_saved_meanwhile_does_not_get_half_in(profile: Path, store: Store) -> None:
    def save(done: int, _total: int) -> None:
        with store.write() as session:
            session.add(a_village(f"村{done}"))

    with store.write() as session:  # enough pages for several steps
        settings.put(session, "big", "x" * 20_000_000)
    file = backup.make(profile, KEY, Reason.DAILY, CLOCK, progress=save)
    assert backup_file.read_manifest(file).counts["village"] == 1
    with store.read() as session:
        assert row_counts(session.connection())["village"] > 2
    backup.verify(file, KEY, profile / "tmp")


def test_numbers_go_on(profile: Path) -> None:
    names = [make(profile, reason).name for reason in (Reason.DAILY, Reason.IMPORT)]
    assert names == ["371103-01-000001-20261120-daily.zhk", "371103-01-000002-20261120-import.zhk"]
    (profile / "backups" / names[0]).unlink()
    assert make(profile).name.startswith("371103-01-000003-")
    assert backup.number_of(backup.make(profile, KEY, Reason.MANUAL, CLOCK, after=40)) == 41


def test_it_holds_nothing_in_plain(profile: Path) -> None:
    data = make(profile).read_bytes()
    told = backup_file.read_manifest(profile / "backups" / "371103-01-000001-20261120-daily.zhk")
    assert "大坡社区".encode() not in data
    assert b"SQLite format 3" not in data
    assert KEY not in data
    assert KEY.hex().encode() not in data
    assert told.counts["village"] == 1


@pytest.mark.parametrize("change", ["xor 1", "xor 255"])
def test_each_changed_byte_is_found_without_a_key(profile: Path, tmp_path: Path, change: str) -> None:
    file = make(profile)
    data = bytearray(file.read_bytes())
    mask = int(change.split()[1])
    changed = tmp_path / "changed.zhk"
    (length,) = struct.unpack(">I", data[6:10])
    places = [*range(42 + length), *range(42 + length, len(data) - 32, 997), *range(len(data) - 32, len(data))]
    shutil.copy(file, changed)
    with changed.open("r+b") as out:
        for place in places:
            out.seek(place)
            out.write(bytes([data[place] ^ mask]))
            out.flush()
            with pytest.raises(Refused) as refused:
                backup_file.check(changed)
            assert refused.value.code in ("damaged_backup", "not_a_backup", "newer_backup")
            out.seek(place)
            out.write(bytes([data[place]]))
            out.flush()
    assert backup_file.check(changed).no == 1


def test_each_cut_and_each_addition_is_found_by_its_length(profile: Path, tmp_path: Path) -> None:
    data = make(profile).read_bytes()
    changed = tmp_path / "changed.zhk"
    ends = [0, 1, 5, 6, 9, 10, 100, len(data) // 2, len(data) - 32, len(data) - 1]
    for content in [*(data[:end] for end in ends), data + b"\0", data + data, data[:500] + b"x" + data[500:], data[1:]]:
        changed.write_bytes(content)
        with pytest.raises(Refused):
            backup_file.read_manifest(changed)


def test_hostile_heads_are_refused_without_reading_on(profile: Path, tmp_path: Path) -> None:
    file = tmp_path / "hostile.zhk"
    good = json.loads(json.dumps(backup_file.read_manifest(make(profile)).model_dump(mode="json", by_alias=True)))
    manifests = [
        b"[" * 100_000,
        b"{}",
        b"null",
        json.dumps({**good, "counts": {"child": 10**400}}).encode(),
        json.dumps({**good, "database": {"size": 2**70, "sha256": "0" * 64}}).encode(),
        json.dumps({**good, "made_at": "2026-13-45T00:00:00"}).encode(),
        json.dumps({**good, "reason": "why not"}).encode(),
        json.dumps(good).encode()[:-1] + b',"no":1e3}',
        b'{"site_name":"\\ud800"}',
    ]
    for manifest in manifests:
        file.write_bytes(b"ZHK 1\n" + struct.pack(">I", len(manifest)) + manifest + bytes(64))
        with pytest.raises(Refused) as refused:
            backup_file.check(file)
        assert refused.value.code == "damaged_backup"
    file.write_bytes(b"ZHK 1\n" + b"\xff\xff\xff\xff" + bytes(2 << 20))
    with pytest.raises(Refused):
        backup_file.check(file)
    file.write_bytes(b"ZHK 2\n" + bytes(100))
    with pytest.raises(Refused) as refused:
        backup_file.check(file)
    assert refused.value.code == "newer_backup"
    with pytest.raises(Refused) as refused:
        backup_file.check(tmp_path)
    assert refused.value.code == "unreadable"


def test_one_put_together_by_somebody_else_does_not_open(profile: Path, tmp_path: Path) -> None:
    """Its hashes fit, its seal does not: who has no key cannot change what a backup says."""
    data = make(profile).read_bytes()
    (length,) = struct.unpack(">I", data[6:10])
    forged = data[10 : 10 + length].replace("巨峰镇".encode(), "碑廓镇".encode())
    body = data[:10] + forged + data[10 + length : -32]
    file = tmp_path / "forged.zhk"
    file.write_bytes(body + hashlib.sha256(body).digest())
    assert backup_file.check(file).site_name == "碑廓镇指导站"
    assert not backup_file.fits(file, KEY)
    with pytest.raises(Refused) as refused:
        backup.verify(file, KEY, profile / "tmp")
    assert refused.value.code == "other_key"


def test_another_key_is_told(profile: Path) -> None:
    file = make(profile)
    assert backup_file.fits(file, KEY)
    with pytest.raises(Refused) as refused:
        backup.verify(file, bytes(32), profile / "tmp")
    assert refused.value.code == "other_key"


def test_a_damaged_database_makes_no_backup(profile: Path, store: Store) -> None:
    with store.write() as session:
        settings.put(session, "big", "x" * 50_000)
    store.close()
    engine = make_engine(store.path, KEY)
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("VACUUM")  # no page without content
    engine.dispose()
    data = store.path.read_bytes()
    for page in range(len(data) // 4096):
        damaged = bytearray(data)
        damaged[page * 4096 + 2000] ^= 1
        store.path.write_bytes(damaged)
        with pytest.raises(Refused) as refused:
            make(profile)
        assert refused.value.code == ("damaged" if page else "store_fault")
    store.path.write_bytes(data)
    assert list((profile / "backups").iterdir()) == []
    assert left_over(profile) == []


def test_broken_references_make_no_backup(profile: Path) -> None:
    engine = make_engine(profile / "zhaohu.db", KEY)
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("UPDATE village SET id = 'x'")
        raw.execute("INSERT INTO sent_row (bundle_id, table_name, row_id, digest) VALUES ('none', 'child', 'x', 'y')")
    engine.dispose()
    with pytest.raises(Refused) as refused:
        make(profile)
    assert refused.value.code == "damaged"
    assert list((profile / "backups").iterdir()) == []


def test_a_full_disk_is_told_before_anything_is_written(profile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(profile)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage._replace(free=1000))
    with pytest.raises(Refused) as refused:
        make(profile)
    assert refused.value.code == "no_space"
    assert list((profile / "backups").iterdir()) == []


def test_what_a_killed_one_left_goes_with_the_next(profile: Path) -> None:
    (profile / "backups").mkdir()
    (profile / "backups" / "0123abcd.db.part").write_bytes(b"half")
    file = make(profile)
    assert list((profile / "backups").iterdir()) == [file]


def test_without_keys_or_database_there_is_nothing_to_back_up(profile: Path, store: Store) -> None:
    for name in ("keys.json", "keys.copy.json"):
        (profile / name).unlink()
    with pytest.raises(Refused) as refused:
        make(profile)
    assert refused.value.code == "no_key_file"
    store.close()
    store.path.unlink()
    with pytest.raises(Refused) as refused:
        make(profile)
    assert refused.value.code == "database_missing"
    assert not store.path.exists()


def test_one_good_copy_of_the_keys_is_enough(profile: Path) -> None:
    good = (profile / "keys.json").read_bytes()
    (profile / "keys.json").write_bytes(good[:100])
    file = make(profile)
    assert good in file.read_bytes()


def test_a_rotten_copy_of_the_keys_is_not_taken_along(profile: Path) -> None:
    good = (profile / "keys.json").read_bytes()
    wrapped = json.loads(good)["slots"][0]["wrapped"].encode()
    (profile / "keys.json").write_bytes(good.replace(wrapped, (b"B" if wrapped[:1] == b"A" else b"A") + wrapped[1:]))
    assert good in make(profile).read_bytes()


def test_a_clock_that_was_set_back_is_marked(profile: Path, store: Store) -> None:
    from zhaohu.store import audit

    with store.write() as session:
        audit.append(session, at="2026-11-20T13:00:00+00:00", account="a", action="x", subject=None, detail={})
    early = backup.make(profile, KEY, Reason.DAILY, Clock.at(date(2026, 11, 19)))
    late = backup.make(profile, KEY, Reason.DAILY, Clock.at(date(2026, 11, 22)))
    assert [backup_file.read_manifest(file).clock_suspect for file in (early, late)] == [True, False]
