"""What a child's growth tab reads at one go, and what it says of changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.services.care.test_visits import record
from tests.services.families import enrol

from zhaohu.errors import NotFound
from zhaohu.records import Measurement
from zhaohu.records.codes import Position
from zhaohu.rules.growth.curves.change import Change
from zhaohu.rules.growth.curves.chart import Lines, Window
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.rules.growth.velocity import Growing, velocity
from zhaohu.services import reference
from zhaohu.services.growth import growth, growth_papers, growth_trend, growth_view
from zhaohu.services.growth.growth_papers import velocity_text
from zhaohu.services.register import children

BORN = date(2026, 3, 1)
ROWS = {30: (4200, 540), 61: (5300, 575), 122: (6900, 630)}


@pytest.fixture
def child_id(station_desk):
    found = enrol(station_desk, birth_date=BORN, facts={"birth_weight_g": 3300, "birth_length_mm": 500})
    with station_desk.write("visit.record") as work:
        for day, (weight_g, length_mm) in ROWS.items():
            on = BORN + timedelta(days=day)
            values = {"measured_on": on, "weight_g": weight_g, "length_mm": length_mm}
            work.session.add(station_desk.make(Measurement, child_id=found, **values))
    return found


def test_a_view_holds_what_the_single_readings_say(station_desk, child_id):
    view = growth_view.view(station_desk, child_id)
    assert list(view.days) == growth.series(station_desk, child_id)
    assert view.trend == growth_trend.of_child(station_desk, child_id)
    assert (view.born.on, view.preterm) == (BORN, False)
    window = Window(1, 3)
    ours = view.chart(Indicator.LHFA, Standard.WHO, Lines.PERCENTILE, window)
    assert (ours.drawn, ours.x_axis.low, ours.x_axis.high) == (Lines.PERCENTILE, 1, 3)


def test_changes_are_from_the_measurement_before(station_desk, child_id):
    view = growth_view.view(station_desk, child_id)
    found = view.changes(Indicator.WFA, Standard.CHINA)
    days = [BORN + timedelta(days=day) for day in ROWS]
    assert list(found) == days
    first = found[days[0]]
    assert (first.since, first.days, first.value) == (BORN, 30, pytest.approx(0.9))
    assert first.per_day == pytest.approx(0.03)
    z = [day.china.of(Indicator.WFA).z for day in view.days]
    assert first.z == pytest.approx(z[1] - z[0])
    assert view.changes(Indicator.HCFA, Standard.CHINA) == {}


def test_two_days_are_compared_in_any_order_with_the_velocity_between_them(station_desk, child_id):
    view = growth_view.view(station_desk, child_id)
    one, other = (BORN + timedelta(days=day) for day in (61, 122))
    said = view.compared(Indicator.WFA, Standard.CHINA, other, one)
    assert said == view.compared(Indicator.WFA, Standard.CHINA, one, other)
    assert said.startswith("2026年5月1日 至 2026年7月1日：")
    for part in ("61 天 +1.60 kg", "每天 +26.2 g"):
        assert part in said
    found = velocity(reference.growth_references(), view.born.sex, Growing.WEIGHT, (61, 5300), (122, 6900))
    assert velocity_text(found) in said
    lengths = view.compared(Indicator.LHFA, Standard.CHINA, one, other)
    assert "61 天 +5.5 cm" in lengths
    assert "每月 +2.74 cm" in lengths
    assert "每" not in view.compared(Indicator.BFA, Standard.CHINA, one, other)  # BMI does not grow by the month
    assert view.compared(Indicator.WFA, Standard.CHINA, one, one) == ""
    assert view.compared(Indicator.HCFA, Standard.CHINA, one, other) == ""


def test_velocity_is_up_to_a_day_and_only_of_what_grows(station_desk, child_id):
    view = growth_view.view(station_desk, child_id)
    days = [BORN + timedelta(days=day) for day in ROWS]
    assert view.velocity_until(Indicator.WFA, BORN) == ""
    assert view.velocity_until(Indicator.WFA, days[0]) != view.velocity_until(Indicator.WFA, days[2])
    assert view.velocity_until(Indicator.BFA, days[2]) == ""


@pytest.mark.parametrize("value", [3200.0, -3200.0, 0.001])
def test_a_change_of_any_size_has_its_sign(value):
    found = Change(BORN, BORN + timedelta(days=3), value, None)
    words = growth_view.change_text(Indicator.WFA, found)
    assert words == {3200.0: "+3,200.00 kg", -3200.0: "-3,200.00 kg", 0.001: "0.00 kg"}[value]


def test_a_length_measured_standing_has_the_velocity_of_one_measured_lying(station_desk):
    """On the growth tab and on paper as in the trend; a preterm child's interval does not gain weeks at 24 months."""
    child_id = enrol(station_desk, birth_date=date(2024, 7, 1), facts={"gestation_days": 240})
    days = [date(2026, 3, 20), date(2026, 5, 22), date(2026, 7, 20)]
    rows = [(11000, 855, Position.LYING), (11500, 868, Position.STANDING), (12000, 890, Position.LYING)]
    with station_desk.write("visit.record") as work:
        for on, (weight_g, length_mm, position) in zip(days, rows, strict=True):
            values = {"measured_on": on, "weight_g": weight_g, "length_mm": length_mm, "position": position}
            work.session.add(station_desk.make(Measurement, child_id=child_id, **values))
    view = growth_view.view(station_desk, child_id)
    found = {one.velocity.of: one for one in growth_trend.child_growth(station_desk, child_id).speeds}
    assert [(one.since, one.on, one.velocity.days) for one in found.values()] == [(days[1], days[2], 59)] * 2
    assert found[Growing.LENGTH].velocity.increment == pytest.approx(1.5)  # 868 standing is 875 lying
    for indicator, of in ((Indicator.WFA, Growing.WEIGHT), (Indicator.LHFA, Growing.LENGTH)):
        words = velocity_text(found[of].velocity)
        assert words in view.velocity_until(indicator, days[2])
        assert words in view.compared(indicator, Standard.CHINA, days[1], days[2])
    who = growth_papers.Subject.of(children.view_child(station_desk, child_id), view.days)
    printed = growth_papers.single_chart(who, Indicator.LHFA, Standard.CHINA, Lines.SD)
    assert printed.rows[-1].velocity == velocity_text(found[Growing.LENGTH].velocity)


def test_a_preterm_child_is_known_as_one(station_desk):
    child_id = enrol(station_desk, birth_date=BORN, facts={"gestation_days": 230, "birth_weight_g": 2100})
    view = growth_view.view(station_desk, child_id)
    assert view.preterm
    assert view.chart(Indicator.WFA, Standard.INTERGROWTH).marks[0].result.z is not None


def test_a_correction_is_the_value_that_counts(station_desk):
    child_id = enrol(station_desk)
    record(station_desk, child_id)
    view = growth_view.view(station_desk, child_id)
    assert [day.on for day in view.measured(Indicator.WFA, Standard.WHO)] == [day.on for day in view.days]


def test_there_is_no_view_of_no_child(station_desk):
    with pytest.raises(NotFound):
        growth_view.view(station_desk, "0" * 36)
