"""Drafts are one person's own, and go when they are saved, in the same transaction, or thrown away; never else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select
from tests.services.care.test_visits import record
from tests.services.families import a_child, enrol, newborn_answers

from zhaohu.cli.visits import _document
from zhaohu.clock import Clock
from zhaohu.errors import BadInput, NotAllowed, NotFound
from zhaohu.records.codes import Role
from zhaohu.records.local import AuditLine, Draft
from zhaohu.services.care import drafts, visits
from zhaohu.services.care.drafts import DraftKind, DraftView
from zhaohu.services.desk import Desk, Person
from zhaohu.services.register import children
from zhaohu.store.engine import StoreFault

TYPED = {"answers": {"weight_kg": "3.5x", "guidance": ["1", "2"], "signer": "王敏"}, "reason": ""}


def sit_down(desk: Desk, name: str, role: Role = Role.TEACHER) -> None:
    desk.person = Person(name, name, role)


def actions(desk: Desk) -> list[str]:
    with desk.read() as session:
        return list(session.exec(select(AuditLine.action)))


def test_what_is_kept_last_is_found_and_the_beginning_stays(station_desk: Desk) -> None:
    key = drafts.visit_key("C", "newborn_visit")
    assert drafts.find(station_desk, key) is None
    first = drafts.keep(station_desk, key, {"answers": {"weight_kg": "3"}}, "C")
    now = station_desk.clock.now()
    station_desk.clock = replace(station_desk.clock, fixed=now + timedelta(minutes=5))
    drafts.keep(station_desk, key, TYPED, "C")
    found = drafts.find(station_desk, key)
    assert found is not None
    assert found.content == TYPED
    assert found.begun_at == first.saved_at
    assert found.saved_at == (now + timedelta(minutes=5)).isoformat(timespec="seconds")


def test_keeping_is_heard_and_leaves_no_audit_line(station_desk: Desk) -> None:
    heard: list[frozenset[str]] = []
    before = actions(station_desk)
    station_desk.store.listen(heard.append)
    drafts.keep(station_desk, "class", TYPED)
    drafts.keep(station_desk, "class", {"answers": {}})
    assert heard == [frozenset({"draft"})] * 2
    assert actions(station_desk) == before


def test_nobody_else_sees_drops_or_replaces_it(station_desk: Desk) -> None:
    drafts.keep(station_desk, "class", TYPED)
    owner = station_desk.person
    sit_down(station_desk, "li")
    assert drafts.find(station_desk, "class") is None
    assert drafts.list_drafts(station_desk) == []
    with pytest.raises(NotFound):
        drafts.drop(station_desk, "class")
    drafts.keep(station_desk, "class", {"answers": {"topic": "睡眠"}})
    station_desk.person = owner
    found = drafts.find(station_desk, "class")
    assert found is not None
    assert found.content == TYPED


def test_a_viewer_has_no_drafts(station_desk: Desk) -> None:
    sit_down(station_desk, "viewer", Role.VIEWER)
    for act in (
        lambda: drafts.keep(station_desk, "class", TYPED),
        lambda: drafts.find(station_desk, "class"),
        lambda: drafts.list_drafts(station_desk),
        lambda: drafts.drop(station_desk, "class"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_draft_is_thrown_away_once_and_written_down(station_desk: Desk) -> None:
    drafts.keep(station_desk, drafts.visit_key("C", "newborn_visit"), TYPED, "C")
    drafts.drop(station_desk, drafts.visit_key("C", "newborn_visit"))
    assert drafts.list_drafts(station_desk) == []
    with station_desk.read() as session:
        line = session.exec(select(AuditLine).where(AuditLine.action == "draft.drop")).one()
    assert (line.subject, line.detail) == ("child/C", '{"draft":"visit"}')
    with pytest.raises(NotFound):
        drafts.drop(station_desk, drafts.visit_key("C", "newborn_visit"))
    assert actions(station_desk).count("draft.drop") == 1


# -- saving


def test_saving_a_visit_takes_its_draft_and_only_that(station_desk: Desk) -> None:
    child_id, other = enrol(station_desk), enrol(station_desk, "徐子涵")
    for one in (child_id, other):
        drafts.keep(station_desk, drafts.visit_key(one, "newborn_visit"), TYPED, one)
    with pytest.raises(BadInput):
        visits.record_visit(station_desk, child_id=child_id, form_id="newborn_visit", answers={})
    assert len(drafts.list_drafts(station_desk)) == 2
    saved = record(station_desk, child_id)
    assert [row.child for row in drafts.list_drafts(station_desk)] == ["徐子涵"]
    drafts.keep(station_desk, drafts.correction_key(saved.id), TYPED, child_id)
    answers = {**saved.answers, "weight_kg": "3.65"}
    visits.correct_visit(station_desk, saved.id, answers=answers, reason="复称")
    assert [row.child for row in drafts.list_drafts(station_desk)] == ["徐子涵"]


@pytest.mark.parametrize("correcting", [False, True])
def test_when_the_saving_fails_at_its_very_end_the_draft_is_still_there(
    station_desk: Desk, monkeypatch: pytest.MonkeyPatch, correcting: bool
) -> None:
    child_id = enrol(station_desk)
    saved = record(station_desk, child_id) if correcting else None
    key = drafts.correction_key(saved.id) if saved else drafts.visit_key(child_id, "newborn_visit")
    drafts.keep(station_desk, key, TYPED, child_id)

    def disk_full(*_args: object, **_more: object) -> None:
        raise StoreFault("磁盘已满", sqlite_error=13)

    def save() -> None:
        if saved is None:
            record(station_desk, child_id)
        else:
            visits.correct_visit(station_desk, saved.id, answers={**saved.answers, "weight_kg": "3.65"}, reason="复称")

    with monkeypatch.context() as patch:
        patch.setattr("zhaohu.store.audit.append", disk_full)  # the last thing an act does, after the draft has gone
        with pytest.raises(StoreFault):
            save()
    assert drafts.find(station_desk, key) is not None
    with station_desk.read() as session:
        assert session.exec(select(Draft)).one().key == key
    save()
    assert drafts.find(station_desk, key) is None


def test_a_child_registered_elsewhere_leaves_the_draft_of_the_dialog(station_desk: Desk) -> None:
    key = drafts.new_key(DraftKind.CHILD)
    drafts.keep(station_desk, key, TYPED)
    children.register_child(station_desk, a_child("徐子涵"))
    assert drafts.find(station_desk, key) is not None
    children.register_child(station_desk, a_child("王浩然"), draft=key)
    assert drafts.find(station_desk, key) is None


# -- the list


def test_the_list_says_what_each_is_newest_first(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    saved = record(station_desk, child_id)
    at = station_desk.clock.now()
    keys = [
        drafts.new_key(DraftKind.CLASS),
        drafts.correction_key(saved.id),
        drafts.visit_key(child_id, "check_1_8"),
    ]
    for n, key in enumerate(keys):
        station_desk.clock = Clock(at + timedelta(minutes=n))
        drafts.keep(station_desk, key, TYPED, child_id if n else None)
    rows = drafts.list_drafts(station_desk)
    assert [row.key for row in rows] == keys[::-1]
    assert [(row.kind, row.target, row.child, row.problem) for row in rows] == [
        (DraftKind.VISIT, f"{child_id}.check_1_8", "单芷然", ""),
        (DraftKind.CORRECTION, saved.id, "单芷然", ""),
        (DraftKind.CLASS, "", "", ""),
    ]
    assert "新生儿家庭访视记录表" in rows[1].title


def test_what_cannot_be_gone_on_with_says_why_and_can_be_dropped(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    saved = record(station_desk, child_id)
    drafts.keep(station_desk, drafts.visit_key("0" * 36, "newborn_visit"), TYPED, "0" * 36)
    drafts.keep(station_desk, drafts.visit_key(child_id, "form_of_1999"), TYPED, child_id)
    drafts.keep(station_desk, drafts.correction_key(saved.id), TYPED, child_id)
    drafts.keep(station_desk, drafts.correction_key("1" * 36), TYPED, child_id)
    sit_down(station_desk, "colleague")  # their saving leaves another's draft
    visits.correct_visit(station_desk, saved.id, answers={**saved.answers, "weight_kg": "3.65"}, reason="复称")
    sit_down(station_desk, "admin", Role.ADMIN)
    rows = drafts.list_drafts(station_desk)
    assert len(rows) == 4
    assert len({row.problem for row in rows} - {""}) == 4
    for row in rows:
        drafts.drop(station_desk, row.key)
    assert drafts.list_drafts(station_desk) == []


def test_a_child_that_moved_away_or_was_removed_is_told(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    key = drafts.visit_key(child_id, "newborn_visit")
    drafts.keep(station_desk, key, TYPED, child_id)
    assert drafts.list_drafts(station_desk)[0].problem == ""
    with station_desk.write("test.remove") as work:
        child = work.session.get(children.Child, child_id)
        assert child is not None
        child.deleted_at = station_desk.clock.stamp()
    assert drafts.list_drafts(station_desk)[0].problem


def test_fields_that_the_form_lost_are_set_aside_and_come_back_with_it() -> None:
    draft = DraftView("k", "", "", {"answers": {"weight_kg": "3.5", "old": "甲"}, "aside": {"older": "乙"}})
    assert draft.sorted_out(["weight_kg"]) == ({"weight_kg": "3.5"}, {"older": "乙", "old": "甲"})
    assert draft.sorted_out(["weight_kg", "older"]) == ({"older": "乙", "weight_kg": "3.5"}, {"old": "甲"})


# -- numbers that name a person


def test_opening_a_form_reveals_nothing_and_showing_a_number_is_written_down(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    saved = record(station_desk, child_id)
    before = actions(station_desk)
    visits.start_visit(station_desk, child_id, "newborn_visit")
    visits.edit_visit(station_desk, saved.id)
    assert actions(station_desk) == before
    visits.reveal_answer(station_desk, child_id, "newborn_visit", "mother_phone")
    visits.reveal_answer(station_desk, child_id, "newborn_visit", "id_no")
    with station_desk.read() as session:
        lines = session.exec(select(AuditLine)).all()[-2:]
    assert [line.action for line in lines] == ["reveal.phone", "reveal.citizen_id"]
    assert {line.subject for line in lines} == {f"child/{child_id}"}
    assert lines[0].detail == '{"field":"mother_phone","form":"newborn_visit"}'


def test_only_writers_reveal_and_only_what_is_personal(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    with pytest.raises(NotFound):
        visits.reveal_answer(station_desk, child_id, "newborn_visit", "weight_kg")
    sit_down(station_desk, "viewer", Role.VIEWER)
    with pytest.raises(NotAllowed):
        visits.reveal_answer(station_desk, child_id, "newborn_visit", "mother_phone")


def test_a_number_that_was_copied_masked_is_not_saved(station_desk: Desk) -> None:
    entry = visits.start_visit(station_desk, enrol(station_desk), "newborn_visit")
    answers = {**entry.answers, **newborn_answers(), "mother_phone": "*******5678"}
    with pytest.raises(BadInput) as refused:
        visits.record_visit(station_desk, child_id=entry.child_id, form_id="newborn_visit", answers=answers)
    assert "mother_phone" in {problem["field"] for problem in refused.value.details["problems"]}  # type: ignore[attr-defined]


def test_the_command_line_shows_no_number_in_clear(station_desk: Desk) -> None:
    saved = record(station_desk, enrol(station_desk))
    assert saved.answers["mother_phone"] == "13812345678"
    shown = _document(saved)["answers"]
    assert isinstance(shown, dict)
    assert (shown["mother_phone"], shown["weight_kg"]) == ("*******5678", "3.55")
