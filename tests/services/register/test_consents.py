"""Consent: who decided what, the newest counts, and a no really stops what it says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.services.families import enrol
from tests.services.guidance.test_classes import a_class
from tests.services.register.test_moves import as_role, know_the_other_station

from zhaohu.errors import BadInput, NotAllowed, Refused
from zhaohu.records.codes import ConsentScope, Role
from zhaohu.rules.forms.starting import all_normal
from zhaohu.services.care import visits
from zhaohu.services.due import duties, extra_contacts
from zhaohu.services.exchange import bundles
from zhaohu.services.guidance import classes, proposals
from zhaohu.services.register import child_list, consents, releases, standing

TODAY = date(2026, 11, 20)
BORN = date(2026, 11, 2)
GUIDANCE, CONTACT, SHARING = ConsentScope


def decide(desk, child_id: str, given: dict[ConsentScope, bool], on: date = TODAY, **values: str) -> None:
    consents.decide(
        desk,
        child_id,
        given,
        on,
        values.get("guardian", "李秀梅"),
        values.get("relation", "52"),
        values.get("reason", ""),
    )


def refused(desk, scope: ConsentScope, child_ids=None) -> set[str]:
    with desk.read() as session:
        return consents.refused(session, child_ids, scope)


def test_nothing_decided_is_shown_and_stops_nothing(station_desk) -> None:
    child_id = enrol(station_desk)
    assert not consents.standing(station_desk, child_id).asked
    assert child_list.list_children(station_desk)[0].consent == "missing"
    assert [row.id for row in proposals.families(station_desk).children] == [child_id]
    assert "****" in duties.due_list(station_desk)[0].phone
    for scope in ConsentScope:
        assert refused(station_desk, scope) == set()


def test_a_withdrawal_says_who_when_and_why(station_desk) -> None:
    child_id = enrol(station_desk)
    decide(station_desk, child_id, dict.fromkeys(ConsentScope, True), BORN)
    decide(station_desk, child_id, {CONTACT: False}, guardian=" 单强 ", relation="51", reason="电话太多")
    now = consents.standing(station_desk, child_id)
    assert now.refused == (CONTACT,)
    newest = now.counts[CONTACT]
    assert (newest.given, newest.withdrawn, newest.decided_on) == (False, True, TODAY)
    assert (newest.guardian, newest.relation, newest.reason) == ("单强", "51", "电话太多")
    assert len(now.history) == 4
    assert consents.decision_words(newest) == "已撤回同意"
    decide(station_desk, child_id, {SHARING: False})
    decide(station_desk, child_id, {SHARING: True})
    assert consents.standing(station_desk, child_id).refused == (CONTACT,)


def test_a_refusal_of_contact_hides_the_phone_and_nothing_else(station_desk) -> None:
    child_id = enrol(station_desk)
    before = duties.due_list(station_desk)
    decide(station_desk, child_id, {CONTACT: False})
    after = duties.due_list(station_desk)
    assert [(row.child, row.contact, row.state, row.caregiver) for row in after] == [
        (row.child, row.contact, row.state, row.caregiver) for row in before
    ]
    assert not any(character.isdigit() for row in after for character in row.phone)
    decide(station_desk, child_id, {CONTACT: True})
    assert duties.due_list(station_desk) == before


def test_a_refusal_of_guidance_stops_proposals_and_invitations(station_desk) -> None:
    stays, leaves = enrol(station_desk, "甲"), enrol(station_desk, "乙")
    new = a_class(station_desk)
    class_id = classes.plan_class(station_desk, new, [stays, leaves])
    past_id = classes.plan_class(
        station_desk, a_class(station_desk, held_on=date(2026, 11, 10), teacher_id=new.teacher_id), [leaves]
    )
    decide(station_desk, leaves, {GUIDANCE: False})
    assert proposals.families(station_desk).refused == 1
    assert [row.id for row in proposals.families(station_desk).children] == [stays]
    assert [one.child for one in classes.view_class(station_desk, class_id)[1]] == ["甲"]
    assert classes.view_class(station_desk, past_id)[0].invited == 1, "what was before the refusal stays counted"
    for attempt in (
        lambda: classes.invite(station_desk, past_id, [stays]) or classes.plan_class(station_desk, new, [leaves]),
        lambda: classes.plan_class(station_desk, new, [stays, leaves]),
    ):
        with pytest.raises(Refused) as told:
            attempt()
        assert (told.value.code, told.value.details["child_id"]) == ("consent_refused", leaves)
        assert "乙" in told.value.message
    assert len(classes.list_classes(station_desk)) == 2
    decide(station_desk, leaves, {GUIDANCE: True})
    assert len(classes.view_class(station_desk, class_id)[1]) == 2


def test_a_refusal_of_guidance_stops_guidance_at_home_and_no_other_visit(station_desk) -> None:
    child_id = enrol(station_desk)
    days = {"due_from": TODAY, "due_to": TODAY + timedelta(days=9)}
    extra_contacts.add(station_desk, child_id, title="入户养育指导", form=consents.GUIDANCE_VISIT, **days)
    decide(station_desk, child_id, {GUIDANCE: False}, on=date(2026, 11, 12))
    with pytest.raises(Refused) as planned:
        extra_contacts.add(station_desk, child_id, title="入户养育指导", form=consents.GUIDANCE_VISIT, **days)
    assert planned.value.code == "consent_refused"
    extra_contacts.add(station_desk, child_id, title="复查黄疸", form="newborn_visit", **days)
    entry = visits.start_visit(station_desk, child_id, consents.GUIDANCE_VISIT)
    filled = {"present": ["1"], "caregiver": "1", "care_risk_level": "1", "topic_blocks": ["1"], "advice": "多说话"}
    answers = all_normal(entry.form, {**entry.answers, **filled})
    values = {"child_id": child_id, "form_id": consents.GUIDANCE_VISIT}
    with pytest.raises(Refused) as recorded:
        visits.record_visit(station_desk, answers={**answers, "visit_date": "2026-11-13"}, **values)
    assert (recorded.value.code, recorded.value.details["child_id"]) == ("consent_refused", child_id)
    late = visits.record_visit(station_desk, answers={**answers, "visit_date": "2026-11-12"}, **values)
    assert late.visit_date == date(2026, 11, 12), "what was before the refusal can still be keyed in"
    decide(station_desk, child_id, {GUIDANCE: True})
    visits.record_visit(station_desk, answers={**answers, "visit_date": "2026-11-20"}, **values)


@pytest.mark.parametrize("scope", [CONTACT, SHARING])
def test_a_referral_starts_without_the_telephone_that_the_family_keeps_to_itself(station_desk, scope) -> None:
    child_id = enrol(station_desk)
    assert visits.start_visit(station_desk, child_id, "referral").answers["phone"] == "13812345678"
    decide(station_desk, child_id, {scope: False})
    assert "phone" not in visits.start_visit(station_desk, child_id, "referral").answers
    newborn = visits.start_visit(station_desk, child_id, "newborn_visit").answers
    assert newborn["mother_phone"] == "13812345678", "the record of the basic service stays whole"


def test_who_came_all_the_same_stays_counted(station_desk) -> None:
    child_id = enrol(station_desk)
    class_id = classes.plan_class(station_desk, a_class(station_desk, held_on=TODAY), [child_id])
    (line,) = classes.view_class(station_desk, class_id)[1]
    classes.mark_attendance(station_desk, class_id, {line.id: "李秀梅"})
    decide(station_desk, child_id, {GUIDANCE: False})
    held, families = classes.view_class(station_desk, class_id)
    assert (held.invited, held.present, len(families)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("given", "on", "values", "field"),
    [
        ({}, TODAY, {}, None),
        ({GUIDANCE: True}, TODAY + timedelta(days=1), {}, "on"),
        ({GUIDANCE: True}, BORN - timedelta(days=1), {}, "on"),
        ({GUIDANCE: True}, TODAY, {"guardian": "  "}, "guardian"),
        ({GUIDANCE: True}, TODAY, {"guardian": "长" * 51}, "guardian"),
        ({GUIDANCE: True}, TODAY, {"relation": "01"}, "relation"),
        ({GUIDANCE: False}, TODAY, {"reason": "长" * 201}, "reason"),
    ],
)
def test_what_cannot_be_is_refused(station_desk, given, on, values, field) -> None:
    child_id = enrol(station_desk)
    with pytest.raises(BadInput) as told:
        decide(station_desk, child_id, given, on, **values)
    assert told.value.details.get("field") == field
    assert not consents.standing(station_desk, child_id).asked
    with pytest.raises(NotAllowed):
        decide(as_role(station_desk, Role.VIEWER), child_id, {GUIDANCE: True})


_DECISIONS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(list(ConsentScope)), st.booleans(), st.integers(0, 18)), max_size=8
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_DECISIONS)
def test_the_newest_decision_of_each_scope_counts(station_desk, decisions) -> None:
    n = child_list.count_children(station_desk)
    ids = [enrol(station_desk, f"儿{n + at}", caregivers=()) for at in range(3)]
    newest: dict[tuple[int, ConsentScope], tuple[int, bool]] = {}
    for at, scope, yes, days in decisions:
        decide(station_desk, ids[at], {scope: yes}, BORN + timedelta(days=days))
        if days >= newest.get((at, scope), (-1, True))[0]:
            newest[at, scope] = (days, yes)
    for scope in ConsentScope:
        no = {ids[at] for (at, one), (_days, yes) in newest.items() if one is scope and not yes}
        assert refused(station_desk, scope, ids) == no
        assert {one for one in ids if scope in consents.standing(station_desk, one).refused} == no


def test_decisions_travel_to_the_center(station_desk, center_desk, tmp_path) -> None:
    child_id = enrol(station_desk)
    decide(station_desk, child_id, {SHARING: False}, reason="不愿意")
    (report,) = bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    assert report.status == "accepted"
    assert consents.standing(center_desk, child_id) == consents.standing(station_desk, child_id)
    assert child_list.list_children(center_desk)[0].consent == "refused"


def test_a_record_is_not_released_against_the_guardians_will(station_desk, center_desk, tmp_path) -> None:
    know_the_other_station(station_desk, center_desk, tmp_path)
    child_id = enrol(station_desk)
    decide(station_desk, child_id, {SHARING: False, CONTACT: False, GUIDANCE: False})
    with pytest.raises(Refused) as refusal:
        releases.release(station_desk, child_id, "02", TODAY, "搬家")
    assert refusal.value.code == "consent_refused"
    assert standing.standing(station_desk, child_id).pending is None
    decide(station_desk, child_id, {SHARING: True})
    releases.release(station_desk, child_id, "02", TODAY, "搬家")
    assert standing.standing(station_desk, child_id).pending is not None
