"""Values of a roster in words, and with numbers masked where they are shown beside a reason."""

from __future__ import annotations

from datetime import date

from zhaohu.i18n import format_date
from zhaohu.records.codes import Residence, Sex, label
from zhaohu.rules.identity import mask_citizen_id, mask_phone
from zhaohu.services import reference

_LISTS = {"ethnicity": "ethnicity", "delivery": "delivery", "guardian_relation": "relation"}


def value_words(field: str, value: object) -> str:
    """A value as the register keeps it, in the words in which the field is written; empty for none."""
    match value:
        case None:
            return ""
        case Sex() | Residence():
            return label(value)
        case date():
            return format_date(value)
        case str() if field.endswith("_education"):
            return reference.code_name("education", value)
        case str() if field in _LISTS:
            return reference.code_name(_LISTS[field], value)
        case int() if field == "birth_weight":
            return f"{value} g"
        case int() if field == "birth_length":
            return f"{value / 10:.1f} cm"
        case int() if field == "gestation":
            return f"{value // 7}+{value % 7}"
    return str(value)


def masked(field: str, text: str) -> str:
    """A field's text with ids and telephones masked."""
    if field == "id_number" or field.endswith("_id"):
        return mask_citizen_id(text)
    return mask_phone(text) if field.endswith("phone") else text
