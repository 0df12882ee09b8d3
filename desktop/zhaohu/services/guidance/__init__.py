"""Parenting classes, guidance teachers, and the overview of a district."""
