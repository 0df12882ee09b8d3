"""Growth velocity: how fast weight, length and head circumference grew between two days (WHO 2009).

WHO's tables hold increments over whole months from whole months on. A pair of real visits is compared with the row
that lies nearest, in two steps of our own choice (resources/growth/README.md says why):

- a row serves when the interval is at most `INTERVAL_TOLERANCE` longer or shorter than its own, and begins no more
  than `START_TOLERANCE_DAYS` before or after it;
- the increment is brought to the row's days by what WHO's median child gains in the one time and in the other. On
  exactly the row's days the published formula stands alone: z = (((increment + delta) / m) ** l - 1) / (l * s);
- an interval that begins between two rows of a table is scored by both, and the nearer one weighs more.

Ages are corrected for births before 37 weeks; before the 40-week date there is no velocity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from zhaohu.rules.growth.age import DAYS_PER_MONTH
from zhaohu.rules.growth.assess import SEXES
from zhaohu.rules.growth.references import References, VelocityRow
from zhaohu.rules.growth.terms import Reason
from zhaohu.rules.growth.zscore import WHO_STANDING_FROM_DAY, percentile

INTERVAL_TOLERANCE = 0.25
"""By what share an interval may be longer or shorter than that of its row."""
START_TOLERANCE_DAYS = 16
"""How many days an interval may begin before or after its row: half a month."""
LAST_LYING_DAY = WHO_STANDING_FROM_DAY - 1
"""From then on children are measured standing, and two lengths cannot be compared."""


class Growing(StrEnum):
    """What has a velocity."""

    WEIGHT = "weight"
    LENGTH = "length"
    HEAD = "head"


_MEDIANS = {Growing.WEIGHT: "wfa", Growing.LENGTH: "lhfa", Growing.HEAD: "hcfa"}
_SHOWN_PER_UNIT = {Growing.WEIGHT: 1, Growing.LENGTH: 10, Growing.HEAD: 10}
_Tables = Mapping[int, Sequence[VelocityRow]]


@dataclass(frozen=True, slots=True)
class Velocity:
    """How fast a child grew between two days.

    Args:
        of: What grew.
        months: Which of WHO's tables is nearest in length: 1, 2 or 3 months.
        days: The interval.
        increment: What was gained in it, in g or cm; negative when lost.
        per_day: The same a day.
        z: Against WHO's increments; None with a reason.
        percentile: The share of the reference population below, in percent; 0 when lost too much for a score.
        reason: Why there is no score.
    """

    of: Growing
    months: int
    days: int
    increment: float
    per_day: float
    z: float | None = None
    percentile: float | None = None
    reason: Reason | None = None


def increment_z(increment: float, row: VelocityRow) -> float | None:
    """The z-score of an increment (g or mm) over a row's own days; None when it is beyond the curve."""
    power, median, spread = row.lms
    share = (increment + row.delta) / median
    return None if share < 0 else float((share**power - 1) / (power * spread))


def increment_value(z: float, row: VelocityRow) -> float:
    """The increment (g or mm) at a z-score: the inverse of `increment_z`, within what the curve reaches."""
    power, median, spread = row.lms
    return float(median * (1 + power * spread * z) ** (1 / power)) - row.delta


def velocity(
    references: References, sex: int, of: Growing, earlier: tuple[int, float], later: tuple[int, float]
) -> Velocity:
    """How fast a child grew between two days, against WHO's increments.

    Args:
        references: The published tables.
        sex: GB/T 2261.1; only 1 male and 2 female have references.
        of: What grew.
        earlier: Age in days and value in g or mm; length as measured lying.
        later: The same of the later day.
    """
    (start, before), (end, after) = earlier, later
    days, gained = end - start, after - before
    increment = gained / _SHOWN_PER_UNIT[of]
    tables = references.velocity[sex if sex in SEXES else SEXES[0]][of]
    row, reason = _nearest(tables, of, start, end)
    if sex not in SEXES:
        reason = Reason.SEX_UNKNOWN
    elif not (before > 0 and after > 0):
        reason = Reason.NOT_MEASURED
    z = None
    if reason is None:
        z = _score(references, sex, of, row, start, end, gained)
        reason = Reason.FELL_TOO_FAR if z is None else None
    below = 0.0 if reason is Reason.FELL_TOO_FAR else None
    return Velocity(
        of,
        row.months,
        days,
        increment,
        increment / days if days else 0.0,
        z,
        below if z is None else percentile(z),
        reason,
    )


def best_velocity(
    references: References, sex: int, of: Growing, points: Sequence[tuple[int, float]]
) -> Velocity | None:
    """The velocity up to a child's newest measurement, from the earlier one that suits an interval of WHO's best.

    Best is the least misfit of the interval in tenths, and of equal ones the most recent, so that a day more or less
    does not turn the choice. None when no earlier measurement suits.

    Args:
        references: The published tables.
        sex: GB/T 2261.1.
        of: What grew.
        points: Ages in days and values as `velocity` takes them, in any order.
    """
    *earlier, newest = sorted(points) or [(0, 0.0)]
    found = [velocity(references, sex, of, point, newest) for point in reversed(earlier)]
    suiting = [one for one in found if one.reason in (None, Reason.FELL_TOO_FAR)]
    return min(suiting, key=lambda one: round(10 * abs(one.days / (one.months * DAYS_PER_MONTH) - 1)), default=None)


def _nearest(tables: _Tables, of: Growing, start: int, end: int) -> tuple[VelocityRow, Reason | None]:
    """The row that an interval is compared with, and why that cannot be, if so."""
    rows = [min(rows, key=lambda row: abs(row.first_day - start)) for rows in tables.values()]
    suiting = [row for row in rows if abs(row.first_day - start) <= START_TOLERANCE_DAYS]
    nearest = min(suiting or rows, key=lambda row: _misfit(row, start, end))
    if start < 0:
        return nearest, Reason.BEFORE_TERM
    if min(_misfit(row, start, end) for row in rows) > INTERVAL_TOLERANCE:
        return nearest, Reason.INTERVAL_OUT_OF_RANGE
    if _misfit(nearest, start, end) > INTERVAL_TOLERANCE or not suiting:
        return nearest, Reason.AGE_OUT_OF_RANGE
    return nearest, Reason.AGE_OUT_OF_RANGE if of is Growing.LENGTH and end > LAST_LYING_DAY else None


def _score(
    references: References, sex: int, of: Growing, row: VelocityRow, start: int, end: int, gained: float
) -> float | None:
    """The score by the nearest row and the one on the other side of the start, weighed by days."""
    medians = getattr(references.who[sex], _MEDIANS[of])
    median_gain = medians[end][1] - medians[start][1]

    def by(one: VelocityRow) -> float | None:
        return increment_z(gained * (medians[one.last_day][1] - medians[one.first_day][1]) / median_gain, one)

    beyond = row.first_day - start
    others = [one for one in references.velocity[sex][of][row.months] if (one.first_day - start) * beyond < 0]
    other = min(others, key=lambda one: abs(one.first_day - start), default=row)
    z, from_other = by(row), by(other)
    if z is None or from_other is None or other is row:
        return z
    return z + (from_other - z) * beyond / (row.first_day - other.first_day)


def _misfit(row: VelocityRow, start: int, end: int) -> float:
    """How much longer or shorter an interval is than a row's, as a share."""
    return abs((end - start) / (row.last_day - row.first_day) - 1)
