"""The sheet of a special case: how it was opened, its reviews, how it was closed, in the words of its forms."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from sqlmodel import Session

from zhaohu.errors import NotFound
from zhaohu.i18n import _, form_term, format_date
from zhaohu.paper.special_case import CaseSheet, Fact, special_case
from zhaohu.records import FollowUp, Visit
from zhaohu.records.codes import CaseOutcome, FollowUpKind, label
from zhaohu.rules.forms.model import Answers, Field, FieldType, Form
from zhaohu.services.care.visit_lookup import current_visits
from zhaohu.services.care.visit_views import content_digest, form_of, record_number
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.follow import cases
from zhaohu.services.follow.follow_up_rows import note_words
from zhaohu.services.prints import QR, imprint, log_print
from zhaohu.services.register.lookup import present_child
from zhaohu.store.audit import canonical_json

_WIDE = ("address", "high_risk", "birth_defect", "signs", "symptoms", "treatment")
_CODED = ("category", "high_risk", "birth_defect", "feeding", "cause")
"""Fields whose answers are printed with the official code."""
_CANCELLED = {
    CaseOutcome.DIED: "1",
    CaseOutcome.MOVED_AWAY: "2",
    CaseOutcome.LOST: "3",
    CaseOutcome.REFUSED: "4",
    CaseOutcome.RULED_OUT: "6",
}
"""注销原因 of the lists in use; 9 is another one."""
_ENDED = (
    CaseOutcome.RECOVERED,
    CaseOutcome.IMPROVED,
    CaseOutcome.NOT_RECOVERED,
    CaseOutcome.DIED,
    CaseOutcome.UNTREATED,
    CaseOutcome.OTHER,
)
"""转归 of the lists in use."""


def print_case(desk: Desk, follow_up_id: str) -> bytes:
    """The sheet of a case with all its reviews, and how it was closed. Admin or teacher.

    Raises:
        NotAllowed: The account may only look.
        NotFound: There is no such case, or its record is not there any more.
        Refused: The fonts have not been fetched.
    """
    desk.require(*WRITERS)
    with desk.read() as session:
        row = session.get(FollowUp, follow_up_id)
        if row is None or row.deleted_at is not None or row.kind is not FollowUpKind.CASE:
            raise NotFound(_("There is no such case."), code="no_such_case")
        present_child(session, row.child_id)
        opened = session.exec(current_visits().where(Visit.record_id == row.record_id)).first()
        if opened is None:
            raise NotFound(_("The record that opened this case was removed."), code="removed")
        values, digest = _sheet(session, row, opened)
        number, version, visit_id = record_number(opened.counted_by, opened.number), opened.version, opened.id
    qr = "|".join([QR, "visit", number, f"v{version}", digest[:8]])
    pdf = special_case(values, imprint(desk, number=number, version=version, qr=qr))
    log_print(desk, "print.case", f"visit/{visit_id}", version=version)
    return pdf


def case_sheet(session: Session, visit_id: str) -> tuple[CaseSheet, str]:
    """What the record that opened a case prints, and the digest of all that is on it."""
    opened = session.get_one(Visit, visit_id)
    return _sheet(session, cases.case_of_record(session, opened.child_id, opened.record_id), opened)


def _sheet(session: Session, row: FollowUp | None, opened: Visit) -> tuple[CaseSheet, str]:
    form, answers = form_of(opened), json.loads(opened.answers)
    reviews = cases.reviews(session, opened.child_id, opened.record_id)
    values = CaseSheet(
        form_term(form.title),
        tuple(
            Fact(form_term(field.label), _said(form, answers, field.name), field.name in _WIDE)
            for field in form.fields()
            if field.within is None and not field.hidden and field.type is not FieldType.NOTE
        ),
        _heads(),
        tuple(_review(form_of(one), json.loads(one.answers)) for one in reviews),
        _closing(row, opened),
        row is not None and row.outcome is not None,
    )
    parts = [
        content_digest(one.record_id, one.version, form_of(one), json.loads(one.answers)) for one in (opened, *reviews)
    ]
    ended = [str(row.outcome), str(row.closed_on), row.closing_note] if row is not None else []
    return values, hashlib.sha256(canonical_json([*parts, *ended]).encode("utf-8")).hexdigest()


def _heads() -> tuple[str, ...]:
    return (
        form_term("随诊日期"),
        form_term("月龄"),
        form_term("身长（高）/cm"),
        form_term("体重/kg"),
        _("Grades"),
        _("Signs and symptoms"),
        form_term("喂养情况"),
        _("Tests and results"),
        _("Treatment, advice and medicine"),
        form_term("复诊日期"),
        form_term("检查人员"),
    )


def _review(form: Form, answers: Answers) -> tuple[str, ...]:
    def said(name: str) -> str:
        return _said(form, answers, name)

    grades = [
        f"{form_term(form.field(name).short or '')} {said(name)}"
        for name in ("weight_grade", "length_grade", "weight_for_height_grade")
        if said(name)
    ]
    blood = _("haemoglobin {value} g/L").format(value=said("hemoglobin")) if said("hemoglobin") else ""
    tests = [blood, said("exam_results")] if blood or said("exam_results") else [said("exam_items")]
    return (
        said("visit_date"),
        said("age_months"),
        str(answers.get("length_cm", "")),
        str(answers.get("weight_kg", "")),
        "\n".join(grades),
        _joined(said("signs"), said("symptoms")),
        said("feeding"),
        _joined(*tests),
        _joined(said("treatment"), said("medicine")),
        said("next_date"),
        "\n".join([said("signer"), said("site_name")]),
    )


def _joined(*parts: str) -> str:
    return "\n".join(dict.fromkeys(part for part in parts if part))


def _said(form: Form, answers: Answers, name: str) -> str:
    """An answer in words, with its unit, what was written beside an option, and what is printed in its cell."""
    parts = []
    for field in form.inside(name):
        answer = answers.get(field.name)
        if answer is None:
            continue
        codes = answer if isinstance(answer, list) else [str(answer)]
        said = _(", ").join(_option(field, code) for code in codes)
        if field.type is FieldType.DATE:
            said = format_date(date.fromisoformat(str(answer)))
        if field.text_name and answers.get(field.text_name):
            said += f"（{answers[field.text_name]}）"
        lead = f"{form_term(field.short)} " if field.short and field.name != name else ""
        parts.append(f"{lead}{said}")
    return "　".join(parts)


def _option(field: Field, code: str) -> str:
    option = field.option(code)
    if option is None:
        return code
    words = form_term(option.label)
    return f"{code} {words}" if field.name in _CODED else words


def _closing(row: FollowUp | None, opened: Visit) -> tuple[Fact, ...]:
    outcome = row.outcome if row is not None else None
    ended = label(outcome) if outcome in _ENDED else ""
    cancelled = ""
    if outcome is not None and (outcome in _CANCELLED or outcome not in _ENDED):
        cancelled = f"{_CANCELLED.get(outcome, '9')} {label(outcome)}"
    return (
        Fact(_("Outcome (转归)"), ended),
        Fact(_("Closed on (结案日期)"), format_date(row.closed_on) if row is not None else ""),
        Fact(_("Closed by (结案医师)"), row.closed_by or "" if row is not None else ""),
        Fact(
            _("Institution (结案单位)"),
            str(json.loads(opened.answers).get("site_name", "")) if outcome is not None else "",
        ),
        Fact(_("Reason for cancelling (注销原因)"), cancelled),
        Fact(_("Remarks (备注)"), note_words(row) if row is not None else "", wide=True),
    )
