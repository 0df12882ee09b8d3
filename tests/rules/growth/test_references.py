import re
import subprocess
import sys
from dataclasses import FrozenInstanceError
from statistics import NormalDist

import pytest

from zhaohu import paths
from zhaohu.rules.growth import References, load_references

CHINA = ("wfa", "lhfa", "bfa", "hcfa", "wfl", "wfh")
SD_Z = (-3, -2, -1, 0, 1, 2, 3)
PCT_Z = tuple(NormalDist().inv_cdf(p / 100) for p in (3, 10, 25, 50, 75, 90, 97))


@pytest.mark.parametrize("indicator", CHINA)
def test_one_curve_a_row_reproduces_every_printed_cell(indicator, table, printed):
    curves = {
        (int(row["sex"]), int(row["x"])): (float(row["l"]), float(row["m"]), float(row["s"]))
        for row in table("wst423_2022_lms.csv")
        if row["indicator"] == indicator
    }
    cells = 0
    for kind, scores in (("sd", SD_Z), ("pct", PCT_Z)):
        for sex, key, row in printed(indicator, kind):
            power, median, spread = curves[sex, key]
            for z, cell in zip(scores, row, strict=True):
                cells += 1
                value = median * (1 + power * spread * z) ** (1 / power)
                assert value == pytest.approx(float(cell), abs=0.05 + 1e-9), (sex, key, z)
    assert cells == 14 * len(curves)


@pytest.mark.parametrize("indicator", CHINA)
def test_every_printed_cell_is_in_the_table(indicator, references, printed):
    unit = 1000 if indicator.startswith("wf") else 10
    for kind, field in (("sd", "sd"), ("pct", "percentiles")):
        for sex, key, row in printed(indicator, kind):
            steps = getattr(references.china[sex], indicator)
            step = next(s for s in steps if s.below.key == key and s.offset == 0)
            assert getattr(step.below, field) == tuple(cell * unit for cell in row)


@pytest.mark.parametrize("indicator", CHINA)
def test_every_published_who_row_is_in_the_table(indicator, references, table):
    first = {"wfl": 450, "wfh": 650}.get(indicator, 0)
    unit = 1000 if indicator.startswith("wf") else 10
    rows = table(f"who2006_{indicator}.csv")
    for row in rows:
        x = round(float(row["x"]) * 10) if first else int(row["x"])
        got = getattr(references.who[int(row["sex"])], indicator)[x - first]
        assert got == pytest.approx((float(row["l"]), float(row["m"]) * unit, float(row["s"])), rel=1e-15)
    assert sum(len(getattr(references.who[sex], indicator)) for sex in (1, 2)) == len(rows)


def test_tables_cannot_be_changed(references: References):
    with pytest.raises(FrozenInstanceError):
        references.who = {}  # type: ignore[misc]
    with pytest.raises(TypeError):
        references.who[1] = None  # type: ignore[index]


def without_last_line(text: str) -> str:
    return text.rstrip("\n").rpartition("\n")[0] + "\n"


@pytest.mark.parametrize("victim", ["who2006_bfa.csv", "wst423_2022_wfa_sd.csv", "wst423_2022_hcfa_pct.csv"])
def test_a_table_with_a_row_missing_is_refused(victim, read):
    with pytest.raises(ValueError, match=r"."):
        load_references(lambda name: without_last_line(read(name)) if name == victim else read(name))


def test_tables_cut_alike_are_refused(read):
    with pytest.raises(ValueError, match="wst423_2022_wfl"):
        load_references(lambda name: without_last_line(read(name)) if "wst423_2022_wfl" in name else read(name))


def test_sd_and_percentile_rows_out_of_step_are_refused(read):
    def shifted(name: str) -> str:
        return read(name).replace("\n1,0,", "\n1,1,", 1) if name == "wst423_2022_wfa_pct.csv" else read(name)

    with pytest.raises(ValueError, match="wst423_2022_wfa"):
        load_references(shifted)


def test_month_23_runs_on_along_the_lying_trend(references):
    steps = references.china[1].lhfa
    lying, standing = steps[23].above, steps[24].below
    assert lying.key == standing.key == 24
    offset_mm = [a - b for a, b in zip(lying.sd, standing.sd, strict=True)]
    assert all(5 <= offset <= 10 for offset in offset_mm)  # the standard's own step of about 0.7 cm


def test_past_the_last_row_its_values_stay(references):
    steps = references.china[2].wfa
    assert len(steps) == 84
    assert [(step.below.key, step.above.key) for step in steps[81:]] == [(81, 81)] * 3


def test_the_version_names_the_tables_to_the_last_digit(read, references):
    assert re.fullmatch("[0-9a-f]{12}", references.version)
    assert load_references(read).version == references.version
    names: list[str] = []

    def noted(name: str) -> str:
        names.append(name)
        return read(name)

    load_references(noted)
    assert len(names) == len(set(names)) == 25
    for name in names:
        changed = load_references(lambda one, name=name: one_digit_off(read(one)) if one == name else read(one))
        assert changed.version != references.version, name


def one_digit_off(text: str) -> str:
    """The same table with its last digit changed."""
    at = max(text.rindex(digit) for digit in "0123456789" if digit in text)
    return f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}"


def test_the_script_derives_the_curves_to_the_byte(tmp_path, read):
    """The script reads the printed tables that stand beside it, and nothing else."""
    folder = paths.resource("growth")
    for file in [folder / "derive_wst423_lms.py", *folder.glob("wst423_2022_*_*.csv")]:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    subprocess.run([sys.executable, tmp_path / "derive_wst423_lms.py"], check=True, timeout=120)
    assert (tmp_path / "wst423_2022_lms.csv").read_bytes() == (folder / "wst423_2022_lms.csv").read_bytes()
