"""The key envelope: who has a password or the sheet gets the key, and nobody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.errors import Refused
from zhaohu.store.envelope import (
    UNMISTAKABLE,
    Envelope,
    Strength,
    WrongPassword,
    new_recovery_code,
    read_recovery_code,
)

QUICK = Strength(memory_kib=19 * 1024, passes=2, lanes=1)


@pytest.fixture
def envelope(tmp_path: Path) -> Envelope:
    return Envelope(tmp_path, QUICK)


def test_each_person_opens_the_same_key(envelope: Envelope) -> None:
    key = envelope.create("371103-01")
    envelope.add(key, "user", "admin", "correct horse")
    envelope.add(key, "user", "王敏", "另一个密码!")
    assert envelope.open("admin", "correct horse") == envelope.open("王敏", "另一个密码!") == key


@pytest.mark.parametrize(("name", "password"), [("admin", "wrong"), ("nobody", "correct horse"), ("recovery", "x")])
def test_a_wrong_name_or_password_is_refused_alike(envelope: Envelope, name: str, password: str) -> None:
    key = envelope.create("371103-01")
    envelope.add(key, "user", "admin", "correct horse")
    with pytest.raises(WrongPassword) as refused:
        envelope.open(name, password)
    with pytest.raises(WrongPassword) as other:
        envelope.open("admin", "also wrong")
    assert refused.value.message == other.value.message


def test_the_old_password_opens_nothing_after_a_change(envelope: Envelope) -> None:
    key = envelope.create("371103-01")
    envelope.add(key, "user", "admin", "old password")
    envelope.add(key, "user", "admin", "new password")
    assert envelope.open("admin", "new password") == key
    with pytest.raises(WrongPassword):
        envelope.open("admin", "old password")


def test_the_recovery_sheet_opens_the_key_and_a_new_sheet_replaces_it(envelope: Envelope) -> None:
    key = envelope.create("371103-01")
    first, second = new_recovery_code(), new_recovery_code()
    envelope.add_recovery(key, first)
    assert envelope.open_with_recovery_code(first.lower().replace("-", " ")) == key
    envelope.add_recovery(key, second)
    assert envelope.open_with_recovery_code(second) == key
    with pytest.raises(WrongPassword):
        envelope.open_with_recovery_code(first)


def test_a_slot_of_another_profile_or_name_does_not_open(envelope: Envelope, tmp_path: Path) -> None:
    key = envelope.create("371103-01")
    envelope.add(key, "user", "admin", "correct horse")
    for change in ({"profile": "371103-02"}, {"slots": [{**_content(tmp_path)["slots"][0], "name": "boss"}]}):
        for file in ("keys.json", "keys.copy.json"):
            (tmp_path / file).write_text(json.dumps({**_content(tmp_path), **change}))
        with pytest.raises(WrongPassword):
            envelope.open(change.get("slots", [{"name": "admin"}])[0]["name"], "correct horse")


def _content(folder: Path) -> dict:
    return json.loads((folder / "keys.json").read_text("utf-8"))


def test_the_second_copy_serves_when_the_first_is_damaged(envelope: Envelope, tmp_path: Path) -> None:
    key = envelope.create("371103-01")
    envelope.add(key, "user", "admin", "correct horse")
    (tmp_path / "keys.json").write_bytes(b"\x00garbage")
    assert envelope.open("admin", "correct horse") == key
    (tmp_path / "keys.copy.json").unlink()
    with pytest.raises(Refused) as refused:
        envelope.open("admin", "correct horse")
    assert refused.value.code == "no_key_file"


@pytest.mark.parametrize("rotten", ["keys.json", "keys.copy.json"])
def test_a_slot_that_rotted_in_one_copy_is_read_from_the_other(envelope: Envelope, tmp_path: Path, rotten: str) -> None:
    key = envelope.create("371103-01")
    for name in ("admin", "wangmin"):
        envelope.add(key, "user", name, f"the horse of {name}")
    file = tmp_path / rotten
    good = file.read_text("utf-8")
    wrapped = _content(tmp_path)["slots"][1]["wrapped"]
    file.write_text(good.replace(wrapped, ("B" if wrapped[0] == "A" else "A") + wrapped[1:]), "utf-8")
    assert envelope.raw() == good.encode("utf-8")
    assert envelope.open("wangmin", "the horse of wangmin") == key
    assert not envelope.copies_agree()
    envelope.add(key, "user", "admin", "another horse")  # mends both copies, and loses nobody's slot
    assert envelope.copies_agree()
    assert envelope.open("wangmin", "the horse of wangmin") == key


def test_a_file_without_a_hash_is_one_of_the_first_version(envelope: Envelope, tmp_path: Path) -> None:
    key = envelope.create("371103-01")
    envelope.add(key, "user", "admin", "correct horse")
    content = _content(tmp_path)
    del content["hash"]
    for name in ("keys.json", "keys.copy.json"):
        (tmp_path / name).write_text(json.dumps(content), "utf-8")
    assert envelope.open("admin", "correct horse") == key


def test_the_file_holds_neither_key_nor_password(envelope: Envelope, tmp_path: Path) -> None:
    key = envelope.create("371103-01")
    envelope.add(key, "user", "admin", "correct horse")
    raw = (tmp_path / "keys.json").read_bytes()
    assert b"correct horse" not in raw
    assert key not in raw
    assert key.hex().encode() not in raw


@given(place=st.integers(0, 31), wrong=st.sampled_from(UNMISTAKABLE))
def test_one_misread_character_of_the_sheet_is_noticed(place: int, wrong: str) -> None:
    code = new_recovery_code()
    plain = code.replace("-", "")
    changed = plain[:place] + wrong + plain[place + 1 :]
    if changed == plain:
        assert read_recovery_code(changed) == plain[:32]
    else:
        with pytest.raises(Refused):
            read_recovery_code(changed)
