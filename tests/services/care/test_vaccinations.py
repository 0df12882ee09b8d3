"""What the certificate shows: kept all at once or not at all, doubted and not refused, struck out with a reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.services.families import enrol

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.records.codes import ChildStatus
from zhaohu.rules.vaccination import VaccineState
from zhaohu.services.care import timeline, vaccinations
from zhaohu.services.care.timeline import TimelineKind
from zhaohu.services.care.vaccination_views import DoseView
from zhaohu.services.care.vaccinations import NewDose
from zhaohu.services.desk import Desk
from zhaohu.services.register import moves
from zhaohu.services.safety import audit_log

BORN = date(2026, 3, 10)
AT_BIRTH = [NewDose("HepB", 1, BORN), NewDose("BCG", 1, BORN + timedelta(days=1))]


def doses(desk: Desk, child_id: str) -> dict[str, DoseView]:
    view = vaccinations.overview(desk, child_id)
    return {f"{dose.vaccine}.{dose.dose}": dose for vaccine in view.vaccines for dose in vaccine.doses}


def states(desk: Desk, child_id: str, state: VaccineState) -> set[str]:
    return {key for key, dose in doses(desk, child_id).items() if dose.state is state}


def test_several_doses_are_kept_in_one_act(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    assert vaccinations.record(station_desk, child_id, AT_BIRTH, station_desk.today) == []
    assert states(station_desk, child_id, VaccineState.GIVEN) == {"HepB.1", "BCG.1"}
    kept = doses(station_desk, child_id)["BCG.1"]
    assert (kept.given_on, kept.seen_on) == (date(2026, 3, 11), station_desk.today)
    lines = audit_log.search(station_desk).rows
    assert [line.action for line in lines].count("vaccination.record") == 1


def test_what_is_due_is_reckoned_from_what_was_given(station_desk: Desk) -> None:
    """On 2026-11-20 the child is eight months old."""
    child_id = enrol(station_desk, birth_date=BORN)
    vaccinations.record(station_desk, child_id, AT_BIRTH)
    assert states(station_desk, child_id, VaccineState.OVERDUE) == {"HepB.2", "Polio.1", "DTaP.1"}
    assert states(station_desk, child_id, VaccineState.DUE) == {"MPSV-A.1", "MMR.1", "JE-L.1"}
    words = vaccinations.overview(station_desk, child_id).words
    assert len(words) == 3
    assert "乙肝疫苗" in words[0]
    assert "麻腮风疫苗" in words[1]
    assert "2026年12月18日" in words[2]  # 28 days after the doses that are due, given today


def test_an_unlikely_interval_is_said_and_kept(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    soon = [
        NewDose("DTaP", 1, date(2026, 5, 10)),
        NewDose("DTaP", 2, date(2026, 7, 10)),
        NewDose("DTaP", 3, date(2026, 7, 20)),
    ]
    assert len(vaccinations.record(station_desk, child_id, soon)) == 2  # too young, and too soon
    assert len(doses(station_desk, child_id)["DTaP.3"].doubts) == 2
    assert doses(station_desk, child_id)["DTaP.2"].doubts == ()


@pytest.mark.parametrize(
    "wrong",
    [
        NewDose("MMR", 1, BORN - timedelta(days=1)),
        NewDose("MMR", 1, date(2026, 11, 21)),
        NewDose("MMR", 3, date(2026, 11, 10)),
        NewDose("XYZ", 1, date(2026, 11, 10)),
        AT_BIRTH[0],
    ],
)
def test_one_impossible_dose_keeps_the_others_out_too(station_desk: Desk, wrong: NewDose) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    with pytest.raises(BadInput) as refused:
        vaccinations.record(station_desk, child_id, [*AT_BIRTH, wrong])
    assert refused.value.details["field"] == f"{wrong.vaccine}.{wrong.dose}"
    assert states(station_desk, child_id, VaccineState.GIVEN) == set()


def test_nothing_and_a_day_of_seeing_in_the_future_are_refused(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    with pytest.raises(BadInput):
        vaccinations.record(station_desk, child_id, [])
    with pytest.raises(BadInput):
        vaccinations.record(station_desk, child_id, AT_BIRTH, date(2026, 11, 21))
    with pytest.raises(BadInput):
        vaccinations.record(station_desk, child_id, AT_BIRTH, BORN - timedelta(days=1))


def test_a_dose_is_there_once_until_it_is_struck_out(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    vaccinations.record(station_desk, child_id, AT_BIRTH)
    with pytest.raises(Refused) as refused:
        vaccinations.record(station_desk, child_id, [NewDose("BCG", 1, date(2026, 4, 1))])
    assert refused.value.code == "known_dose"
    struck = doses(station_desk, child_id)["BCG.1"].id
    with pytest.raises(BadInput):
        vaccinations.strike(station_desk, struck, " ")
    vaccinations.strike(station_desk, struck, "看错了接种证")
    assert states(station_desk, child_id, VaccineState.GIVEN) == {"HepB.1"}
    with pytest.raises(Refused):
        vaccinations.strike(station_desk, struck, "看错了接种证")
    vaccinations.record(station_desk, child_id, [NewDose("BCG", 1, date(2026, 4, 1))])
    assert doses(station_desk, child_id)["BCG.1"].given_on == date(2026, 4, 1)
    with pytest.raises(NotFound):
        vaccinations.strike(station_desk, "x", "看错了")


def test_another_product_is_kept_by_its_name(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    vaccinations.record(station_desk, child_id, [NewDose("DTaP", 1, date(2026, 5, 12), " 五联疫苗 ")])
    assert doses(station_desk, child_id)["DTaP.1"].product == "五联疫苗"
    assert doses(station_desk, child_id)["Polio.1"].product == "脊灰灭活疫苗"


def test_the_time_line_shows_each_day_of_vaccination(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    vaccinations.record(station_desk, child_id, [*AT_BIRTH, NewDose("HepB", 2, date(2026, 4, 12))])
    lines = [item for item in timeline.timeline(station_desk, child_id) if item.kind is TimelineKind.VACCINATION]
    assert [item.on for item in lines] == [date(2026, 4, 12), date(2026, 3, 11), BORN]
    assert "卡介苗" in lines[1].detail


def test_a_child_that_is_away_is_reminded_of_nothing_and_nothing_is_after_its_death(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    moves.change_status(station_desk, child_id, ChildStatus.DIED, date(2026, 10, 1), "肺炎")
    assert vaccinations.overview(station_desk, child_id).words == ()
    with pytest.raises(BadInput):
        vaccinations.record(station_desk, child_id, [NewDose("MMR", 1, date(2026, 11, 10))])


def test_the_edition_of_the_day_is_named_with_what_it_does_not_know(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    view = vaccinations.overview(station_desk, child_id)
    assert view.editable
    assert "2026年版" in view.edition
    assert view.not_known
