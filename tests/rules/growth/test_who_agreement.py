"""Our scores beside those of WHO's own programs, kept in tests/data/growth; its README says how they came."""

import csv
from pathlib import Path

import pytest

from zhaohu.rules.growth import Standard
from zhaohu.rules.growth.batch import Z_COLUMNS, assess_rows, output_columns

DATA = Path(__file__).parents[2] / "data" / "growth"
LETTERS = {
    "waz_implausible": "w",
    "haz_implausible": "h",
    "whz_implausible": "l",
    "baz_implausible": "b",
    "hcz_implausible": "c",
    "standing_under_9_months": "9",
}
INPUT = ("sex", "age_days", "age_months", "weight_kg", "length_cm", "measure", "head_cm", "oedema")
CLOSE = 0.005


def rows(name):
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def ours(references, theirs):
    given = [[row.get(column, "") for column in INPUT] for row in theirs]
    columns = output_columns(INPUT, Standard.WHO)
    return [dict(zip(columns, out, strict=True)) for out in assess_rows(INPUT, given, references, Standard.WHO)]


def letters(out):
    return "".join(LETTERS[word] for word in LETTERS if word in out["flags"].split(";"))


def test_every_score_and_flag_is_that_of_whos_package(references):
    theirs = rows("who_anthro_results.csv")
    wrong = []
    for n, (row, out) in enumerate(zip(theirs, ours(references, theirs), strict=True), start=2):
        scores = {column: out[column] for column in Z_COLUMNS}
        if scores != {column: row[column] for column in Z_COLUMNS} or letters(out) != row["flags"]:
            wrong.append((n, row, out))
    assert not wrong, f"{len(wrong)} of {len(theirs)}, first: {wrong[0]}"


def test_the_kept_results_reach_every_rule():
    theirs = rows("who_anthro_results.csv")
    assert len(theirs) > 2000
    assert {letter for row in theirs for letter in row["flags"]} == set(LETTERS.values())
    for column in Z_COLUMNS:
        scores = [float(row[column]) for row in theirs if row[column]]
        assert min(scores) < -6.5
        assert max(scores) > 6.5
        assert sum(abs(abs(z) - 3) <= 0.02 for z in scores) >= 10, column
    assert {row["measure"].upper() for row in theirs} == {"L", "H", ""}
    assert {"0", "273", "274", "730", "731", "1825", "1826", "1827"} <= {row["age_days"] for row in theirs}
    assert {"8.99", "9", "24", "59.99", "60"} <= {row["age_months"] for row in theirs}
    assert {"44.95", "45", "110", "110.05", "64.95", "65", "120", "120.05"} <= {row["length_cm"] for row in theirs}
    assert sum(row["oedema"].upper() in ("Y", "1") for row in theirs) > 100


@pytest.mark.parametrize("column", Z_COLUMNS)
def test_whos_sample_survey_has_the_scores_that_igrowup_published(references, column):
    theirs = rows("who_igrowup_survey.csv")
    compared = 0
    for row, out in zip(theirs, ours(references, theirs), strict=True):
        if row[column]:
            assert abs(float(out[column]) - float(row[column])) < CLOSE, (row, out)
            compared += 1
    assert compared >= (3 if column == "hcz" else 70)
