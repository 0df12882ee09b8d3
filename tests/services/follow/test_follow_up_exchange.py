"""What is followed reaches the center, there only to look at, and goes out as a list without the withheld families."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from tests.services.families import enrol
from tests.services.follow.following import answer, blood, enrol_infant, only, record_newborn, refer

from zhaohu.errors import NotAllowed
from zhaohu.records.codes import CaseOutcome, ConsentScope
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles
from zhaohu.services.follow import follow_up_export, follow_ups
from zhaohu.services.register import consents


def send(station: Desk, center: Desk, folder: Path) -> None:
    bundles.import_bundles(center, [bundles.export_bundle(station, folder).file])


def test_findings_referrals_and_answers_arrive_at_the_center(
    station_desk: Desk, center_desk: Desk, tmp_path: Path
) -> None:
    record_newborn(station_desk, enrol(station_desk), heart_rate=172)
    child_id = enrol_infant(station_desk)
    blood(station_desk, child_id, 55)
    finding = next(row for row in follow_ups.list_open(station_desk) if row.subject == "anaemia")
    refer(station_desk, child_id, finding.id)
    answer(station_desk, child_id, outcome="2")
    send(station_desk, center_desk, tmp_path)
    ours, theirs = follow_ups.list_open(station_desk), follow_ups.list_open(center_desk)
    assert [(row.id, row.state, row.due) for row in theirs] == [(row.id, row.state, row.due) for row in ours]
    assert {row.station_name for row in theirs} == {"巨峰镇指导站"}
    assert not any(row.editable for row in theirs)
    assert follow_ups.counts(center_desk) == follow_ups.counts(station_desk)
    assert only(follow_ups.list_closed(center_desk)).outcome is CaseOutcome.IMPROVED
    told = [event.title for event in follow_ups.history(center_desk, finding.id)]
    assert told == [event.title for event in follow_ups.history(station_desk, finding.id)]
    with pytest.raises(NotAllowed):
        follow_ups.close(center_desk, finding.id, CaseOutcome.RECOVERED, center_desk.today)


def test_an_outcome_given_later_arrives_too(station_desk: Desk, center_desk: Desk, tmp_path: Path) -> None:
    record_newborn(station_desk, enrol(station_desk), heart_rate=172)
    send(station_desk, center_desk, tmp_path)
    row = only(follow_ups.list_open(station_desk))
    follow_ups.close(station_desk, row.id, CaseOutcome.RECOVERED, date(2026, 11, 19), "心率正常")
    send(station_desk, center_desk, tmp_path)
    assert follow_ups.list_open(center_desk) == []
    assert only(follow_ups.list_closed(center_desk)).note == "心率正常"


def test_a_family_that_refuses_is_withheld_in_the_spreadsheet(station_desk: Desk, tmp_path: Path) -> None:
    shown, hidden = enrol(station_desk, "单芷然"), enrol(station_desk, "王浩然")
    for child_id in (shown, hidden):
        record_newborn(station_desk, child_id, heart_rate=172)
    consents.decide(
        station_desk, hidden, {ConsentScope.SHARING: False}, station_desk.today, "李秀梅", "52", "不同意提供"
    )
    rows = follow_ups.list_open(station_desk)
    place = tmp_path / "追踪.xlsx"
    withheld = follow_up_export.export_follow_ups(
        station_desk,
        rows,
        name="追踪",
        headings=["儿童", "事项"],
        cells=lambda one: [one.child, one.title],
        place=place,
    )
    assert withheld == 1
    sheet = openpyxl.load_workbook(place).active
    assert sorted(row[0].value for row in sheet.iter_rows(min_row=2)) == ["***", "单芷然"]
