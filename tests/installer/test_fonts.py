"""The fonts that were fetched and cut."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from tests.installer.conftest import ROOT

FETCHED = ROOT / "resources" / "fonts"


def test_what_lies_there_is_what_the_recipe_makes(fonts):
    assert fonts.is_current(FETCHED)


@pytest.mark.parametrize(
    ("file", "family", "style", "weight"),
    [
        ("NotoSansSC-Regular.ttf", "Noto Sans SC", "Regular", 400),
        ("NotoSansSC-Bold.ttf", "Noto Sans SC", "Bold", 700),
        ("ZhaohuRare.ttf", "Zhaohu Rare", "Regular", 400),
    ],
)
def test_static_truetype_with_its_own_names(file, family, style, weight):
    with TTFont(FETCHED / file, lazy=True) as font:
        assert font["name"].getDebugName(1) == family
        assert font["name"].getDebugName(2) == style
        assert font["OS/2"].usWeightClass == weight
        assert "glyf" in font
        assert "fvar" not in font


def characters(file: str) -> set[int]:
    with TTFont(FETCHED / file, lazy=True) as font:
        return set(font.getBestCmap())


def test_the_rare_font_has_only_what_the_main_one_lacks():
    main, rare = (characters(name) for name in ("NotoSansSC-Regular.ttf", "ZhaohuRare.ttf"))
    assert ord("𠮷") in rare - main
    assert not rare & main
    assert len(main) > 30_000
    assert len(rare) > 2_000


def test_licences_lie_beside_the_fonts():
    for name in ("OFL-NotoSansSC.txt", "OFL-ZhaohuRare.txt"):
        assert "SIL OPEN FONT LICENSE" in (FETCHED / name).read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path, fonts) -> Path:
    (tmp_path / "a.ttf").write_bytes(b"font")
    record = {"recipe": fonts.recipe(), "files": {"a.ttf": fonts.sha256_of(tmp_path / "a.ttf")}}
    (tmp_path / fonts.RECORD).write_text(json.dumps(record), "utf-8")
    return tmp_path


def test_a_harmed_missing_or_outdated_font_is_made_anew(fonts, folder):
    assert fonts.is_current(folder)
    (folder / "a.ttf").write_bytes(b"fonT")
    assert not fonts.is_current(folder)
    (folder / "a.ttf").unlink()
    assert not fonts.is_current(folder)


def test_another_recipe_is_not_current(fonts, folder):
    record = json.loads((folder / fonts.RECORD).read_text("utf-8"))
    (folder / fonts.RECORD).write_text(json.dumps(record | {"recipe": "0"}), "utf-8")
    assert not fonts.is_current(folder)
    (folder / fonts.RECORD).write_text("{", "utf-8")
    assert not fonts.is_current(folder)


def test_without_a_network_the_reason_is_said_and_nothing_is_left(fonts, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert fonts.main(["--folder", str(tmp_path / "fonts")]) == 1
    assert "could not be fetched" in capsys.readouterr().err
    assert list((tmp_path / "fonts").iterdir()) == []


def test_a_rebuilt_folder_is_recognised(fonts, tmp_path):
    copy = shutil.copytree(FETCHED, tmp_path / "fonts")
    assert fonts.main(["--folder", str(copy)]) == 0
