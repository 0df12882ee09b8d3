"""Growth of children: references, z-scores, grades, status, curves."""

from zhaohu.rules.growth.age import Age, Ages
from zhaohu.rules.growth.assess import Assessment, Measurement, Result, Scores, assess
from zhaohu.rules.growth.loading import load_references
from zhaohu.rules.growth.references import References
from zhaohu.rules.growth.terms import BOTH, UNITS, Flag, Indicator, Level, Position, Reason, Standard, Status

__all__ = [
    "BOTH",
    "UNITS",
    "Age",
    "Ages",
    "Assessment",
    "Flag",
    "Indicator",
    "Level",
    "Measurement",
    "Position",
    "Reason",
    "References",
    "Result",
    "Scores",
    "Standard",
    "Status",
    "assess",
    "load_references",
]
