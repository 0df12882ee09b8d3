"""The main job by command, as a person at a keyboard or a scheduler does it: real processes, real files."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.commands import PASSWORD, TODAY, Person
from tests.services.families import newborn_answers

ROSTERS = Path(__file__).parents[1] / "data" / "rosters"


@pytest.fixture(scope="module")
def children(district: tuple[Person, Person, Path]) -> list[dict[str, Any]]:
    """The roster's good rows, taken in."""
    _center, station, _folder = district
    roster = ROSTERS / "township_roster.xlsx"
    checked = station.json("children", "import", roster, "--check")
    assert station.json("children", "list")["children"] == []
    taken = station.json("children", "import", roster)
    assert checked.pop("import_id") == ""
    assert taken.pop("import_id") in {one["id"] for one in station.json("children", "imports")["imports"]}
    assert taken == checked
    assert taken["accepted"] > 10
    rejected = {(row["row"], row["field"]) for row in taken["rejected"]}
    assert {(4, "id_number"), (165, "birth_date"), (166, "birth_date"), (45, "birth_length")} <= rejected
    assert {row["row"] for row in taken["possible_duplicates"]} == {163, 164}
    found = station.json("children", "list")["children"]
    assert len(found) == taken["accepted"]
    return found


@pytest.fixture(scope="module")
def visit(district: tuple[Person, Person, Path], children: list[dict[str, Any]]) -> dict[str, Any]:
    """One newborn home visit."""
    _center, station, folder = district
    child = next(child for child in children if child["birth_date"] >= "2026-09-01" and child["birth_date"] < TODAY)
    answers = {**normal_answers(), "visit_date": TODAY, "next_date": "2026-12-10", "weight_kg": 4.6}
    (folder / "answers.json").write_text(json.dumps(answers, ensure_ascii=False), "utf-8")
    arguments = ("visit", "add", "--child", child["id"], "--form", "newborn_visit", "--file")
    (folder / "bad.json").write_text(json.dumps({**answers, "weight_kg": 46}), "utf-8")
    refused = station.json(*arguments, folder / "bad.json", code=1)["error"]
    assert refused["details"]["field"] == "weight_kg"
    assert refused["details"]["problems"][0]["value"] == 46
    assert "46" in refused["message"]
    saved = station.json(*arguments, folder / "answers.json")["visit"]
    assert saved["version"] == 1
    assert any(day["china"]["wfa"]["level"] for day in saved["growth"])
    return saved


def normal_answers() -> dict[str, Any]:
    normal = dict.fromkeys(
        [
            "eyes",
            "limbs",
            "ears",
            "neck_mass",
            "nose",
            "mouth",
            "anus",
            "heart_lung",
            "chest",
            "abdomen",
            "spine",
            "genitals",
        ],
        "1",
    )
    return {**newborn_answers(), **normal, "skin": ["1"]}


def test_children_are_found_by_what_one_remembers(district, children) -> None:
    _center, station, _folder = district
    child = children[0]
    for query in (child["name"], child["name"][1:], child["phone"][-4:]):
        assert child["id"] in [found["id"] for found in station.json("children", "search", query)["children"]]
    shown = station.json("children", "show", child["id"])["child"]
    assert shown["name"] == child["name"]
    assert "*" in shown["caregivers"][0]["phone"]


def test_who_is_due_is_listed_overdue_first(district, visit) -> None:
    _center, station, _folder = district
    states = [row["state"] for row in station.json("due", "--within", 30)["due"]]
    order = ["overdue", "due", "upcoming", "done_late"]
    assert states == sorted(states, key=order.index)
    assert {"due", "overdue"} <= set(states)


def test_papers_are_written(district, visit) -> None:
    _center, station, folder = district
    for words, name in (
        (("print", "visit", visit["id"]), "visit.pdf"),
        (("print", "growth", "--child", visit["child"]), "growth.pdf"),
        (("print", "growth", "--child", visit["child"], "--standard", "who", "--indicator", "lhfa"), "length.pdf"),
        (("print", "growth", "--child", visit["child"], "--indicator", "all", "--lines", "percentile"), "all.pdf"),
        (("print", "family", "--child", visit["child"]), "family.pdf"),
        (("print", "handout", "--child", visit["child"], "--visit", visit["id"]), "handout.pdf"),
    ):
        assert station.run(*words, "--out", folder / name).returncode == 0
        assert (folder / name).read_bytes().startswith(b"%PDF")


def test_the_bundle_travels_and_is_answered(district, visit, children) -> None:
    center, station, folder = district
    exported = station.json("bundle", "export", "--out", folder / "stick")
    bundle = Path(exported["file"])
    assert bundle.name == "371103-01-000001.zhb"
    assert center.json("bundle", "verify", bundle)["no"] == 1
    altered = bytearray(bundle.read_bytes())
    altered[len(altered) // 2] ^= 1
    (folder / "altered.zhb").write_bytes(altered)
    refused = center.json("bundle", "import", folder / "altered.zhb", code=1)["files"][0]
    assert refused["status"] == "refused"
    assert center.json("children", "list")["children"] == []
    first = center.json("bundle", "import", bundle)["files"][0]
    assert (first["status"], first["new"]) == ("accepted", exported["records"])
    assert center.json("bundle", "import", bundle)["files"][0]["status"] == "already_had"
    seen = center.json("children", "list")["children"]
    assert {child["id"] for child in seen} == {child["id"] for child in children}
    packet = center.json("receipt", "export", "--station", "01", "--out", folder / "stick")
    assert station.json("receipt", "import", packet["file"])["confirmed_no"] == 1
    assert station.json("bundle", "status")["pending"]["records"] == 0
    nothing = station.json("bundle", "export", "--out", folder / "stick", code=1)
    assert nothing["error"]["code"] == "nothing_new"


def test_staffing_is_the_same_at_both_ends(district) -> None:
    center, station, _folder = district
    (here,) = station.json("staffing")["stations"]
    (there,) = center.json("staffing")["stations"]
    assert (here["needed"], here["gap"]) == (there["needed"], there["gap"]) == (8, 8)


def test_accounts_have_roles(district) -> None:
    _center, station, _folder = district
    added = station.json("user", "add", "viewer1", "--role", "viewer")
    who = {"user": "viewer1", "password": added["first_password"]}
    assert station.json("children", "list", **who)["children"] is not None
    assert station.json("user", "list", code=1, **who)["error"]["code"] == "not_allowed"
    station.json("user", "disable", "viewer1")
    assert station.json("children", "list", code=1, **who)["error"]["code"] == "wrong_password"


def test_the_doctor_finds_nothing_wrong(district) -> None:
    for person in district[:2]:
        findings = person.json("check")
        assert findings["ok"], findings


def test_growth_of_a_file_needs_no_profile(tmp_path: Path) -> None:
    table = "sex,age_days,weight_kg,length_cm,note\n2,309,8.19,,a\n1,149,6.43,64,b\n9,10,3,50,c\n1,x,3,50,d\n"
    (tmp_path / "in.csv").write_text(table, "utf-8")
    done = Person(tmp_path / "none").run(
        "growth", "assess", tmp_path / "in.csv", "--out", tmp_path / "out.csv", "--standard", "who"
    )
    assert done.returncode == 0, done.stderr
    rows = (tmp_path / "out.csv").read_text("utf-8").splitlines()
    assert rows[0].startswith("sex,age_days,weight_kg,length_cm,note,age_days_used,waz,haz,whz,baz,hcz,flags")
    assert len(rows) == 5
    assert ",-1.33," in rows[2]
    assert "sex_unknown" in rows[3]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--version",), 0),
        (("--help",), 0),
        (("children", "list", "--help"), 0),
        (("nonsense",), 2),
        (("bundle", "export"), 2),
        (("children", "show", "0"), 1),
    ],
)
def test_exit_codes(district, words: tuple[str, ...], code: int) -> None:
    assert district[1].run(*words).returncode == code


def test_options_may_stand_anywhere_and_a_refusal_is_json(district, tmp_path: Path) -> None:
    _center, station, _folder = district
    done = station.run("children", "--json", "list", password="wrong password")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "wrong_password"
    assert done.stderr.strip() == json.loads(done.stdout)["error"]["message"]
    elsewhere = Person(tmp_path / "nothing").json("children", "list", code=1)
    assert elsewhere["error"]["code"] == "no_profile"


def test_an_init_whose_sheet_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    words = (
        "center",
        "init",
        "--district-code",
        "371103",
        "--name",
        "中心",
        "--recovery-sheet",
        tmp_path / "file" / "s.pdf",
    )
    refused = Person(tmp_path / "center").json(*words, code=1)
    assert refused["error"]["code"] == "cannot_write"
    assert not (tmp_path / "center").exists()


def test_files_that_cannot_be_used_are_refused_and_no_bug(district, tmp_path: Path) -> None:
    _center, station, _folder = district
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "in.csv").write_text("sex,age_days\n1,10\n", "utf-8")
    for words, code in (
        (("growth", "assess", tmp_path / "in.csv", "--out", tmp_path / "file" / "out.csv"), "cannot_write"),
        (("children", "import", "--template", tmp_path / "file" / "t.xlsx"), "cannot_write"),
        (("children", "list", "--password-file", tmp_path), "unusable_file"),
    ):
        assert station.json(*words, code=1)["error"]["code"] == code
    (tmp_path / "password").write_bytes(b"\xff\xfe\x00")
    refused = station.json("children", "list", "--password-file", tmp_path / "password", code=1)
    assert refused["error"]["code"] == "bad_password_file"


def test_a_password_file_of_any_editor_is_read(district, tmp_path: Path) -> None:
    _center, station, _folder = district
    (tmp_path / "password").write_bytes(b"\xef\xbb\xbf" + f"{PASSWORD}\r\n".encode())
    assert station.json("user", "list", "--password-file", tmp_path / "password", password="wrong")["users"]


def test_output_is_utf8_whatever_the_system_speaks(district, children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "gbk")
    assert any(ord(character) > 0xFFFF or character == "𫖯" for child in children for character in child["name"])
    names = {child["name"] for child in district[1].json("children", "list")["children"]}
    assert names == {child["name"] for child in children}


def test_the_language_may_be_written_in_one_word(district) -> None:
    assert "Station" in district[1].run("staffing", "--lang=en").stdout


def test_two_commands_at_once_do_not_take_the_same_children_twice(district, tmp_path: Path) -> None:
    center, _station, _folder = district
    center.json(
        "center", "station", "add", "--code", "02", "--name", "碑廓镇指导站", "--township", "碑廓镇", "--population", 1,
        "--out", tmp_path / "02.zhe",
    )  # fmt: skip
    other = Person(tmp_path / "station")
    other.json("station", "init", "--enrolment", tmp_path / "02.zhe")
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(other.run, "children", "import", ROSTERS / "township_roster.xlsx") for _one in range(2)]
        assert min(run.result().returncode for run in runs) == 0
        assert {run.result().returncode for run in runs} <= {0, 1}
    found = other.json("children", "list")["children"]
    assert len({child["name"] for child in found}) == len(found)
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(other.json, "bundle", "export", "--out", tmp_path / str(one)) for one in range(2)]
        first, second = (run.result() for run in runs)
    assert first["bundle_id"] == second["bundle_id"]
    assert Path(first["file"]).read_bytes() == Path(second["file"]).read_bytes()


@pytest.mark.parametrize(
    ("words", "code"),
    [(("children", "list"), 0), (("children", "show", "--json", "none"), 1), (("due", "--nonsense"), 2)],
)
def test_a_forked_command_says_what_one_started_anew_says(district, words, code):
    anew, forked = district[1].run_anew(*words), district[1].run(*words)
    assert (anew.returncode, anew.stdout, anew.stderr) == (forked.returncode, forked.stdout, forked.stderr)
    assert anew.returncode == code
