"""Codes of a newer version: kept as they came, shown as they are, in the way of nothing."""

from __future__ import annotations

import pytest
from sqlmodel import select
from tests.services.families import enrol
from tests.services.register.test_removal import a_class
from tests.sync.forging import records
from tests.sync.work import a_measurement, bring_down, save, take_up

from zhaohu.records import Attempt, Child, ChildRisk, Consent, FollowUp, Measurement, StatusChange
from zhaohu.records.codes import (
    AttemptOutcome,
    AttemptWay,
    CaseOutcome,
    ChildStatus,
    ConsentScope,
    FollowUpKind,
    Risk,
    Sex,
    as_code,
    label,
)
from zhaohu.services import derived
from zhaohu.services.due import attempts, duties
from zhaohu.services.duplicates import duplicates
from zhaohu.services.exchange import bundles
from zhaohu.services.follow import follow_up_lists
from zhaohu.services.growth import growth_view, scores
from zhaohu.services.guidance import classes, overview
from zhaohu.services.register import child_list, child_overview, children, consents, risk_factors, standing

NEWER = {
    "child": {"sex": 3, "residence": 7, "status": "adopted"},
    "status_change": {"status": "adopted"},
    "child_risk": {"risk": "screen_time"},
    "consent": {"scope": "research"},
    "attempt": {"way": "drone", "outcome": "asleep"},
    "follow_up": {"kind": "question", "outcome": "better_still"},
    "measurement": {"position": "sitting"},
    "parenting_class": {"kind": "online", "topic_block": "G9"},
}


def with_newer_codes(desk) -> str:
    """A child with something of every kind, all codes of which only a newer version knows."""
    child_id = enrol(desk)
    today = desk.today
    a_class(desk)
    with desk.read() as session:
        child = session.get_one(Child, child_id)
    save(
        desk,
        a_measurement(desk, child),
        desk.make(StatusChange, child_id=child_id, status=ChildStatus.LOST, happened_on=today, reason="x"),
        desk.make(ChildRisk, child_id=child_id, risk=Risk.OTHER, found_on=today),
        desk.make(
            Consent,
            child_id=child_id,
            scope=ConsentScope.SHARING,
            given=True,
            decided_on=today,
            guardian="李",
            relation="51",
        ),
        desk.make(Attempt, child_id=child_id, tried_on=today, way=AttemptWay.CALL, outcome=AttemptOutcome.NOT_REACHED),
        desk.make(
            FollowUp,
            child_id=child_id,
            kind=FollowUpKind.CASE,
            subject="malnutrition",
            found_on=today,
            outcome=CaseOutcome.OTHER,
            closed_on=today,
        ),
    )
    with desk.store.write() as session:
        for table, values in NEWER.items():
            for column, value in values.items():
                session.connection().exec_driver_sql(f"UPDATE {table} SET {column} = ?", (value,))
        derived.refresh(session)
    return child_id


def read_everything(desk, child_id) -> None:
    """What the pages of lists and of the child read."""
    rows = child_list.list_children(desk, child_list.ChildFilter(statuses=()))
    assert [row.id for row in rows] == [child_id]
    child_list.search(desk, "单")
    child_overview.overview(desk, child_id)
    children.view_child(desk, child_id)
    standing.history(desk, child_id)
    risk_factors.risks_of(desk, child_id)
    consents.standing(desk, child_id)
    attempts.of_child(desk, child_id)
    follow_up_lists.of_child(desk, child_id)
    follow_up_lists.list_open(desk)
    follow_up_lists.list_closed(desk)
    duties.due_list(desk)
    duties.child_duties(desk, child_id)
    growth_view.view(desk, child_id)
    scores.fill_missing(desk)
    duplicates.find_all(desk)
    (one,) = classes.list_classes(desk)
    classes.view_class(desk, one.id)
    overview.overview(desk)


@pytest.mark.parametrize("at", ["station", "center"])
def test_they_travel_and_every_reader_survives(station_desk, center_desk, tmp_path, at):
    child_id = with_newer_codes(station_desk)
    report = take_up(station_desk, center_desk, tmp_path)
    assert (report.status, report.held, report.differs) == ("accepted", 0, False)
    assert records(center_desk, "371103-01") == records(station_desk, "371103-01")
    read_everything(station_desk if at == "station" else center_desk, child_id)


def test_they_go_on_unchanged(station_desk, center_desk, tmp_path):
    """Who corrects something else on the row leaves the code as it was."""
    child_id = with_newer_codes(station_desk)
    take_up(station_desk, center_desk, tmp_path)
    bring_down(center_desk, station_desk, tmp_path)
    with station_desk.write("test.rename") as work:
        child = work.session.get_one(Child, child_id)
        assert (child.sex, label(child.sex), label(child.status)) == (3, "3", "adopted")
        child.name = "改名"
        work.session.add(child)
    assert take_up(station_desk, center_desk, tmp_path).changed == 1
    with center_desk.read() as session:
        child = session.get_one(Child, child_id)
        assert (child.name, int(child.sex), str(child.status)) == ("改名", 3, "adopted")
        assert session.exec(select(Measurement.position)).one() == "sitting"


@pytest.mark.parametrize("value", [-1, 1000, "三", True, "3"])
def test_what_is_no_code_is_held(station_desk, center_desk, tmp_path, value):
    """A list is open for codes, not for whatever else."""
    from tests.sync.forging import opened, sealed

    enrol(station_desk)
    manifest, lines = opened(bundles.export_bundle(station_desk, tmp_path).file, center_desk)
    for line in lines:
        if line["table"] == "child":
            line["fields"]["sex"] = value
    file = sealed(tmp_path / "odd.zhb", station_desk, [center_desk], manifest, lines)
    (report,) = bundles.import_bundles(center_desk, [file])
    assert ("bad_value", "sex") in {(row.reason, row.field) for row in bundles.status(center_desk).held}
    assert report.held


def test_a_code_outside_the_list():
    known, unlisted = as_code(Sex, 1), as_code(Sex, 3)
    assert known is Sex.MALE
    assert (unlisted, label(unlisted), unlisted.value) == (3, "3", 3)
    assert isinstance(unlisted, Sex)
    assert unlisted not in list(Sex)
    assert as_code(ChildStatus, "adopted") == "adopted"
    assert label(as_code(ChildStatus, "adopted")) == "adopted"
