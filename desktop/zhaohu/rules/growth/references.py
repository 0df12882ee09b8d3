"""The published tables as immutable values, in the whole units that records keep: g, mm, and 0.1 kg/m² for BMI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Lms = tuple[float, float, float]
"""L, M and S of a Box-Cox curve; M in the unit of the table."""
Curve = tuple[float, float, float]
"""The same curve made ready for scoring by `zscore.curve`: power, factor and offset."""
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

    @property
    def cells(self) -> tuple[float, ...]:
        """All fourteen printed values: `sd`, then `percentiles`."""
        return self.sd + self.percentiles


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
    """WHO 2006/2007 for one sex: by day from 0, or by 1 mm from 450 (`wfl`) and 650 (`wfh`).

    The last three hold the same curves ready for scoring: by day power, factor and offset of wfa, factor and offset of
    lhfa, all three of bfa, factor and offset of hcfa (lengths have no skew), side by side because that is fastest;
    and weight-for-length and -height by whole mm.
    """

    wfa: tuple[Lms, ...]
    lhfa: tuple[Lms, ...]
    bfa: tuple[Lms, ...]
    hcfa: tuple[Lms, ...]
    wfl: tuple[Lms, ...]
    wfh: tuple[Lms, ...]
    by_day: tuple[tuple[float, ...], ...]
    wfl_by_mm: Mapping[float, Curve]
    wfh_by_mm: Mapping[float, Curve]


LengthPlace = tuple[tuple[float, ...], float, float, float]
"""Fourteen bounds in rising order, and power, factor and offset of the curve; see `china_places`."""
AgePlace = tuple[
    float,
    *tuple[tuple[float, ...], float, float, float],
    *tuple[tuple[float, ...], float, float, float],
    *tuple[tuple[float, ...], float, float, float],
    *tuple[tuple[float, ...], float, float, float],
]
"""The scale, and the same of wfa, lhfa, bfa and hcfa side by side."""


@dataclass(frozen=True, slots=True)
class ChinaTables:
    """WS/T 423-2022 for one sex: by completed month from 0, or by centimetre from 45 (`wfl`) and 75 (`wfh`).

    The last three are filled by `china_places` as places are asked for.
    """

    wfa: tuple[ChinaStep, ...]
    lhfa: tuple[ChinaStep, ...]
    bfa: tuple[ChinaStep, ...]
    hcfa: tuple[ChinaStep, ...]
    wfl: tuple[ChinaStep, ...]
    wfh: tuple[ChinaStep, ...]
    by_age: dict[int, AgePlace] = field(default_factory=dict, compare=False, repr=False)
    wfl_by_mm: dict[float, LengthPlace] = field(default_factory=dict, compare=False, repr=False)
    wfh_by_mm: dict[float, LengthPlace] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PretermTables:
    """INTERGROWTH-21st for one sex: by day of postmenstrual age from `PMA_FIRST_DAY` on."""

    wfa: tuple[Lms, ...]
    lhfa: tuple[Lms, ...]
    hcfa: tuple[Lms, ...]


@dataclass(frozen=True, slots=True)
class VelocityRow:
    """One row of WHO's growth velocity tables: the curve of increments over some months, shifted to be positive.

    Args:
        months: The length of the row's interval in months.
        first_day: Age on which the interval begins.
        last_day: Age on which it ends.
        lms: The curve of increment + `delta`, in g or mm.
        delta: What is added to an increment, in g or mm.
    """

    months: int
    first_day: int
    last_day: int
    lms: Lms
    delta: float


@dataclass(frozen=True, slots=True)
class References:
    """Every table that growth is compared with, by sex (1 male, 2 female).

    Args:
        who: WHO 2006/2007.
        china: WS/T 423-2022.
        intergrowth: INTERGROWTH-21st for preterm births.
        velocity: WHO 2009, by what grew (`weight`, `length`, `head`) and months of the interval.
        version: The first twelve hexadecimal digits of SHA-256 over all tables: names them to the last digit.
    """

    who: Mapping[int, WhoTables]
    china: Mapping[int, ChinaTables]
    intergrowth: Mapping[int, PretermTables]
    velocity: Mapping[int, Mapping[str, Mapping[int, tuple[VelocityRow, ...]]]]
    version: str


WHO_WFL_FROM_MM, WHO_WFH_FROM_MM = 450, 650
CHINA_WFL_FROM_CM, CHINA_WFH_FROM_CM = 45, 75
CHINA_MONTHS = 84
"""WS/T 423-2022 is for children under seven years."""
CHINA_LAST_ROW_MONTHS = 81
"""Its last row."""
STANDING_FROM_MONTHS = 24
"""The row from which WS/T 423-2022 means height and not length."""
PMA_FIRST_DAY, PMA_LAST_DAY = 27 * 7, 64 * 7
"""The first and the last day of postmenstrual age that INTERGROWTH-21st covers."""
