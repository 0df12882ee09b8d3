"""Rosters as stations really get them: every row judged, good ones taken in, nothing before that."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.services.families import enrol

from zhaohu.errors import BadInput, NotAllowed, Refused
from zhaohu.services import children, rosters
from zhaohu.services.desk import Desk
from zhaohu.services.roster_preview import RosterPreview, RowState

ROSTERS = Path(__file__).parents[1] / "data" / "rosters"
TOWNSHIP = ROSTERS / "township_roster.xlsx"
LEGACY = ROSTERS / "legacy_roster_gb18030.csv"


def states(preview: RosterPreview) -> dict[int, RowState]:
    return {row.row: row.level for row in preview.rows}


def test_reading_saves_nothing(station_desk: Desk) -> None:
    preview = rosters.read_roster(station_desk, TOWNSHIP)
    assert len(preview.rows) == 164
    assert children.count_children(station_desk) == 0


def test_every_trap_of_the_township_roster_is_named(station_desk: Desk) -> None:
    preview = rosters.read_roster(station_desk, TOWNSHIP)
    found = states(preview)
    reasons = {row.row: {issue.field for issue in row.issues} for row in preview.rows}
    assert found[3] is RowState.GOOD
    assert found[4] is RowState.DOUBTFUL
    assert reasons[4] == {"id_number"}
    assert found[163] is found[164] is RowState.DUPLICATE
    assert found[165] is RowState.REFUSED
    assert reasons[165] == {"birth_date"}
    assert found[166] is RowState.REFUSED
    assert {"name", "birth_date"} <= reasons[166]
    assert {45, 88, 131} == {row for row, fields in reasons.items() if "birth_length" in fields}
    assert 167 not in found
    assert 168 not in found


def test_good_rows_are_taken_in_and_a_second_time_there_is_nothing_new(station_desk: Desk) -> None:
    first = rosters.take_in(station_desk, rosters.read_roster(station_desk, TOWNSHIP))
    assert first.accepted == children.count_children(station_desk) == 18
    again = rosters.take_in(station_desk, rosters.read_roster(station_desk, TOWNSHIP))
    assert (again.accepted, again.updated) == (0, 0)
    assert len(again.possible_duplicates) == 20
    assert children.count_children(station_desk) == 18


def test_a_person_may_take_a_doubtful_row_without_its_doubtful_value(station_desk: Desk) -> None:
    preview = rosters.read_roster(station_desk, TOWNSHIP)
    report = rosters.take_in(station_desk, preview, also=[5, 45])
    assert report.accepted == 20
    (child,) = children.search(station_desk, "赖𠮷")
    assert child.citizen_id == ""
    (long_child,) = children.search(station_desk, next(row.name for row in preview.rows if row.row == 45))
    assert children.view_child(station_desk, long_child.id).birth_length_mm is None


@pytest.mark.parametrize("row", [163, 165, 166, 999])
def test_what_cannot_be_left_out_cannot_be_taken(station_desk: Desk, row: int) -> None:
    preview = rosters.read_roster(station_desk, TOWNSHIP)
    with pytest.raises(BadInput):
        rosters.take_in(station_desk, preview, also=[row])
    assert children.count_children(station_desk) == 0


def test_an_old_programs_export_is_read(station_desk: Desk) -> None:
    preview = rosters.read_roster(station_desk, LEGACY)
    assert len(preview.rows) == 80
    assert {row.level for row in preview.rows} <= {RowState.GOOD, RowState.DOUBTFUL}
    everything = [row.row for row in preview.rows if row.level is RowState.DOUBTFUL]
    assert rosters.take_in(station_desk, preview, also=everything).accepted == 80
    assert children.search(station_desk, "侯鱻")[0].caregiver == "张静琳"


def test_a_roster_completes_the_child_that_it_certainly_is(station_desk: Desk, tmp_path: Path) -> None:
    known = next(r for r in rosters.read_roster(station_desk, TOWNSHIP).rows if r.level is RowState.GOOD).source.values
    assert known is not None
    child_id = enrol(
        station_desk,
        known.name,
        birth_date=known.birth_date,
        sex=known.sex,
        facts={"citizen_id": known.id_number, "birth_weight_g": None, "birth_length_mm": None},
    )
    report = rosters.take_in(station_desk, rosters.read_roster(station_desk, TOWNSHIP))
    assert (report.accepted, report.updated) == (17, 1)
    assert children.view_child(station_desk, child_id).birth_weight_g == known.birth_weight_g


def test_files_that_are_no_roster_are_refused(station_desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "letter.csv").write_text("亲爱的同事,你好\n", "utf-8")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 not really")
    for name in ("letter.csv", "empty.csv", "broken.xlsx", "missing.xlsx"):
        with pytest.raises(Refused):
            rosters.read_roster(station_desk, tmp_path / name)


def test_the_center_takes_no_roster(center_desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        rosters.read_roster(center_desk, TOWNSHIP)


def test_the_template_reads_back_and_the_report_can_be_kept(station_desk: Desk, tmp_path: Path) -> None:
    template = rosters.write_template(tmp_path / "template.xlsx")
    assert rosters.read_roster(station_desk, template).rows == ()
    report = rosters.check_only(rosters.read_roster(station_desk, TOWNSHIP))
    rows = list(load_workbook(rosters.save_report(station_desk, report, tmp_path / "report.xlsx")).worksheets[0].values)
    assert len(rows) == 1 + len(report.rejected) + len(report.notes) + len(report.possible_duplicates)


def test_a_roster_that_somebody_else_has_taken_in_meanwhile_is_refused(station_desk: Desk) -> None:
    seen_first, seen_second = (rosters.read_roster(station_desk, TOWNSHIP) for _window in range(2))
    taken = rosters.take_in(station_desk, seen_first)
    with pytest.raises(Refused) as refused:
        rosters.take_in(station_desk, seen_second)
    assert refused.value.code == "register_changed"
    assert children.count_children(station_desk) == taken.accepted
