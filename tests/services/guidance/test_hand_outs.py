"""The hand-out: what is offered from age and findings, one page of it, and the center's words at the station."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select
from tests.paper.pdfs import outside, page_texts
from tests.services.care.test_visits import record
from tests.services.families import enrol

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.records import Measurement, Visit
from zhaohu.records.base import new_id
from zhaohu.records.codes import ConsentScope, Sex
from zhaohu.records.local import AuditLine
from zhaohu.rules.forms.starting import all_normal
from zhaohu.rules.guidance.library import Block, Mark
from zhaohu.services import reference
from zhaohu.services.care import vaccinations, visits
from zhaohu.services.care.vaccinations import NewDose
from zhaohu.services.content import texts
from zhaohu.services.due import extra_contacts
from zhaohu.services.exchange import receipts
from zhaohu.services.guidance import hand_outs
from zhaohu.services.register import consents

TODAY = date(2026, 11, 20)
SIZES = {0: (3300, 500, 345), 2: (5400, 583, 390), 4: (6800, 640, 415), 6: (7700, 675, 430), 8: (8400, 705, 442)}
"""About the median of girls: month, grams, millimetres of length and head."""


def child_of(desk, days: int, *, share: float = 1.0, measured_until: int | None = None, **values) -> str:
    born = TODAY - timedelta(days=days)
    child_id = enrol(desk, values.pop("name", "单芷然"), birth_date=born, **values)
    with desk.write("test.measure") as work:
        for month, (weight, length, head) in SIZES.items():
            age = round(month * 30.44)
            if 0 < age <= (days if measured_until is None else measured_until):
                part = 1 - (1 - share) * min(1, month / 6)
                row = {"weight_g": round(weight * part), "length_mm": length, "head_mm": head}
                work.session.add(
                    desk.make(Measurement, child_id=child_id, measured_on=born + timedelta(days=age), **row)
                )
    return child_id


def six_months(desk, child_id: str, **more):
    entry = visits.start_visit(desk, child_id, "check_1_8")
    answers = {
        "weight_kg": "7.70",
        "weight_grade": "2",
        "length_cm": "67.0",
        "length_grade": "2",
        "head_cm": "43.0",
        "fontanelle": "1",
        "teeth": 1,
        "outdoor_hours": "2.0",
        "vitamin_d_iu": 400,
        "referral": "1",
        "guidance": ["1", "2", "3", "4", "5"],
        **more,
    }
    filled = all_normal(entry.form, {**entry.answers, **answers})
    return visits.record_visit(desk, child_id=child_id, form_id="check_1_8", answers=filled)


def lines_of(draft, *, ticked: bool = True) -> dict[Block, list[str]]:
    return {block.block: [one.id for one in block.lines if one.ticked or not ticked] for block in draft.blocks}


@pytest.mark.parametrize("days", [5, 45, 100, 190, 270, 400, 620, 800, 1000, 1200])
def test_the_default_of_every_age_is_one_page_that_holds(station_desk, days):
    child_id = child_of(station_desk, days)
    draft = hand_outs.offer(station_desk, child_id)
    assert draft.left_out == 0
    assert len(draft.ticked) >= 12
    assert hand_outs.spare(draft, draft.ticked) >= 0
    pdf = hand_outs.print_hand_out(station_desk, child_id)
    (text,) = page_texts(pdf)
    for block in draft.blocks:
        for line in block.lines:
            assert ("".join(line.words.split()) in text) == line.ticked, line.id
    for words in (
        "养育指导单",
        "单芷然",
        "下次：",
        "巨峰镇指导站",
        "指导教师（签名）管理员",
        "家长（签名）",
        "预防接种",
    ):
        assert words in text
    assert outside(pdf) == []


def test_what_was_found_is_answered(station_desk):
    child_id = child_of(station_desk, 190, share=0.78, measured_until=130, sex=Sex.MALE)
    visit = six_months(
        station_desk,
        child_id,
        weight_kg="5.80",
        weight_grade="3",
        vitamin_d_iu=0,
        outdoor_hours="0.5",
        development_6=["2", "4"],
        hemoglobin=98,
    )
    draft = hand_outs.offer(station_desk, child_id, visit.id)
    assert draft.signs == ("不会伸手抓物", "不能扶坐")
    assert set(draft.topics) == {"科学喂养", "生长发育", "疾病预防", "预防伤害", "口腔保健"}
    found = lines_of(draft)
    assert {"attend-thin", "attend-signs", "attend-vitamin-d", "attend-outdoor", "attend-anaemia"} <= set(
        found[Block.ATTEND]
    )
    assert {"sign-reach", "sign-sit-held"} <= set(found[Block.PLAY])
    assert "anaemia-food" in found[Block.NUTRITION]
    assert Block.GOOD not in found or "good-growth" not in found[Block.GOOD]
    assert hand_outs.spare(draft, draft.ticked) >= 0
    (text,) = page_texts(hand_outs.print_hand_out(station_desk, child_id, visit.id))
    assert "这次看到：不会伸手抓物；不能扶坐。" in text
    assert "5.80kg" in text


def test_a_child_that_thrives_is_praised(station_desk):
    child_id = child_of(station_desk, 190, measured_until=130)
    visit = six_months(station_desk, child_id)
    vaccinations.record(station_desk, child_id, [NewDose("HepB", 1, TODAY - timedelta(days=190))])
    draft = hand_outs.offer(station_desk, child_id, visit.id)
    found = lines_of(draft)
    assert set(found[Block.GOOD]) == {"good-growth", "good-signs", "good-vitamin-d", "good-outdoor"}
    assert not found.get(Block.ATTEND)
    text = "".join(draft.page.vaccinations)
    assert text
    assert text == "".join(vaccinations.overview(station_desk, child_id).words)


def test_topics_of_the_visit_choose_the_lines(station_desk):
    child_id = child_of(station_desk, 190, measured_until=130)
    visit = six_months(station_desk, child_id, guidance=["5"])
    found = lines_of(hand_outs.offer(station_desk, child_id, visit.id))
    assert found[Block.DAILY_CARE] == ["b3-g4-2"]
    assert not found[Block.NUTRITION]
    assert not found[Block.INJURY]


def test_a_past_visit_is_told_as_it_was(station_desk):
    child_id = enrol(station_desk)
    visit = record(station_desk, child_id)
    with station_desk.write("test.later") as work:
        work.session.add(
            station_desk.make(Measurement, child_id=child_id, measured_on=TODAY, weight_g=3900, length_mm=530)
        )
    draft = hand_outs.offer(station_desk, child_id, visit.id)
    assert draft.page.on == date(2026, 11, 10)
    assert draft.page.tiles[0].value.startswith("3.55")
    assert draft.page.teacher == visit.signer
    assert hand_outs.offer(station_desk, child_id).page.tiles[0].value.startswith("3.90")


def test_children_born_early_play_by_their_corrected_age(station_desk):
    child_id = child_of(station_desk, 190, facts={"gestation_days": 225, "birth_weight_g": 1700})
    draft = hand_outs.offer(station_desk, child_id)
    offered = lines_of(draft, ticked=False)
    assert {"b2-g3-1", "b2-g3-2"} <= set(offered[Block.PLAY])
    assert "b3-g2-1" in offered[Block.NUTRITION]
    assert {"preterm-age"} <= set(offered[Block.GROWTH])
    assert "早出生" in draft.page.corrected


def test_own_words_phone_and_chosen_lines(station_desk):
    child_id = child_of(station_desk, 190)
    draft = hand_outs.offer(station_desk, child_id)
    chosen = [draft.ticked[0], "no-screen"]
    pdf = hand_outs.print_hand_out(
        station_desk, child_id, lines=chosen, own_words=" 奶奶带得好， 下周来领绘本。 ", phone="0633-2612345"
    )
    (text,) = page_texts(pdf)
    assert "补充说明·奶奶带得好，下周来领绘本。" in text
    assert "电话0633-2612345" in text
    assert "2岁以前不看手机、电视。" in text
    assert "插座装保护盖" not in text
    assert hand_outs.offer(station_desk, child_id).phone == "0633-2612345"
    with station_desk.read() as session:
        line = session.exec(select(AuditLine).where(AuditLine.action == "print.hand_out")).one()
    assert line.subject == f"child/{child_id}"
    assert "奶奶" not in line.detail


def test_too_much_is_refused_with_the_number_of_lines_and_never_cut(station_desk):
    child_id = child_of(station_desk, 270)
    draft = hand_outs.offer(station_desk, child_id)
    everything = [one.id for block in draft.blocks for one in block.lines]
    own = "多说一句。" * 40
    over = -hand_outs.spare(draft, everything, own)
    assert over > 0
    with pytest.raises(Refused) as refused:
        hand_outs.print_hand_out(station_desk, child_id, lines=everything, own_words=own)
    assert (refused.value.code, refused.value.details["lines"]) == ("too_much", over)
    assert str(over) in refused.value.message


def test_what_cannot_be_printed_is_refused(station_desk):
    child_id = child_of(station_desk, 190)
    other = record(station_desk, enrol(station_desk, "别家")).id
    for change in ({"lines": ["b0-g1-1"]}, {"own_words": "长" * 201}, {"phone": "1" * 31}):
        with pytest.raises(BadInput):
            hand_outs.print_hand_out(station_desk, child_id, **change)
    with pytest.raises(NotFound):
        hand_outs.offer(station_desk, child_id, other)


def test_a_family_that_refused_guidance_is_told_the_result_of_the_check_only(station_desk):
    child_id = child_of(station_desk, 190, share=0.78, measured_until=130)
    visit = six_months(station_desk, child_id, weight_kg="5.80", weight_grade="3", vitamin_d_iu=0)
    consents.decide(station_desk, child_id, {ConsentScope.GUIDANCE: False}, TODAY, "李秀梅", "52", "不需要")
    draft = hand_outs.offer(station_desk, child_id, visit.id)
    assert draft.refused
    assert {block.block for block in draft.blocks} == {Block.ATTEND}
    (text,) = page_texts(hand_outs.print_hand_out(station_desk, child_id, visit.id))
    assert "家长选择不接受养育指导" in text
    assert "5.80kg" in text
    assert "下次：" in text
    assert "营养喂养" not in text
    assert "奶量" not in text


def test_the_centers_words_reach_the_familys_page(station_desk, center_desk, tmp_path):
    child_id = child_of(station_desk, 20)
    assert reference.guidance_library().lines  # the program's own stand until the packet comes
    words, own = "只喂母乳，宝宝要吃就喂，一天喂8到12次。", "尿布湿了就换，换好用温水擦干净。"
    texts.change_text(center_desk, "b0-g2-1", words)
    texts.set_hidden(center_desk, "b0-g2-3", hidden=True)
    texts.set_reviewed(center_desk, "b0-g3-1", reviewed=True)
    texts.add_text(center_desk, "B0", "G4", own)
    before = page_texts(hand_outs.print_hand_out(station_desk, child_id))[0]
    assert "一天8～10次" in before
    assert own not in before
    receipts.import_receipt(station_desk, receipts.export_receipt(center_desk, "01", tmp_path).file)
    draft = hand_outs.offer(station_desk, child_id)
    marks = {one.id: one.mark for block in draft.blocks for one in block.lines}
    assert marks["b0-g2-1"] is marks["b0-g3-1"] is Mark.DISTRICT
    assert "b0-g2-3" not in marks
    after = page_texts(hand_outs.print_hand_out(station_desk, child_id))[0]
    assert words in after
    assert own in after
    assert "一天8～10次" not in after


def test_a_record_of_a_newer_program_does_not_stand_in_the_way(station_desk):
    child_id = child_of(station_desk, 190)
    visit_id = new_id()
    with station_desk.write("test.newer") as work:
        work.session.add(
            station_desk.make(
                Visit,
                id=visit_id,
                record_id=visit_id,
                child_id=child_id,
                number=900,
                version=1,
                form="sleep_diary",
                form_version="2031.1",
                visit_date=TODAY,
                signer="李华",
                answers='{"guidance":["1"],"naps":2,"next_date":"2026-12-01"}',
            )
        )
    draft = hand_outs.offer(station_desk, child_id, visit_id)
    assert draft.page.teacher == "李华"
    assert draft.page.next_visit.startswith("2026年12月1日")
    assert len(draft.ticked) >= 12


def test_a_newborn_in_danger_is_sent_to_hospital_at_once(station_desk):
    child_id = enrol(station_desk)
    visit = record(station_desk, child_id, jaundice_site=["2", "3", "4", "5"], temp_c="37.6", disease_screen=["4"])
    attend = lines_of(hand_outs.offer(station_desk, child_id, visit.id))[Block.ATTEND]
    assert attend[0] == "attend-danger"
    assert {"attend-jaundice-hands", "attend-screening"} <= set(attend)
    assert "attend-jaundice" not in attend
    (text,) = page_texts(hand_outs.print_hand_out(station_desk, child_id, visit.id))
    assert "现在就去医院" in text
    assert "做得好" not in text
    other = enrol(station_desk, "王一")
    yellow = record(station_desk, other, jaundice_site=["2", "3"])
    told = lines_of(hand_outs.offer(station_desk, other, yellow.id))[Block.ATTEND]
    assert "attend-jaundice" in told
    assert not {"attend-danger", "attend-jaundice-hands"} & set(told)


def test_severe_anaemia_is_no_matter_for_iron_at_home(station_desk):
    child_id = child_of(station_desk, 190, measured_until=130)
    visit = six_months(station_desk, child_id, hemoglobin=55)
    attend = lines_of(hand_outs.offer(station_desk, child_id, visit.id))[Block.ATTEND]
    assert "attend-anaemia-severe" in attend
    assert "attend-anaemia" not in attend


def test_the_day_on_which_findings_are_looked_at_again_stands_on_the_page(station_desk):
    child_id = child_of(station_desk, 190, measured_until=130)
    next_check = (TODAY + timedelta(days=55)).isoformat()
    visit = six_months(station_desk, child_id, hemoglobin=95, development_6=["2"], next_date=next_check)
    words = hand_outs.offer(station_desk, child_id, visit.id).page.next_visit
    assert words.startswith("2026年12月18日　复查：贫血"), "iron is looked at after 28 days"
    assert "预警征象" in words  # due two days later: one way for the family
    assert "2027年1月14日" in words
    sooner = six_months(station_desk, enrolled := child_of(station_desk, 190, name="王一"), hemoglobin=95,
                        next_date=(TODAY + timedelta(days=10)).isoformat())  # fmt: skip
    assert hand_outs.offer(station_desk, enrolled, sooner.id).page.next_visit.startswith("2026年11月30日")


def test_a_planned_look_that_is_open_comes_before_the_next_check(station_desk):
    child_id = child_of(station_desk, 190)
    six_months(station_desk, child_id, visit_date="2026-11-18")
    assert "8月龄" in hand_outs.offer(station_desk, child_id).page.next_visit
    first, last = TODAY - timedelta(days=2), TODAY + timedelta(days=5)
    title = "复查：血红蛋白"
    extra_contacts.add(station_desk, child_id, title=title, form="hemoglobin_test", due_from=first, due_to=last)
    assert hand_outs.offer(station_desk, child_id).page.next_visit == f"2026年11月20日～2026年11月25日　{title}"
