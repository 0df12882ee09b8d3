"""The growth tables read from the texts that ship with the program.

Rules open no files: whoever loads passes a function that returns a table's text by its file name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from types import MappingProxyType

from zhaohu.rules.growth.age import first_day_of_month
from zhaohu.rules.growth.preterm import preterm_tables
from zhaohu.rules.growth.references import (
    CHINA_MONTHS,
    STANDING_FROM_MONTHS,
    WHO_WFH_FROM_MM,
    WHO_WFL_FROM_MM,
    Cells,
    ChinaRow,
    ChinaStep,
    ChinaTables,
    Curve,
    Lms,
    References,
    VelocityRow,
    WhoTables,
)
from zhaohu.rules.growth.zscore import WHO_STANDING_FROM_DAY, curve

_WHO_ROWS = {"wfa": 1857, "lhfa": 1857, "bfa": 1857, "hcfa": 1857, "wfl": 651, "wfh": 551}
_WHO_SCALE = {"wfa": 1000.0, "lhfa": 10.0, "bfa": 10.0, "hcfa": 10.0, "wfl": 1000.0, "wfh": 1000.0}
_CHINA_CELL = {"wfa": 100, "lhfa": 1, "bfa": 1, "hcfa": 1, "wfl": 100, "wfh": 100}
_CHINA_ROWS = {"wfa": 44, "lhfa": 44, "bfa": 44, "hcfa": 29, "wfl": 56, "wfh": 56}
_STEP_TREND_MONTHS = 3
_VELOCITY = (
    ("weight", "who2009_weight_velocity_1mo.csv", 1.0, 12),
    ("weight", "who2009_weight_velocity_2mo.csv", 1.0, 23),
    ("weight", "who2009_weight_velocity_3mo.csv", 1.0, 22),
    ("length", "who2009_length_velocity_2mo.csv", 10.0, 23),
    ("head", "who2009_headc_velocity_2mo.csv", 10.0, 11),
)
"""What grew, its file, our units (g, mm) in one of the file's, rows for each sex."""
FOUR_WEEKS_DAYS = 28
"""Where month 1 of the velocity tables lies: the study behind them saw children at four weeks."""


def load_references(read: Callable[[str], str]) -> References:
    """Read every growth table.

    Args:
        read: Returns the text of a table by its file name, such as `who2006_wfa.csv`.

    Raises:
        ValueError: A table is not the one that was published: rows are missing or cannot be read.
    """
    digest = sha256()

    def take(name: str) -> str:
        text = read(name)
        digest.update(f"{name}\n{text}".encode())
        return text

    who = {name: _who_table(name, take(f"who2006_{name}.csv")) for name in _WHO_ROWS}
    curves = _china_curves(take("wst423_2022_lms.csv"))
    rows = {
        name: _china_rows(name, curves, take(f"wst423_2022_{name}_sd.csv"), take(f"wst423_2022_{name}_pct.csv"))
        for name in _CHINA_ROWS
    }
    return References(
        who=MappingProxyType({sex: _who_tables({n: t[sex] for n, t in who.items()}) for sex in (1, 2)}),
        china=MappingProxyType({sex: _china_tables({n: t[sex] for n, t in rows.items()}) for sex in (1, 2)}),
        intergrowth=preterm_tables(take("intergrowth_preterm.toml")),
        velocity=_velocity(take),
        version=digest.hexdigest()[:12],
    )


def _who_table(name: str, text: str) -> dict[int, tuple[Lms, ...]]:
    scale = _WHO_SCALE[name]
    tables: dict[int, list[Lms]] = {1: [], 2: []}
    for line in text.splitlines()[1:]:
        sex, _x, power, median, spread = line.split(",")
        tables[int(sex)].append((float(power), float(median) * scale, float(spread)))
    if any(len(rows) != _WHO_ROWS[name] for rows in tables.values()):
        raise ValueError(f"who2006_{name}.csv")
    return {sex: tuple(rows) for sex, rows in tables.items()}


def _who_tables(tables: Mapping[str, tuple[Lms, ...]]) -> WhoTables:
    days = zip(tables["wfa"], tables["lhfa"], tables["bfa"], tables["hcfa"], strict=True)
    by_mm: dict[str, dict[float, Curve]] = {
        name: {mm: curve(row) for mm, row in enumerate(tables[name], start)}
        for name, start in (("wfl", WHO_WFL_FROM_MM), ("wfh", WHO_WFH_FROM_MM))
    }
    return WhoTables(
        **tables,
        by_day=tuple((*curve(w), *curve(h)[1:], *curve(b), *curve(c)[1:]) for w, h, b, c in days),
        wfl_by_mm=by_mm["wfl"],
        wfh_by_mm=by_mm["wfh"],
    )


def _china_curves(text: str) -> dict[tuple[str, int, int], Lms]:
    curves = {}
    for line in text.splitlines()[1:]:
        name, sex, key, power, median, spread = line.split(",")
        scale = _CHINA_CELL[name] * 10
        curves[name, int(sex), int(key)] = (float(power), float(median) * scale, float(spread))
    return curves


def _china_rows(
    name: str, curves: Mapping[tuple[str, int, int], Lms], by_sd: str, by_percentile: str
) -> dict[int, list[ChinaRow]]:
    unit = _CHINA_CELL[name]
    tables: dict[int, list[ChinaRow]] = {1: [], 2: []}
    for sd_line, pct_line in zip(by_sd.splitlines()[1:], by_percentile.splitlines()[1:], strict=True):
        sex, key, *sd = sd_line.split(",")
        pct_sex, pct_key, *percentiles = pct_line.split(",")
        if (sex, key) != (pct_sex, pct_key):
            raise ValueError(f"wst423_2022_{name}: {sd_line} / {pct_line}")
        lms = curves[name, int(sex), int(key)]
        tables[int(sex)].append(ChinaRow(int(key), lms, _cells(sd, unit), _cells(percentiles, unit)))
    if any(len(rows) != _CHINA_ROWS[name] for rows in tables.values()):
        raise ValueError(f"wst423_2022_{name}")
    return tables


def _cells(printed: list[str], unit: int) -> Cells:
    """Printed values with one decimal as whole multiples of that decimal, so that comparing is exact."""
    return tuple(int(cell.replace(".", "")) * unit for cell in printed)


def _china_tables(rows: dict[str, list[ChinaRow]]) -> ChinaTables:
    return ChinaTables(
        wfa=_steps(rows["wfa"], CHINA_MONTHS - 1),
        lhfa=_over_the_change_of_position(_steps(rows["lhfa"], CHINA_MONTHS - 1)),
        bfa=_over_the_change_of_position(_steps(rows["bfa"], CHINA_MONTHS - 1)),
        hcfa=_steps(rows["hcfa"], rows["hcfa"][-1].key),
        wfl=_steps(rows["wfl"], rows["wfl"][-1].key),
        wfh=_steps(rows["wfh"], rows["wfh"][-1].key),
    )


def _steps(rows: list[ChinaRow], last: int) -> tuple[ChinaStep, ...]:
    """One step per whole key from the first row's to `last`; past the last row its values stay."""
    steps = []
    for below, above in zip(rows, [*rows[1:], rows[-1]], strict=True):
        gap = above.key - below.key or last + 1 - below.key
        steps += [ChinaStep(below, above, offset, gap) for offset in range(gap)]
    return tuple(steps)


def _over_the_change_of_position(steps: tuple[ChinaStep, ...]) -> tuple[ChinaStep, ...]:
    """Let the last month of lying go on along its own trend: row 24 is of standing children."""
    last = STANDING_FROM_MONTHS - 1
    row, before = steps[last].below, steps[last - _STEP_TREND_MONTHS].below

    def onward(now: tuple[float, ...], then: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(a + (a - b) / _STEP_TREND_MONTHS for a, b in zip(now, then, strict=True))

    power, median, spread = onward(row.lms, before.lms)
    lying = ChinaRow(
        row.key + 1, (power, median, spread), onward(row.sd, before.sd), onward(row.percentiles, before.percentiles)
    )
    return (*steps[:last], ChinaStep(row, lying, 0, 1), *steps[last + 1 :])


def _velocity(take: Callable[[str], str]) -> Mapping[int, Mapping[str, Mapping[int, tuple[VelocityRow, ...]]]]:
    tables: dict[int, dict[str, dict[int, tuple[VelocityRow, ...]]]] = {1: {}, 2: {}}
    for of, file, unit, rows in _VELOCITY:
        lines = [line.split(",") for line in take(file).splitlines()[1:]]
        for sex, found in tables.items():
            table = tuple(_velocity_row(cells, unit) for cells in lines if int(cells[0]) == sex)
            if len(table) != rows:
                raise ValueError(file)
            found.setdefault(of, {})[table[0].months] = table
    return MappingProxyType(tables)


def _velocity_row(cells: list[str], unit: float) -> VelocityRow:
    _sex, start, end, _interval, power, median, spread, delta = cells
    first, last = int(start), int(end)
    lms = (float(power), float(median) * unit, float(spread))
    return VelocityRow(last - first, _velocity_day(first), _velocity_day(last), lms, float(delta) * unit)


def _velocity_day(month: int) -> int:
    """The age at which a month of the velocity tables begins; 24 months are the last day of lying."""
    return FOUR_WEEKS_DAYS if month == 1 else min(first_day_of_month(month), WHO_STANDING_FROM_DAY - 1)
