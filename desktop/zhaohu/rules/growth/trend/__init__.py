"""How a child's growth goes: what was found over time, what it asks for, and when to look again."""

from zhaohu.rules.growth.trend.judging import trend
from zhaohu.rules.growth.trend.terms import Basis, Finding, Measure, Trend, Urgency, Verdict

__all__ = ["Basis", "Finding", "Measure", "Trend", "Urgency", "Verdict", "trend"]
