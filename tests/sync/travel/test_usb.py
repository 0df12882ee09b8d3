"""Sticks are found among what is mounted."""

from __future__ import annotations

import os

import pytest

from zhaohu.store.place import Volume
from zhaohu.sync.travel import usb


def volume(mount, *options: str) -> Volume:
    return Volume(f"dev-{mount.name}", mount, "vfat", frozenset(options))


def test_sticks_that_can_be_written_to_are_found_once(tmp_path):
    for name in ("b", "a", "fixed", "locked"):
        (tmp_path / name).mkdir()
    found = usb.find_sticks(
        [
            volume(tmp_path / "b", "rw", "removable"),
            volume(tmp_path / "a", "rw", "removable"),
            volume(tmp_path / "a", "rw", "removable"),
            volume(tmp_path / "fixed", "rw"),
            volume(tmp_path / "locked", "ro", "removable"),
            volume(tmp_path / "pulled-out", "rw", "removable"),
        ]
    )
    assert [(stick.name, stick.folder) for stick in found] == [
        ("a", tmp_path / "a" / "zhaohu"),
        ("b", tmp_path / "b" / "zhaohu"),
    ]
    assert all(0 < stick.free_bytes <= stick.total_bytes for stick in found)


def test_what_is_mounted_here_is_looked_at_without_harm():
    assert isinstance(usb.find_sticks(), list)


def test_only_the_folder_of_a_stick_is_made(tmp_path, monkeypatch):
    usb.make_folder(tmp_path / "zhaohu")
    usb.make_folder(tmp_path / "other")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(os.path, "ismount", lambda path: path == tmp_path)
    usb.make_folder(tmp_path / "other")
    usb.make_folder(tmp_path / "zhaohu")
    assert [path.name for path in tmp_path.iterdir()] == ["zhaohu"]


@pytest.mark.parametrize("options", [(), ("remote",)])
def test_other_disks_are_no_sticks(tmp_path, options):
    assert usb.find_sticks([volume(tmp_path, "rw", *options)]) == []
