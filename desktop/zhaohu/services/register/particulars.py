"""Everything that the register keeps of a child itself, in words: what is not recorded stands there empty."""

from __future__ import annotations

from dataclasses import dataclass

from zhaohu.i18n import _, format_date
from zhaohu.services.register.children import ChildView
from zhaohu.services.register.corrections import TITLES, value_words

_SHOWN = (
    "citizen_id",
    "birth_certificate_no",
    "health_record_no",
    "handbook_no",
    "ethnicity",
    "residence",
    "came_from",
    "birth_time",
    "birth_place",
    "gestation_days",
    "birth_weight_g",
    "birth_length_mm",
    "delivery",
    "plurality",
    "birth_order",
    "discharged_on",
)
"""What is recorded beyond name, sex and birth date, in the order in which it is asked for."""


@dataclass(frozen=True, slots=True)
class Particular:
    """One particular in words; ids are masked, empty is not recorded."""

    field: str
    title: str
    words: str


def particulars(view: ChildView) -> tuple[Particular, ...]:
    """All particulars of a child, and who took it into the register when."""
    masked = {"citizen_id": view.row.citizen_id}
    found = [
        Particular(name, _(TITLES[name]), masked[name] if name in masked else value_words(name, getattr(view, name)))
        for name in _SHOWN
    ]
    registered = _("{day} by {person}").format(day=format_date(view.row.registered_on), person=view.registered_by)
    return (*found, Particular("registered_on", _("Registered on"), registered))
