"""What a filled form asks to follow up: each rule at its edge, and nothing that the rules do not name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu import paths
from zhaohu.rules.finding_terms import FoundHint
from zhaohu.rules.findings import findings_of
from zhaohu.rules.forms.answers import Context
from zhaohu.rules.forms.loader import parse_form
from zhaohu.rules.forms.model import Answer, Form, HintKind
from zhaohu.rules.growth.terms import Indicator, Status
from zhaohu.rules.growth.trend.terms import Basis, Finding, Measure, Trend, Urgency, Verdict

BORN, ON = date(2026, 3, 10), date(2026, 11, 20)
CONTEXT = Context(ON)


def _form(name: str) -> Form:
    return parse_form(paths.resource(f"forms/{name}.toml").read_text("utf-8"), name)


BLOOD, CHECK, NEWBORN, REVIEW = (
    _form(name) for name in ("hemoglobin_test", "check_1_8", "newborn_visit", "case_review")
)


def _blood(value: int, on: date = ON, born: date = BORN) -> list[FoundHint]:
    answers: dict[str, Answer] = {"birth_date": born.isoformat(), "visit_date": on.isoformat(), "hemoglobin": value}
    return [one for one in findings_of(BLOOD, answers, None, CONTEXT) if one.followed]


@pytest.mark.parametrize(
    ("value", "kind", "grade"),
    [
        (109, HintKind.CASE, "轻度"),
        (90, HintKind.CASE, "轻度"),
        (89, HintKind.CASE, "中度"),
        (60, HintKind.CASE, "中度"),
        (59, HintKind.REFER, "重度"),
    ],
)
def test_anaemia_is_graded_at_its_limits(value: int, kind: HintKind, grade: str) -> None:
    (one,) = _blood(value)
    assert (one.name, one.kind, one.case, one.recheck_days) == ("anaemia", kind, "04", 28)
    assert grade in one.message
    assert "海拔" in one.message
    assert "未与原文核对" in one.source


def test_from_110_on_it_is_no_anaemia() -> None:
    assert _blood(110) == []


@given(st.integers(30, 250), st.integers(0, 2200))
def test_anaemia_is_found_from_6_to_59_months_below_110_and_severe_anaemia_at_any_age(value: int, days: int) -> None:
    born = ON - timedelta(days=days)
    months = (ON.year - born.year) * 12 + ON.month - born.month - (ON.day < born.day)
    assert bool(_blood(value, born=born)) == (value < 60 or (value < 110 and 6 <= months < 60))


def _check(**answers: Answer) -> dict[str, FoundHint]:
    given = {"birth_date": BORN.isoformat(), "visit_date": ON.isoformat(), "age_column": "8", **answers}
    return {one.name: one for one in findings_of(CHECK, given, None, CONTEXT)}


def test_signs_of_rickets_ask_for_a_case_and_symptoms_for_a_second_look() -> None:
    signs = _check(rickets_signs=["2", "5"], rickets_symptoms=["3"])
    assert "rickets_symptoms" not in signs
    assert (signs["rickets_signs"].kind, signs["rickets_signs"].case) == (HintKind.CASE, "07")
    assert "肋串珠" in signs["rickets_signs"].message
    assert "手足镯" in signs["rickets_signs"].message
    symptoms = _check(rickets_signs=["1"], rickets_symptoms=["2", "3"])
    assert symptoms["rickets_symptoms"].kind is HintKind.REMIND
    assert symptoms["rickets_symptoms"].followed
    assert not {"rickets_signs", "rickets_symptoms"} & set(_check(rickets_signs=["1"], rickets_symptoms=["1"]))


def test_a_referral_that_a_person_advised_is_followed_unless_a_finding_is_already() -> None:
    advised = {"referral": "2", "referral_reason": "腹股沟包块", "referral_org": "县医院外科"}
    (one,) = [each for each in _check(**advised).values() if each.name == "referral_advised"]
    assert one.kind is HintKind.REFER
    assert "腹股沟包块" in one.message
    assert "referral_advised" not in _check(**advised, development_8=["1"])
    assert "referral_advised" not in _check(referral="1")


def test_a_warning_sign_is_looked_at_again_after_thirty_days() -> None:
    found = [one for one in _check(development_8=["1"]).values() if one.name.startswith("warning_sign")]
    assert [(one.kind, one.recheck_days) for one in found] == [(HintKind.REFER, 30)]


def test_what_must_go_at_once_comes_first() -> None:
    answers: dict[str, Answer] = {
        "birth_date": "2026-11-10",
        "visit_date": "2026-11-20",
        "jaundice_site": ["3"],
        "heart_rate": 180,
        "hearing_screen": "3",
    }
    kinds = [one.kind for one in findings_of(NEWBORN, answers, None, CONTEXT)]
    assert kinds[:2] == [HintKind.REFER_NOW, HintKind.REFER]
    assert HintKind.REMIND in kinds[2:]


# -- growth


def _finding(
    urgency: Urgency,
    *,
    rule: str = "a rule",
    status: Status | None = None,
    verdict: Verdict | None = None,
    on: date = ON,
) -> Finding:
    return Finding(
        rule, verdict, status, Measure.WEIGHT, Indicator.WFA, on, on, urgency, "说明。", "某规范", Basis.UNVERIFIED
    )


def _grown(*found: Finding, weight: str = "7.20") -> list[FoundHint]:
    answers: dict[str, Answer] = {"birth_date": BORN.isoformat(), "visit_date": ON.isoformat(), "weight_kg": weight}
    trend = Trend(Verdict.NORMAL, Verdict.NORMAL, Verdict.NORMAL, conditions=found)
    return list(findings_of(REVIEW, answers, trend, CONTEXT))


@pytest.mark.parametrize(
    ("status", "name", "case", "days"),
    [
        (Status.UNDERWEIGHT, "underweight", "05", 30),
        (Status.SEVERE_WASTING, "wasting", "05", 30),
        (Status.STUNTING, "stunting", "03", 30),
        (Status.OBESITY, "obesity", "99", 90),
    ],
)
def test_a_status_is_followed_under_one_name_whatever_its_degree(status, name, case, days) -> None:
    (one,) = _grown(_finding(Urgency.RECHECK, status=status))
    assert (one.name, one.kind, one.case, one.recheck_days) == (name, HintKind.CASE, case, days)
    assert "WS/T 423" in one.source
    assert "未与原文核对" in one.source
    (severe,) = _grown(_finding(Urgency.REFER, status=status))
    assert severe.kind is HintKind.REFER


def test_overweight_is_said_and_not_followed() -> None:
    (one,) = _grown(_finding(Urgency.ADVISE, status=Status.OVERWEIGHT))
    assert (one.kind, one.followed) == (HintKind.REMIND, False)


def test_too_little_growth_is_followed_from_the_urgency_on_that_asks_for_it() -> None:
    (one,) = _grown(_finding(Urgency.RECHECK, verdict=Verdict.FALTERING))
    assert (one.name, one.kind, one.followed, one.case) == ("faltering", HintKind.REMIND, True, None)
    (mild,) = _grown(_finding(Urgency.ADVISE, verdict=Verdict.FALTERING))
    assert not mild.followed
    assert _grown(_finding(Urgency.NONE, verdict=Verdict.CATCH_UP)) == []


@pytest.mark.parametrize("rule", ["head_far_out", "head_out", "oedema"])
def test_a_condition_that_is_no_growth_status_is_followed_under_its_own_name(rule: str) -> None:
    (one,) = _grown(_finding(Urgency.REFER, rule=rule))
    assert (one.name, one.kind, one.followed) == (rule, HintKind.REFER, True)


def test_what_the_trend_says_of_good_growth_is_no_finding() -> None:
    assert _grown(_finding(Urgency.ADVISE, verdict=Verdict.CATCH_UP)) == []


def test_growth_of_another_day_is_not_this_forms() -> None:
    earlier = _finding(Urgency.REFER, status=Status.SEVERE_STUNTING, on=ON - timedelta(days=30))
    assert _grown(earlier) == []


@given(st.lists(st.builds(_finding, st.sampled_from(Urgency), status=st.sampled_from(Status)), max_size=6))
def test_every_name_stands_once_and_nothing_urgent_is_lost(found: list[Finding]) -> None:
    told = _grown(*found)
    assert len({one.name for one in told}) == len(told)
    wanted = {one.status for one in found if one.urgency in (Urgency.REFER, Urgency.RECHECK)}
    assert all(one.followed for one in told if one.kind is not HintKind.REMIND)
    assert bool(wanted) == any(one.followed for one in told)
