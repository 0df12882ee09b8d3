"""The texts of guidance: the shipped file is whole, its facts are such as forms can tell, each band fills a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu import paths
from zhaohu.errors import BadInput
from zhaohu.rules.forms.loader import parse_form
from zhaohu.rules.forms.tables import FormError
from zhaohu.rules.growth.terms import Status
from zhaohu.rules.growth.trend.terms import Verdict
from zhaohu.rules.guidance import changes, facts
from zhaohu.rules.guidance.library import Block, Mark, parse_library
from zhaohu.rules.guidance.offer import offered

TEXT = paths.resource("guidance/texts.toml").read_text("utf-8")
LIBRARY = parse_library(TEXT, "texts.toml")
FORMS = [parse_form(file.read_text("utf-8"), file.name) for file in sorted(paths.resource("forms").glob("*.toml"))]
TOPICS = [Block.GROWTH, Block.NUTRITION, Block.PLAY, Block.DAILY_CARE, Block.INJURY, Block.COMMON_ILLNESS]
SIGNS = {
    option.label
    for form in FORMS
    if form.id == "warning_signs"
    for field in form.fields()
    if field.name.startswith("signs_")
    for option in field.options
    if not option.exclusive
}


def of(kind: str) -> set[str]:
    return {
        fact.partition(":")[2] for line in LIBRARY.lines for fact in line.every | line.some if fact.startswith(kind)
    }


def test_every_band_has_at_least_two_lines_ready_for_each_of_the_six_topics():
    for band in LIBRARY.bands:
        lines = [line for line in LIBRARY.lines if band.code in line.bands and line.is_general and line.ticked]
        for block in TOPICS:
            assert len([line for line in lines if line.block is block]) >= (1 if block is Block.GROWTH else 2), (
                band.code,
                block,
            )


def test_the_official_warning_signs_have_a_play_suggestion_each():
    assert len(SIGNS) == 32  # eight ages, four each
    assert of("sign:") == SIGNS


def test_the_hints_that_lines_hang_on_are_hints_of_forms():
    known = {hint.name for form in FORMS for field in form.fields() for hint in field.hints}
    assert of("hint:") <= known


def test_every_nutrition_status_and_every_bad_verdict_is_answered():
    well = {Verdict.NORMAL, Verdict.CATCH_UP, Verdict.UNCLEAR}
    assert of("growth:") - {"good"} == {str(one) for one in Status} | {str(one) for one in Verdict if one not in well}


def test_every_danger_of_the_home_has_its_sentence():
    assert of("home:") == {f"S{number}" for number in range(1, 15)} | {"safe"}


def test_every_official_option_of_guidance_asks_for_lines():
    options = {
        option.label
        for form in FORMS
        if form.id != "eye_check"  # its options are about eyes only and leave the rest as it is
        for field in form.fields()
        if field.name in ("guidance", "topic_blocks")
        for option in field.options
        if not option.text
    }
    assert options <= set(LIBRARY.topics)


def test_words_are_for_reading_aloud():
    for line in LIBRARY.lines:
        assert line.words[-1] in "。？", line.id
        assert not set("（）()%kcalZP") & set(line.words) - set("（）P"), line.id


def test_ages_find_their_band():
    assert [LIBRARY.band(months).code for months in (0, 1, 2, 3, 5, 6, 8, 12, 18, 24, 35, 36, 40)] == [
        *("B0", "B1", "B1", "B2", "B2", "B3", "B4", "B5", "B6", "B7", "B7", "B7", "B7")
    ]


@given(st.sampled_from(LIBRARY.bands), st.sets(st.sampled_from(sorted({f for x in LIBRARY.lines for f in x.every}))))
def test_what_is_offered_holds_of_the_child_and_a_finding_is_always_ticked(band, held):
    found = offered(LIBRARY, band, frozenset(held), ["口腔保健"])
    for one in found:
        assert band.code in one.line.bands
        assert one.line.every <= held
        if one.line.is_general:
            assert one.ticked == ("teeth" in one.line.tags and one.line.ticked)
        else:
            calm = one.line.block is not Block.GOOD or facts.DANGER not in held
            assert one.ticked == (one.line.ticked and calm)
    order = [list(Block).index(one.line.block) for one in found]
    assert order == sorted(order)
    left = {line.id for line in LIBRARY.lines} - {one.line.id for one in found}
    for line in LIBRARY.lines:
        assert (line.id in left) == (band.code not in line.bands or not line.holds(frozenset(held)))


def test_without_topics_every_block_speaks_and_play_follows_the_corrected_age():
    found = offered(LIBRARY, LIBRARY.band(6), frozenset(), (), LIBRARY.band(4))
    assert {one.line.block for one in found if one.ticked} == set(TOPICS)
    play = {one.line.id for one in found if one.line.block is Block.PLAY}
    assert play == {"b2-g3-1", "b2-g3-2", "no-screen"}
    assert "b3-g2-1" in {one.line.id for one in found}


def form(form_id):
    return next(one for one in FORMS if one.id == form_id)


def test_facts_of_a_check():
    answers = {"age_column": "6", "development_6": ["2"], "vitamin_d_iu": 0, "outdoor_hours": "0.5", "referral": "2"}
    assert set(facts.facts_of_record(form("check_1_8"), answers, ["anaemia_mild"])) == {
        "sign:不会伸手抓物",
        "signs:some",
        "vitamin_d:none",
        "outdoor:little",
        "referred",
        "hint:anaemia_mild",
    }
    well = {"vitamin_d_iu": 400, "outdoor_hours": "1.0", "referral": "1", "guidance": ["1", "5"]}
    assert set(facts.facts_of_record(form("check_1_8"), well)) == {"signs:none", "vitamin_d:given", "outdoor:enough"}
    assert facts.topics_of_record(form("check_1_8"), well) == {"科学喂养", "口腔保健"}


def test_facts_of_a_home_visit():
    home = form("guidance_home_visit")
    assert "home:safe" in set(facts.facts_of_record(home, {"safety_1": "1", "safety_2": "1"}))
    risky = set(facts.facts_of_record(home, {"safety_1": "1", "safety_14": "2"}))
    assert "home:S14" in risky
    assert "home:safe" not in risky
    assert not {one for one in facts.facts_of_record(home, {}) if one.startswith("home:")}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('block = "G2"', 'block = "G7"', "block"),
        ('source = "bg"', 'source = "me"', "source"),
        ('id = "b0-g1-2"', 'id = "b0-g1-1"', "b0-g1-1"),
        ('["born:preterm"]', '["born:early"]', "born:early"),
        ('bands = ["B0"]', 'bands = ["B9"]', "B9"),
        ("until_months = 3 }", "until_months = 4 }", "B2"),
        ('asks = ["G2"]', 'asks = ["G9"]', "G9"),
        ("ticked = false", "tickt = false", "tickt"),
        ('words = "满28天', 'words = " 满28天', "空格"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(old, new, reason):
    assert old in TEXT
    with pytest.raises(FormError) as refused:
        parse_library(TEXT.replace(old, new, 1), "texts.toml")
    assert reason in refused.value.message


def test_changes_of_the_district():
    own = {"id": "own-1", "band": "B0", "block": "G4", "words": "尿布湿了就换。"}
    content = {
        "lines": {
            "b0-g1-1": {"words": "满28天来检查。"},
            "b0-g1-2": {"hidden": True},
            "b0-g2-3": {"reviewed": True},
            "gone": {"words": "程序里已经没有这一句。"},
        },
        "own": [own, {**own, "id": "own-2", "band": "B9"}],
    }
    changes.check(content)
    lines = {line.id: line for line in changes.apply(LIBRARY, content).lines}
    assert (lines["b0-g1-1"].words, lines["b0-g1-1"].mark) == ("满28天来检查。", Mark.DISTRICT)
    assert "b0-g1-2" not in lines
    assert "gone" not in lines
    assert "own-2" not in lines
    assert lines["b0-g2-3"].mark is Mark.DISTRICT
    assert lines["own-1"].bands == {"B0"}
    assert changes.apply(LIBRARY, None) is LIBRARY


def test_changes_that_twist_the_shape_are_refused():
    for content in (
        {"lines": {"b0-g1-1": {"hidden": False}}},
        {"lines": {"b0-g1-1": {"ticked": True}}},
        {"lines": []},
        {"own": [{"id": "b0-g1-1", "band": "B0", "block": "G1", "words": "好。"}]},
        {"own": [{"id": "own-1", "band": "B0", "block": "G1", "words": "好。"}] * 2},
    ):
        with pytest.raises(BadInput):
            changes.check(content)


def test_who_lost_what_it_could_is_not_told_that_all_is_well():
    warning = form("warning_signs")
    well = {"age_column": "18", "signs_18": ["0"], "regression": "1"}
    assert "signs:none" in set(facts.facts_of_record(warning, well))
    lost = set(facts.facts_of_record(warning, {**well, "regression": "2"}, ["regression"]))
    assert "hint:regression" in lost
    assert not {"signs:none", "signs:some"} & lost


def test_findings_that_cannot_wait_are_told_without_calming_words():
    """What a family reads when it must go at once says so, and does not say to wait and watch."""
    by_id = {line.id: line for line in LIBRARY.lines}
    assert by_id["attend-danger"].every == {facts.DANGER}
    hands, trunk = by_id["attend-jaundice-hands"], by_id["attend-jaundice"]
    assert (hands.every, trunk.every) == ({"hint:jaundice_hands_feet"}, {"hint:jaundice_trunk_limbs"})
    assert "现在就去" in hands.words
    assert "每天" not in hands.words
    severe = by_id["attend-anaemia-severe"]
    assert severe.every == {"hint:severe_anaemia"}
    assert "回来复查" not in severe.words
    assert not {"hint:severe_anaemia", "hint:anaemia_severe"} & by_id["attend-anaemia"].some


def test_every_dose_of_vitamin_d_leaves_those_born_early_to_the_doctor():
    for line in LIBRARY.lines:
        if "400国际单位" in line.words:
            assert "早产的听医生" in line.words, line.id


def test_lines_whose_advice_stands_in_no_document_are_marked_as_general_knowledge():
    by_id = {line.id: line for line in LIBRARY.lines}
    for name in (
        "attend-short",
        "attend-heavy",
        "attend-head",
        "anaemia-food",
        "danger-signs",
        "tcm-belly",
        "tcm-head",
    ):
        assert by_id[name].mark is Mark.BACKGROUND, name
