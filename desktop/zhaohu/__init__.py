"""Zhaohu (照护站): the desktop program of a district's child-care guidance network."""

from datetime import date

__version__ = "0.1.0"

BUILT = date(2026, 11, 1)
"""The month in which this version was made, raised with each release; a clock that shows an earlier day is wrong."""
