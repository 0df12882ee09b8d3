"""The trend: each rule at its edge, worked out by hand; and what must hold for every child."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.faults.figures import times
from tests.rules.growth.trend.courses import BORN, SCHEDULE, along, measured, on_line, weighed

from zhaohu import paths
from zhaohu.rules.growth import load_references
from zhaohu.rules.growth.assess import Measurement
from zhaohu.rules.growth.series import Born, MeasuredDay, measure_day
from zhaohu.rules.growth.terms import Indicator, Position, Status
from zhaohu.rules.growth.trend import Basis, Trend, Urgency, Verdict, trend
from zhaohu.rules.growth.trend.loading import parse_trend
from zhaohu.rules.schedule import parse_schedule

REFERENCES = load_references(lambda name: paths.resource(f"growth/{name}").read_text("utf-8"))
_PLAN = "national_2017.toml"
RULES = parse_trend(
    paths.resource("growth/trend.toml").read_text("utf-8"),
    "trend.toml",
    parse_schedule(paths.resource(f"schedules/{_PLAN}").read_text("utf-8"), _PLAN),
)
MONTHLY = tuple(range(0, 2500, 30))
WEEKLY = tuple(range(0, 120, 7))
PRETERM = Born(date(2024, 1, 31), 2, 224)


def judge(born: Born, days: list[MeasuredDay]) -> Trend:
    return trend(RULES, REFERENCES, born, days)


def names(found: Trend) -> set[str]:
    return {one.rule for one in found.findings}


def of_weights(grams: dict[int, int], born: Born = BORN) -> Trend:
    return judge(born, weighed(REFERENCES, born, grams))


def test_a_day_at_the_end_of_the_calendar_has_no_check_after_it() -> None:
    last = measure_day(REFERENCES, BORN, date.max, Measurement(20_000))
    assert judge(BORN, [last]).next_check == date.max


# -- a child on a line


@pytest.mark.parametrize("sd", range(-3, 4))
@pytest.mark.parametrize("sex", [1, 2])
@pytest.mark.parametrize("ages", [SCHEDULE, MONTHLY, WEEKLY], ids=["schedule", "monthly", "weekly"])
def test_a_child_on_a_line_grows_normally_at_every_visit(sex: int, sd: int, ages: tuple[int, ...]) -> None:
    born = replace(BORN, sex=sex)
    days = along(REFERENCES, born, ages, sd)
    for count in range(2, len(days) + 1):
        found = judge(born, days[:count])
        assert (found.verdict, found.findings) == (Verdict.NORMAL, ()), days[count - 1].on


def test_lying_at_23_months_and_standing_at_24_is_no_crossing() -> None:
    days = along(REFERENCES, BORN, (551, 700), 0)
    standing = on_line(REFERENCES, BORN, 760, 0)
    days.append(measured(REFERENCES, BORN, 760, replace(standing, position=Position.STANDING)))
    found = judge(BORN, days)
    assert (found.length, found.findings) == (Verdict.NORMAL, ())


def test_the_end_of_corrected_age_is_no_fall() -> None:
    """On the median of corrected age a child born at 32 weeks is 0.5 SD and more below it by age since birth."""
    born = PRETERM
    term = Born(born.on + timedelta(days=56), born.sex)
    days = [
        measured(REFERENCES, born, day + 56, on_line(REFERENCES, term, day, 0))
        for day in (92, 184, 367, 551, 670, 700, 740)
    ]
    before, after = days[-3], days[-1]
    assert before.china.corrected
    assert not after.china.corrected
    drop = (before.china.of(Indicator.LHFA).z or 0) - (after.china.of(Indicator.LHFA).z or 0)
    assert drop > 0.4
    assert not any("fall" in one or "lines" in one for one in names(judge(born, days)))


# -- newborns


@pytest.mark.parametrize(("grams", "refer"), [(3000, False), (2990, True)])
def test_a_newborn_that_lost_more_than_a_tenth_is_referred(grams: int, refer: bool) -> None:
    """3,333 g: a tenth less is 2,999.7 g."""
    found = of_weights({0: 3333, 4: grams})
    assert found.refer is refer
    assert found.verdict is (Verdict.LOSS if refer else Verdict.NORMAL)


def test_a_preterm_newborn_may_lose_more() -> None:
    assert not of_weights({0: 2000, 5: 1750}, PRETERM).refer
    assert of_weights({0: 2000, 5: 1690}, PRETERM).refer


@pytest.mark.parametrize(
    ("day", "grams", "urgency"),
    [
        (9, 3200, Urgency.NONE),
        (10, 3200, Urgency.ADVISE),
        (14, 3200, Urgency.RECHECK),
        (21, 3200, Urgency.REFER),
        (21, 3270, Urgency.NONE),  # within the measuring error of 30 g
    ],
)
def test_birth_weight_should_be_back(day: int, grams: int, urgency: Urgency) -> None:
    found = of_weights({0: 3300, day: grams}).findings
    assert (found[0].urgency if found else Urgency.NONE) is urgency


@pytest.mark.parametrize(("gain", "found"), [(599, True), (600, False)])
def test_gain_by_the_full_month(gain: int, found: bool) -> None:
    assert ("full_month_gain" in names(of_weights({0: 3300, 29: 3300 + gain}))) is found


def test_a_newborn_that_still_lacks_much_on_the_fifth_day_needs_help_with_feeding() -> None:
    """3,300 g: 7 % less is 3,069 g; on the third day everybody is there."""
    assert of_weights({0: 3300, 4: 3060}).urgency is Urgency.NONE
    assert of_weights({0: 3300, 5: 3060}).urgency is Urgency.ADVISE
    assert of_weights({0: 3300, 5: 3070}).urgency is Urgency.NONE


@pytest.mark.parametrize("day", [3, 7, 14, 27])
def test_a_healthy_newborn_below_the_straight_line_to_the_first_month_is_not_malnourished(day: int) -> None:
    """2,800 g at birth, back in a week: WS/T 423-2022 has no row before one month and the line lies too high."""
    born = replace(BORN, sex=2)
    grams = {0: 2800, day: {3: 2650, 7: 2780, 14: 2920, 27: 3300}[day]}
    days = weighed(REFERENCES, born, grams)
    assert days[-1].china.of(Indicator.WFA).status is Status.UNDERWEIGHT
    found = judge(born, days)
    assert (found.statuses, found.urgency) == ((), Urgency.NONE)
    assert judge(born, days[1:]).statuses == (Status.UNDERWEIGHT,)  # the birth weight is not known


# -- weight


def test_weight_loss_beyond_the_measuring_error() -> None:
    assert "weight_loss" not in names(of_weights({184: 8000, 214: 7900}))
    found = of_weights({184: 8000, 214: 7890})
    assert found.weight is Verdict.LOSS
    assert found.urgency is Urgency.RECHECK
    assert "110" in found.findings[0].message


def test_a_twentieth_lost_is_referred_at_once() -> None:
    assert not of_weights({184: 8000, 214: 7600}).refer
    assert of_weights({184: 8000, 214: 7590}).refer


def test_a_standstill_needs_its_time() -> None:
    assert of_weights({92: 6500, 119: 6590}).verdict is not Verdict.STAGNATION
    assert of_weights({92: 6500, 120: 6590}).verdict is Verdict.STAGNATION
    assert of_weights({92: 6500, 120: 6601}).verdict is not Verdict.STAGNATION


def at_z(z: float, day: int, born: Born = BORN) -> int:
    """The weight at a z-score between −3 and +3, by halving: the inverse of the assessment, not its formula."""
    low, high = 1000.0, 30000.0
    for _step in range(60):
        middle = (low + high) / 2
        found = measured(REFERENCES, born, day, Measurement(weight_g=middle)).china.of(Indicator.WFA).z
        assert found is not None
        low, high = (middle, high) if found < z else (low, middle)
    return round(low)


@pytest.mark.parametrize(("to", "urgency"), [(-0.15, Urgency.NONE), (-0.20, Urgency.ADVISE), (-0.55, Urgency.RECHECK)])
def test_falls_of_z(to: float, urgency: Urgency) -> None:
    """From +0.5: 0.65 is no fall, 0.70 is one to talk about, 1.05 is one to see again."""
    found = of_weights({92: at_z(0.5, 92), 184: at_z(0.5, 184), 300: at_z(to, 300)})
    assert found.urgency is urgency


@pytest.mark.parametrize(("high", "low", "found"), [(2.4, 1.1, False), (1.6, 0.2, False), (0.9, -0.2, True)])
def test_coming_down_to_the_middle_is_no_faltering(high: float, low: float, found: bool) -> None:
    """A heavy child of one month that is lighter, and still above the median, half a year later."""
    got = of_weights({29: at_z(high, 29), 92: at_z((high + low) / 2, 92), 230: at_z(low, 230)})
    assert (got.verdict is Verdict.FALTERING) is found


def test_a_steep_fall_from_above_is_told_although_the_child_is_still_above_the_middle() -> None:
    got = of_weights({245: at_z(1.6, 245), 367: at_z(1.55, 367), 551: at_z(0.5, 551)})
    assert "weight_fall_from_above" in names(got)
    assert "weight_fall_marked" not in names(got)


def test_yearly_visits_are_compared_though_one_is_late() -> None:
    got = of_weights({1100: at_z(0.3, 1100), 1495: at_z(-0.8, 1495)})
    assert "weight_fall_marked" in names(got)


def test_a_shift_that_has_settled_asks_for_advice_only() -> None:
    """By 1.4 since birth: NICE would see it again; when the line is kept then, it is the child's own."""
    grams = {0: at_z(0.5, 0), 92: at_z(0.1, 92), 367: at_z(-0.5, 367), 551: at_z(-0.9, 551)}
    shifted = of_weights(grams)
    assert shifted.urgency is Urgency.RECHECK
    assert of_weights({**grams, 735: at_z(-0.9, 735)}).urgency is Urgency.ADVISE
    assert of_weights({**grams, 735: at_z(-1.1, 735)}).urgency is Urgency.RECHECK


def test_the_same_again_is_not_yet_a_referral_and_going_on_is() -> None:
    first = {92: at_z(0.5, 92), 184: at_z(-0.6, 184)}
    assert of_weights(first).urgency is Urgency.RECHECK
    assert of_weights({**first, 214: at_z(-0.6, 214)}).urgency is Urgency.RECHECK
    assert of_weights({**first, 190: at_z(-0.8, 190)}).urgency is Urgency.RECHECK  # six days later: too soon
    went_on = of_weights({**first, 214: at_z(-0.8, 214)})
    assert went_on.refer
    assert "2024" in went_on.findings[0].message
    assert of_weights({**first, 214: at_z(-0.6, 214), 244: at_z(-0.6, 244)}).refer


@pytest.mark.parametrize(
    ("birth", "fall", "found"),
    [(-1.5, 0.6, False), (-1.5, 0.75, True), (0.0, 1.25, False), (0.0, 1.4, True), (1.5, 1.9, False), (1.5, 2.1, True)],
)
def test_centile_spaces_depend_on_the_birth(birth: float, fall: float, found: bool) -> None:
    got = of_weights({0: at_z(birth, 0), 92: at_z(birth - fall, 92)})
    assert any(one.startswith("centile_spaces") for one in names(got)) is found


def test_lines_are_crossed_only_when_clearly_on_their_two_sides() -> None:
    crossing = of_weights({184: at_z(-0.7, 184), 300: at_z(-1.4, 300)})
    assert "weight_sd_lines_last" in names(crossing)
    told = next(one for one in crossing.findings if one.rule == "weight_sd_lines_last")
    assert "-1SD" in told.message
    assert "weight_sd_lines_last" not in names(of_weights({184: at_z(-0.05, 184), 300: at_z(-0.95, 300)}))
    two = of_weights({184: at_z(0.15, 184), 300: at_z(-0.8, 300)})
    assert "weight_percentile_lines" in names(two)  # P50 and P25


def test_small_increments_count_only_when_weight_leaves_its_line() -> None:
    """Boys on −3 SD gain little by WHO's tables, and that is right for them."""
    days = along(REFERENCES, BORN, (0, 30, 61, 91, 122, 152), -3)
    assert judge(BORN, days).findings == ()
    slow = of_weights({30: 4500, 61: 5000, 91: 5250, 122: 5450})
    assert {"weight_velocity", "weight_velocity_twice"} <= names(slow)


def test_too_much_weight_for_length() -> None:
    days = along(REFERENCES, BORN, (92, 184), 0)
    length = on_line(REFERENCES, BORN, 300, 0).length_mm
    days.append(measured(REFERENCES, BORN, 300, Measurement(weight_g=at_z(1.3, 300), length_mm=length)))
    found = judge(BORN, days)
    assert found.weight is Verdict.RAPID
    assert found.length is Verdict.NORMAL
    assert found.verdict is Verdict.RAPID
    assert Status.OVERWEIGHT in found.statuses


# -- length, head, catch-up


def test_length_that_stands_still() -> None:
    still = [(184, 670), (250, 677)]
    days = [measured(REFERENCES, BORN, day, Measurement(length_mm=mm)) for day, mm in still]
    assert judge(BORN, days).length is Verdict.STAGNATION
    days[1] = measured(REFERENCES, BORN, 250, Measurement(length_mm=679))
    assert judge(BORN, days).length is not Verdict.STAGNATION


def test_a_head_that_grows_too_fast() -> None:
    heads = [(92, 405), (150, 450)]
    days = [measured(REFERENCES, BORN, day, Measurement(head_mm=mm)) for day, mm in heads]
    found = judge(BORN, days)
    assert found.verdict is Verdict.HEAD_FAST
    assert found.refer
    assert found.weight is Verdict.UNCLEAR


def test_a_small_birth_catches_up_and_a_large_one_does_not() -> None:
    born = PRETERM
    grams = {day: at_z(z, day, born) for day, z in ((100, -1.8), (184, -1.2), (300, -0.6))}
    assert of_weights(grams, born).verdict is Verdict.CATCH_UP
    assert (
        of_weights({day: at_z(z, day) for day, z in ((100, -1.8), (184, -1.2), (300, -0.6))}).verdict is Verdict.NORMAL
    )


# -- conditions


def test_severe_malnutrition_is_referred_at_once_and_moderate_seen_monthly() -> None:
    severe = of_weights({184: at_z(-3.2, 184)})
    assert severe.refer
    assert severe.statuses == (Status.SEVERE_UNDERWEIGHT,)
    assert severe.verdict is Verdict.UNCLEAR
    moderate = of_weights({184: at_z(-2.3, 184)})
    assert not moderate.refer
    assert moderate.next_check == BORN.on + timedelta(days=184 + 30)


def test_moderate_malnutrition_is_referred_when_two_visits_did_not_help() -> None:
    grams = {day: at_z(-2.3, day) for day in (184, 214)}
    assert not of_weights(grams).refer
    assert of_weights({**grams, 244: at_z(-2.3, 244)}).refer
    assert not of_weights({**grams, 244: at_z(-2.15, 244)}).refer


def test_slow_faltering_is_referred_when_it_goes_on() -> None:
    """A girl of the demonstration: from +0.67 at birth, a little less each time, to 低体重 at 19 months."""
    born = Born(date(2025, 4, 11), 2, 280)
    zs = {0: 0.67, 28: -0.62, 94: -0.85, 185: -0.94, 248: -1.37, 383: -1.86, 570: -2.08}
    grams = {day: at_z(z, day, born) for day, z in zs.items()}
    until = [of_weights(dict(list(grams.items())[:count]), born) for count in range(3, 8)]
    expected = [Urgency.RECHECK, Urgency.ADVISE, Urgency.RECHECK, Urgency.REFER, Urgency.REFER]
    assert [one.urgency for one in until] == expected
    assert until[-1].statuses == (Status.UNDERWEIGHT,)


def test_malnutrition_counts_the_visits_at_which_weight_faltered_before() -> None:
    """Two visits of faltering, then 低体重: a second and a third poor gain, not the first."""
    grams = {0: at_z(0.3, 0), 92: at_z(-1.2, 92), 184: at_z(-1.9, 184), 230: at_z(-2.2, 230)}
    found = of_weights(grams)
    worst = next(one for one in found.conditions if one.status is Status.UNDERWEIGHT)
    assert worst.urgency is Urgency.REFER
    assert "已经不足" in worst.message
    alone = of_weights({0: grams[0], 230: grams[230]})
    assert next(one for one in alone.conditions if one.status).urgency is Urgency.RECHECK


def test_oedema_is_referred() -> None:
    day = measured(REFERENCES, BORN, 184, Measurement(weight_g=7000, oedema=True))
    found = judge(BORN, [day])
    assert found.refer
    assert found.weight is Verdict.UNCLEAR


# -- what to do


def test_next_check_is_the_next_contact_when_all_is_well() -> None:
    found = judge(BORN, along(REFERENCES, BORN, (92, 184), 0))
    assert found.next_check == date(2024, 9, 30)  # eight months of a child born on the 31st
    assert found.advice == ("继续母乳，辅食多样，按时来体检。",)


def test_after_the_last_contact_children_are_seen_yearly() -> None:
    found = judge(BORN, along(REFERENCES, BORN, (1500, 1865), 0))
    assert found.next_check == BORN.on + timedelta(days=1865 + 365)


def test_before_the_forty_week_date_nothing_is_called_normal_and_the_child_is_seen_soon() -> None:
    grams = {0: 1700, 14: 1720, 35: 2200, 49: 2650}
    days = weighed(REFERENCES, PRETERM, grams)
    found = judge(PRETERM, days)
    assert (found.verdict, found.next_check) == (Verdict.UNCLEAR, days[-1].on + timedelta(days=14))


def test_nothing_measured_is_nothing_known() -> None:
    found = judge(BORN, [])
    assert (found.verdict, found.next_check, found.refer, found.advice) == (Verdict.UNCLEAR, None, False, ())


def test_every_finding_names_its_rule_and_source() -> None:
    for found in (of_weights({0: 3300, 4: 2900}), of_weights({184: 8000, 214: 7500})):
        assert found.findings
        for one in found.all():
            assert one.source
            assert one.basis in Basis
            assert one.rule in {rule.name for rule in RULES.rules}


def test_errors_are_smaller_than_what_the_rules_call_a_change() -> None:
    """A z that moves by the least step of any rule is more than what two measurers may differ by, at every age."""
    for day in range(28, 1100, 7):
        for value, of in ((0.67, "weight"), (0.67, "length"), (1.0, "head")):
            step = next(one for one in RULES.errors if one == of)
            born_on = on_line(REFERENCES, BORN, day, 0)
            one_sd = on_line(REFERENCES, BORN, day, -1)
            name = {"weight": "weight_g", "length": "length_mm", "head": "head_mm"}[of]
            if getattr(born_on, name) is not None:
                spread = getattr(born_on, name) - getattr(one_sd, name)
                assert RULES.error(step, day) < value * spread, (day, of)


# -- sex not known


def test_without_a_sex_both_are_judged_and_neither_is_guessed() -> None:
    born = replace(BORN, sex=0)
    grams = {92: at_z(-1.9, 92), 184: at_z(-2.2, 184)}  # 低体重 for a boy, not for a girl
    found = judge(born, weighed(REFERENCES, born, grams))
    assert found.either is not None
    boy, girl = found.either
    assert boy == of_weights(grams)
    assert girl == of_weights(grams, replace(BORN, sex=2))
    assert (boy.statuses, girl.statuses) == ((Status.UNDERWEIGHT,), ())
    assert (found.statuses, found.refer, found.verdict) == ((), False, Verdict.NORMAL)
    assert found.advice == ("按时来体检，再测一次就能看出增长趋势。",)  # neither that all is well nor that it is not


def test_a_fall_for_both_sexes_is_told_with_both_figures() -> None:
    found = of_weights({92: 7250, 184: 7200}, replace(BORN, sex=0))
    assert found.verdict is Verdict.STAGNATION
    fall, boys, girls = (
        next(finding for finding in one.findings if finding.rule == "weight_fall_marked")
        for one in (found, *(found.either or ()))
    )
    assert boys.message != girls.message
    assert boys.message in fall.message
    assert girls.message in fall.message


def test_what_needs_no_table_is_said_without_a_sex() -> None:
    found = of_weights({0: 3300, 4: 2900}, replace(BORN, sex=9))
    assert found.verdict is Verdict.LOSS
    assert found.refer


# -- what must hold for every child

_GRAMS = st.lists(st.integers(-250, 900), min_size=3, max_size=8)


def a_child(steps: list[int], born: Born = BORN) -> list[MeasuredDay]:
    grams, length, days = 3300, 500, []
    for day, step in zip(SCHEDULE, steps, strict=False):
        grams, length = max(1500, grams + step), length + max(0, step // 20)
        days.append(measured(REFERENCES, born, day, Measurement(grams, length, 340 + length // 10)))
    return days


@settings(max_examples=times(40, 15))
@given(_GRAMS)
def test_shifting_all_dates_changes_nothing(steps: list[int]) -> None:
    """By 28 years: the calendar repeats itself."""
    by = timedelta(days=28 * 365 + 7)
    later = replace(BORN, on=BORN.on + by)
    now, then = judge(BORN, a_child(steps)), judge(later, a_child(steps, later))
    assert [one.rule for one in now.all()] == [one.rule for one in then.all()]
    assert (now.verdict, now.refer, now.advice) == (then.verdict, then.refer, then.advice)
    assert now.next_check is not None
    assert now.next_check + by == then.next_check


@settings(max_examples=times(60, 20))
@given(_GRAMS)
def test_measuring_the_same_the_next_day_refers_nobody(steps: list[int]) -> None:
    days = a_child(steps)
    last = days[-1]
    repeated = measure_day(REFERENCES, BORN, last.on + timedelta(days=1), last.measured)
    one, two = judge(BORN, days), judge(BORN, [*days, repeated])
    assert [f.rule for f in one.all()] == [f.rule for f in two.all()]
    assert one.refer is two.refer


@settings(max_examples=times(60, 20))
@given(_GRAMS, st.integers(0, 1500), st.integers(0, 1500))
def test_a_steeper_fall_is_never_judged_milder(steps: list[int], one: int, other: int) -> None:
    days = a_child(steps)
    age = days[-1].ages.chronological.days + 60
    weight = days[-1].measured.weight_g
    assert weight is not None
    less, more = (
        judge(BORN, [*days, measured(REFERENCES, BORN, age, Measurement(weight_g=max(800, weight - fall)))])
        for fall in sorted((one, other))
    )
    assert more.weight.rank >= less.weight.rank
    assert more.urgency.rank >= less.urgency.rank


@settings(max_examples=times(30, 12))
@given(_GRAMS, st.randoms())
def test_the_order_of_the_days_does_not_matter(steps: list[int], dice) -> None:
    days = a_child(steps)
    shuffled = list(days)
    dice.shuffle(shuffled)
    assert judge(BORN, days) == judge(BORN, shuffled)
