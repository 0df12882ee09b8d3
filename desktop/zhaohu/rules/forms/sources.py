"""What a new form starts with: values of the register under the names that form files use in `prefill`."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from zhaohu.records.families import Caregiver, Child
from zhaohu.rules.forms.functions import Value

SOURCES = frozenset(
    {
        "child.name", "child.file_no8", "child.sex", "child.birth_date", "child.citizen_id", "child.address",
        "child.gestation_weeks", "child.gestation_days", "child.birth_place", "child.birth_situation",
        "child.birth_weight_kg", "child.birth_length_cm", "father.name", "father.occupation", "father.phone",
        "father.birth_date", "mother.name", "mother.occupation", "mother.phone", "mother.birth_date", "user.name",
        "site.name",
    }
)  # fmt: skip
"""All names that a form may use."""

PERSONAL = frozenset({"child.citizen_id", "father.phone", "mother.phone"})
"""Those that name a person by number."""

_PARENTS = {"51": "father", "52": "mother"}  # GB/T 4761
_SEVERAL = "5"  # 双多胎 among 出生情况


def register_sources(
    child: Child, caregivers: Iterable[Caregiver], *, address: str, user: str, site: str
) -> dict[str, Value]:
    """The register's values for a new record; what it does not know is left out.

    Args:
        child: The child of the record.
        caregivers: The grown-ups of its household.
        address: The household's address, with the village.
        user: Name of the person who is logged in.
        site: Name of the station, where the next visit is offered.
    """
    situation = {child.delivery or "", _SEVERAL if (child.plurality or 1) > 1 else ""} - {""}
    values: dict[str, Value] = {
        "child.name": child.name,
        "child.file_no8": (child.health_record_no or "")[-8:],
        "child.sex": str(int(child.sex)),
        "child.birth_date": child.birth_date,
        "child.citizen_id": child.citizen_id,
        "child.address": address,
        "child.gestation_weeks": _part(child.gestation_days, 7, whole=True),
        "child.gestation_days": _part(child.gestation_days, 1),
        "child.birth_place": child.birth_place,
        "child.birth_situation": tuple(sorted(situation)),
        "child.birth_weight_kg": _part(child.birth_weight_g, 1000),
        "child.birth_length_cm": _part(child.birth_length_mm, 10),
        "user.name": user,
        "site.name": site,
    }
    for caregiver in caregivers:
        if parent := _PARENTS.get(caregiver.relation):
            values[f"{parent}.name"] = caregiver.name
            values[f"{parent}.occupation"] = caregiver.occupation
            values[f"{parent}.phone"] = caregiver.phone
            values[f"{parent}.birth_date"] = caregiver.birth_date
    return {name: value for name, value in values.items() if value not in (None, "", ())}


def _part(amount: int | None, unit: int, *, whole: bool = False) -> Decimal | None:
    if amount is None:
        return None
    return Decimal(amount // unit) if whole else Decimal(amount) / unit
