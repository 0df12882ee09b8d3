"""Making a center and its stations."""

from __future__ import annotations

import re

import pyrage
import pytest
from tests.sync.district import ADMIN, CLOCK, WEAK

from zhaohu.errors import BadInput, NotAllowed, Refused
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services import printing
from zhaohu.services.desk import Desk, Person
from zhaohu.services.exchange import setup, station_list
from zhaohu.services.guidance.staffing import staffing_table
from zhaohu.services.safety.profile import open_desk
from zhaohu.store.envelope import Envelope

_FINGERPRINT = re.compile(r"[A-Z2-7]{5}(-[A-Z2-7]{5}){4}")


@pytest.fixture(scope="module")
def center(tmp_path_factory):
    made = setup.init_center(
        tmp_path_factory.mktemp("own") / "center",
        district_code="371103",
        name="岚山区托育指导中心",
        admin=ADMIN,
        clock=CLOCK,
        strength=WEAK,
    )
    yield made
    made.desk.close()


def add(desk, out, **changes):
    station = {"code": "01", "name": "巨峰镇指导站", "township": "巨峰镇", "population": 85_000}
    return setup.add_station(desk, **{**station, **changes}, out=out)


def test_center_has_what_goes_on_its_recovery_sheet(center):
    assert center.desk.site.kind is SiteKind.CENTER
    assert center.desk.site.code == "371103"
    assert _FINGERPRINT.fullmatch(center.fingerprint)
    pyrage.x25519.Identity.from_str(center.recovery_key)
    key = Envelope(center.desk.profile).open_with_recovery_code(center.recovery_code)
    assert key == Envelope(center.desk.profile).open(ADMIN.name, ADMIN.password)


def test_recovery_key_is_kept_nowhere(center):
    assert center.recovery_key not in repr(center)
    assert center.recovery_code not in repr(center)
    secret = center.recovery_key.encode()
    for file in center.desk.profile.rglob("*"):
        if file.is_file():
            assert secret not in file.read_bytes()
    with center.desk.read() as session:
        connection = session.connection()
        for (table,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').fetchall()
            assert center.recovery_key not in repr(rows)


def test_both_screens_show_the_same_fingerprints(center, tmp_path):
    added = add(center.desk, tmp_path / "01.zhe")
    made = setup.init_station(tmp_path / "01", enrolment=added.file, admin=ADMIN, clock=CLOCK, strength=WEAK)
    try:
        accepted = setup.accept_station(center.desk, made.reply)
        assert added.fingerprint == made.peer_fingerprint == center.fingerprint
        assert accepted.fingerprint == made.fingerprint != center.fingerprint
        assert (accepted.station, accepted.name) == ("371103-01", "巨峰镇指导站")
        site = made.desk.site
        assert (site.code, site.station, site.township, site.center_name) == (
            "371103-01",
            "01",
            "巨峰镇",
            "岚山区托育指导中心",
        )
        (row,) = staffing_table(made.desk, 2026).stations
        assert row.figures.population == 85_000
        (entry,) = station_list.list_stations(center.desk)
        assert (entry.status, entry.fingerprint, entry.population) == ("active", made.fingerprint, 85_000)
    finally:
        made.desk.close()


def test_enrolment_file_is_written_again_until_the_reply_is_in(center, tmp_path):
    first = add(center.desk, tmp_path / "a.zhe", code="02", name="碑廓镇指导站", township="碑廓镇")
    again = add(center.desk, tmp_path / "b.zhe", code="02", name="碑廓镇指导站", township="碑廓镇")
    assert first.file.read_bytes() == again.file.read_bytes()
    with pytest.raises(Refused) as refused:
        add(center.desk, tmp_path / "c.zhe", code="02", name="另一个", township="碑廓镇")
    assert refused.value.code == "station_exists"
    assert not (tmp_path / "c.zhe").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "1"}, "code"),
        ({"code": "１２"}, "code"),
        ({"code": "../x"}, "code"),
        ({"name": " "}, "name"),
        ({"township": "镇" * 61}, "township"),
        ({"population": -1}, "population"),
    ],
)
def test_wrong_values_register_nothing(center, tmp_path, changes, field):
    before = station_list.list_stations(center.desk)
    with pytest.raises(BadInput) as refused:
        add(center.desk, tmp_path / "x.zhe", **{"code": "09", **changes})
    assert refused.value.details["field"] == field
    assert station_list.list_stations(center.desk) == before
    assert not (tmp_path / "x.zhe").exists()


def test_a_file_that_cannot_be_written_registers_nothing(center, tmp_path):
    (tmp_path / "file").write_text("in the way")
    before = station_list.list_stations(center.desk)
    with pytest.raises(Refused) as refused:
        add(center.desk, tmp_path / "file" / "08.zhe", code="08")
    assert refused.value.code == "cannot_write"
    assert station_list.list_stations(center.desk) == before


def test_bad_enrolment_makes_no_profile(tmp_path):
    (tmp_path / "x.zhe").write_bytes(b"ZHE 1\n{}\n")
    for file, code in ((tmp_path / "x.zhe", "damaged"), (tmp_path / "missing.zhe", "unreadable")):
        with pytest.raises(Refused) as refused:
            setup.init_station(tmp_path / "new", enrolment=file, admin=ADMIN, clock=CLOCK, strength=WEAK)
        assert refused.value.code == code
    (tmp_path / "large.zhe").write_bytes(b"ZHE 1\n" + b"a" * (1 << 20))
    with pytest.raises(Refused) as refused:
        setup.init_station(tmp_path / "new", enrolment=tmp_path / "large.zhe", admin=ADMIN, clock=CLOCK)
    assert refused.value.code == "too_large"
    assert not (tmp_path / "new").exists()


def test_only_the_centers_administrator_registers(center_desk, station_desk, tmp_path):
    with pytest.raises(NotAllowed):
        add(station_desk, tmp_path / "x.zhe", code="07")
    for role in (Role.TEACHER, Role.VIEWER, Role.AUDITOR):
        person = Person("other", "别人", role)
        desk = Desk(center_desk.profile, center_desk.store, center_desk.clock, person, center_desk.site)
        with pytest.raises(NotAllowed):
            add(desk, tmp_path / "x.zhe", code="07")
        with pytest.raises(NotAllowed):
            setup.accept_station(desk, tmp_path / "x.zhe")


def init(folder, name="指导中心"):
    return setup.init_center(folder, district_code="371103", name=name, admin=ADMIN, clock=CLOCK, strength=WEAK)


def test_a_profile_whose_sheet_cannot_be_written_is_taken_back(tmp_path):
    made = init(tmp_path / "center")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refused) as refused:
        printing.hand_over(made, tmp_path / "file" / "sheet.pdf")
    assert refused.value.code == "cannot_write"
    assert not (tmp_path / "center").exists()
    made = init(tmp_path / "center")
    printing.hand_over(made, tmp_path / "sheet.pdf")
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refused) as refused:
        init(tmp_path / "file" / "center")
    assert refused.value.code == "cannot_write"


def test_blanks_around_names_are_dropped(tmp_path):
    made = init(tmp_path / "center", f"{'区' * 60}  ")
    add(made.desk, tmp_path / "01.zhe", name=f" {'站' * 60} ")
    made.desk.close()
    station = setup.init_station(
        tmp_path / "station", enrolment=tmp_path / "01.zhe", admin=ADMIN, clock=CLOCK, strength=WEAK
    )
    station.desk.close()
    assert (station.desk.site.name, station.desk.site.center_name) == ("站" * 60, "区" * 60)


def test_an_empty_database_file_is_never_begun_anew(center_desk):
    profile = center_desk.profile
    center_desk.close()
    (profile / "zhaohu.db").write_bytes(b"")
    with pytest.raises(Refused) as refused:
        open_desk(profile, ADMIN.name, ADMIN.password, CLOCK)
    assert refused.value.code == "database_missing"
    assert (profile / "zhaohu.db").stat().st_size == 0


def test_a_population_is_put_right_while_the_station_has_not_replied(center_desk, tmp_path):
    add(center_desk, tmp_path / "03.zhe", code="03", population=8_000)
    add(center_desk, tmp_path / "03.zhe", code="03", population=80_000)
    (entry,) = [entry for entry in station_list.list_stations(center_desk) if entry.code.endswith("-03")]
    assert entry.population == 80_000
    with pytest.raises(BadInput) as refused:
        add(center_desk, tmp_path / "04.zhe", code="04", year=1999)
    assert refused.value.details["field"] == "year"
