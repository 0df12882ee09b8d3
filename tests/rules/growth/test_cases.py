"""Nearly a thousand cases whose results follow from the published tables, reckoned without the program.

tests/data/growth says how they were made and which of them were read again by eye.
"""

import csv
from datetime import date
from pathlib import Path

import pytest

from zhaohu.rules.growth import Indicator, Measurement, Position, Standard
from zhaohu.rules.growth.batch import Z_COLUMNS, assess_rows, output_columns
from zhaohu.rules.growth.series import Born, measure_day

DATA = Path(__file__).parents[2] / "data" / "growth"
ORDER = (Indicator.WFA, Indicator.LHFA, Indicator.WFL, Indicator.BFA, Indicator.HCFA)
OWN_FLAG = dict(zip(ORDER, ("waz", "haz", "whz", "baz", "hcz"), strict=True))
BATCH_COLUMNS = {
    "birth_date": "born",
    "date": "on",
    "sex": "sex",
    "gestation_days": "gestation_days",
    "weight_kg": "weight_kg",
    "length_cm": "length_cm",
    "head_cm": "head_cm",
    "measure": "position",
    "oedema": "oedema",
}
"""The columns of a file, and the cases' columns that fill them."""
PLACE_FLAGS = {"standing_converted", "lying_converted", "standing_under_9_months", "last_row"}


def cases(name):
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


CASES = [*cases("cases_wst423.csv"), *cases("cases_who.csv")]


def scaled(cell, by):
    return round(float(cell) * by, 6) if cell else None


def shown_flags(words, indicator):
    return {word for word in words if word in PLACE_FLAGS or word == f"{OWN_FLAG[indicator]}_implausible"}


@pytest.fixture(scope="module")
def measured(references):
    """Each case as one measured day."""
    days = []
    for case in CASES:
        gestation = int(case["gestation_days"]) if case["gestation_days"] else None
        born = Born(date.fromisoformat(case["born"]), int(case["sex"]), gestation)
        position = Position(case["position"]) if case["position"] else None
        given = Measurement(
            scaled(case["weight_kg"], 1000),
            scaled(case["length_cm"], 10),
            scaled(case["head_cm"], 10),
            position,
            case["oedema"] == "y",
        )
        days.append(measure_day(references, born, date.fromisoformat(case["on"]), given))
    return days


def test_there_are_hundreds():
    assert len(CASES) > 900
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert all(case["source"] for case in CASES)


def test_scores_levels_and_statuses_are_those_reckoned_from_the_tables(measured):
    wrong = []
    for case, day in zip(CASES, measured, strict=True):
        result = day.by(Standard(case["standard"])).of(Indicator(case["indicator"]))
        words = (result.level or "", result.level_pct or "", result.status or "", result.reason or "")
        expected = (case["level"], case["level_pct"], case["status"], case["reason"])
        near = result.z is None if not case["z"] else result.z is not None and abs(result.z - float(case["z"])) < 1e-4
        if words != expected or not near:
            wrong.append((case, result))
    assert not wrong, f"{len(wrong)} of {len(CASES)}, first: {wrong[0]}"


def test_what_is_compared_is_what_the_rule_says(measured):
    for case, day in zip(CASES, measured, strict=True):
        value = day.by(Standard(case["standard"])).of(Indicator(case["indicator"])).value
        if case["value"]:
            assert value == pytest.approx(float(case["value"]), abs=1e-6), case
        else:
            assert value is None, case


def test_flags_stand_exactly_where_the_rules_put_them(measured):
    for case, day in zip(CASES, measured, strict=True):
        indicator = Indicator(case["indicator"])
        flags = shown_flags(day.by(Standard(case["standard"])).scores.flags, indicator)
        assert flags == set(filter(None, [case["flags"]])), case


@pytest.mark.parametrize("standard", [Standard.CHINA, Standard.WHO])
def test_files_get_the_same(references, standard):
    chosen = [case for case in CASES if case["standard"] == standard]
    columns = list(BATCH_COLUMNS)
    given = [[case[column] for column in BATCH_COLUMNS.values()] for case in chosen]
    wrong = []
    for case, cells in zip(chosen, assess_rows(columns, given, references, standard), strict=True):
        out = dict(zip(output_columns(columns, standard), cells, strict=True))
        indicator = Indicator(case["indicator"])
        z = out[Z_COLUMNS[ORDER.index(indicator)]]
        near = not z if not case["z"] else bool(z) and abs(float(z) - float(case["z"])) <= 0.005 + 1e-4
        words = out["flags"].split(";")
        right = near and shown_flags(words, indicator) == set(filter(None, [case["flags"]]))
        if standard is Standard.CHINA:
            right = right and out[f"{indicator}_level"] == case["level"]
            right = right and out[f"{indicator}_level_pct"] == case["level_pct"]
            right = right and out.get(f"{indicator}_status", "") == case["status"]
        if case["reason"] not in ("", "not_measured"):
            right = right and case["reason"] in words
        if not right:
            wrong.append((case, out))
    assert not wrong, f"{len(wrong)} of {len(chosen)}, first: {wrong[0]}"
