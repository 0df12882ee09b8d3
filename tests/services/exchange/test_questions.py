"""Questions of quality control: asked at the center, answered at the station, closed at the center; to one station."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select
from tests.sync.conftest import District, district, district_template  # noqa: F401 - fixtures
from tests.sync.work import a_family, a_visit, bring_down, save, take_up

from zhaohu.errors import Refused
from zhaohu.records.exchange import Peer
from zhaohu.services.duplicates import merging
from zhaohu.services.exchange import questions
from zhaohu.services.exchange.question_words import standing_words
from zhaohu.services.exchange.questions import QuestionState
from zhaohu.sync.packets import takes


def both(district: District) -> None:  # noqa: F811
    take_up(district.one, district.center, district.stick)
    bring_down(district.center, district.one, district.stick)


def test_a_question_goes_down_its_answer_comes_up_and_it_is_closed(district):  # noqa: F811
    child = a_family(district.one)
    visit = a_visit(district.one, child)
    save(district.one, visit)
    take_up(district.one, district.center, district.stick)
    asked = questions.ask(district.center, text=" 体重为何下降？ ", child_id=child.id, table="visit", row_id=visit.id)
    (mine,) = questions.list_questions(district.center)
    assert (mine.id, mine.station, mine.station_name) == (asked, "371103-01", "巨峰镇指导站")
    assert (mine.text, mine.child_name, mine.table, mine.row_id) == ("体重为何下降？", child.name, "visit", visit.id)
    assert (mine.state, questions.count_open(district.center)) == (QuestionState.OPEN, 0)

    assert bring_down(district.center, district.one, district.stick).questions == 1
    bring_down(district.center, district.two, district.stick)
    assert questions.list_questions(district.two) == []  # it is nobody else's business
    (seen,) = questions.list_questions(district.one, child_id=child.id)
    assert (seen.text, seen.asked_on, seen.asked_by) == (mine.text, date(2026, 11, 20), "管理员")
    assert questions.count_open(district.one) == 1

    questions.answer(district.one, asked, "秤已校准，重测为准。")
    questions.answer(district.one, asked, "已补测。")
    assert questions.count_open(district.one) == 0
    take_up(district.one, district.center, district.stick)
    assert bring_down(district.center, district.one, district.stick).questions == 0
    (answered,) = questions.list_questions(district.center, unsettled=True)
    assert [one.text for one in answered.answers] == ["秤已校准，重测为准。", "已补测。"]
    assert (answered.state, questions.count_open(district.center)) == (QuestionState.ANSWERED, 1)

    questions.close(district.center, asked, "清楚")
    assert questions.count_open(district.center) == 0
    assert questions.list_questions(district.center, unsettled=True) == []
    bring_down(district.center, district.one, district.stick)
    (closed,) = questions.list_questions(district.one)
    assert (closed.state, closed.closed_on, closed.closing_note) == (QuestionState.CLOSED, date(2026, 11, 20), "清楚")
    for call in (
        lambda: questions.answer(district.one, asked, "迟了"),
        lambda: questions.close(district.center, asked),
    ):
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.code == "question_closed"


def test_questions_about_a_merged_child_stand_at_the_one_that_stayed(district):  # noqa: F811
    stayed, merged = a_family(district.one, "张安"), a_family(district.one, "张小安")
    take_up(district.one, district.center, district.stick)
    asked = questions.ask(district.center, text="同一人？", child_id=merged.id)
    bring_down(district.center, district.one, district.stick)
    merging.merge(district.one, stayed.id, merged.id, {"household_id": "kept"})
    take_up(district.one, district.center, district.stick)
    for desk in (district.one, district.center):
        for child in (stayed, merged):
            (found,) = questions.list_questions(desk, child_id=child.id)
            assert (found.id, found.child_id, found.child_name) == (asked, stayed.id, "张安")


def test_what_waits_for_this_site_comes_first(district):  # noqa: F811
    first, second, third = (questions.ask(district.center, text=text, station="01") for text in "一二三")
    bring_down(district.center, district.one, district.stick)
    questions.answer(district.one, third, "好")
    assert [one.id for one in questions.list_questions(district.one)] == [second, first, third]
    take_up(district.one, district.center, district.stick)
    questions.close(district.center, second)
    assert [one.id for one in questions.list_questions(district.center)] == [third, first, second]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"text": "  "}, "bad_value"),
        ({"text": "长" * 1001}, "bad_value"),
        ({"station": "07"}, "not_found"),
        ({"station": ""}, "not_found"),
        ({"station": "", "child_id": "nobody"}, "not_found"),
        ({"table": "account", "row_id": "x"}, "bad_input"),
        ({"table": "visit"}, "bad_input"),
    ],
)
def test_what_is_no_question_is_refused(district, wrong, code):  # noqa: F811
    with pytest.raises(Refused) as refused:
        questions.ask(district.center, **{"text": "问", "station": "01", **wrong})
    assert refused.value.code == code
    assert questions.list_questions(district.center) == []
    with pytest.raises(Refused):
        questions.answer(district.one, "nothing", "答")
    with pytest.raises(Refused):
        questions.close(district.center, "nothing")


def test_a_station_that_is_not_updated_is_not_asked(district):  # noqa: F811
    """Its program would refuse the packet; receipts go on."""
    questions.ask(district.center, text="问", station="01")
    with district.center.write("test.age") as work:
        peer = work.session.exec(select(Peer).where(Peer.code == "371103-01")).one()
        peer.schema_no = 5
        work.session.add(peer)
        assert not takes(peer, "question")
        assert takes(peer, "district_data")
    (waits,) = questions.list_questions(district.center)
    assert (waits.must_update, standing_words(waits)) == (True, "待站点更新")
    bring_down(district.center, district.one, district.stick)
    assert questions.list_questions(district.one) == []
    a_family(district.one)
    both(district)  # updated meanwhile: its bundle says so
    assert questions.count_open(district.one) == 1
