"""`growth assess` on 100,000 rows against plainly reading and writing the same file with the csv module, in one run.

The file that is copied is the assessed one, so that both write the same cells; the ratio to copying the input is told
as well. Each is done several times and the quickest counts. Ages come from days in one file, from two dates in another.
"""

import csv
import os
import random
import time
from datetime import date, timedelta

import pytest

from zhaohu.rules.growth.survey.counting import Survey
from zhaohu.rules.growth.terms import Standard
from zhaohu.rules.growth.zscore import lms_value
from zhaohu.services import reference
from zhaohu.services.growth.growth_files import assess_file

CHILDREN, VISITS, TIMES = 20_000, 5, 5
pytestmark = [
    pytest.mark.benchmark_ratio,
    pytest.mark.skipif(os.environ.get("ZHAOHU_BENCH") != "1", reason="figures are taken by `dev.py bench`"),
]
HEAD = ["child_id", "name", "sex", "weight_kg", "length_cm", "measure", "head_cm", "oedema"]


def made_up_rows(dates):
    """Five visits of each child, who stays near its own line of growth."""
    tables = reference.growth_references().who
    throw = random.Random(2026)
    for child in range(CHILDREN):
        sex, own = throw.choice((1, 2)), [throw.gauss(0, 1) for _ in range(3)]
        born = date(2020, 1, 1) + timedelta(throw.randrange(600))
        for days in sorted(throw.randrange(1827) for _ in range(VISITS)):
            weight, length, head = (max(-3.5, min(3.5, z + throw.gauss(0, 0.15))) for z in own)
            lms = tables[sex]
            age = [born, born + timedelta(days)] if dates else [days]
            yield [
                f"C{child:06}",
                "王小" + throw.choice("明红丽强刚"),
                sex,
                f"{lms_value(weight, lms.wfa[days]) / 1000:.2f}",
                f"{lms_value(0.6 * weight + 0.6 * length, lms.lhfa[days]) / 10:.1f}",
                throw.choice(("", "L" if days < 731 else "H")),
                f"{lms_value(head, lms.hcfa[days]) / 10:.1f}",
                throw.choice(("n", "")),
                *age,
            ]


def copied(source, out):
    with source.open(newline="", encoding="utf-8") as file, out.open("w", newline="", encoding="utf-8") as copy:
        writer = csv.writer(copy)
        for row in csv.reader(file):
            writer.writerow(row)


def seconds(work):
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@pytest.mark.parametrize("dates", [False, True], ids=["age in days", "two dates"])
def test_a_file_of_growth_against_copying_it(tmp_path, capsys, dates):
    source, out, copy = tmp_path / "in.csv", tmp_path / "out.csv", tmp_path / "copy.csv"
    with source.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*HEAD, *(["birth_date", "date"] if dates else ["age_days"])])
        writer.writerows(made_up_rows(dates))
    reference.growth_references()
    reference.doubt_rules()
    for standard in (Standard.CHINA, Standard.WHO):
        assessing, again, copying_in = [], [], []
        for _ in range(TIMES):
            assessing.append(seconds(lambda: assess_file(source, out, standard)))  # noqa: B023
            again.append(seconds(lambda: copied(out, copy)))
            copying_in.append(seconds(lambda: copied(source, copy)))
        surveyed = seconds(lambda: assess_file(source, out, standard, told=Survey(standard)))  # noqa: B023
        took, whole, given = min(assessing), min(again), min(copying_in)
        with out.open(encoding="utf-8") as file:
            assert sum(1 for _line in file) == CHILDREN * VISITS + 1
        with capsys.disabled():
            print(  # noqa: T201
                f"\n{CHILDREN * VISITS} rows, {standard}: assessed in {took:.2f} s, {took / whole:.1f} times copying "
                f"the output ({whole:.2f} s), {took / given:.1f} times copying the input ({given:.2f} s); with a "
                f"survey summary {surveyed:.2f} s"
            )
