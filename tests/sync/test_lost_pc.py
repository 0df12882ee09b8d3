"""A PC is lost with all that was on it: the station's, the center's; and nobody goes on with stolen keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select
from tests.sync.district import ADMIN, CLOCK, TOWNSHIPS, WEAK
from tests.sync.forging import records
from tests.sync.work import a_family, a_measurement, a_visit, bring_down, child_at, rename, save, take_up

from zhaohu.errors import Refused
from zhaohu.records import Population, Station
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, questions, receipts, renewal, setup, site_keys, station_list
from zhaohu.services.exchange.bundles import ImportReport


@pytest.fixture
def desks():
    """Desks of the PCs that are set up in a test, closed at its end."""
    opened: list[Desk] = []
    yield opened
    for desk in opened:
        desk.close()


def import_one(center: Desk, file: Path, **more: str) -> ImportReport:
    (report,) = bundles.import_bundles(center, [file], **more)
    return report


def on_new_pc(district, desks: list[Desk], stick: Path, where: Path) -> Desk:
    """The first station, enrolled once more on another PC."""
    added = renewal.renew_station(district.center, "01", stick / "01.zhe")
    made = setup.init_station(where, enrolment=added.file, admin=ADMIN, clock=CLOCK, strength=WEAK)
    desks.append(made.desk)
    assert made.reply is not None
    accepted = setup.accept_station(district.center, made.reply)
    assert accepted.fingerprint == made.fingerprint
    return made.desk


def test_a_station_whose_pc_is_lost_gets_its_records_back(district, desks, tmp_path):
    child = a_family(district.one)
    save(district.one, a_visit(district.one, child), a_measurement(district.one, child))
    take_up(district.one, district.center, district.stick)
    bring_down(district.center, district.one, district.stick)
    before = records(district.one, "371103-01")
    district.stick.mkdir(exist_ok=True)
    new = on_new_pc(district, desks, district.stick, tmp_path / "new")
    assert bring_down(district.center, new, district.stick).enrolled
    assert records(new, "371103-01") == before == records(district.center, "371103-01")
    assert sum(map(len, before.values())) == 5

    assert take_up(new, district.center, district.stick).differs is False
    rename(new, child, "乙")
    report = take_up(new, district.center, district.stick)
    assert (report.status, report.differs) == ("accepted", False)
    assert bring_down(district.center, new, district.stick).confirmed == 2
    assert bundles.pending(new).records == 0
    found = child_at(district.center, child.id)
    assert found is not None
    assert found.name == "乙"


def test_work_on_the_new_pc_before_the_first_packet_stays(district, desks, tmp_path):
    child = a_family(district.one)
    take_up(district.one, district.center, district.stick)
    district.stick.mkdir(exist_ok=True)
    new = on_new_pc(district, desks, district.stick, tmp_path / "new")
    later = a_family(new, "乙", "2号")
    report = take_up(new, district.center, district.stick)
    assert (report.status, report.differs) == ("accepted", False)
    bring_down(district.center, new, district.stick)
    report = take_up(new, district.center, district.stick)
    assert (report.status, report.differs) == ("accepted", False)
    for desk in (new, district.center):
        assert child_at(desk, child.id) is not None
        assert child_at(desk, later.id) is not None


def test_nothing_is_taken_from_the_lost_pc(district, desks, tmp_path):
    child = a_family(district.one)
    take_up(district.one, district.center, district.stick)
    rename(district.one, child, "小偷")
    stolen = bundles.export_bundle(district.one, tmp_path / "stolen").file
    renewal.renew_station(district.center, "01", tmp_path / "01.zhe")
    assert import_one(district.center, stolen).reason == "replaced"  # before the new PC has replied
    with pytest.raises(Refused) as refused:
        receipts.export_receipt(district.center, "01", district.stick)
    assert refused.value.code == "not_enrolled"
    on_new_pc(district, desks, tmp_path, tmp_path / "new")
    assert import_one(district.center, stolen).reason == "replaced"  # and after
    packet = receipts.export_receipt(district.center, "01", district.stick).file
    with pytest.raises(Refused) as refused:
        receipts.import_receipt(district.one, packet)
    assert refused.value.code == "not_for_us"
    found = child_at(district.center, child.id)
    assert found is not None
    assert found.name == child.name


def test_a_revoked_station_comes_back_by_renewal_only(district, tmp_path):
    a_family(district.one)
    file = bundles.export_bundle(district.one, tmp_path).file
    site_keys.change_keys(district.two)
    renewal.revoke_station(district.center, "371103-01", "电脑被盗")
    assert import_one(district.center, file).reason == "revoked"
    for call in (
        lambda: receipts.export_receipt(district.center, "01", district.stick),
        lambda: renewal.revoke_station(district.center, "01", "再次"),
        lambda: site_keys.accept_keys(district.center, "01", "x"),
        lambda: renewal.revoke_station(district.center, "09", "没有"),
    ):
        with pytest.raises(Refused):
            call()
    (first, second) = station_list.list_stations(district.center)
    assert (first.status, second.status) == ("revoked", "active")
    # The PC was found again: the same profile, the same keys, compared by people once more.
    added = renewal.renew_station(district.center, "01", tmp_path / "01.zhe")
    followed = renewal.recenter(district.one, enrolment_file=added.file, fingerprint=added.fingerprint)
    setup.accept_station(district.center, followed.reply)
    report = take_up(district.one, district.center, district.stick)
    assert (report.status, report.differs) == ("accepted", False)
    assert records(district.one, "371103-01") == records(district.center, "371103-01")


def new_center(desks: list[Desk], where: Path, stick: Path) -> tuple[setup.Initialised, dict[str, Path]]:
    """The center's PC is lost without a backup: set up anew, the stations registered under their codes."""
    made = setup.init_center(
        where, district_code="371103", name="岚山区托育中心（新）", admin=ADMIN, clock=CLOCK, strength=WEAK
    )
    desks.append(made.desk)
    files = {}
    for code, (name, township, population) in TOWNSHIPS.items():
        files[code] = stick / f"{code}.zhe"
        setup.add_station(
            made.desk, code=code, name=name, township=township, population=population + 100, out=files[code]
        )
    return made, files


def test_a_center_that_is_lost_is_set_up_anew(district, desks, tmp_path):
    child = a_family(district.one)
    other = a_family(district.two, "丙", "3号")
    for station in (district.one, district.two):
        take_up(station, district.center, district.stick)
        bring_down(district.center, station, district.stick)
    question = questions.ask(district.center, station="01", text="出生体重是多少？", child_id=child.id)
    bring_down(district.center, district.one, district.stick)
    made, files = new_center(desks, tmp_path / "new", tmp_path)
    center = made.desk
    for code, station in (("01", district.one), ("02", district.two)):
        lost = bundles.pending(station).records
        followed = renewal.recenter(station, enrolment_file=files[code], fingerprint=site_keys.digits(made.fingerprint))
        assert followed.center_fingerprint == made.fingerprint == site_keys.site_keys(station).center_fingerprint
        assert (station.site.center_name, lost) == ("岚山区托育中心（新）", 0)
        assert bundles.pending(station).records == 3  # nothing of it is at the new center
        assert bundles.pending(station).enrolled_at is None
        setup.accept_station(center, followed.reply)
        report = take_up(station, center, district.stick)
        assert (report.status, report.differs) == ("accepted", False)
        down = bring_down(center, station, district.stick)
        assert (down.enrolled, down.confirmed) == (True, 1)
        assert bundles.pending(station).records == 0
        with station.read() as session:
            told = {(row.code, row.name) for row in session.exec(select(Station))}
            counted = sorted(session.exec(select(Population.population)))
        assert told == {(number, name) for number, (name, _township, _population) in TOWNSHIPS.items()}
        assert counted == sorted(population + 100 for _name, _township, population in TOWNSHIPS.values())
    for one in (child, other):
        assert child_at(center, one.id) is not None
    questions.answer(district.one, question, "3200克")  # of the former center: it travels, and waits for nobody
    rename(district.one, child, "乙")
    assert take_up(district.one, center, district.stick).status == "accepted"


def test_a_station_does_not_follow_a_stranger(district, desks, tmp_path):
    _made, files = new_center(desks, tmp_path / "new", tmp_path)
    before = site_keys.site_keys(district.one)
    for file, code, fingerprint in (
        (files["02"], "not_for_us", ""),
        (files["01"], "fingerprint_differs", site_keys.digits(before.center_fingerprint)),
        (tmp_path / "nowhere.zhe", "unreadable", ""),
    ):
        with pytest.raises(Refused) as refused:
            renewal.recenter(district.one, enrolment_file=file, fingerprint=fingerprint)
        assert refused.value.code == code
    assert site_keys.site_keys(district.one) == before
    assert not list(tmp_path.glob("*-reply.zhe"))


@pytest.fixture(scope="module")
def with_sheet(tmp_path_factory):
    """A center whose recovery sheet we hold, and a station of it."""
    folder = tmp_path_factory.mktemp("sheet")
    made = setup.init_center(
        folder / "center", district_code="371103", name="岚山区托育指导中心", admin=ADMIN, clock=CLOCK, strength=WEAK
    )
    name, township, population = TOWNSHIPS["01"]
    added = setup.add_station(
        made.desk, code="01", name=name, township=township, population=population, out=folder / "01.zhe"
    )
    station = setup.init_station(
        folder / "01", enrolment=added.file, admin=ADMIN, clock=CLOCK, reply=folder / "reply.zhe", strength=WEAK
    ).desk
    setup.accept_station(made.desk, folder / "reply.zhe")
    made.desk.close()
    yield station, str(made.recovery_key)
    station.close()


def test_the_recovery_sheet_opens_what_was_on_its_way_to_the_lost_center(with_sheet, desks, tmp_path):
    station, recovery_key = with_sheet
    child = a_family(station)
    on_its_way = bundles.export_bundle(station, tmp_path / "stick").file
    made, files = new_center(desks, tmp_path / "new", tmp_path)
    followed = renewal.recenter(station, enrolment_file=files["01"], fingerprint=made.fingerprint)
    setup.accept_station(made.desk, followed.reply)
    assert import_one(made.desk, on_its_way).reason == "not_for_us"
    assert import_one(made.desk, on_its_way, recovery_key=str(made.recovery_key)).reason == "not_for_us"
    with pytest.raises(Refused) as refused:
        import_one(made.desk, on_its_way, recovery_key="AGE-SECRET-KEY-1")
    assert refused.value.code == "bad_key"
    assert child_at(made.desk, child.id) is None

    assert import_one(made.desk, on_its_way, recovery_key=f" {recovery_key}\n").status == "accepted"
    assert child_at(made.desk, child.id) is not None
    later = a_family(station, "乙", "2号")
    report = take_up(station, made.desk, tmp_path / "stick")
    assert (report.status, report.differs) == ("accepted", False)
    assert child_at(made.desk, later.id) is not None
