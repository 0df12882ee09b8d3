"""The form files by command: those that ship, and one that a person is writing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.commands import Person
from zhaohu import paths


@pytest.fixture
def nobody(tmp_path: Path) -> Person:
    """No profile is needed to check a form."""
    return Person(tmp_path / "no-profile")


def test_what_ships_is_in_order(nobody: Person) -> None:
    files = nobody.json("forms", "check")["files"]
    assert {one["file"] for one in files} == {one.name for one in paths.resource("forms").rglob("*.toml")}
    assert all(one.keys() == {"file", "form", "version", "ok", "problems"} for one in files)
    assert all(one["ok"] and one["problems"] == [] for one in files)


def test_every_fault_of_a_file_is_named_at_once(nobody: Person, tmp_path: Path) -> None:
    text = paths.resource("forms/newborn_visit.toml").read_text("utf-8")
    bad = tmp_path / "mine.toml"
    bad.write_text(
        text.replace("soft = [0.5, 3.0]", "soft = [0.5, 9.0]", 1)
        .replace('unit = "cm"', 'unti = "cm"', 1)
        .replace('label = "性别"', 'label = ""', 1),
        "utf-8",
    )
    (checked,) = nobody.json("forms", "check", bad, code=1)["files"]
    assert (checked["file"], checked["ok"]) == ("mine.toml", False)
    first = [one["field"] for one in checked["problems"]]
    assert len(first) == 1  # what cannot be read comes before what does not fit together
    assert "unti" in checked["problems"][0]["reason"]

    bad.write_text(bad.read_text("utf-8").replace("unti", "unit"), "utf-8")
    (checked,) = nobody.json("forms", "check", bad, code=1)["files"]
    assert {"sex", "fontanelle_w"} <= {one["field"] for one in checked["problems"]}
    said = nobody.run("forms", "check", bad, paths.resource("forms/newborn_visit.toml"))
    assert said.returncode == 1
    assert "mine.toml：sex：" in said.stdout
    assert "2 个表单文件中有 1 个有问题" in said.stdout


def test_a_file_that_is_no_text_is_refused(nobody: Person, tmp_path: Path) -> None:
    for content in (None, b"\xff\xfe\x00"):
        file = tmp_path / "form.toml"
        if content is not None:
            file.write_bytes(content)
        assert nobody.json("forms", "check", file, code=1)["error"]["code"] == "unreadable"


def test_no_form_at_all_is_a_fault_of_the_file(nobody: Person, tmp_path: Path) -> None:
    file = tmp_path / "empty.toml"
    file.write_text("", "utf-8")
    (checked,) = nobody.json("forms", "check", file, code=1)["files"]
    assert (checked["form"], checked["version"]) == ("", "")
    assert checked["problems"]


def test_the_list_names_each_form_with_its_ages(nobody: Person) -> None:
    forms = {one["id"]: one for one in nobody.json("forms", "list")["forms"]}
    newborn = forms["newborn_visit"]
    assert (newborn["from_days"], newborn["to_days"], newborn["effective_from"]) == (0, 60, "2017-02-28")
    assert newborn["fields"] > 60
    said = nobody.run("forms", "list")
    assert newborn["title"] in said.stdout


def test_the_center_publishes_an_edition_and_takes_it_back(tmp_path: Path) -> None:
    center = Person(tmp_path / "center")
    center.json("center", "init", "--district-code", "371103", "--name", "岚山区托育指导中心")
    text = paths.resource("forms/newborn_visit.toml").read_text("utf-8").replace('"2017.1"', '"2027.1"')
    file = tmp_path / "newborn_2027.toml"
    file.write_text(text, "utf-8")
    refused = center.json("forms", "publish", file, code=1)["error"]
    assert refused["code"] == "bad_form"
    assert [one["field"] for one in refused["details"]["problems"]] == ["effective_from"]

    file.write_text(text.replace("effective_from = 2017-02-28", "effective_from = 2027-01-01"), "utf-8")
    done = center.json("forms", "publish", file, "--note", "国家新规范")
    assert (done["form"], done["version"], done["effective_from"]) == ("newborn_visit", "2027.1", "2027-01-01")
    (row,) = center.json("forms", "list")["editions"]
    assert (row["id"], row["version"], row["note"], row["reason"]) == ("newborn_visit", "2027.1", "国家新规范", "")
    assert "国家新规范" in center.run("forms", "list").stdout
    assert center.json("forms", "withdraw", "newborn_visit", "2027.1", today="2027-01-01", code=1)["error"]["code"] == (
        "in_force"
    )
    center.json("forms", "withdraw", "newborn_visit", "2027.1")
    assert center.json("forms", "list")["editions"] == []
