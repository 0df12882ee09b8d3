"""Wrong passwords: they slow down, betray no name, and are told at the next log-in."""

from __future__ import annotations

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from argon2.low_level import hash_secret_raw
from sqlmodel import select

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.records.codes import Role
from zhaohu.records.local import AuditLine
from zhaohu.services.desk import Desk
from zhaohu.services.safety import accounts, attempts, recovery
from zhaohu.services.safety.profile import open_desk
from zhaohu.store import envelope
from zhaohu.store.envelope import Strength, WrongPassword, new_recovery_code

QUICK = Strength(memory_kib=19 * 1024, passes=2, lanes=1)


def later(clock: Clock, seconds: float) -> Clock:
    return Clock(clock.now() + timedelta(seconds=seconds))


def guess(profile: Path, clock: Clock, user: str = "admin", password: str = "a wrong one") -> tuple[str, int]:
    """How a try ended: `in`, `wrong_password` or `wait`, and how long."""
    try:
        open_desk(profile, user, password, clock).close()
    except Refused as refused:
        return refused.code, int(str(refused.details.get("seconds", 0)))
    return "in", 0


def failed(desk: Desk) -> list[tuple[str, str]]:
    with desk.read() as session:
        lines = session.exec(
            select(AuditLine).where(AuditLine.action == "account.log_in_failed").order_by(AuditLine.no)
        )
        return [(line.account, json.loads(line.detail)["tried_at"]) for line in lines]


def test_three_are_free_and_then_the_waits_double_up_to_five_minutes(station_desk: Desk) -> None:
    clock = station_desk.clock
    assert [guess(station_desk.profile, clock) for _try in range(3)] == [("wrong_password", 0)] * 3
    for seconds in (5, 10, 20, 40, 80, 160, 300, 300):
        assert guess(station_desk.profile, clock) == ("wait", seconds)
        assert guess(station_desk.profile, later(clock, seconds - 0.5)) == ("wait", 1)
        clock = later(clock, seconds)
        assert guess(station_desk.profile, clock) == ("wrong_password", 0)
    assert guess(station_desk.profile, later(clock, 299), password="correct horse") == ("wait", 1)
    assert guess(station_desk.profile, later(clock, 300), password="correct horse") == ("in", 0)
    assert guess(station_desk.profile, clock) == ("wrong_password", 0)


def test_the_sentence_says_how_long(station_desk: Desk) -> None:
    for _try in range(3):
        guess(station_desk.profile, station_desk.clock)
    with pytest.raises(Refused) as refused:
        open_desk(station_desk.profile, "admin", "correct horse", station_desk.clock)
    assert "5" in refused.value.message


def test_while_it_lasts_no_key_is_even_looked_at(station_desk: Desk) -> None:
    for _try in range(3):
        guess(station_desk.profile, station_desk.clock)
    for name in ("keys.json", "keys.copy.json"):
        (station_desk.profile / name).unlink()
    assert guess(station_desk.profile, station_desk.clock) == ("wait", 5)
    with pytest.raises(Refused) as refused:
        recovery.open_by_code(station_desk.profile, new_recovery_code(), station_desk.clock)
    assert refused.value.code == "wait"


def test_known_unknown_and_disabled_names_are_refused_alike(station_desk: Desk, tmp_path: Path) -> None:
    accounts.add_account(
        station_desk, name="former", display_name="", role=Role.TEACHER, password="long enough", strength=QUICK
    )
    accounts.disable_account(station_desk, "former")
    said = []
    for name, password in (("admin", "a wrong one"), ("nobody", "a wrong one"), ("former", "long enough"), ("", "x")):
        profile = shutil.copytree(station_desk.profile, tmp_path / f"of {name}")
        messages = []
        for _try in range(5):
            with pytest.raises(Refused) as refused:
                open_desk(profile, name, password, station_desk.clock)
            messages.append((refused.value.code, refused.value.message))
        said.append(messages)
    assert all(messages == said[0] for messages in said)


def test_an_unknown_name_takes_as_long_as_a_known_one(station_desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(envelope, "hash_secret_raw", hash_secret_raw)  # elsewhere the tests remember what it said

    def took(name: str) -> float:
        begun = time.process_time()  # other work on the PC does not count
        with pytest.raises(WrongPassword):
            open_desk(station_desk.profile, name, "a wrong one", station_desk.clock)
        spent = time.process_time() - begun
        (station_desk.profile / attempts.FILE).unlink()
        return spent

    times = [(took("admin"), took("nobody")) for _try in range(9)]
    known, unknown = (min(times_of) for times_of in zip(*times, strict=True))
    assert 0.5 < unknown / known < 2


def test_only_names_that_have_a_key_are_written(station_desk: Desk) -> None:
    for name in ("my passw0rd by mistake", "admin"):
        guess(station_desk.profile, station_desk.clock, user=name)
    kept = (station_desk.profile / attempts.FILE).read_text("utf-8")
    assert "passw0rd" not in kept
    assert [one["account"] for one in json.loads(kept)["tries"]] == [None, "admin"]


def test_the_next_log_in_tells_of_each_try_once(station_desk: Desk) -> None:
    first, second = station_desk.clock, later(station_desk.clock, 60)
    guess(station_desk.profile, first)
    guess(station_desk.profile, second, user="nobody")
    assert failed(station_desk) == []
    for _log_in in range(2):
        assert guess(station_desk.profile, later(second, 60), password="correct horse") == ("in", 0)
        assert failed(station_desk) == [("admin", first.stamp()), ("", second.stamp())]
    assert not (station_desk.profile / attempts.FILE).exists()


def test_a_crash_before_the_file_is_emptied_doubles_nothing(station_desk: Desk, tmp_path: Path) -> None:
    file = station_desk.profile / attempts.FILE
    for _try in range(2):
        guess(station_desk.profile, station_desk.clock)
    kept = shutil.copy(file, tmp_path / "kept.json")
    guess(station_desk.profile, station_desk.clock, password="correct horse")
    shutil.copy(kept, file)
    guess(station_desk.profile, later(station_desk.clock, 60), user="nobody")
    guess(station_desk.profile, later(station_desk.clock, 120), password="correct horse")
    assert [name for name, _at in failed(station_desk)] == ["admin", "admin", ""]
    assert not file.exists()


def test_a_clock_set_back_neither_frees_nor_locks_out_for_longer(station_desk: Desk) -> None:
    for _try in range(3):
        guess(station_desk.profile, station_desk.clock)
    file, back = station_desk.profile / attempts.FILE, later(station_desk.clock, -86_400)
    assert guess(station_desk.profile, back) == ("wait", 5)
    noted = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**noted, "uptime_s": noted["uptime_s"] - 5}), "utf-8")  # five seconds go by
    assert guess(station_desk.profile, back) == ("wrong_password", 0)


def test_a_restart_with_the_clock_set_back_begins_the_wait_anew(station_desk: Desk) -> None:
    for _try in range(3):
        guess(station_desk.profile, station_desk.clock)
    file, back = station_desk.profile / attempts.FILE, later(station_desk.clock, -86_400)
    noted = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**noted, "uptime_s": noted["uptime_s"] + 1e6}), "utf-8")  # the PC had been up for long
    assert guess(station_desk.profile, back) == ("wait", 5)
    assert guess(station_desk.profile, later(back, 4)) == ("wait", 1)
    assert guess(station_desk.profile, later(back, 5), password="correct horse") == ("in", 0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"tries": [], "since": "2026-11-20T12:00:00", "uptime_s": 1}',
        b'{"tries": [{"id": 1, "at": "", "account": null}], "since": "2026-11-20T12:00:00+08:00", "uptime_s": 1}',
        b'{"tries": [], "since": "2026-11-20T12:00:00+08:00", "uptime_s": NaN}',
        b'{"tries": [], "since": "2026-11-20T12:00:00+08:00", "uptime_s": 1%s}' % (b"0" * 400),
    ],
)
def test_a_damaged_file_counts_as_one_wrong_try(station_desk: Desk, content: bytes) -> None:
    (station_desk.profile / attempts.FILE).write_bytes(content)
    assert [guess(station_desk.profile, station_desk.clock) for _try in range(3)] == [
        ("wrong_password", 0),
        ("wrong_password", 0),
        ("wait", 5),
    ]
    assert guess(station_desk.profile, later(station_desk.clock, 5), password="correct horse") == ("in", 0)
    assert [name for name, _at in failed(station_desk)] == ["", "admin", "admin"]


def test_a_file_that_cannot_be_written_lets_nobody_in(station_desk: Desk) -> None:
    (station_desk.profile / attempts.FILE).mkdir()
    assert guess(station_desk.profile, station_desk.clock) == ("wrong_password", 0)
    assert guess(station_desk.profile, station_desk.clock, password="correct horse") == ("in", 0)


def test_guessers_side_by_side_have_three_tries_together(station_desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(lambda _one: guess(station_desk.profile, station_desk.clock), range(8)))
    assert sorted(ends) == [("wait", 5)] * 5 + [("wrong_password", 0)] * 3
