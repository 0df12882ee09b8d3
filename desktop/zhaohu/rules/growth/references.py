"""The published tables as immutable values, in the whole units that records keep: g, mm, and 0.1 kg/m² for BMI.

Rules open no files: whoever loads passes a function that returns a table's text by its file name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

Lms = tuple[float, float, float]
"""L, M and S of a Box-Cox curve; M in the unit of the table."""
Cells = tuple[int, ...]
"""Seven printed values, rising: −3…+3 SD, or P3…P97."""


@dataclass(frozen=True, slots=True)
class ChinaRow:
    """One row of WS/T 423-2022: its curve and its printed cells.

    Args:
        key: Months, or whole centimetres.
        lms: The curve that reproduces all printed cells.
        sd: −3, −2, −1, 0, +1, +2, +3 SD as printed.
        percentiles: P3, P10, P25, P50, P75, P90, P97 as printed.
    """

    key: int
    lms: Lms
    sd: tuple[float, ...]
    percentiles: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ChinaStep:
    """The two rows around a completed month or whole centimetre.

    Args:
        below: The printed row at or under it.
        above: The row towards which values go.
        offset: How far the month or centimetre lies above `below`.
        gap: How far the two rows lie apart.
    """

    below: ChinaRow
    above: ChinaRow
    offset: int
    gap: int


@dataclass(frozen=True, slots=True)
class WhoTables:
    """WHO 2006/2007 for one sex: by day from 0, or by 1 mm from 450 (`wfl`) and 650 (`wfh`)."""

    wfa: tuple[Lms, ...]
    lhfa: tuple[Lms, ...]
    bfa: tuple[Lms, ...]
    hcfa: tuple[Lms, ...]
    wfl: tuple[Lms, ...]
    wfh: tuple[Lms, ...]


@dataclass(frozen=True, slots=True)
class ChinaTables:
    """WS/T 423-2022 for one sex: by completed month from 0, or by centimetre from 45 (`wfl`) and 75 (`wfh`)."""

    wfa: tuple[ChinaStep, ...]
    lhfa: tuple[ChinaStep, ...]
    bfa: tuple[ChinaStep, ...]
    hcfa: tuple[ChinaStep, ...]
    wfl: tuple[ChinaStep, ...]
    wfh: tuple[ChinaStep, ...]


@dataclass(frozen=True, slots=True)
class References:
    """Every table that growth is compared with, by sex (1 male, 2 female)."""

    who: Mapping[int, WhoTables]
    china: Mapping[int, ChinaTables]


WHO_WFL_FROM_MM, WHO_WFH_FROM_MM = 450, 650
CHINA_WFL_FROM_CM, CHINA_WFH_FROM_CM = 45, 75
CHINA_MONTHS = 84
"""WS/T 423-2022 is for children under seven years."""
STANDING_FROM_MONTHS = 24
"""The row from which WS/T 423-2022 means height and not length."""

_WHO_ROWS = {"wfa": 1857, "lhfa": 1857, "bfa": 1857, "hcfa": 1857, "wfl": 651, "wfh": 551}
_WHO_SCALE = {"wfa": 1000.0, "lhfa": 10.0, "bfa": 10.0, "hcfa": 10.0, "wfl": 1000.0, "wfh": 1000.0}
_CHINA_CELL = {"wfa": 100, "lhfa": 1, "bfa": 1, "hcfa": 1, "wfl": 100, "wfh": 100}
_CHINA_ROWS = {"wfa": 44, "lhfa": 44, "bfa": 44, "hcfa": 29, "wfl": 56, "wfh": 56}
_STEP_TREND_MONTHS = 3


def load_references(read: Callable[[str], str]) -> References:
    """Read every growth table.

    Args:
        read: Returns the text of a table by its file name, such as `who2006_wfa.csv`.

    Raises:
        ValueError: A table is not the one that was published: rows are missing or cannot be read.
    """
    who = {name: _who_table(name, read(f"who2006_{name}.csv")) for name in _WHO_ROWS}
    curves = _china_curves(read("wst423_2022_lms.csv"))
    rows = {
        name: _china_rows(name, curves, read(f"wst423_2022_{name}_sd.csv"), read(f"wst423_2022_{name}_pct.csv"))
        for name in _CHINA_ROWS
    }
    return References(
        who=MappingProxyType({sex: WhoTables(**{name: table[sex] for name, table in who.items()}) for sex in (1, 2)}),
        china=MappingProxyType({sex: _china_tables({n: t[sex] for n, t in rows.items()}) for sex in (1, 2)}),
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
