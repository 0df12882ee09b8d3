"""What the center does with bundles at the command line: preview, report, undo, weeks, what is set aside, watching."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.e2e.commands import Person
from tests.services.families import enrol
from tests.sync.district import make_district, open_copy


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A district in which station 01 has a child."""
    folder = make_district(tmp_path_factory.mktemp("district"))
    desk = open_copy(folder, "01", folder / "01-with-child")
    enrol(desk, "单芷然")
    desk.close()
    return folder


@pytest.fixture
def place(template, tmp_path):
    """Center, station, and a stick."""
    shutil.copytree(template / "center", tmp_path / "center")
    shutil.copytree(template / "01-with-child", tmp_path / "01")
    return Person(tmp_path / "center"), Person(tmp_path / "01"), tmp_path / "stick"


def test_looked_at_taken_in_reported_answered_and_taken_back(place):
    center, station, stick = place
    bundle = station.json("bundle", "export", "--out", stick)
    (stick / "bad.zhb").write_bytes(Path(bundle["file"]).read_bytes()[:-3])
    files = (bundle["file"], stick / "bad.zhb")
    seen = center.json("bundle", "import", "--preview", *files, code=1)
    assert [file["status"] for file in seen["files"]] == ["accepted", "refused"]
    assert (seen["held"], seen["duplicates"]) == ([], [])
    assert center.json("children", "list")["children"] == []
    done = center.json("bundle", "import", "--report", stick / "r.xlsx", "--answer", stick, *files, code=1)
    assert [file["status"] for file in done["files"]] == ["accepted", "refused"]
    assert done["files"][0]["new"] == seen["files"][0]["new"] == bundle["records"]
    assert (stick / "r.xlsx").stat().st_size
    assert station.json("receipt", "import", done["receipts"][0]["file"])["confirmed_no"] == 1
    assert [row["reason"] for row in center.json("bundle", "refused")["refused"]] == ["damaged"]
    weeks = center.json("bundle", "weeks", "--weeks", 2)
    assert weeks["weeks"] == ["2026-11-09", "2026-11-16"]
    assert [cell["bundles"] for cell in weeks["stations"][0]["cells"]] == [0, 1]
    shown = center.json("bundle", "undo")
    assert (shown["undone"], shown["import"]["bundles"][0]["no"]) == (False, 1)
    assert len(center.json("children", "list")["children"]) == 1
    assert center.json("bundle", "undo", "--reason", "重来")["undone"] is True
    assert center.json("children", "list")["children"] == []
    assert center.json("bundle", "undo") == {"import": None}
    packet = center.json("receipt", "export", "--station", "01", "--out", stick)
    assert "0" not in station.run("receipt", "import", packet["file"]).stdout  # nothing is confirmed any more
    assert station.json("bundle", "status")["pending"]["records"] == bundle["records"]
    assert station.json("bundle", "status")["life"]["copy"] is False


def test_what_cannot_be_written_afterwards_does_not_hide_what_was_taken_in(place):
    center, station, stick = place
    bundle = station.json("bundle", "export", "--out", stick)
    refused = center.json("bundle", "import", "--report", stick / "report.txt", bundle["file"], code=1)
    assert refused["error"]["code"] == "bad_ending"
    assert center.json("children", "list")["children"] == []  # nothing half done
    done = center.json("bundle", "import", "--answer", bundle["file"], bundle["file"], code=1)
    assert [one["status"] for one in done["files"]] == ["accepted"]
    assert done["error"]["code"] == "cannot_write"
    nowhere = Path(bundle["file"]) / "report.xlsx"
    again = center.json("bundle", "import", "--report", nowhere, "--answer", stick, bundle["file"], code=1)
    assert [one["station"] for one in again["receipts"]] == ["371103-01"]
    assert len(center.json("children", "list")["children"]) == 1


def test_everything_once_more(place):
    center, station, stick = place
    center.json("bundle", "import", station.json("bundle", "export", "--out", stick)["file"])
    assert center.json("bundle", "ask-all", "--station", "01") == {"station": "01"}
    assert center.json("bundle", "ask-all", "--station", "88", code=1)["error"]["code"] == "not_found"
    packet = center.json("receipt", "export", "--station", "01", "--out", stick)
    station.json("receipt", "import", packet["file"])
    assert station.json("bundle", "export", "--out", stick)["kind"] == "full"
    assert station.json("bundle", "export", "--full", "--out", stick)["kind"] == "full"


def test_the_watched_folder(place, tmp_path):
    center, station, stick = place
    share = tmp_path / "share"
    share.mkdir()
    assert center.json("bundle", "look", code=1)["error"]["code"] == "no_folder"
    assert center.json("bundle", "watch", share) == {"folder": str(share.resolve()), "move": True}
    assert center.json("bundle", "look") == {"files": []}
    shutil.copy(station.json("bundle", "export", "--out", stick)["file"], share)
    assert [file["status"] for file in center.json("bundle", "look")["files"]] == ["accepted"]
    assert [path.name for path in share.iterdir()] == ["done"]
    assert center.json("bundle", "watch") == {"folder": str(share.resolve()), "move": True}
    assert center.json("bundle", "watch", "--none")["folder"] is None
    assert center.json("bundle", "set-aside", "--retry") == {"set_aside": [], "files": []}


def test_in_words(place):
    center, station, stick = place
    bundle = station.json("bundle", "export", "--out", stick)["file"]
    for words in (
        ("bundle", "import", "--preview", bundle),
        ("bundle", "import", bundle),
        ("bundle", "weeks"),
        ("bundle", "status"),
        ("bundle", "set-aside"),
        ("bundle", "forks"),
        ("bundle", "refused"),
        ("bundle", "undo"),
        ("bundle", "watch"),
    ):
        done = center.run(*words)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()
        assert "+00:00" not in done.stdout  # a clerk reads the clock on the wall
    assert center.json("bundle", "forks") == {"forks": []}
    gone = center.json("bundle", "decide", "0" * 64, "--which", "known", code=1)
    assert gone["error"]["message"]
    assert json.loads(center.run("bundle", "undo", "--json").stdout)["undone"] is False
