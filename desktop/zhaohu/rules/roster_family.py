"""What a row's particulars of mother, father and guardian say together: ids, birth dates, relation."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from zhaohu.i18n import _
from zhaohu.records.codes import Sex
from zhaohu.rules import identity
from zhaohu.rules.identity import CitizenId
from zhaohu.rules.roster_values import doubtful, note

if TYPE_CHECKING:
    from zhaohu.rules.roster_rows import Line

CARERS = ("mother", "father", "guardian")
_SEX = {"mother": Sex.FEMALE, "father": Sex.MALE}
_YOUNGEST_YEARS, _OLDEST_YEARS = 12, 90
"""Between the birth of a caregiver and of the child; anything else is a slip of the pen."""


def check_family(line: Line) -> None:
    """Leave out, with a reason, what cannot be right about the caregivers."""
    for who in CARERS:
        _check_id(line, who)
        _check_age(line, who)
    relation = line.values.get("guardian_relation")
    named = line.values.get("guardian_name")
    if named and not relation and named not in (line.values.get("mother_name"), line.values.get("father_name")):
        reason = _("The roster does not say what the guardian is to the child: kept as another relative (其他亲属).")
        line.remark("guardian_relation", note("no_relation", reason))


def _check_id(line: Line, who: str) -> None:
    name = f"{who}_id"
    number = line.values.get(name)
    if number is None:
        return
    found = identity.read_citizen_id(number)
    assert isinstance(found, CitizenId)
    if number == line.values.get("id_number"):
        line.values[name] = None
        line.remark(name, doubtful("id_of_child", _("This is the child's own citizen id.")))
        return
    problem = identity.contradiction(found, line.values.get(f"{who}_birth_date"), _SEX.get(who))
    if problem is not None:
        line.values[name] = None
        line.remark(name, doubtful(problem.code, problem.message))
    elif line.values.get(f"{who}_birth_date") is None:
        line.values[f"{who}_birth_date"] = found.birth_date


def _check_age(line: Line, who: str) -> None:
    born, child = line.values.get(f"{who}_birth_date"), line.values.get("birth_date")
    if born is None or child is None or _YOUNGEST_YEARS <= _years(born, child) <= _OLDEST_YEARS:
        return
    reason = _("Nobody of this age has a child in care: compare the birth date of the caregiver.")
    for name in (f"{who}_birth_date", f"{who}_id"):
        line.values[name] = None
    line.remark(
        f"{who}_birth_date" if f"{who}_birth_date" in line.typed else f"{who}_id", doubtful("carer_age", reason)
    )


def _years(born: date, later: date) -> int:
    return later.year - born.year - ((later.month, later.day) < (born.month, born.day))
