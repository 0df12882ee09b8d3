"""The fields of records and what stands in them, in words, for a person who compares two versions."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from typing import Any, get_args

from zhaohu.i18n import N_, _, pgettext
from zhaohu.records import STATION_TABLES
from zhaohu.records.codes import as_code, label
from zhaohu.rules.identity import mask_numbers
from zhaohu.services.register.corrections import TITLES, value_words

_PERSONS = frozenset({"child", "caregiver", "teacher"})
_IS_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
_WORDS = {
    "accepted": N_("taken over"),
    "advice": N_("advice"),
    "advice_kind": N_("kind of advice"),
    "answered_on": N_("answered on"),
    "answers": N_("answers of the form"),
    "asked_back_on": N_("asked back on"),
    "asked_back_reason": N_("reason of asking back"),
    "attended_by": N_("who came"),
    "cancelled_on": N_("withdrawn on"),
    "cancelled_reason": N_("reason of the withdrawal"),
    "certificate_no": N_("certificate no."),
    "certified_until": N_("certified until"),
    "changed": N_("what was changed"),
    "changes": N_("what was changed"),
    "child_id": N_("child"),
    "class_id": N_("class"),
    "closed_by": N_("closed by"),
    "closed_on": N_("closed on"),
    "closing_note": N_("note at the close"),
    "code": N_("code"),
    "contact": N_("contact"),
    "decided_on": N_("decided on"),
    "declined_reason": N_("reason of declining"),
    "deleted_at": N_("removed on"),
    "deleted_by": N_("removed by"),
    "deleted_reason": N_("reason of the removal"),
    "dose": N_("dose no."),
    "due_from": N_("due from"),
    "due_to": N_("due until"),
    "employed_from": N_("employed from"),
    "employed_to": N_("employed until"),
    "ended_on": N_("ended on"),
    "ended_reason": N_("reason of the end"),
    "ends_at": N_("ends at"),
    "follow_up_id": N_("case"),
    "form": N_("form"),
    "form_version": N_("version of the form"),
    "found_on": N_("found on"),
    "given": N_("given"),
    "given_on": N_("vaccinated on"),
    "guardian": N_("guardian"),
    "handed_over_on": N_("handed over on"),
    "happened_on": N_("happened on"),
    "head_mm": N_("head circumference (mm)"),
    "held_on": N_("held on"),
    "judged": N_("what was judged"),
    "kind": N_("kind"),
    "left_out": N_("left out"),
    "length_mm": N_("length (mm)"),
    "measured_on": N_("measured on"),
    "merged_id": N_("merged child"),
    "merged_into": N_("merged into"),
    "moved": N_("records moved"),
    "next_on": N_("next try on"),
    "note": N_("note"),
    "number": N_("number"),
    "numbered_by": N_("numbered by"),
    "oedema": N_("oedema"),
    "other_id": N_("the other child"),
    "outcome": N_("outcome"),
    "place": N_("place"),
    "planned_on": N_("planned on"),
    "position": N_("position"),
    "present": N_("present"),
    "product": N_("product"),
    "profession": N_("profession"),
    "question_id": N_("question"),
    "reason": N_("reason"),
    "recheck_on": N_("re-check on"),
    "record_id": N_("record"),
    "referral_record_id": N_("record of the referral"),
    "registered_on": N_("registered on"),
    "released_on": N_("released on"),
    "replaces_id": N_("replaces"),
    "risk": N_("risk factor"),
    "row_id": N_("record"),
    "scope": N_("scope"),
    "seen_on": N_("seen on"),
    "signer": N_("signed by"),
    "since": N_("since"),
    "starts_at": N_("starts at"),
    "status": N_("status"),
    "status_on": N_("status since"),
    "status_reason": N_("reason of the status"),
    "subject": N_("subject"),
    "summary": N_("summary"),
    "table_name": N_("kind of record"),
    "teacher_id": N_("guidance teacher"),
    "text": N_("text"),
    "title": N_("title"),
    "to_station": N_("to station"),
    "topic": N_("topic"),
    "topic_block": N_("block of topics"),
    "transfer_id": N_("transfer"),
    "tried_on": N_("tried on"),
    "undone_at": N_("undone on"),
    "undone_by": N_("undone by"),
    "until": N_("until"),
    "vaccine": N_("vaccine"),
    "version": N_("version"),
    "visit_date": N_("date of the visit"),
    "visit_id": N_("visit"),
    "way": N_("way"),
    "weight_g": N_("weight (g)"),
}


def field_words(table: str, name: str) -> str:
    """What a field is called; one of a newer program by its own name."""
    if name == "name" and table not in _PERSONS:
        return pgettext("of a place", "Name")
    words = _WORDS.get(name) or TITLES.get(name)
    return _(words) if words else name


def shown(table: str, name: str, value: Any) -> str:
    """What stands in a field, as its JSON has it; numbers of persons masked, nothing for none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    codes = _codes(table).get(name)
    if codes is not None:
        return label(as_code(codes, value))
    if isinstance(value, str) and _IS_ID(value):
        return pgettext("of an id", "another record")
    if name in TITLES:
        return value_words(name, value)
    return mask_numbers(value) if isinstance(value, str) else str(value)


@cache
def _codes(table: str) -> dict[str, Any]:
    """The lists of codes of a table's fields."""
    (record,) = (record for record in STATION_TABLES if record.__tablename__ == table)
    return {
        name: kind
        for name, field in record.model_fields.items()
        for kind in (field.annotation, *get_args(field.annotation))
        if isinstance(kind, type) and issubclass(kind, Enum)
    }
