"""The route list of a day: in the order of the way, phones in full where that is wanted, logged."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlmodel import select
from tests.paper.pdfs import page_texts
from tests.services.families import enrol

from zhaohu.errors import BadInput, NotAllowed
from zhaohu.records.codes import ConsentScope, Role
from zhaohu.records.local import AuditLine
from zhaohu.services import printing
from zhaohu.services.desk import Desk, Person
from zhaohu.services.due import duties
from zhaohu.services.due.duties import DueRow
from zhaohu.services.register import consents
from zhaohu.services.register.children import MOTHER

DAY = date(2026, 11, 23)


def due(desk: Desk) -> list[DueRow]:
    return duties.due_list(desk, on=DAY, include_done_late=False)


@pytest.fixture
def children(station_desk: Desk) -> dict[str, str]:
    homes = {
        "丁": ("安家村", "10号"), "乙": ("安家村", "9号"), "丙": ("大坡社区", "1组2号"), "甲": ("大坡社区", "1组12号"),
    }  # fmt: skip
    return {name: enrol(station_desk, f"{name}小宝", village=v, address=a) for name, (v, a) in homes.items()}


def test_the_children_stand_in_the_order_of_the_way(station_desk: Desk, children: dict[str, str]) -> None:
    (text,) = page_texts(printing.print_route(station_desk, due(station_desk), DAY))
    order = sorted(children, key=lambda name: text.index(f"{name}小宝"))
    assert order == ["乙", "丁", "丙", "甲"]
    for words in ("2026年11月23日", "4名儿童", "13812345678", "李秀梅", "新生儿家庭访视", "3.30kg", "1组12号"):
        assert words in text, words


def test_where_calls_are_not_wanted_no_phone_is_printed(station_desk: Desk, children: dict[str, str]) -> None:
    consents.decide(
        station_desk, children["甲"], {ConsentScope.CONTACT: False}, station_desk.today, "李秀梅", MOTHER, "不愿"
    )
    text = page_texts(printing.print_route(station_desk, due(station_desk), DAY))[0]
    assert text.count("13812345678") == 3
    with station_desk.read() as session:
        line = session.exec(select(AuditLine).where(AuditLine.action == "print.route")).one()
    assert json.loads(line.detail) == {"children": 4, "phones": 3}


def test_several_contacts_of_a_child_make_one_stop(station_desk: Desk) -> None:
    enrol(station_desk, "单小宝", birth_date=date(2026, 5, 15))
    rows = due(station_desk)
    text = page_texts(printing.print_route(station_desk, rows, DAY))[0]
    assert text.count("单小宝") == 1
    for row in rows:
        assert row.title.replace(" ", "") in text
        assert all(title in text for title in row.also)


def test_nothing_to_see_and_who_may_only_look_are_refused(station_desk: Desk, children: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        printing.print_route(station_desk, [], DAY)
    desk = station_desk
    viewer = Desk(desk.profile, desk.store, desk.clock, Person("v", "看", Role.VIEWER), desk.site)
    with pytest.raises(NotAllowed):
        printing.print_route(viewer, due(desk), DAY)
