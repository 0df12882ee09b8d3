"""Writing to a stick and reading from one."""

from __future__ import annotations

import os
import shutil

import pytest

from zhaohu.errors import Refused
from zhaohu.sync import delivery
from zhaohu.sync.container import Limits


def test_what_is_handed_out_is_the_same_and_alone(tmp_path):
    source = tmp_path / "a"
    source.write_bytes(os.urandom(3_000_000))
    target = delivery.hand_out(source, tmp_path / "new" / "stick", "x.zhb")
    assert target.read_bytes() == source.read_bytes()
    assert [file.name for file in target.parent.iterdir()] == ["x.zhb"]


def test_an_older_file_of_the_name_is_replaced(tmp_path):
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "x.zhb").write_bytes(b"old")
    (tmp_path / "a").write_bytes(b"new")
    assert delivery.hand_out(tmp_path / "a", tmp_path / "stick", "x.zhb").read_bytes() == b"new"


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "a").write_bytes(b"new")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Refused) as refused:
        delivery.hand_out(tmp_path / "a", tmp_path / "file", "x.zhb")
    assert refused.value.code == "cannot_write"


def test_a_link_in_the_way_is_not_followed(tmp_path):
    """Others may write to a shared folder too."""
    (tmp_path / "a").write_bytes(b"new")
    (tmp_path / "diary").write_bytes(b"years of work")
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "x.zhb.part").symlink_to(tmp_path / "diary")
    assert delivery.hand_out(tmp_path / "a", stick, "x.zhb").read_bytes() == b"new"
    assert (tmp_path / "diary").read_bytes() == b"years of work"
    assert [file.name for file in stick.iterdir()] == ["x.zhb"]


def test_no_room_is_seen_before_writing(tmp_path):
    source = tmp_path / "huge"
    with source.open("wb") as file:
        file.truncate(shutil.disk_usage(tmp_path).free + (1 << 30))
    with pytest.raises(Refused) as refused:
        delivery.hand_out(source, tmp_path / "stick", "x.zhb")
    assert refused.value.code == "no_space"
    assert list((tmp_path / "stick").iterdir()) == []


def test_taken_in_is_a_copy_that_goes_away(tmp_path):
    (tmp_path / "a").write_bytes(b"data")
    with delivery.taken_in(tmp_path / "a", tmp_path / "tmp", Limits()) as copy:
        assert copy.read_bytes() == b"data"
        assert copy.parent == tmp_path / "tmp"
    assert list((tmp_path / "tmp").iterdir()) == []
    assert (tmp_path / "a").exists()


@pytest.mark.parametrize(("name", "code"), [("a", "too_large"), ("missing", "unreadable"), (".", "unreadable")])
def test_what_cannot_be_taken_in(tmp_path, name, code):
    (tmp_path / "a").write_bytes(b"data")
    with (
        pytest.raises(Refused) as refused,
        delivery.taken_in(tmp_path / name, tmp_path / "tmp", Limits(file_bytes=3)),
    ):
        pytest.fail("taken in")
    assert refused.value.code == code


def test_sweep_takes_only_what_is_ours(tmp_path):
    (tmp_path / "incoming-0123").write_bytes(b"")
    (tmp_path / "else").write_bytes(b"")
    delivery.sweep(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["else"]
