"""Zhaohu (照护站): the desktop program of a district's child-care guidance network."""

__version__ = "0.1.0"
