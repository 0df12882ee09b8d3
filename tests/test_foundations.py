"""The few things that everyone may use: paths, words, the clock."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from zhaohu import i18n, paths
from zhaohu.clock import Clock
from zhaohu.i18n import format_date, format_number, format_percent


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "new" / "file.bin"
    paths.write_atomic(place, b"first")
    assert place.read_bytes() == b"first"

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        paths.write_atomic(place, b"second, cut short")
    assert place.read_bytes() == b"first"
    assert [file.name for file in place.parent.iterdir()] == ["file.bin"]


@pytest.mark.parametrize("name", ["../pyproject.toml", "growth/../../README.md", "growth/no_such.csv"])
def test_resources_cannot_be_left(name: str) -> None:
    with pytest.raises(FileNotFoundError):
        paths.resource(name)


def test_the_profile_may_be_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZHAOHU_PROFILE", str(tmp_path))
    assert paths.default_profile() == tmp_path
    monkeypatch.delenv("ZHAOHU_PROFILE")
    assert paths.default_profile().name == "zhaohu"


def test_a_fixed_clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock.at(date(2026, 11, 20))
    assert clock.today() == date(2026, 11, 20)
    assert clock.stamp().startswith("2026-11-20T12:00:00")
    monkeypatch.setenv("ZHAOHU_TODAY", "2025-02-28")
    assert Clock.from_environment().today() == date(2025, 2, 28)


def test_dates_and_numbers_follow_the_language() -> None:
    assert format_date(date(2026, 3, 5)) == "2026年3月5日"
    assert format_date(None) == ""
    assert format_number(70001) == "70,001"
    assert format_number(3.456, 2) == "3.46"
    assert format_percent(1, 3) == "33.3%"
    assert format_percent(0, 0) == "—"
    i18n.set_language("en")
    assert format_date(date(2026, 3, 5)) == "Mar 5, 2026"
    assert i18n._("male") == "male"
    assert i18n.form_term("新生儿家庭访视记录表") != "新生儿家庭访视记录表"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="tlh"):
        i18n.set_language("tlh")


def test_an_empty_word_is_never_looked_up() -> None:
    assert i18n._("") == ""
    assert i18n.form_term("") == ""
