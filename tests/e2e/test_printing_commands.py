"""`zhaohu print visits|blank|route`: official forms, many at once or ahead, and the route list by command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.commands import Person
from tests.paper.pdfs import page_texts
from tests.services.care.test_visits import record
from tests.services.families import enrol
from tests.sync.district import make_district, open_copy


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> tuple[Person, dict[str, str]]:
    """A station with two children who were visited and one who was not."""
    folder = tmp_path_factory.mktemp("printing")
    desk = open_copy(make_district(folder / "district"), "01", folder / "station")
    try:
        children = {
            "王𠮷": enrol(desk, "王𠮷"),
            "于安": enrol(desk, "于安", village="安家村"),
            "周明": enrol(desk, "周明", village="安家村"),
        }
        for name in ("王𠮷", "于安"):
            record(desk, children[name])
    finally:
        desk.close()
    return Person(folder / "station"), children


@pytest.mark.parametrize(
    ("arguments", "pages", "said"),
    [
        (("blank", "--form", "check_1_8"), 1, ("1～8月龄儿童健康检查记录表",)),
        (("blank", "--child", "周明", "--day", "2026-11-14"), 1, ("周明", "扫码或输入编号录入", "2026年11月14日")),
        (("visits", "--from", "2026-11-01", "--to", "2026-11-30"), 2, ("王𠮷", "于安")),
        (("visits", "--from", "2026-11-01", "--to", "2026-11-30", "--village", "安家村"), 1, ("于安",)),
        (("route", "--day", "2026-11-14", "--village", "安家村"), 1, ("周明", "13812345678", "新生儿家庭访视")),
    ],
)
def test_the_papers_are_written(
    station: tuple[Person, dict[str, str]],
    tmp_path: Path,
    arguments: tuple[str, ...],
    pages: int,
    said: tuple[str, ...],
) -> None:
    person, children = station
    out = tmp_path / "paper.pdf"
    person.json("print", *(children.get(one, one) for one in arguments), "--out", out)
    texts = page_texts(out.read_bytes())
    assert len(texts) == pages
    for words in said:
        assert words in "".join(texts), words


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("blank",), "bad_input"),
        (("blank", "--form", "nothing"), "no_such_form"),
        (("blank", "--child", "于安", "--day", "2026-11-14"), "nothing_due"),
        (("visits", "--from", "2020-11-01", "--to", "2020-11-30"), "bad_input"),
        (("visits", "--from", "2026-11-30", "--to", "2026-11-01"), "bad_input"),
        (("route", "--day", "2026-11-14", "--village", "没有村"), "no_such_village"),
        (("route", "--day", "2026-11-14", "--teacher", "没有人"), "nothing_due"),
    ],
)
def test_what_cannot_be_printed_is_refused_and_nothing_written(
    station: tuple[Person, dict[str, str]], tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    person, children = station
    out = tmp_path / "paper.pdf"
    done = person.run("print", *(children.get(one, one) for one in arguments), "--out", out, "--json")
    assert done.returncode != 0
    assert json.loads(done.stdout)["error"]["code"] == code
    assert not out.exists()
