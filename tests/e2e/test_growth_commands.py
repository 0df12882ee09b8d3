"""`zhaohu growth assess` as a person at a keyboard calls it: no profile, real files, real processes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.e2e.commands import Done, command

ROWS = ["sex,age_days,weight_kg,length_cm,gestation_days", "1,365,9.6,75.5,", "2,100,4.9,55,220", "0,365,9.6,75.5,"]


def zhaohu(folder: Path, *words: str) -> Done:
    return command(*words, folder=folder, environment={"ZHAOHU_TODAY": "2026-11-20"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.csv").write_text("\n".join(ROWS), "utf-8")
    return tmp_path


@pytest.mark.parametrize(("standard", "scored"), [("china", 2), ("who", 2), ("intergrowth", 1)])
def test_assessing_with_a_summary(folder: Path, standard: str, scored: int) -> None:
    places = [f"s{end}" for end in (".txt", ".xlsx", ".pdf")]
    named = [word for place in places for word in ("--summary-out", place)]
    done = zhaohu(
        folder, "growth", "assess", "in.csv", "--out", "out.csv", "--standard", standard, "--summary", *named, "--json"
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["rows"], document["standard"], document["summary_files"]) == (3, standard, places)
    assert document["summary"]["unscored"]["sex_unknown"] == 1
    with (folder / "out.csv").open(newline="", encoding="utf-8") as file:
        assert sum(bool(row["waz"]) for row in csv.DictReader(file)) == scored
    assert [(folder / place).stat().st_size > 500 for place in places] == [True] * 3
    shown = zhaohu(folder, "growth", "assess", "in.csv", "--out", "out.csv", "--standard", standard, "--summary")
    assert (folder / "s.txt").read_text("utf-8").strip() in shown.stdout


def test_without_a_summary_only_the_file_is_written(folder: Path) -> None:
    done = zhaohu(folder, "growth", "assess", "in.csv", "--out", "out.csv", "--json")
    assert json.loads(done.stdout) == {"rows": 3, "out": "out.csv", "standard": "china"}
    assert sorted(place.name for place in folder.iterdir()) == ["in.csv", "out.csv"]


def test_a_summary_of_another_kind_is_refused_before_anything_is_done(folder: Path) -> None:
    done = zhaohu(folder, "growth", "assess", "in.csv", "--out", "out.csv", "--summary-out", "s.docx", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "bad_suffix"
    assert [place.name for place in folder.iterdir()] == ["in.csv"]


def test_the_other_commands_on_growth_are_there(folder: Path) -> None:
    shown = zhaohu(folder, "growth", "--help").stdout
    assert all(name in shown for name in ("assess", "child", "recompute"))
