"""`zhaohu print child|register|labels|consent`: the papers of the register by command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.commands import Person
from tests.paper.pdfs import page_texts
from tests.services.families import enrol
from tests.sync.district import make_district, open_copy


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> tuple[Person, dict[str, str]]:
    """A station with children in two villages, one of them with a name that the fonts lack."""
    folder = tmp_path_factory.mktemp("register-printing")
    desk = open_copy(make_district(folder / "district"), "01", folder / "station")
    try:
        children = {
            "王𠮷": enrol(desk, "王𠮷"),
            "于安": enrol(desk, "于安", village="安家村"),
            "周明": enrol(desk, "周\U0002a6d6明", village="安家村"),
        }
    finally:
        desk.close()
    return Person(folder / "station"), children


def test_the_papers_are_written(station: tuple[Person, dict[str, str]], tmp_path: Path) -> None:
    person, children = station
    papers = {
        "register": (("print", "register"), ("王𠮷", "于安", "3名儿童")),
        "village": (("print", "register", "--village", "大坡社区"), ("王𠮷", "1名儿童")),
        "all": (("print", "register", "--all"), ("周〓明",)),
        "card": (("print", "child", "--child", children["王𠮷"]), ("王𠮷", "13812345678")),
        "labels": (
            (
                "print",
                "labels",
                "--child",
                children["王𠮷"],
                "--child",
                children["于安"],
                "--stock",
                "2x7",
                "--first",
                2,
            ),
            ("王𠮷", "于安"),
        ),
        "blank": (("print", "consent"), ("机构留存",)),
        "consent": (("print", "consent", "--child", children["于安"]), ("于安", "李秀梅")),
    }
    for name, (command, words) in papers.items():
        out = tmp_path / f"{name}.pdf"
        shown = person.json(*command, "--out", out)
        assert shown["file"] == str(out)
        text = "".join(page_texts(out.read_bytes()))
        assert shown["bytes"] == out.stat().st_size
        for said in words:
            assert said in text, (name, said)
    assert "于安" not in "".join(page_texts((tmp_path / "village.pdf").read_bytes()))


def test_what_the_fonts_lack_is_said(station: tuple[Person, dict[str, str]], tmp_path: Path) -> None:
    person, children = station
    out = tmp_path / "card.pdf"
    done = person.run("print", "child", "--child", children["周明"], "--out", out)
    assert done.returncode == 0
    assert "字库缺字：U+2A6D6" in done.stderr
    assert "U+2A6D6" not in done.stdout
    shown = person.json("print", "child", "--child", children["周明"], "--out", out)
    assert shown["lacking"] == ["U+2A6D6"]


def test_what_cannot_be_printed_is_refused(station: tuple[Person, dict[str, str]], tmp_path: Path) -> None:
    person, children = station
    out = tmp_path / "none.pdf"
    for command, code in (
        (("print", "register", "--village", "没有村"), "no_such_village"),
        (("print", "child", "--child", "0" * 36), "no_such_child"),
        (("print", "labels", "--child", children["于安"], "--first", 25), "bad_input"),
    ):
        assert person.json(*command, "--out", out, code=1)["error"]["code"] == code
    assert not out.exists()
