"""What stands on a child's card, in words."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from zhaohu.i18n import _, form_term, format_date, format_number, pgettext
from zhaohu.paper.child_card import Carer, ChildCard, Pair
from zhaohu.records import Caregiver, Child, Household, Village
from zhaohu.records.codes import ChildStatus, ConsentScope, label
from zhaohu.rules.ages import age_text
from zhaohu.rules.growth.terms import Indicator
from zhaohu.rules.growth.words import indicator_title
from zhaohu.rules.identity import mask_citizen_id, mask_phone
from zhaohu.rules.paper_code import child_code
from zhaohu.rules.schedule import DueState, state_label
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.growth import growth, growth_trend
from zhaohu.services.growth.growth_words import growth_words
from zhaohu.services.register import consents, risk_factors
from zhaohu.services.register.family_records import present_carers
from zhaohu.services.register.lookup import present_child, station_name
from zhaohu.services.register.standing import moves_of

_OPEN = (DueState.OVERDUE, DueState.DUE, DueState.UPCOMING)


def card_values(desk: Desk, child_id: str) -> ChildCard:
    """A child's card; the numbers of another station's child are masked.

    Raises:
        NotFound: There is no such child.
    """
    with desk.read() as session:
        child = present_child(session, child_id)
        own = child.owner == desk.site.code
        household = session.get(Household, child.household_id)
        assert household is not None
        carers = present_carers(session, household.id)
        risks = [row for row in risk_factors.rows_of(session, child) if row.ended_on is None]
        changes = [move for move in moves_of(session, child) if not move.struck]
        consent = consents.standing_of(session, child)
        return ChildCard(
            name=child.name,
            code=child_code(child.id),
            child=tuple(_child(desk, child, own=own)),
            birth=tuple(_birth(child)),
            household=tuple(_household(desk, session, child, household)),
            carers=tuple(_carer(carer, own=own) for carer in carers),
            risks=_("; ").join(_risk(row) for row in risks) or _("none known"),
            consent=tuple((label(scope), _decided(consent, scope)) for scope in ConsentScope),
            changes=tuple(
                (format_date(m.on), m.title, _(", ").join(filter(None, (m.reason, m.place)))) for m in changes
            ),
            contacts=tuple(_contacts(desk, child_id)),
            growth=_growth(desk, child_id),
        )


def _child(desk: Desk, child: Child, *, own: bool) -> Iterator[Pair]:
    number = child.citizen_id or ""
    yield _("Sex"), label(child.sex)
    yield _("Birth date"), " ".join(filter(None, (format_date(child.birth_date), child.birth_time)))
    died = child.status_on if child.status is ChildStatus.DIED else None
    yield _("Age at death") if died else _("Age today"), age_text(child.birth_date, died or desk.today)
    yield _("Citizen id"), number if own else mask_citizen_id(number)
    yield _("Birth certificate"), child.birth_certificate_no or ""
    yield _("Health record no."), child.health_record_no or ""
    yield _("Handbook no."), child.handbook_no or ""
    yield _("Ethnicity"), reference.code_name("ethnicity", child.ethnicity)
    yield _("Residence"), label(child.residence) if child.residence is not None else ""


def _birth(child: Child) -> Iterator[Pair]:
    weeks, days = divmod(child.gestation_days, 7) if child.gestation_days is not None else (None, None)
    yield _("Gestation"), "" if weeks is None else _("{weeks} weeks + {days} days").format(weeks=weeks, days=days)
    yield _("Birth weight"), f"{child.birth_weight_g} g" if child.birth_weight_g else ""
    yield _("Birth length"), f"{format_number(child.birth_length_mm / 10, 1)} cm" if child.birth_length_mm else ""
    yield _("Delivery"), reference.code_name("delivery", child.delivery)
    yield _("Children born together"), str(child.plurality or "")
    yield _("Order of birth"), str(child.birth_order or "")
    yield _("Birth place"), child.birth_place or ""
    yield _("Left hospital"), format_date(child.discharged_on) if child.discharged_on else ""
    yield _("Came from"), child.came_from or ""


def _household(desk: Desk, session: Session, child: Child, household: Household) -> Iterator[Pair]:
    village = session.get(Village, household.village_id) if household.village_id else None
    keeper = desk.site.name if child.owner == desk.site.code else station_name(session, child.owner.partition("-")[2])
    place = " ".join(filter(None, (household.county, household.township, village.name if village else None)))
    registered = _("registered on {day} by {person}").format(
        day=format_date(child.registered_on), person=child.recorded_by
    )
    yield _("Station"), _(", ").join((keeper, registered))
    yield _("Village"), place
    yield _("Address"), household.address
    if household.registered_address:
        yield _("Registered at"), household.registered_address
    if household.care_difficulty:
        yield _("Difficulty of care"), household.care_difficulty


def _carer(carer: Caregiver, *, own: bool) -> Carer:
    phone, number = carer.phone or "", carer.citizen_id or ""
    born = carer.birth_date.isoformat() if carer.birth_date else ""
    return Carer(
        carer.name,
        reference.code_name("relation", carer.relation),
        phone if own else mask_phone(phone),
        number if own else mask_citizen_id(number),
        " ".join(filter(None, (born, carer.occupation, reference.code_name("education", carer.education)))),
        _("yes") if carer.is_main else "",
    )


def _risk(row: risk_factors.RiskRow) -> str:
    words = label(row.risk) + (f" {row.note}" if row.note else "")
    return words if row.derived else _("{risk} (since {day})").format(risk=words, day=format_date(row.since))


def _decided(consent: consents.Standing, scope: ConsentScope) -> str:
    decision = consent.counts.get(scope)
    if decision is None:
        return pgettext("consent form", "not signed")
    said = (
        pgettext("consent form", "agreed")
        if decision.given
        else pgettext("consent form", "withdrawn")
        if decision.withdrawn
        else pgettext("consent form", "refused")
    )
    relation = reference.code_name("relation", decision.relation)
    return _("{said} on {day} by {guardian} ({relation})").format(
        said=said, day=format_date(decision.decided_on), guardian=decision.guardian, relation=relation
    )


def _contacts(desk: Desk, child_id: str) -> Iterator[tuple[str, str, str, str]]:
    for row in duties.child_duties(desk, child_id):
        if row.state in _OPEN:
            yield row.title, format_date(row.due_from), format_date(row.due_to), state_label(row.state)


def _growth(desk: Desk, child_id: str) -> str:
    """What was measured last, and what the course amounts to; of the derived indicators only those with a status."""
    days = growth.series(desk, child_id)
    if not days:
        return ""
    parts = []
    weighed = {indicator_title(indicator) for indicator in (Indicator.WFA, Indicator.LHFA, Indicator.HCFA)}
    for words in growth_words(days[-1:]):
        if words.indicator not in weighed and not (words.level and words.status):
            continue
        meaning = " ".join(filter(None, (words.level, words.status))) if words.level else ""
        value = f"{words.indicator} {words.value}"
        parts.append(_("{value} ({meaning})").format(value=value, meaning=meaning) if meaning else value)
    verdict = form_term(str(growth_trend.of_child(desk, child_id).verdict))
    measured = _("{day}: {values}").format(day=format_date(days[-1].on), values=_("; ").join(parts))
    return _("{measured}. Course: {verdict}").format(measured=measured, verdict=verdict)
