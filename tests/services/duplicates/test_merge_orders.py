"""Merging and undoing in every order: nothing is lost or doubled, and the center has what the station has."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from sqlmodel import select
from tests.services.comparing import know_other_station, same_at_center
from tests.services.due.test_contacts import a_check
from tests.services.duplicates.test_merging import everything, fill
from tests.services.families import enrol
from tests.services.register.test_removal import a_class

from zhaohu.errors import Refused
from zhaohu.records import Attendance, Child, Measurement, Visit
from zhaohu.rules.schedule import contact_for
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.duplicates import merging
from zhaohu.services.register import child_list, children, releases
from zhaohu.services.register.children import MOTHER, NewCaregiver


def rows_of(desk: Desk) -> dict[str, int]:
    """How many rows there are of what is never made or taken away by merging."""
    with desk.read() as session:
        return {
            str(t.__tablename__): len(session.exec(select(t.id)).all()) for t in (Child, Visit, Measurement, Attendance)
        }


@pytest.mark.parametrize("seed", range(4))
def test_merges_and_undoing_in_any_order(station_desk: Desk, center_desk: Desk, tmp_path, seed: int) -> None:
    dice = Random(seed)
    stick = tmp_path / "stick"
    stick.mkdir()
    ids = [
        enrol(station_desk, "单芷然", facts={"birth_weight_g": weight, "handbook_no": f"H{weight}"})
        for weight in (3300, 2400, 3100)
    ]
    for child_id in ids:
        fill(station_desk, child_id)
    a_class(station_desk, *ids)
    same_at_center(station_desk, center_desk, stick)
    before, rows, grown = everything(station_desk), rows_of(station_desk), child_list.list_children(station_desk)
    done: list[str] = []
    for _step in range(7):
        try:
            if done and dice.random() < 0.4:
                chosen = dice.choice(done)
                merging.undo_merge(station_desk, chosen)
                done.remove(chosen)
            else:
                taken = {pair: dice.choice(("kept", "other")) for pair in merging.merge_compare.FIELDS}
                done.append(merging.merge(station_desk, *dice.sample(ids, 2), taken))
        except Refused:
            continue
        assert rows_of(station_desk) == rows
        same_at_center(station_desk, center_desk, stick)
    for chosen in sorted(done, reverse=True):
        merging.undo_merge(station_desk, chosen)
    assert everything(station_desk) == before
    assert child_list.list_children(station_desk) == grown
    same_at_center(station_desk, center_desk, stick)


def test_a_number_that_the_kept_child_gets_back_may_not_be_another_childs(station_desk: Desk) -> None:
    first, second = (
        enrol(station_desk, facts={"birth_certificate_no": number}) for number in ("V123456789", "V987654321")
    )
    merge_id = merging.merge(station_desk, first, second, {"birth_certificate_no": "other"})
    third = enrol(station_desk, "王小", caregivers=(), facts={"birth_certificate_no": "V123456789"})
    (row,) = merging.list_merges(station_desk)
    assert "王小" in row.problem
    with pytest.raises(Refused) as refused:
        merging.undo_merge(station_desk, merge_id)
    assert refused.value.code == "already_registered"
    children.correct_child(station_desk, third, {"birth_certificate_no": None}, "抄错")
    merging.undo_merge(station_desk, merge_id)


def test_a_family_with_a_released_child_is_not_changed_by_merging_or_undoing(station_desk: Desk) -> None:
    kept = enrol(station_desk)
    sister = enrol(station_desk, "单雪", household_id=children.view_child(station_desk, kept).household_id)
    other = enrol(station_desk, caregivers=(NewCaregiver("赵敏", MOTHER, "13912345678", is_main=True),))
    know_other_station(station_desk)
    releases.release(station_desk, sister, "02", station_desk.today, "搬家")
    assert merging.compare(station_desk, kept, other).problem
    with pytest.raises(Refused) as refused:
        merging.merge(station_desk, kept, other, {})
    assert refused.value.code == "released"
    releases.cancel_release(station_desk, sister, station_desk.today, "不搬了")
    merge_id = merging.merge(station_desk, kept, other, {})
    releases.release(station_desk, sister, "02", station_desk.today, "搬家")
    (row,) = merging.list_merges(station_desk)
    assert row.problem
    with pytest.raises(Refused) as refused:
        merging.undo_merge(station_desk, merge_id)
    assert refused.value.code == "released"


@pytest.mark.parametrize("side", ["kept", "other"])
def test_visits_count_by_the_birth_date_of_the_child_they_end_up_with(station_desk: Desk, side: merging.Choice) -> None:
    first = enrol(station_desk, birth_date=date(2026, 8, 2))
    second = enrol(station_desk, birth_date=date(2026, 3, 2))
    for child_id, day in ((first, date(2026, 9, 3)), (second, date(2026, 6, 5)), (second, date(2026, 9, 3))):
        a_check(station_desk, child_id, day)
    merge_id = merging.merge(station_desk, first, second, {"birth_date": side})
    a_check(station_desk, first, date(2026, 11, 16))
    for born in (date(2026, 2, 20), date(2026, 5, 11)):
        children.correct_child(station_desk, first, {"birth_date": born}, "证件为准")
    merging.undo_merge(station_desk, merge_id)
    with station_desk.read() as session:
        for visit in session.exec(select(Visit)):
            born = session.get_one(Child, visit.child_id).birth_date
            assert visit.contact == contact_for(reference.schedule(), visit.form, born, visit.visit_date)
