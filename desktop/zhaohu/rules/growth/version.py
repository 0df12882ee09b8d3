"""The version of the growth rules.

Kept scores remember it together with `References.version`. Raise it by hand whenever a change to the rules may change
a score, a grade, a flag or a reason; a new table changes `References.version` by itself.
"""

ENGINE = "2026.1"
