"""What no child of an age and sex can measure."""

from __future__ import annotations

from zhaohu.rules.growth.doubt.fit import Fit
from zhaohu.rules.growth.doubt.rules import DoubtRules
from zhaohu.rules.growth.doubt.terms import Measure


def possible(rules: DoubtRules, fit: Fit, size: Measure, value: float) -> bool:
    """Whether a child could measure that, in g or mm; where no table reaches nothing is refused."""
    lms = fit.curves.get(size)
    if lms is None:
        return True
    share = value / lms[1]
    return rules.sizes[size].least <= share <= rules.sizes[size].most
