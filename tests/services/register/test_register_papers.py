"""Papers of the register as the services make them: what stands on them, what is masked, and the audit line."""

from __future__ import annotations

from datetime import date

import pytest
from tests.paper.pdfs import page_texts, sampled
from tests.services.families import enrol
from tests.services.register.test_removal import as_role

from zhaohu.errors import BadInput, NotAllowed, NotFound
from zhaohu.paper.sheet import Sheet, qr_matrix
from zhaohu.records.codes import ChildStatus, ConsentScope, Risk, Role, Sex
from zhaohu.rules.paper_code import child_code
from zhaohu.services.desk import Desk
from zhaohu.services.register import child_list, consents, moves, register_papers, risk_factors
from zhaohu.services.register.child_list import ChildFilter, Sort
from zhaohu.services.safety import audit_log
from zhaohu.services.safety.audit_actions import action_words

EXT_B_END, PRIVATE = "\U0002a6d6", "\ue000"
RARE = ["赵㛃", "赖䶮", "陈𠅤", "刘𫠊", "王𠮷", "阿不都·热合曼"]


def last_audit(desk: Desk) -> tuple[str, str | None]:
    row = audit_log.search(desk).rows[0]
    return row.action, row.subject or None


def enrolled(desk: Desk, names: list[str], **values) -> dict[str, str]:
    return {name: enrol(desk, name, **values) for name in names}


def test_the_register_has_every_child_with_its_phone_by_village(station_desk):
    enrolled(station_desk, RARE)
    enrol(station_desk, "于安", village="安家村", facts={"gestation_days": 245, "birth_weight_g": 2300})
    gone = enrol(station_desk, "周平")
    moves.change_status(station_desk, gone, ChildStatus.MOVED_OUT, date(2026, 11, 19), "随父母迁居", "青岛市")
    (text,) = page_texts(register_papers.print_register(station_desk, ChildFilter()))
    for name in (*RARE, "于安"):
        assert name in text
    assert "周平" not in text
    assert text.count("13812345678") == 7
    assert text.index("安家村1名儿童") < text.index("于安") < text.index("大坡社区6名儿童") < text.index("阿不都")
    assert "在册7名儿童" in text
    assert "李秀梅（母亲）" in text
    assert "早产、低出生体重" in text
    assert "35+0" in text
    assert "未签" in text


def test_within_a_village_the_order_is_the_lists(station_desk):
    enrolled(station_desk, ["张三", "阿牛", "单雄信"])
    (up,) = page_texts(register_papers.print_register(station_desk, ChildFilter(), Sort.NAME))
    (down,) = page_texts(register_papers.print_register(station_desk, ChildFilter(), Sort.NAME, descending=True))
    assert up.index("阿牛") < up.index("单雄信") < up.index("张三")
    assert down.index("张三") < down.index("单雄信") < down.index("阿牛")


def test_the_register_says_what_was_asked_for_and_not_who_was_searched(station_desk):
    enrol(station_desk, "于安", sex=Sex.MALE)
    village = {name: key for key, name in child_list.list_villages(station_desk)}["大坡社区"]
    wanted = ChildFilter(query="于安", village_ids=(village,), age_months=(0, 6), sex=Sex.MALE, consent="missing")
    (text,) = page_texts(register_papers.print_register(station_desk, wanted))
    assert "在册、大坡社区、满0～5个月、男、按搜索结果、未签1名儿童" in text
    wanted = ChildFilter(statuses=(), born_from=date(2026, 1, 1), high_risk=True, growth_problem=True)
    (text,) = page_texts(register_papers.print_register(station_desk, wanted))
    assert "2026年1月1日～2026年11月20日出生" in text
    assert "0名儿童" in text


def test_a_phone_is_left_out_where_contact_was_refused(station_desk):
    child = enrol(station_desk, "于安")
    consents.decide(station_desk, child, {ConsentScope.CONTACT: False}, date(2026, 11, 19), "李秀梅", "52", "不便")
    (text,) = page_texts(register_papers.print_register(station_desk, ChildFilter()))
    assert "13812345678" not in text
    assert "不同意电话联系" in text
    assert "部分不同意" in text


def test_another_stations_phones_and_ids_are_masked(station_desk, second_station_desk):
    child = enrol(station_desk, "于安", facts={"citizen_id": "371103202611020022"})
    other = Desk(
        station_desk.profile, station_desk.store, station_desk.clock, station_desk.person, second_station_desk.site
    )
    for pdf in (
        register_papers.print_register(other, ChildFilter()),
        register_papers.print_child_card(other, child),
    ):
        text = "".join(page_texts(pdf))
        assert "于安" in text
        assert "13812345678" not in text
        assert "371103202611020022" not in text
    (own,) = page_texts(register_papers.print_child_card(station_desk, child))
    assert "13812345678" in own
    assert "371103202611020022" in own


def test_the_card_has_all_that_is_known(station_desk):
    child = enrol(station_desk, "王𠮷", birth_date=date(2026, 3, 4), facts={"gestation_days": 250, "birth_order": 2})
    consents.decide(station_desk, child, {ConsentScope.GUIDANCE: True}, date(2026, 11, 18), "李秀梅", "52")
    consents.decide(station_desk, child, {ConsentScope.GUIDANCE: False}, date(2026, 11, 19), "单强", "51", "没有时间")
    risk_factors.add_risk(station_desk, child, Risk.JAUNDICE, date(2026, 3, 9), "光疗")
    moves.change_status(station_desk, child, ChildStatus.LOST, date(2026, 11, 20), "三次上门无人")
    pdf = register_papers.print_child_card(station_desk, child)
    (text,) = page_texts(pdf)
    for words in ("王𠮷", "2026年3月4日", "35周+5天", "3300g", "李秀梅", "单强", "15900001234", "早产",
                  "病理性黄疸光疗（2026年3月9日起）", "已撤回2026年11月19日单强（父亲）", "未签", "失访",
                  "三次上门无人", "登记入册", "3.30kg"):  # fmt: skip
        assert words in text, words
    modules = qr_matrix(child_code(child))
    assert sampled(pdf, Sheet.right - 58, Sheet.top - 58, 58, len(modules)) == modules


def test_next_contacts_stand_on_the_card_of_a_child_on_the_register(station_desk):
    (text,) = page_texts(register_papers.print_child_card(station_desk, enrol(station_desk)))
    assert "新生儿家庭访视" in text


def test_labels_have_neither_phone_nor_id(station_desk):
    child = enrol(station_desk, "王𠮷", facts={"citizen_id": "371103202611020022"})
    (text,) = page_texts(register_papers.print_labels(station_desk, [child], "2x7", 3))
    assert text == "王𠮷2026年11月2日巨峰镇指导站"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [(([],), "child_ids"), ((["x"], "5x5"), "stock"), ((["x"], "3x8", 25), "first"), ((["x"], "2x7", 0), "first")],
)
def test_labels_that_cannot_be_printed(station_desk, arguments, field):
    with pytest.raises(BadInput) as refused:
        register_papers.print_labels(station_desk, *arguments)
    assert refused.value.details["field"] == field


def test_the_consent_form_blank_and_with_particulars(station_desk):
    blank = page_texts(register_papers.print_consent(station_desk))
    child = enrol(station_desk, "王𠮷")
    filled = page_texts(register_papers.print_consent(station_desk, child))
    assert len(blank) == len(filled) == 2
    assert all("王𠮷" in page and "李秀梅" in page and "巨峰镇指导站" in page for page in filled)
    assert all("李秀梅" not in page and "巨峰镇指导站" in page for page in blank)


def test_every_paper_leaves_its_line_in_the_audit_log(station_desk):
    child = enrol(station_desk)
    papers = (
        (lambda: register_papers.print_register(station_desk, ChildFilter()), "print.register", None),
        (lambda: register_papers.print_child_card(station_desk, child), "print.child_card", "单芷然"),
        (lambda: register_papers.print_labels(station_desk, [child]), "print.labels", "单芷然"),
        (lambda: register_papers.print_labels(station_desk, [child, child]), "print.labels", None),
        (lambda: register_papers.print_consent(station_desk), "print.consent", None),
        (lambda: register_papers.print_consent(station_desk, child), "print.consent", "单芷然"),
    )
    for make, action, subject in papers:
        assert make().startswith(b"%PDF")
        assert last_audit(station_desk) == (action, subject)
        assert action_words(action) != action


def test_a_viewer_prints_nothing_and_nobody_prints_whom_there_is_not(station_desk):
    viewer = as_role(station_desk, Role.VIEWER)
    for attempt in (
        lambda: register_papers.print_register(viewer, ChildFilter()),
        lambda: register_papers.print_consent(viewer),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    for attempt in (
        lambda: register_papers.print_child_card(station_desk, "0" * 36),
        lambda: register_papers.print_labels(station_desk, ["0" * 36]),
        lambda: register_papers.print_consent(station_desk, "0" * 36),
    ):
        with pytest.raises(NotFound):
            attempt()


@pytest.mark.parametrize("name", [*RARE, f"周{EXT_B_END}明", f"钱{PRIVATE}"])
def test_a_rare_name_is_kept_found_sorted_and_printed(station_desk, name):
    child = enrol(station_desk, name)
    other = enrol(station_desk, "阿安")
    found = child_list.search(station_desk, name)
    assert [row.id for row in found] == [child]
    assert found[0].name == name
    listed = child_list.list_children(station_desk, ChildFilter(), sort=Sort.NAME)
    assert [row.id for row in listed] == [other, child]
    (card,) = page_texts(register_papers.print_child_card(station_desk, child))
    assert name.replace(EXT_B_END, "〓").replace(PRIVATE, "〓") in card


def test_a_rare_variant_is_found_by_its_plain_form_and_by_pinyin(station_desk):
    child = enrol(station_desk, "王𠮷安")
    for typed in ("wangjian", "wja", "王吉安"):
        assert [row.id for row in child_list.search(station_desk, typed)] == [child], typed


def test_the_code_of_the_paper_finds_exactly_the_child(station_desk):
    child = enrol(station_desk, "王𠮷")
    enrol(station_desk, "王吉")
    assert [row.id for row in child_list.search(station_desk, child_code(child))] == [child]
