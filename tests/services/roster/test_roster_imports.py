"""Undoing a whole roster, while nothing else has touched its rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, func, select
from tests.services.care.test_visits import record
from tests.services.comparing import know_other_station
from tests.services.families import enrol

from zhaohu.errors import NotFound, Refused
from zhaohu.records import Caregiver, Child, Household, Village
from zhaohu.records.codes import Sex
from zhaohu.records.derived import ChildFacts, ChildKeys, DueContact, GrowthScore, SearchKey
from zhaohu.records.exchange import Journal
from zhaohu.records.local import AuditLine
from zhaohu.services.care import drafts
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles
from zhaohu.services.register import child_list, families, releases, removal
from zhaohu.services.roster import rosters
from zhaohu.services.roster.roster_imports import ImportRow
from zhaohu.services.roster.roster_preview import RowState
from zhaohu.services.safety import backups

TOWNSHIP = Path(__file__).parents[2] / "data" / "rosters" / "township_roster.xlsx"
OWN = (Village, Household, Caregiver, Child, ChildFacts, ChildKeys, DueContact, GrowthScore, SearchKey)
HEAD = "姓名,性别,出生日期,母亲姓名,联系电话,村居,出生体重"


def take(desk: Desk, folder: Path, *lines: str, head: str = HEAD) -> ImportRow:
    file = folder / "roster.csv"
    file.write_text("\n".join((head, *lines)), "utf-8")
    report = rosters.take_in(desk, rosters.read_roster(desk, file))
    found = rosters.list_imports(desk)[0]
    assert found.id == report.import_id
    return found


def counts(session: Session) -> dict[str, int]:
    return {str(t.__tablename__): session.exec(select(func.count()).select_from(t)).one() for t in OWN}


def whole(desk: Desk, child_id: str) -> dict[str, object]:
    with desk.read() as session:
        return session.get_one(Child, child_id).model_dump()


def test_an_import_is_listed_and_taken_back_whole(station_desk: Desk) -> None:
    with station_desk.read() as session:
        before = counts(session)
    report = rosters.take_in(station_desk, rosters.read_roster(station_desk, TOWNSHIP))
    (one,) = rosters.list_imports(station_desk)
    assert (one.id, one.file, one.by) == (report.import_id, "township_roster.xlsx", "管理员")
    assert (one.accepted, one.updated, one.undone_at, one.undoable, one.why_not) == (18, 0, None, True, "")
    with station_desk.read() as session:
        assert counts(session)["child"] == 18
        assert counts(session)["search_key"] > 18
    kept = len(backups.list_backups(backups.folder(station_desk.profile)))
    done = rosters.undo_import(station_desk, one.id)
    assert done.children == 18
    assert len(backups.list_backups(backups.folder(station_desk.profile))) == kept + 1
    with station_desk.read() as session:
        assert counts(session) == before
        line = session.exec(select(AuditLine).where(AuditLine.action == "children.undo_import")).one()
        assert one.id in line.detail
        gone = session.exec(select(Journal).where(Journal.table_name == "child")).all()
        assert len(gone) == 18
        assert all(one.deleted for one in gone)
    (one,) = rosters.list_imports(station_desk)
    assert (one.undone_at is None, one.undoable) == (False, False)
    with pytest.raises(Refused) as refused:
        rosters.undo_import(station_desk, one.id)
    assert refused.value.code == "undone_already"
    again = rosters.read_roster(station_desk, TOWNSHIP)
    assert again.counts[RowState.NEW] == 18
    assert rosters.take_in(station_desk, again).accepted == 18


def test_what_was_completed_is_put_back(station_desk: Desk, tmp_path: Path) -> None:
    facts = {"birth_weight_g": None, "ethnicity": None}
    child_id = enrol(station_desk, "吴芷然", birth_date=date(2025, 5, 27), sex=Sex.NOT_STATED, facts=facts)
    with station_desk.read() as session:
        carer = session.exec(select(Caregiver).where(Caregiver.phone != None)).first()  # noqa: E711
        before = counts(session)
    assert carer is not None
    untouched = whole(station_desk, child_id)
    line = f"吴芷然,女,2025-05-27,{carer.name},{carer.phone},,3295,满族,王桂花,奶奶"
    one = take(station_desk, tmp_path, line, head=f"{HEAD},民族,监护人,关系")
    assert (one.accepted, one.updated) == (0, 1)
    changed = whole(station_desk, child_id)
    with station_desk.read() as session:
        assert session.exec(select(Caregiver.relation).where(Caregiver.name == "王桂花")).one() == "62"
    assert (changed["birth_weight_g"], changed["ethnicity"], changed["sex"]) == (3295, "11", Sex.FEMALE)
    assert rosters.undo_import(station_desk, one.id).children == 0
    assert whole(station_desk, child_id) == untouched
    with station_desk.read() as session:
        assert counts(session) == before


def test_an_import_that_was_built_upon_is_not_undone(station_desk: Desk, tmp_path: Path) -> None:
    line = "单芷然,女,2026-11-02,李秀梅,13812345678,巨峰村,3200,39+2,50"
    one = take(station_desk, tmp_path, line, head=f"{HEAD},孕周,出生身长")
    (child,) = child_list.list_children(station_desk)
    visit = record(station_desk, child.id)
    (listed,) = rosters.list_imports(station_desk)
    assert not listed.undoable
    assert "单芷然" in listed.why_not
    with pytest.raises(Refused) as refused:
        rosters.undo_import(station_desk, one.id)
    assert refused.value.code == "touched"
    touched = {(row["table"], row["child_id"]) for row in refused.value.details["touched"]}
    assert ("visit", child.id) in touched
    assert visit.id in {row["id"] for row in refused.value.details["touched"]}
    assert "单芷然" in refused.value.message
    assert child_list.count_children(station_desk) == 1


@pytest.mark.parametrize("table", [Child, Caregiver, Household])
def test_a_record_that_was_corrected_since_stands_in_the_way(
    station_desk: Desk, tmp_path: Path, table: type[Child | Caregiver | Household]
) -> None:
    one = take(station_desk, tmp_path, "单芷然,女,2026-11-02,李秀梅,13812345678,巨峰村,3200")
    with station_desk.write("test") as work:
        record_ = work.session.exec(select(table)).one()
        record_.extra = "{}"
    with pytest.raises(Refused) as refused:
        rosters.undo_import(station_desk, one.id)
    assert [row["id"] for row in refused.value.details["touched"]] == [record_.id]


def test_a_draft_about_one_of_its_children_stands_in_the_way(station_desk: Desk, tmp_path: Path) -> None:
    one = take(station_desk, tmp_path, "单芷然,女,2026-11-02,李秀梅,13812345678,巨峰村,3200")
    (child,) = child_list.list_children(station_desk)
    drafts.keep(station_desk, drafts.visit_key(child.id, "newborn_visit"), {"weight_kg": "3.9"}, child.id)
    with pytest.raises(Refused, match="草稿"):
        rosters.undo_import(station_desk, one.id)


def test_a_sibling_of_a_later_import_stands_in_the_way_until_it_is_undone(station_desk: Desk, tmp_path: Path) -> None:
    first = take(station_desk, tmp_path, "单大,女,2024-11-02,李秀梅,13812345678,巨峰村,3200")
    second = take(station_desk, tmp_path, "单小,女,2026-11-02,李秀梅,13812345678,巨峰村,3200")
    with pytest.raises(Refused, match="单小"):
        rosters.undo_import(station_desk, first.id)
    rosters.undo_import(station_desk, second.id)
    assert [row.name for row in child_list.list_children(station_desk)] == ["单大"]
    rosters.undo_import(station_desk, first.id)
    with station_desk.read() as session:
        assert not any(counts(session).values())


def test_a_village_that_others_use_stays(station_desk: Desk, tmp_path: Path) -> None:
    first = take(station_desk, tmp_path, "单大,女,2024-11-02,李秀梅,13812345678,巨峰村,3200")
    take(station_desk, tmp_path, "王小,女,2026-11-02,赵敏,13912345678,巨峰村,3200")
    rosters.undo_import(station_desk, first.id)
    assert [(row.name, row.village) for row in child_list.list_children(station_desk)] == [("王小", "巨峰村")]


def test_what_was_sent_is_marked_as_removed_and_travels_so(
    station_desk: Desk, center_desk: Desk, tmp_path: Path
) -> None:
    one = take(station_desk, tmp_path, "单芷然,女,2026-11-02,李秀梅,13812345678,巨峰村,3200")

    def send() -> None:
        exported = bundles.export_bundle(station_desk, tmp_path / "stick")
        assert [report.status for report in bundles.import_bundles(center_desk, [exported.file])] == ["accepted"]

    send()
    assert child_list.count_children(center_desk) == 1
    assert rosters.list_imports(station_desk)[0].undoable
    rosters.undo_import(station_desk, one.id)
    assert child_list.count_children(station_desk) == 0
    with station_desk.read() as session:
        assert session.exec(select(Child.deleted_reason)).one() == "撤回名册录入"
        assert session.exec(select(Village.deleted_by)).one() == "管理员"
    send()
    assert child_list.count_children(center_desk) == 0


def test_what_was_never_sent_leaves_nothing_at_the_center(
    station_desk: Desk, center_desk: Desk, tmp_path: Path
) -> None:
    take(station_desk, tmp_path, "王小,女,2026-11-02,赵敏,13912345678,巨峰村,3200")
    one = take(station_desk, tmp_path, "单芷然,女,2026-11-02,李秀梅,13812345678,土山河村,3200")
    rosters.undo_import(station_desk, one.id)
    exported = bundles.export_bundle(station_desk, tmp_path / "stick")
    (report,) = bundles.import_bundles(center_desk, [exported.file])
    assert (report.status, report.differs) == ("accepted", False)
    with center_desk.read() as session:
        assert session.exec(select(Child.name)).all() == ["王小"]
        assert session.exec(select(Village.name)).all() == ["巨峰村"]


def test_a_child_of_an_undone_roster_comes_back_with_its_family(
    station_desk: Desk, center_desk: Desk, tmp_path: Path
) -> None:
    one = take(station_desk, tmp_path, "王小,女,2026-11-02,赵敏,13912345678,巨峰村,3200")
    before = child_list.list_children(station_desk)
    bundles.export_bundle(station_desk, tmp_path / "stick")
    rosters.undo_import(station_desk, one.id)
    (removed,) = removal.list_removed(station_desk)
    removal.restore(station_desk, "child", removed.id)
    assert child_list.list_children(station_desk) == before
    home = families.family_of(station_desk, removed.id).id
    (carer,) = families.view_family(station_desk, home).caregivers
    assert carer.name == "赵敏"
    bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path / "stick").file])
    assert [row.caregiver for row in child_list.list_children(center_desk)] == ["赵敏"]


def test_what_was_completed_in_a_family_that_is_on_its_way_elsewhere_is_not_put_back(
    station_desk: Desk, tmp_path: Path
) -> None:
    child_id = enrol(station_desk, "王小", facts={"birth_weight_g": None}, village="巨峰村")
    line = "王小,女,2026-11-02,李秀梅,13812345678,巨峰村,3200"
    one = take(station_desk, tmp_path, line)
    assert (one.updated, one.undoable) == (1, True)
    know_other_station(station_desk)
    releases.release(station_desk, child_id, "02", station_desk.today, "搬家")
    with pytest.raises(Refused) as refused:
        rosters.undo_import(station_desk, one.id)
    assert [(item["table"], item["child_id"]) for item in refused.value.details["touched"]] == [("transfer", child_id)]
    releases.cancel_release(station_desk, child_id, station_desk.today, "不搬了")
    rosters.undo_import(station_desk, one.id)
    assert whole(station_desk, child_id)["birth_weight_g"] is None


def test_an_unknown_import(station_desk: Desk) -> None:
    with pytest.raises(NotFound) as refused:
        rosters.undo_import(station_desk, "x")
    assert refused.value.code == "no_such_import"
