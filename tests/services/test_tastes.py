"""Tastes: kept, and harmless when damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhaohu.services.tastes import Tastes, load_tastes, save_tastes


def test_tastes_are_remembered(tmp_path: Path) -> None:
    wanted = Tastes(place="巨峰镇指导站", user="wangmin", language="en", look="dark", scale=125, idle_minutes=3)
    save_tastes(tmp_path, wanted)
    assert load_tastes(tmp_path) == wanted


@pytest.mark.parametrize("content", ["", "[]", "{", '{"scale": "big", "look": 3, "more": 1}', "\x00"])
def test_a_damaged_file_gives_the_defaults(tmp_path: Path, content: str) -> None:
    (tmp_path / "tastes.json").write_text(content, "utf-8")
    assert load_tastes(tmp_path) == Tastes()


def test_one_bad_taste_does_not_spoil_the_others(tmp_path: Path) -> None:
    (tmp_path / "tastes.json").write_text('{"scale": "big", "look": "dark"}', "utf-8")
    assert load_tastes(tmp_path) == Tastes(look="dark")


@pytest.mark.parametrize(("kept", "used"), [(0, 1), (1, 1), (15, 15), (600, 15), ("true", 10), ("1e3", 10)])
def test_the_screen_always_locks_within_a_quarter_of_an_hour(tmp_path: Path, kept: object, used: int) -> None:
    (tmp_path / "tastes.json").write_text(f'{{"idle_minutes": {kept}}}', "utf-8")
    assert load_tastes(tmp_path).idle_minutes == used
