"""What a form printed ahead shows: whose it is, what was measured last, what is expected, what else is to be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, select

from zhaohu.i18n import _, format_date, format_number, pgettext
from zhaohu.paper.ahead import Ahead
from zhaohu.paper.visit_record import VisitRecord
from zhaohu.records import Child, Household, Village
from zhaohu.records.codes import ConsentScope, label
from zhaohu.records.derived import ChildFacts, DueContact
from zhaohu.rules.ages import age_text, corrected_birth_date
from zhaohu.rules.forms.model import Answers, Field, FieldType, Form
from zhaohu.rules.forms.starting import start
from zhaohu.rules.growth.age import Ages
from zhaohu.rules.growth.expected import expected_range
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import Indicator
from zhaohu.services import reference
from zhaohu.services.care.earlier_answers import earlier_records
from zhaohu.services.care.visit_starts import Entry, open_entry
from zhaohu.services.desk import Desk
from zhaohu.services.due import contacts
from zhaohu.services.follow import follow_up_lists
from zhaohu.services.growth import growth
from zhaohu.services.growth.last_words import last_measured
from zhaohu.services.printing.record_values import column_on, columns_until
from zhaohu.services.reference import code_name
from zhaohu.services.register import consents, risk_factors
from zhaohu.services.register.family_records import present_carers
from zhaohu.services.register.lookup import editable_child

_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)
_OWN = ("user.", "site.")
"""Sources of the register that belong to the moment of keying in."""
_MEASURES = {"weight": Indicator.WFA, "length": Indicator.LHFA, "head": Indicator.HCFA}
_UNITS = {"weight": 1000.0, "length": 10.0, "head": 10.0}
"""How many of the records' units make one of the form's."""
_HEMOGLOBIN, _PHONE = "hemoglobin", "phone"
"""A field, and the format of fields that hold telephones."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """A sheet to be printed: whose, which form, for which contact; `also` is what is due with it, in words."""

    child_id: str
    form: str
    contact: str
    title: str
    also: tuple[str, ...] = ()


def planned_sheets(desk: Desk, child_id: str, code: str, for_day: date) -> list[Planned]:
    """The sheets of a contact: its own form, and those of the contacts that are done at the same visit.

    Raises:
        NotFound: There is no such child or contact.
        NotAllowed: The child is another station's.
        Refused: It was released to another station.
    """
    with desk.read() as session:
        child = editable_child(desk, session, child_id)
        codes = [code, *_done_with(session, child, code, for_day)]
        found = [contacts.require_contact(session, child.id, one) for one in codes]
    titles = [contacts.contact_title(one) for one in found]
    return [
        Planned(child_id, one.form, one.code, title, tuple(other for other in titles if other != title))
        for one, title in zip(found, titles, strict=True)
    ]


def _done_with(session: Session, child: Child, code: str, for_day: date) -> list[str]:
    """The codes of the contacts that are open on a day together with one."""
    left = (
        select(DueContact)
        .join(ChildFacts, col(ChildFacts.no) == DueContact.no)
        .where(ChildFacts.child_id == child.id, col(DueContact.done_on).is_(None))
    )
    rows = {row.contact: row for row in session.exec(left)}
    always = rows[code].also.split(",") if code in rows else []
    return [
        one.code
        for one in contacts.schedule(session).contacts
        if one.code in always
        or (one.companion_of == code and one.code in rows and rows[one.code].opens <= for_day <= rows[one.code].until)
    ]


def sheet_record(desk: Desk, one: Planned, for_day: date) -> VisitRecord:
    """A sheet without its digits.

    Raises:
        NotFound: The child or the form is not there any more.
        NotAllowed: The child is another station's.
        Refused: It was released to another station.
    """
    with desk.read() as session:
        child = editable_child(desk, session, one.child_id)
        entry = open_entry(desk, session, child.id, one.form)
        days = [day for day in growth.days_of(session, child) if day.on < for_day]
        form, column = entry.form, column_on(child, entry.form, for_day)
        shown = columns_until(session, child, form) if form.age_column else None
        lines = _lines(desk, session, child, one, for_day, days)
        silent = bool(consents.refused(session, [child.id], ConsentScope.CONTACT))
    follow = _follow_ups(desk, child.id)
    earlier = {name: (told.on, told.answer) for name, told in earlier_records(desk, entry).before(for_day).items()}
    blood = ((_("Last haemoglobin"), _measured(*earlier[_HEMOGLOBIN], "g/L")),) if _HEMOGLOBIN in earlier else ()
    hints = {**_earlier_hints(form, earlier), **_measure_hints(child, form, for_day, days)}
    ahead = Ahead("", _visit(one, for_day), (*lines, (*blood, *follow)), hints, column)
    records = tuple(record for record in shown.records if record.code != column) if shown else ()
    return VisitRecord(
        form, _known(entry, for_day, silent=silent), columns=records, notes=shown.notes if shown else (), ahead=ahead
    )


def _known(entry: Entry, for_day: date, *, silent: bool) -> Answers:
    """What the register knows, and what the age on the day settles; what belongs to the visit is left to the pen.

    Of a family that wants no calls the telephones are left out.
    """
    started = start(entry.form, replace(entry.context, today=for_day, day_in_doubt=False))
    known = [
        one.name
        for one in entry.form.fields()
        if (one.prefill and not one.prefill.startswith(_OWN) and not (silent and one.format == _PHONE))
        or (one.type is FieldType.SELECT_ONE and one.default is not None and one.default.asks_the_day())
    ]
    return {name: started[name] for name in known if name in started and name != entry.form.age_column}


def _visit(one: Planned, for_day: date) -> str:
    return _("{day}  {title}").format(day=format_date(for_day), title=one.title)


def _lines(
    desk: Desk, session: Session, child: Child, one: Planned, for_day: date, days: Sequence[MeasuredDay]
) -> tuple[Pairs, ...]:
    age = age_text(child.birth_date, for_day)
    if Ages.on(child.birth_date, for_day, child.gestation_days).corrected is not None:
        corrected = age_text(corrected_birth_date(child.birth_date, child.gestation_days), for_day)
        age = _("{age} (corrected {corrected})").format(age=age, corrected=corrected) if corrected else age
    about = (
        (pgettext("sheet", "Name"), child.name),
        (_("Sex"), label(child.sex)),
        (_("Birth date"), format_date(child.birth_date)),
        (pgettext("sheet", "Age"), age),
    )
    risks = [label(row.risk) for row in risk_factors.rows_of(session, child) if row.ended_on is None]
    more = ((_("Risk factors"), _(", ").join(risks)), (_("With it"), _(", ").join(one.also)))
    return about, _home(session, child), ((_("Last measured"), last_measured(days)), *_expected(child, for_day)), more


def _home(session: Session, child: Child) -> Pairs:
    home = session.get_one(Household, child.household_id)
    village = session.get(Village, home.village_id) if home.village_id else None
    carers = present_carers(session, home.id)
    silent = consents.refused(session, [child.id], ConsentScope.CONTACT)
    carer, phone = "", ""
    if carers:
        first = carers[0]
        carer = _("{name} ({relation})").format(name=first.name, relation=code_name("relation", first.relation))
        phone = _("no contact wanted") if silent else first.phone or ""
    place = " ".join(filter(None, (village.name if village else "", home.address)))
    return (_("Caregiver"), carer), (_("Phone"), phone), (_("Address"), place)


def _expected(child: Child, for_day: date) -> Pairs:
    """From −2 to +2 SD for the day."""
    tables, born = reference.growth_references(), growth.born_of(child)
    names = {
        Indicator.WFA: (_("weight {range} kg"), 1000.0, 2),
        Indicator.LHFA: (_("length {range} cm"), 10.0, 1),
    }
    found = [
        words.format(range=_range(*span, unit, decimals))
        for indicator, (words, unit, decimals) in names.items()
        if (span := expected_range(tables, born, for_day, indicator)) is not None
    ]
    return ((_("Expected (−2 to +2 SD)"), _(", ").join(found)),) if found else ()


def _follow_ups(desk: Desk, child_id: str) -> Pairs:
    """What is followed and still open."""
    rows = [row for row in follow_up_lists.of_child(desk, child_id) if row.outcome is None]
    told = [
        _("{title} ({day})").format(title=row.title, day=format_date(row.due)) if row.due is not None else row.title
        for row in rows
    ]
    return ((_("To follow up"), _("; ").join(told)),) if told else ()


def _measured(on: date, answer: object, unit: str) -> str:
    return _("{value} {unit} on {day}").format(value=answer, unit=unit, day=format_date(on))


def _earlier_hints(form: Form, earlier: Mapping[str, tuple[date, object]]) -> dict[str, str]:
    """The last answers beside the blanks of numbers."""
    numbers = {one.name for one in form.fields() if one.type in _NUMBERS and one.measure is None}
    return {name: _("last {value}").format(value=answer) for name, (_on, answer) in earlier.items() if name in numbers}


def _measure_hints(child: Child, form: Form, for_day: date, days: Sequence[MeasuredDay]) -> dict[str, str]:
    """For weight, length and head what was measured last, by whom ever, and what is expected on the day."""
    return {one.name: hint for one in form.fields() if (hint := " ".join(_of_measure(child, one, for_day, days)))}


def _of_measure(child: Child, one: Field, for_day: date, days: Sequence[MeasuredDay]) -> Iterator[str]:
    measure = one.measure or ""
    if measure not in _MEASURES or one.prefill is not None:
        return
    unit, indicator = _UNITS[measure], _MEASURES[measure]
    taken = [day for day in days if _amount(day, measure) is not None]
    if taken:
        yield _("last {value}").format(value=format_number((_amount(taken[-1], measure) or 0) / unit, one.decimals))
    span = expected_range(reference.growth_references(), growth.born_of(child), for_day, indicator)
    if span is not None:
        yield _range(*span, unit, one.decimals)


def _amount(day: MeasuredDay, measure: str) -> int | float | None:
    return {"weight": day.measured.weight_g, "length": day.measured.length_mm, "head": day.measured.head_mm}[measure]


def _range(low: float, high: float, unit: float, decimals: int) -> str:
    return f"{format_number(low / unit, decimals)}～{format_number(high / unit, decimals)}"
