"""A survey's figures against the same figures counted again, naively, from the words of the assessed rows."""

import random
from collections import Counter
from statistics import mean, stdev

import pytest

from zhaohu.rules.growth import BOTH, Standard
from zhaohu.rules.growth.batch import assess_rows, output_columns
from zhaohu.rules.growth.survey.counting import AGE_BANDS, Survey
from zhaohu.rules.growth.survey.figures import level_shares, places, prevalences, score_figures

COLUMNS = ["sex", "age_months", "weight_kg", "length_cm", "head_cm", "oedema", "gestation_days"]
INDICATORS = {"wfa": "waz", "lhfa": "haz", "wfl": "whz", "bfa": "baz", "hcfa": "hcz"}
LIMITS = {"waz": (-6, 5), "haz": (-6, 6), "whz": (-5, 5), "baz": (-5, 5), "hcz": (-5, 5)}
STATUS = {
    "underweight": ("低体重", "重度低体重"),
    "stunting": ("生长迟缓", "重度生长迟缓"),
    "wasting": ("消瘦", "重度消瘦"),
    "overweight": ("超重",),
    "obesity": ("肥胖", "重度肥胖"),
    **{f"severe_{name}": (f"重度{word}",) for name, word in
       (("underweight", "低体重"), ("stunting", "生长迟缓"), ("wasting", "消瘦"), ("obesity", "肥胖"))},
}  # fmt: skip
WHO_CUTS = {
    "underweight": lambda z: z < -2, "stunting": lambda z: z < -2, "wasting": lambda z: z < -2,
    "severe_underweight": lambda z: z < -3, "severe_stunting": lambda z: z < -3, "severe_wasting": lambda z: z < -3,
    "risk_of_overweight": lambda z: 1 < z <= 2, "overweight": lambda z: z > 2, "obesity": lambda z: z > 3,
}  # fmt: skip
LOW = {"underweight", "severe_underweight", "wasting", "severe_wasting"}


@pytest.fixture(scope="module")
def rows(references):
    """Children of all ages, many of them far from the median, some with oedema, some with cells missing or wrong."""
    throw = random.Random(4)
    made = []
    for _ in range(1500):
        sex, months = throw.choice((1, 2)), throw.randrange(84)
        tables = references.who[sex]
        day = min(round(months * 30.4375), 1826)
        row = [
            str(sex),
            str(months),
            f"{tables.wfa[day][1] * throw.gauss(1, 0.25) / 1000:.2f}",
            f"{tables.lhfa[day][1] * throw.gauss(1, 0.08) / 10:.1f}",
            f"{tables.hcfa[day][1] * throw.gauss(1, 0.06) / 10:.1f}",
            throw.choice("nnnnny"),
            throw.choice(["", "", "", "230"]),
        ]
        if throw.random() < 0.2:
            row[throw.randrange(5)] = throw.choice(["", "x", "9"])
        made.append(row)
    return made


def counted(references, rows, standard):
    survey = Survey(standard)
    outs = list(assess_rows(COLUMNS, [list(row) for row in rows], references, standard, told=survey))
    names = output_columns(COLUMNS, standard)
    return survey, [dict(zip(names, out, strict=True)) for out in outs]


def inside(out, where):
    """Whether an assessed row is of a group, by its cells alone."""
    if out["sex"] not in ("1", "2") or out["age_days_used"] == "":
        return False
    if any(word in out["flags"].split(";") for word in ("age_out_of_range", "before_term", "bad_age_months")):
        return False
    first, last = (0, 999) if where.band is None else AGE_BANDS[where.band]
    return first <= int(out["age_months"]) <= last and where.sex in (None, int(out["sex"]))


def by_group(survey, outs):
    return {where: [out for out in outs if inside(out, where)] for where in places(survey)}


def plausible(out, column):
    low, high = LIMITS[column]
    return out[column] != "" and low <= float(out[column]) <= high


@pytest.mark.parametrize("standard", BOTH)
def test_prevalence_is_what_a_naive_count_gives(references, rows, standard):
    survey, outs = counted(references, rows, standard)
    groups, seen = by_group(survey, outs), 0
    for found in prevalences(survey):
        name, indicator = found.grade.name, found.grade.indicator
        here = groups[found.where]
        column = INDICATORS[indicator]
        scored = [out for out in here if plausible(out, column)]
        swollen = [out for out in here if out["oedema"] == "y"] if indicator in ("wfa", "wfl", "bfa") else []
        if standard is Standard.CHINA:
            count = sum(out[f"{indicator}_status"] in STATUS[name] for out in scored)
        else:
            count = sum(WHO_CUTS[name](float(out[column])) for out in scored)
        count += len(swollen) if name in LOW else 0
        assert (found.of.count, found.of.n) == (count, len(scored) + len(swollen)), (name, found.where)
        seen += count
    assert seen > 500


def test_levels_are_what_a_naive_count_gives(references, rows):
    survey, outs = counted(references, rows, Standard.CHINA)
    shares, groups = list(level_shares(survey)), by_group(survey, outs)
    for found in shares:
        here = [out for out in groups[found.where] if plausible(out, INDICATORS[found.indicator])]
        column = f"{found.indicator}_level" + ("_pct" if found.by == "percentile" else "")
        assert (found.of.count, found.of.n) == (sum(out[column] == found.level for out in here), len(here))
    assert len(shares) == len(places(survey)) * 5 * 2 * 5
    assert list(level_shares(Survey(Standard.WHO))) == []


@pytest.mark.parametrize("standard", list(Standard))
def test_means_deviations_and_flagged_shares_are_what_a_naive_count_gives(references, rows, standard):
    survey, outs = counted(references, rows, standard)
    groups = by_group(survey, outs)
    for found in score_figures(survey):
        column = INDICATORS[found.indicator]
        here = groups[found.where]
        scores = [float(out[column]) for out in here if plausible(out, column)]
        assert found.n == len(scores)
        assert found.mean == (pytest.approx(mean(scores), abs=0.006) if scores else None)
        assert found.sd == (pytest.approx(stdev(scores), abs=0.006) if len(scores) > 1 else None)
        assert found.flagged.count == sum(out[column] != "" for out in here) - len(scores)
    assert any(found.flagged.count for found in score_figures(survey)) or standard is Standard.INTERGROWTH


@pytest.mark.parametrize("standard", list(Standard))
def test_what_is_missing_and_why_there_is_no_score(references, rows, standard):
    survey, outs = counted(references, rows, standard)
    assert survey.rows == len(rows)
    assert survey.missing["weight"] == sum(row[2] in ("", "x") for row in rows)
    assert survey.missing["sex"] == sum(row[0] not in ("1", "2") for row in rows)
    assert survey.missing["age"] == sum(row[1] in ("", "x") for row in rows)
    counts = [out["age_days_used"] and any(out[column] for column in LIMITS) for out in outs]
    assert survey.unscored.total() == sum(not one for one in counts)
    assert survey.flags == Counter(word for out in outs for word in out["flags"].split(";") if word)
    digits = Counter(row[2].split(".")[1][0] for row in rows if "." in row[2])
    digits["0"] += sum(row[2] == "9" for row in rows)
    assert survey.digits["weight"] == [digits[digit] for digit in "0123456789"]


@pytest.mark.parametrize(("cut", "standard"), [(0, Standard.CHINA), (700, Standard.CHINA), (900, Standard.WHO)])
def test_two_halves_added_are_the_whole(references, rows, cut, standard):
    whole, _outs = counted(references, rows, standard)
    first, _outs = counted(references, rows[:cut], standard)
    second, _outs = counted(references, rows[cut:], standard)
    first += second
    assert list(prevalences(first)) == list(prevalences(whole))
    assert list(level_shares(first)) == list(level_shares(whole))
    assert (first.rows, first.flags, first.missing, first.unscored, first.digits) == (
        whole.rows,
        whole.flags,
        whole.missing,
        whole.unscored,
        whole.digits,
    )
    for ours, theirs in zip(score_figures(first), score_figures(whole), strict=True):
        assert ours.n == theirs.n
        assert ours.mean == pytest.approx(theirs.mean)
        assert ours.sd == pytest.approx(theirs.sd)


def test_a_score_on_a_cut_off_of_who_counts_after_rounding(references):
    """WHO's programs round to two decimals first: −2.004 is −2.00 and not below −2 SD."""
    power, median, spread = references.who[1].wfa[365]
    survey = Survey(Standard.WHO)
    rows = []
    for z in (-2.004, -2.006, 2.004, 2.006):
        weight_kg = median * (1 + power * spread * z) ** (1 / power) / 1000
        rows.append(["1", "12", f"{weight_kg:.6f}", "", "", "", ""])
    list(assess_rows(COLUMNS, rows, references, Standard.WHO, told=survey))
    (whole,) = (p for p in prevalences(survey) if p.grade.name == "underweight" and p.where.age_months == "all"
                and p.where.sex is None)  # fmt: skip
    assert (whole.of.count, whole.of.n) == (1, 4)


def test_the_last_day_of_who_is_of_the_last_band(references):
    survey = Survey(Standard.WHO)
    columns = ["sex", "birth_date", "date", "weight_kg"]
    list(assess_rows(columns, [["1", "2019-01-01", "2024-01-01", "18"]], references, Standard.WHO, told=survey))
    assert [AGE_BANDS[band] for band in survey.bands()] == [(48, 59)]
