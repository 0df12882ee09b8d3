"""Scores remember: what a family was told stays until newer rules are applied; corrected facts are graded anew."""

from __future__ import annotations

import csv
import io
import json
import shutil
from contextlib import closing
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import select
from tests.services.care.test_visits import record
from tests.services.doctored import OLDER, age, kept_rows
from tests.services.families import enrol
from tests.services.register.test_removal import as_role

from zhaohu.clock import Clock
from zhaohu.errors import BadInput, NotAllowed, Refused
from zhaohu.records import Child, Measurement
from zhaohu.records.codes import Role, Sex
from zhaohu.records.local import AuditLine
from zhaohu.rules.growth.assess import Measurement as Measured
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import Indicator, Level, Standard, Status
from zhaohu.services.care import visits
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles
from zhaohu.services.exchange.record_counts import count_records
from zhaohu.services.growth import grading, growth, score_words, scores
from zhaohu.services.growth.growth_words import growth_flags
from zhaohu.services.register import removal
from zhaohu.services.roster import rosters
from zhaohu.services.safety import audit_log, backups, checkup
from zhaohu.services.safety.profile import open_desk
from zhaohu.services.safety.restore import Secret, restore_backup
from zhaohu.sync.rows import shapes

TOLD = (Level.LOWER, Level.LOWER, Status.UNDERWEIGHT)
KEPT = sorted((Path(__file__).parents[2] / "data" / "profiles").glob("schema-*/*"))


def measurement_of(desk: Desk, visit_id: str) -> str:
    with desk.read() as session:
        return session.exec(select(Measurement.id).where(Measurement.visit_id == visit_id)).one()


def every_score_fits(desk: Desk) -> bool:
    """Whether exactly the measurements and births have scores, and each is what the rules say now."""
    version = grading.current()
    with desk.read() as session:
        children = session.exec(select(Child)).all()
        keys = {child.id for child in children if child.birth_weight_g or child.birth_length_mm}
        keys |= set(session.exec(select(Measurement.id)))
    rows = kept_rows(desk)
    days = {row.key: json.loads(row.assessed) for row in rows.values()}
    present = {(row.engine, row.tables) for row in rows.values()} <= {(version.engine, version.tables)}
    return present and set(days) == keys and scores.fill_missing(desk) == 0


def wfa(day: MeasuredDay) -> tuple[object, ...]:
    result = day.china.of(Indicator.WFA)
    return result.level, result.level_pct, result.status


# -- kept as it is recorded


def test_a_child_and_its_visit_are_graded_as_they_are_saved(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    (birth,) = kept_rows(station_desk).values()
    assert (birth.key, birth.child_id, birth.measured_on) == (child_id, child_id, date(2026, 11, 2))
    visit = record(station_desk, child_id, weight_kg="2.05")
    rows = kept_rows(station_desk)
    today = rows[measurement_of(station_desk, visit.id)]
    assert (today.child_id, today.measured_on, set(rows)) == (child_id, visit.visit_date, {child_id, today.key})
    status = visit.growth[-1].china.of(Indicator.WFA).status
    assert today.wfa_status == status == Status.SEVERE_UNDERWEIGHT
    assert every_score_fits(station_desk)


def test_a_correction_is_graded_and_leaves_the_former_grade(station_desk: Desk) -> None:
    first = record(station_desk, enrol(station_desk))
    second = visits.correct_visit(
        station_desk, first.id, answers={**first.answers, "weight_kg": "3.65"}, reason="称重时未去衣物"
    )
    rows = kept_rows(station_desk)
    assert {measurement_of(station_desk, one.id) for one in (first, second)} < set(rows)
    assert every_score_fits(station_desk)


def test_corrected_facts_of_the_birth_are_no_change_of_rules(station_desk: Desk) -> None:
    """A visit learns that the child came early: all its days are graded anew at once, those before too."""
    child_id = enrol(station_desk, facts={"gestation_days": None})
    before = kept_rows(station_desk)[child_id]
    record(station_desk, child_id, gest_weeks=34, birth_situation=["1"])
    after = kept_rows(station_desk)[child_id]
    assert before.basis != after.basis
    day = growth.series(station_desk, child_id)[0]
    assert day.ages.corrected is not None
    assert day.kept_under == ""
    assert every_score_fits(station_desk)


def test_a_fact_corrected_by_any_way_is_graded_anew_though_older_rules_graded_it(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    age(station_desk, child_id, wfa=TOLD)
    assert wfa(growth.series(station_desk, child_id)[0]) == TOLD
    with station_desk.write("child.register") as work:  # whichever service that will be
        work.session.get_one(Child, child_id).sex = Sex.MALE
    assert growth.series(station_desk, child_id)[0].kept_under == ""
    assert wfa(growth.series(station_desk, child_id)[0]) != TOLD
    assert scores.stale(station_desk) == []
    assert scores.fill_missing(station_desk) == 0  # the act itself has graded it
    assert every_score_fits(station_desk)


def test_a_new_visit_leaves_the_older_grades(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    age(station_desk, child_id, wfa=TOLD)
    record(station_desk, child_id)
    told, today = growth.series(station_desk, child_id)
    assert (wfa(told), told.kept_under) == (TOLD, "2025.9-0123456789ab")
    assert today.kept_under == ""


def test_a_correction_of_something_else_leaves_the_older_grade(station_desk: Desk) -> None:
    first = record(station_desk, enrol(station_desk))
    age(station_desk, measurement_of(station_desk, first.id), wfa=TOLD)
    other = visits.correct_visit(
        station_desk, first.id, answers={**first.answers, "milk_times": 8}, reason="记错了次数"
    )
    assert (wfa(other.growth[-1]), other.growth[-1].kept_under) == (TOLD, "2025.9-0123456789ab")
    assert wfa(growth.series(station_desk, first.child_id)[-1]) == TOLD
    assert [change.on for change in scores.stale(station_desk)] == [first.visit_date]
    heavier = visits.correct_visit(
        station_desk, other.id, answers={**other.answers, "weight_kg": "3.60"}, reason="看错了秤"
    )
    assert heavier.growth[-1].kept_under == ""
    assert scores.stale(station_desk) == []


def test_a_head_measured_on_the_day_of_birth_is_not_hidden_by_the_grade_of_the_birth(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    age(station_desk, child_id, wfa=TOLD)
    with station_desk.read() as session:
        child = session.get_one(Child, child_id)
        alone, with_head = (
            growth.assessed(child, child.birth_date, Measured(3300, 500, head), None) for head in (None, 340)
        )
        told = [scores.as_told(session, child, "none", [day])[0] for day in (alone, with_head)]
    assert [wfa(day) == TOLD for day in told] == [True, False]
    assert told[1] == with_head


def test_a_roster_is_graded(station_desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_text("姓名,性别,出生日期,出生体重(g)\n单一诺,女,2026-10-02,3310\n", "utf-8")
    assert rosters.take_in(station_desk, rosters.read_roster(station_desk, file)).accepted == 1
    assert len(kept_rows(station_desk)) == 1
    assert every_score_fits(station_desk)


def test_removing_and_bringing_back_keeps_the_grade(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    visit = record(station_desk, child_id)
    key = measurement_of(station_desk, visit.id)
    age(station_desk, key, wfa=TOLD)
    assert [change.on for change in scores.stale(station_desk)] == [visit.visit_date]
    removal.remove_visit(station_desk, visit.id, "录入错误")
    assert scores.stale(station_desk) == []
    removal.restore(station_desk, "visit", visit.id)
    assert wfa(growth.series(station_desk, child_id)[-1]) == TOLD


# -- shown, listed, applied


def test_what_is_shown_is_what_was_told(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    visit = record(station_desk, child_id)
    now = growth.series(station_desk, child_id)
    age(station_desk, child_id, wfa=TOLD)
    age(station_desk, measurement_of(station_desk, visit.id), wfa=TOLD)
    for days in (growth.series(station_desk, child_id), visits.view_visit(station_desk, visit.id).growth):
        assert [wfa(day) for day in days] == [TOLD, TOLD]
        assert {day.kept_under for day in days} == {"2025.9-0123456789ab"}
        assert [day.who for day in days] == [day.who for day in now]
        assert [flag for flag in growth_flags(days) if "2025.9-0123456789ab" in flag]
    assert not [flag for flag in growth_flags(now) if "版评价" in flag]


def test_a_grade_of_the_same_version_is_not_read_but_made(station_desk: Desk) -> None:
    """The same by the rules that kept it; so a damaged copy of a present grade does no harm."""
    child_id = enrol(station_desk)
    before = growth.series(station_desk, child_id)
    with station_desk.store.write() as session:
        session.connection().exec_driver_sql("UPDATE growth_score SET assessed = '{}'")
    assert growth.series(station_desk, child_id) == before


def test_what_a_later_program_kept_in_unknown_words_is_graded_by_this_one(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    before = growth.series(station_desk, child_id)
    age(station_desk, child_id, wfa=("极上", "上", None))
    assert growth.series(station_desk, child_id) == before
    assert scores.stale(station_desk) == []


def test_the_list_says_who_when_what_and_from_what_to_what(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    others = enrol(station_desk, "王浩然")
    age(station_desk, child_id, wfa=TOLD)
    age(station_desk, others)  # older rules, the same grades
    (change,) = scores.stale(station_desk)
    assert (change.child_id, change.child, change.on) == (child_id, "单芷然", date(2026, 11, 2))
    assert (change.standard, change.indicator) == (Standard.CHINA, Indicator.WFA)
    assert change.before.status is Status.UNDERWEIGHT
    assert (change.after.level, change.after.status) == (Level.MIDDLE, None)
    assert score_words.change_cells(change)[-2:] == ["下 · 低体重", "中"]
    standing = scores.standing(station_desk)
    assert (standing.current, standing.older) == (0, 2)
    assert standing.others == {grading.Version(*OLDER): 2}


def test_a_score_that_moves_within_its_grade_is_not_listed(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    with station_desk.store.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE growth_score SET engine = '2025.9', assessed = json_set(assessed, '$.china[0][1][0][1]', 0.123)"
        )
    assert growth.series(station_desk, child_id)[0].china.of(Indicator.WFA).z == 0.123
    assert scores.stale(station_desk) == []
    assert scores.recompute(station_desk).scores == 1
    assert growth.series(station_desk, child_id)[0].china.of(Indicator.WFA).z != 0.123


def test_a_score_that_comes_or_goes_is_listed(station_desk: Desk) -> None:
    enrol(station_desk)
    with station_desk.store.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE growth_score SET engine = '2025.9', "
            "assessed = json_set(assessed, '$.who[0][1][0]', json('[3.3,null,null,null,null,\"age_out_of_range\"]'))"
        )
    (change,) = scores.stale(station_desk)
    assert (change.standard, change.indicator) == (Standard.WHO, Indicator.WFA)
    before, after = score_words.change_cells(change)[-2:]
    assert "年龄" in before
    assert after.startswith("z ")


def test_a_child_of_unknown_sex_is_compared_as_boy_and_as_girl(station_desk: Desk) -> None:
    child_id = enrol(station_desk, sex=Sex.UNKNOWN)
    with station_desk.store.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE growth_score SET engine = '2025.9', "
            "assessed = json_set(assessed, '$.either[1].china[0][1][0][2]', '下')"
        )
    assert growth.series(station_desk, child_id)[0].either is not None
    (change,) = scores.stale(station_desk)
    assert change.as_sex == Sex.FEMALE
    assert "女" in score_words.indicator_words(change)


def test_applying_changes_all_at_once_and_is_written_down(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    visit = record(station_desk, child_id)
    expected = growth.series(station_desk, child_id)
    age(station_desk, child_id, wfa=TOLD)
    age(station_desk, measurement_of(station_desk, visit.id))
    listed = scores.stale(station_desk)
    told: list[tuple[int, int]] = []
    done = scores.recompute(station_desk, lambda *counts: told.append(counts))
    assert done.changes == listed
    assert (done.scores, told) == (2, [(1, 1)])
    assert growth.series(station_desk, child_id) == expected
    assert every_score_fits(station_desk)
    assert scores.stale(station_desk) == []
    with station_desk.read() as session:
        line = session.exec(select(AuditLine).order_by(AuditLine.no.desc())).first()
    assert line.action == "growth.recompute"
    assert json.loads(line.detail) == {
        "version": str(grading.current()),
        "former": ["2025.9-0123456789ab"],
        "rows": 2,
        "changed": 1,
        "children": 1,
    }
    (row, *_others) = audit_log.search(station_desk).rows
    assert row.words == "按新规则更新生长评价"
    assert "单芷然" not in line.detail


def test_who_only_looks_lists_and_does_not_apply(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    age(station_desk, child_id, wfa=TOLD)
    viewer = as_role(station_desk, Role.VIEWER)
    assert len(scores.stale(viewer)) == 1
    with pytest.raises(NotAllowed):
        scores.recompute(viewer)
    assert wfa(growth.series(viewer, child_id)[0]) == TOLD


def test_an_application_that_is_stopped_changes_nothing(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    age(station_desk, child_id, wfa=TOLD)

    def stop(_done: int, _total: int) -> None:
        raise Refused("stop")

    with pytest.raises(Refused):
        scores.recompute(station_desk, stop)
    assert wfa(growth.series(station_desk, child_id)[0]) == TOLD


def test_the_check_up_says_that_older_grades_are_kept(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    assert {f.name: f.ok for f in checkup.check_up(station_desk)}["grades"]
    age(station_desk, child_id)
    (finding,) = [f for f in checkup.check_up(station_desk) if f.name == "grades"]
    assert not finding.ok
    assert "1" in finding.advice


@pytest.mark.parametrize("name", ["changes.xlsx", "changes.csv"])
def test_the_list_goes_into_a_file(station_desk: Desk, tmp_path: Path, name: str) -> None:
    age(station_desk, enrol(station_desk), wfa=TOLD)
    changes = scores.stale(station_desk)
    place = score_words.save_changes(station_desk, changes, tmp_path / name)
    if place.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(place.read_text("utf-8-sig"))))
    else:
        rows = [list(row) for row in openpyxl.load_workbook(place).active.iter_rows(values_only=True)]
    assert rows == [score_words.headings(), score_words.change_cells(changes[0])]
    with station_desk.read() as session:
        assert session.exec(select(AuditLine.action).order_by(AuditLine.no.desc())).first() == "export.list"


def test_a_file_of_another_kind_is_refused(station_desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        score_words.save_changes(station_desk, [], tmp_path / "changes.pdf")
    assert refused.value.code == "bad_suffix"


# -- filled, carried, left at home


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: f"{kept.parent.name}-{kept.name}")
def test_a_profile_of_every_former_schema_is_filled_after_the_update(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept, tmp_path / "profile")
    with closing(open_desk(tmp_path / "profile", "admin", "zhaohu-demo", Clock())) as desk:
        with desk.read() as session:
            children = session.exec(select(Child.id).where(Child.deleted_at.is_(None))).all()
        before = {child_id: growth.series(desk, child_id) for child_id in children}
        had = len(kept_rows(desk))  # schema 3 kept grades at stations already
        told: list[tuple[int, int]] = []
        made = scores.fill_missing(desk, lambda *counts: told.append(counts))
        assert had + made == len(kept_rows(desk)) > 0
        assert all(done <= total for done, total in told)
        assert bool(told) is (made > 0)
        assert all(total == told[-1][0] for _done, total in told)
        assert every_score_fits(desk)
        assert {child_id: growth.series(desk, child_id) for child_id in children} == before
        assert before[children[0]]


def test_the_center_grades_as_its_stations_do(station_desk: Desk, center_desk: Desk, tmp_path: Path) -> None:
    child_id = enrol(station_desk)
    visit = record(station_desk, child_id)
    visits.correct_visit(station_desk, visit.id, answers={**visit.answers, "weight_kg": "3.65"}, reason="核对")
    (report,) = bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    assert report.status == "accepted"
    assert kept_rows(center_desk) == {}  # grades stay at home
    assert scores.fill_missing(center_desk) == 3
    assert every_score_fits(center_desk)
    at_station, at_center = ({k: r.model_dump() for k, r in kept_rows(d).items()} for d in (station_desk, center_desk))
    assert at_station == at_center


def test_what_the_center_takes_away_leaves_no_grade(station_desk: Desk, center_desk: Desk, tmp_path: Path) -> None:
    child_id = enrol(station_desk)
    bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    scores.fill_missing(center_desk)
    with center_desk.store.write() as session:
        for table in ("caregiver", "child"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")
    assert set(kept_rows(center_desk)) == {child_id}
    assert scores.fill_missing(center_desk) == 0
    assert kept_rows(center_desk) == {}


def test_grades_are_neither_journalled_nor_in_bundles_nor_counted(station_desk: Desk, tmp_path: Path) -> None:
    assert "growth_score" not in shapes()
    enrol(station_desk)
    bundles.export_bundle(station_desk, tmp_path)
    with station_desk.read() as session:
        seq = session.connection().exec_driver_sql("SELECT seq FROM change_counter").scalar()
    with station_desk.store.write() as session:
        session.connection().exec_driver_sql("DELETE FROM growth_score")
    assert scores.fill_missing(station_desk) == 1
    with station_desk.read() as session:
        assert session.connection().exec_driver_sql("SELECT seq FROM change_counter").scalar() == seq
        names = session.connection().exec_driver_sql("SELECT DISTINCT table_name FROM journal").scalars().all()
    assert "growth_score" not in names
    assert bundles.export_bundle(station_desk, tmp_path).again  # there is nothing new to tell
    assert "growth_score" not in count_records(station_desk)


def test_a_backup_brings_the_grades_back_as_they_were_told(station_desk: Desk, tmp_path: Path) -> None:
    child_id = enrol(station_desk)
    age(station_desk, child_id, wfa=TOLD)
    row = backups.create_backup(station_desk)
    assert backups.verify_backup(station_desk, row.file).counts == count_records(station_desk)
    restore_backup(tmp_path / "again", row.file, Secret("admin", "correct horse"), station_desk.clock)
    with closing(open_desk(tmp_path / "again", "admin", "correct horse", station_desk.clock)) as desk:
        assert wfa(growth.series(desk, child_id)[0]) == TOLD


# -- the birth in the register, and in a form


@pytest.mark.parametrize("grams", [3305, 3304, 3296])
def test_a_form_that_repeats_the_register_is_graded_as_the_register(station_desk: Desk, grams: int) -> None:
    """Forms have 0.01 kg: what they round must not give another score than the growth page."""
    child_id = enrol(station_desk, facts={"birth_weight_g": grams})
    visit = record(station_desk, child_id)
    birth = growth.series(station_desk, child_id)[0]
    assert birth.measured.weight_g == grams
    assert visit.growth[0].china == birth.china


def test_a_corrected_birth_weight_goes_into_the_register_that_had_more_digits(station_desk: Desk) -> None:
    child_id = enrol(station_desk, facts={"birth_weight_g": 3305})
    first = record(station_desk, child_id)
    assert first.answers["birth_weight_kg"] == "3.31"
    visits.correct_visit(station_desk, first.id, answers={**first.answers, "birth_weight_kg": "3.13"}, reason="核对")
    assert growth.series(station_desk, child_id)[0].measured.weight_g == 3130
    assert every_score_fits(station_desk)


def test_a_visit_that_says_something_else_of_the_birth_keeps_its_own(station_desk: Desk) -> None:
    child_id = enrol(station_desk, facts={"birth_weight_g": 3305})
    visit = record(station_desk, child_id, birth_weight_kg="3.10")
    assert visit.growth[0].measured.weight_g == 3100
    age(station_desk, child_id, wfa=TOLD)
    assert wfa(visits.view_visit(station_desk, visit.id).growth[0]) != TOLD  # that grade is of another weight
