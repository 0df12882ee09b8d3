"""What the values of a child's form say: what cannot be kept as it was typed, and the child that they tell of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from zhaohu.i18n import _
from zhaohu.records.codes import Residence, Sex
from zhaohu.rules.identity import Problem, normalise_citizen_id, plain, read_phone
from zhaohu.rules.roster_measures import (
    HIGHEST_LENGTH_MM,
    HIGHEST_WEIGHT_G,
    LOWEST_LENGTH_MM,
    LOWEST_WEIGHT_G,
    read_gestation_days,
)
from zhaohu.services.register.children import FATHER, MOTHER, NewCaregiver, NewChild

CARERS = ("mother", "father", "other")
CARER_PARTS = ("phone", "id", "born", "occupation", "education")
_ORDERS = (1, 20)
_WEIGHT_G, _LENGTH_MM = (LOWEST_WEIGHT_G, HIGHEST_WEIGHT_G), (LOWEST_LENGTH_MM, HIGHEST_LENGTH_MM)


def shape_problems(values: Mapping[str, Any]) -> dict[str, str]:
    """What cannot be kept as it was typed, by field."""
    found: dict[str, str] = {}
    gestation = values.get("gestation")
    remark = read_gestation_days(str(gestation)).remark if gestation else None
    if remark is not None:
        found["gestation"] = remark.reason
    for name, (low, high), unit in (
        ("birth_weight_g", _WEIGHT_G, 1),
        ("birth_length_cm", _LENGTH_MM, 10),
        ("birth_order", _ORDERS, 1),
    ):
        value = values.get(name)
        if isinstance(value, int | Decimal) and not low <= value * unit <= high:
            text = _("Must lie between {low} and {high}.")
            found[name] = text.format(low=f"{low / unit:g}", high=f"{high / unit:g}")
    for who in CARERS:
        found.update(_carer_problems(values, who))
    return found


def _carer_problems(values: Mapping[str, Any], who: str) -> dict[str, str]:
    phone = values.get(f"{who}_phone")
    read = read_phone(str(phone)) if phone else ""
    if isinstance(read, Problem):
        return {f"{who}_phone": read.message}
    if not values.get(who):
        said = [part for part in CARER_PARTS if values.get(f"{who}_{part}")]
        words = (
            _("Enter the name that belongs to this phone number.") if said[:1] == ["phone"] else _("Enter the name.")
        )
        return {who: words} if said else {}
    if who == "other" and not values.get("other_relation"):
        return {"other_relation": _("Choose what they are to the child.")}
    return {}


def facts_of(values: Mapping[str, Any]) -> dict[str, object]:
    """The child's own particulars that the form's values tell of, beyond name, sex and birth date; None for empty."""
    length, gestation, residence = values["birth_length_cm"], values["gestation"], values["residence"]
    return {
        "citizen_id": normalise_citizen_id(str(values["citizen_id"])) if values["citizen_id"] else None,
        "birth_certificate_no": plain(str(values["birth_certificate_no"] or "")).upper() or None,
        "health_record_no": plain(str(values["health_record_no"] or "")) or None,
        "handbook_no": values["handbook_no"],
        "ethnicity": values["ethnicity"],
        "gestation_days": read_gestation_days(str(gestation)).value if gestation else None,
        "birth_weight_g": values["birth_weight_g"],
        "birth_length_mm": int(length * 10) if isinstance(length, Decimal) else None,
        "delivery": values["delivery"],
        "birth_order": values["birth_order"],
        "plurality": int(values["plurality"]) if values["plurality"] else None,
        "birth_time": values["birth_time"],
        "birth_place": values["birth_place"],
        "discharged_on": values["discharged_on"],
        "residence": Residence(int(residence)) if residence else None,
        "came_from": values["came_from"],
    }


def new_child(values: Mapping[str, Any], household_id: str = "") -> NewChild:
    """The child that the form's values tell of; they hold no problem."""
    born = values["birth_date"]
    assert isinstance(born, date)
    return NewChild(
        name=str(values["name"]),
        sex=Sex(int(str(values["sex"]))),
        birth_date=born,
        village=str(values["village"] or ""),
        address=str(values["address"] or ""),
        caregivers=tuple(carers_of(values)),
        facts={name: fact for name, fact in facts_of(values).items() if fact is not None},
        county=values["county"],
        township=values["township"],
        registered_address=values["registered_address"],
        care_difficulty=values["care_difficulty"],
        household_id=household_id,
    )


def named_carers(values: Mapping[str, Any]) -> list[str]:
    """Which of the caregivers were entered, in their order."""
    return [who for who in CARERS if values[who]]


def carers_of(values: Mapping[str, Any]) -> list[NewCaregiver]:
    """The caregivers that were entered; one of them is the main one."""
    named = named_carers(values)
    main = values["main"] if values["main"] in named else next(iter(named), "")
    relations = {"mother": MOTHER, "father": FATHER, "other": values["other_relation"] or ""}
    return [
        NewCaregiver(
            str(values[who]),
            str(relations[who]),
            _phone(values[f"{who}_phone"]),
            is_main=who == main,
            citizen_id=normalise_citizen_id(str(values[f"{who}_id"])) if values[f"{who}_id"] else None,
            birth_date=values[f"{who}_born"],
            occupation=values[f"{who}_occupation"],
            education=values[f"{who}_education"],
        )
        for who in named
    ]


def _phone(typed: object) -> str | None:
    read = read_phone(str(typed)) if typed else None
    return read if isinstance(read, str) else None
