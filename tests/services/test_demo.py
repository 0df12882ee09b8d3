"""The demo district, built once by its service and once by its command: believable, whole, and the same both times."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from sqlmodel import Session, select

from zhaohu import i18n
from zhaohu.cli.app import run
from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.records import (
    SYNCED_TABLES,
    Appointment,
    Assignment,
    Attempt,
    Attendance,
    Caregiver,
    Child,
    ChildRisk,
    Consent,
    ExtraContact,
    FollowUp,
    ParentingClass,
    Transfer,
    Vaccination,
    Village,
    Visit,
)
from zhaohu.records.codes import (
    AttemptOutcome,
    CaseOutcome,
    ChildStatus,
    ConsentScope,
    FollowUpKind,
    Risk,
    Role,
    Sex,
)
from zhaohu.rules.growth.terms import Indicator, Status
from zhaohu.rules.identity import CitizenId, contradiction, read_citizen_id, read_phone
from zhaohu.rules.schedule import DueState
from zhaohu.rules.vaccination import VaccineState
from zhaohu.services import district, reference
from zhaohu.services.care import vaccinations, visits
from zhaohu.services.demo import Demo, build_demo
from zhaohu.services.demo.folder import make_folder
from zhaohu.services.demo.people import Numbers, people_of
from zhaohu.services.demo.region import region
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.exchange import bundles
from zhaohu.services.follow import follow_ups
from zhaohu.services.growth import growth
from zhaohu.services.guidance import classes, overview
from zhaohu.services.guidance.staffing import staffing_table
from zhaohu.services.printing import sheets
from zhaohu.services.register import child_list
from zhaohu.services.safety.profile import open_desk
from zhaohu.store import audit

TODAY = date(2026, 11, 20)
CLOCK = Clock.at(TODAY)
CHILDREN = 6
OPENED = date(2024, 11, 20)
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
RARE = "𠮷㛃䶮𬭚𫖯"
BEYOND = (
    "special_case",
    "case_review",
    "referral",
    "referral_answer",
    "high_risk_follow_up",
    "tcm_6_18",
    "feeding_assessment",
    "guidance_home_visit",
    "hearing_check",
    "eye_check",
    "hemoglobin_test",
)


@dataclass(frozen=True)
class ByCommand:
    """What `zhaohu demo` printed, and which windows it opened."""

    document: dict[str, Any]
    code: int
    opened: list[tuple[Path | None, str | None]]


@pytest.fixture(scope="session")
def told() -> list[tuple[int, int]]:
    """The steps that building the demo told of."""
    return []


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, told: list[tuple[int, int]]) -> Demo:
    i18n.set_language(i18n.DEFAULT)
    out = tmp_path_factory.mktemp("demo") / "district"
    return build_demo(out, children=CHILDREN, seed=5, clock=CLOCK, progress=lambda *step: told.append(step))


@contextmanager
def first_station_alone() -> Iterator[None]:
    """A district of one station is built in a fraction of the time, and that station is the same in both."""
    stations = region().stations
    assert isinstance(stations, list)
    others = stations[1:]
    del stations[1:]
    try:
        yield
    finally:
        stations.extend(others)


@pytest.fixture(scope="session")
def by_command(tmp_path_factory: pytest.TempPathFactory) -> ByCommand:
    opened: list[tuple[Path | None, str | None]] = []

    def open_window(profile: Path | None, user: str | None) -> int:
        opened.append((profile, user))
        return 0

    out = tmp_path_factory.mktemp("demo") / "by-command"
    words = ["demo", "--json", "--out", str(out), "--children", str(CHILDREN), "--seed", "5"]
    with pytest.MonkeyPatch.context() as environment, redirect_stdout(io.StringIO()) as printed:
        environment.setenv("ZHAOHU_TODAY", TODAY.isoformat())
        with first_station_alone():
            code = run(words, open_window)
    return ByCommand(json.loads(printed.getvalue()), code, opened)


@contextmanager
def desk_of(demo: Demo, site: str = "center", user: str = "admin") -> Iterator[Desk]:
    profiles = {"center": demo.center_profile} | {station.code: station.profile for station in demo.stations}
    (password,) = {login.password for login in demo.logins_of(site) if login.user == user}
    with closing(open_desk(profiles[site], user, password, CLOCK)) as desk:
        yield desk


def content(session: Session, owner: str) -> list[list[object]]:
    """All of a station that travels, in the order in which it was made; ids are told as places in that order."""
    rows = [
        row
        for table in SYNCED_TABLES
        for row in session.exec(select(table).order_by(table.id))  # type: ignore[attr-defined]
        if row.owner == owner
    ]
    places = {row.id: f"#{place}" for place, row in enumerate(rows)}
    return [
        [type(row).__name__, *(ID.sub(partial(place_of, places), str(value)) for value in row.model_dump().values())]
        for row in rows
    ]


def place_of(places: dict[str, str], found: re.Match[str]) -> str:
    """Answers, too, name records by their ids."""
    return places.get(found[0], found[0])


def digest(profile: Path) -> str:
    with closing(open_desk(profile, "admin", "zhaohu-demo", CLOCK)) as desk, desk.read() as session:
        found = content(session, "371103-01")
    assert found
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


def all_of(desk: Desk, table: type[Any]) -> list[Any]:
    with desk.read() as session:
        return list(session.exec(select(table)))


def test_the_same_seed_on_the_same_day_is_the_same_district(demo: Demo, by_command: ByCommand) -> None:
    other = Path(by_command.document["folder"])
    for profile in (demo.center_profile, demo.stations[0].profile):
        assert digest(profile) == digest(other / profile.name), profile.name


def test_the_command_tells_where_everything_is_and_opens_a_station(by_command: ByCommand) -> None:
    document = by_command.document
    first = document["stations"][0]
    assert by_command.code == 0
    assert by_command.opened == [(Path(first["profile"]), "admin")]
    assert [station["code"] for station in document["stations"]] == ["01"]
    assert all(Path(place).read_bytes().startswith(b"%PDF") for place in document["papers"])
    for site in (document["center"], first):
        for login in site["logins"]:
            with closing(open_desk(Path(site["profile"]), login["user"], login["password"], CLOCK)) as desk:
                assert desk.person.role == login["role"]


def test_something_else_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(Refused) as refused:
        build_demo(tmp_path, children=1, seed=1, clock=CLOCK)
    assert refused.value.code == "not_a_demo"
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]
    file = tmp_path / "thesis.txt"
    with pytest.raises(Refused):
        make_folder(file, {})
    assert file.read_text() == "years of work"


def test_an_older_demo_makes_room(tmp_path: Path) -> None:
    make_folder(tmp_path / "demo", {})
    (tmp_path / "demo" / "left over").write_text("")
    make_folder(tmp_path / "demo", {})
    assert not (tmp_path / "demo" / "left over").exists()


def test_every_number_is_valid_and_comes_once(demo: Demo) -> None:
    with desk_of(demo) as center:
        register = all_of(center, Child)
        ids = [child.citizen_id for child in register if child.citizen_id]
        phones = [carer.phone for carer in all_of(center, Caregiver)]
    for child in register:
        if child.citizen_id is not None:
            read = read_citizen_id(child.citizen_id)
            assert isinstance(read, CitizenId)
            assert contradiction(read, child.birth_date, child.sex) is None
    assert len(ids) > len(register) / 2
    for unique in (ids, phones, [child.health_record_no for child in register]):
        assert len(unique) == len(set(unique))
    assert all(read_phone(phone) == phone for phone in phones)


def test_nothing_happens_before_birth_or_after_yesterday(demo: Demo) -> None:
    for station in demo.stations:
        with desk_of(demo, station.code) as desk:
            register = {child.id: child for child in all_of(desk, Child)}
            made = all_of(desk, Visit)
        assert len(register) == CHILDREN
        for child in register.values():
            assert child.birth_date < child.registered_on <= TODAY - timedelta(days=1)
        for visit in made:
            child = register[visit.child_id]
            assert max(child.birth_date, OPENED) < visit.visit_date < TODAY
            assert child.registered_on <= visit.visit_date
            assert date.fromisoformat(visit.recorded_at[:10]) >= visit.visit_date


def test_every_form_is_filled_over_two_years(demo: Demo) -> None:
    with desk_of(demo) as center:
        made = all_of(center, Visit)
    known = {"feeding_assessment"} | {contact.form for contact in reference.schedule().contacts}
    assert {visit.form for visit in made} >= known - {"tcm_24_36"}
    assert all(visit.contact for visit in made if visit.form in ("newborn_visit", "check_1_8", "check_12_30"))
    days = [visit.visit_date for visit in made]
    assert (max(days) - min(days)).days > 600
    assert {visit.contact for visit in made} >= {
        "NB1",
        "M01",
        "M03",
        "M06",
        "M08",
        "M12",
        "M18",
        "M24",
        "TCM06",
        "HR02",
    }
    assert all(visit.visit_date >= date(2026, 1, 1) for visit in made if visit.form == "feeding_assessment")


def test_each_station_shows_what_lies_beyond_the_checks(demo: Demo) -> None:
    for station in demo.stations:
        with desk_of(demo, station.code) as desk:
            forms = Counter(visit.form for visit in all_of(desk, Visit))
            followed = Counter((row.kind, row.outcome is None) for row in all_of(desk, FollowUp))
            outcomes = {row.outcome for row in all_of(desk, Attempt)}
            planned = all_of(desk, Appointment)
            rechecks = [row for row in all_of(desk, ExtraContact) if row.deleted_at is None]
            text = district.setting(desk, district.Key.GUIDANCE_TEXTS)
            out = sheets.outstanding(desk)
            certificates = {row.child_id for row in all_of(desk, Vaccination)}
        for form in BEYOND:
            assert forms[form], (station.name, form)
        assert forms["special_case"] == 2
        for kind in FollowUpKind:
            assert followed[kind, False], (station.name, kind)
        assert followed[FollowUpKind.CASE, True] == 1
        assert followed[FollowUpKind.REFERRAL, True] >= 1
        assert outcomes >= {AttemptOutcome.NOT_AT_HOME, AttemptOutcome.NOT_REACHED, AttemptOutcome.REFUSED}
        assert any(row.planned_on for row in planned)
        assert any(row.teacher_id for row in planned)
        assert any(row.due_to >= TODAY and row.follow_up_id for row in rechecks)
        assert text is not None
        assert text.content is not None
        assert text.content["own"]
        assert {row.form for row in out} >= {"check_1_8", "check_12_30"}
        assert all(row.days_out == 3 and not row.entered for row in out)
        assert len(certificates) > CHILDREN / 2


def test_a_referral_waits_too_long_and_advice_was_turned_down_with_a_reason(demo: Demo) -> None:
    for station in demo.stations:
        with desk_of(demo, station.code) as desk:
            open_ = follow_ups.list_open(desk)
            kept = all_of(desk, FollowUp)
        assert any(row.kind is FollowUpKind.REFERRAL and row.overdue for row in open_), station.name
        declined = [row for row in kept if row.outcome is CaseOutcome.DECLINED]
        assert declined
        assert all(row.declined_reason for row in declined)
        assert all(row.closed_on is None or row.found_on <= row.closed_on < TODAY for row in kept)


def test_nothing_is_open_that_nobody_could_reach(demo: Demo) -> None:
    for station in demo.stations:
        with desk_of(demo, station.code) as desk:
            active = {child.id for child in all_of(desk, Child) if child.status is ChildStatus.ACTIVE}
            open_ = follow_ups.list_open(desk)
            due = duties.due_list(desk, within_days=7, include_done_late=False)
        assert {row.child_id for row in open_} <= active
        assert {row.child_id for row in due} <= active


def test_a_station_works_well(demo: Demo) -> None:
    """Lists are short, and most of what was to be done in two years was done."""
    for station in demo.stations:
        with desk_of(demo, station.code) as desk:
            assert len(duties.due_list(desk, within_days=7, include_done_late=False)) <= 2 * CHILDREN
            assert len(duties.missed_list(desk)) <= 2
            open_, closed = follow_ups.list_open(desk), follow_ups.list_closed(desk, within_days=800)
            assert len(open_) < len(closed) + CHILDREN
            assert sum(row.overdue for row in open_) <= CHILDREN / 2
            states = duties.due_counts(desk)[desk.site.code]
        done = states[DueState.DONE] + states[DueState.DONE_LATE]
        assert done > 2 * (states[DueState.OVERDUE] + states[DueState.MISSED]), station.name


def test_vaccinations_are_seen_in_their_order(demo: Demo) -> None:
    late = 0
    with desk_of(demo) as center:
        born = {child.id: child.birth_date for child in all_of(center, Child)}
        doses = all_of(center, Vaccination)
        for child_id in {row.child_id for row in doses}:
            view = vaccinations.overview(center, child_id)
            late += any(dose.state is VaccineState.OVERDUE for one in view.vaccines for dose in one.doses)
            assert not [dose for one in view.vaccines for dose in one.doses if dose.doubts]
    assert all(born[row.child_id] <= row.given_on <= row.seen_on < TODAY for row in doses)
    assert late > 0


def test_children_grow_as_the_standards_say(demo: Demo) -> None:
    weights: list[float] = []
    statuses: set[Status | None] = set()
    with desk_of(demo) as center:
        for child in child_list.list_children(center):
            days = growth.series(center, child.id)
            lengths = [day.measured.length_mm for day in days if day.measured.length_mm]
            assert all(later >= former - 7 for former, later in pairwise(lengths))
            for day in days:
                for indicator in Indicator:
                    result = day.china.of(indicator)
                    if result.z is not None and day.ages.used.days > 28:
                        assert abs(result.z) < 3.5, (child.name, day.on, indicator)
                        statuses.add(result.status)
                        if indicator is Indicator.WFA:
                            weights.append(result.z)
    assert abs(mean(weights)) < 0.6
    assert statuses >= {None, Status.WASTING, Status.UNDERWEIGHT, Status.OVERWEIGHT, Status.OBESITY}


def test_every_station_has_something_overdue_due_and_coming_up(demo: Demo) -> None:
    for station in demo.stations:
        with desk_of(demo, station.code) as desk:
            states = {row.state for row in duties.due_list(desk, within_days=7)}
        assert states >= {DueState.OVERDUE, DueState.DUE, DueState.UPCOMING}, station.name


def test_rare_names_twins_and_early_births_are_among_them(demo: Demo) -> None:
    with desk_of(demo) as center:
        rows = child_list.list_children(center)
        register = all_of(center, Child)
        found = child_list.search(center, "䶮")
    assert all(any(letter in row.name for row in rows) for letter in RARE)
    assert found
    assert all("䶮" in row.name for row in found)
    assert {risk for row in rows for risk in row.risks} >= {Risk.PRETERM, Risk.LOW_BIRTH_WEIGHT, Risk.MULTIPLE_BIRTH}
    twins = [child for child in register if child.plurality == 2]
    assert len({child.household_id for child in twins}) * 2 == len(twins)
    assert {child.sex for child in register} == {Sex.MALE, Sex.FEMALE}


def test_some_families_have_two_children_far_enough_apart() -> None:
    people = people_of(5, region().stations[0], 60, TODAY, Numbers())
    single = [person for person in people if person.facts["plurality"] == 1]
    families = Counter(person.family for person in single)
    assert max(families.values()) >= 2
    for family in families:
        days = sorted(person.birth.day for person in single if person.family == family)
        assert all((later - former).days >= 280 for former, later in pairwise(days))


def test_the_register_shows_consents_risks_and_who_left(demo: Demo) -> None:
    with desk_of(demo) as center:
        register = all_of(center, Child)
        statuses = {child.status for child in register}
        given = {(consent.scope, consent.given) for consent in all_of(center, Consent)}
        found = all_of(center, ChildRisk)
        assigned = {row.village_id for row in all_of(center, Assignment)}
        listed = {village.id for village in all_of(center, Village)}
        released = all_of(center, Transfer)
    assert statuses >= {ChildStatus.ACTIVE, ChildStatus.MOVED_OUT, ChildStatus.LOST}
    assert {(scope, True) for scope in ConsentScope} <= given
    assert any(not yes for _scope, yes in given)
    assert found
    assert assigned == listed
    assert {row.to_station for row in released} <= {"05"}


def test_staff_is_short_in_some_places_and_certificates_have_run_out(demo: Demo) -> None:
    with desk_of(demo) as center:
        table = staffing_table(center)
    gaps = [row.figures.gap for row in table.stations]
    assert 0 in gaps
    assert any(gap for gap in gaps)
    assert 400_000 < (table.district.figures.population or 0) < 460_000
    assert table.district.figures.certified < table.district.figures.in_post
    assert [row.township for row in table.stations][:2] == ["岚山头街道", "安东卫街道"]


def test_classes_were_held_every_month_and_one_is_to_come(demo: Demo) -> None:
    with desk_of(demo, "03") as desk:
        held = classes.list_classes(desk)
        lines = all_of(desk, Attendance)
    assert len(held) >= 23
    assert held[0].held_on > TODAY
    assert held[0].invited > 0
    past = [row for row in held if row.held_on < TODAY]
    assert 0.4 < sum(row.present for row in past) / sum(row.invited for row in past) < 0.98
    assert all(bool(line.attended_by) == line.present for line in lines)


def test_corrected_records_keep_their_former_versions(demo: Demo) -> None:
    with desk_of(demo, "01") as desk:
        corrected = [visit for visit in all_of(desk, Visit) if visit.version == 2]
        view = visits.view_visit(desk, corrected[0].id)
        with desk.read() as session:
            broken = audit.first_broken_line(session)
    assert view.reason
    assert [version.version for version in view.versions][:2] == [1, 2]
    assert broken is None


def test_the_center_holds_what_the_stations_had_sent(demo: Demo) -> None:
    with desk_of(demo) as center:
        known = {table: {row.id: row for row in all_of(center, table)} for table in (Child, Visit, ParentingClass)}
        lines = overview.overview(center)
        held = bundles.status(center).held
    at_stations: set[str] = set()
    for station in demo.stations:
        with desk_of(demo, station.code) as desk:
            waiting = bundles.pending(desk)
            for table, rows in known.items():
                own = {row.id for row in all_of(desk, table)}
                at_stations |= own
                here = {row_id for row_id, row in rows.items() if row.owner == desk.site.code}
                assert here <= own
                assert len(own - here) <= waiting.counts[str(table.__tablename__)]
        assert (waiting.last_export_no, waiting.last_confirmed_no) == (1, 1)
        assert waiting.counts["visit"] > 0
    assert {row_id for rows in known.values() for row_id in rows} <= at_stations
    assert held == []
    assert lines[-1].children == sum(child.status is ChildStatus.ACTIVE for child in known[Child].values())
    assert all(line.visits > 0 for line in lines)


def test_an_auditor_and_a_teacher_can_log_in(demo: Demo) -> None:
    roles = {(login.site == "center", login.role) for login in demo.logins}
    assert roles == {(True, Role.ADMIN), (True, Role.AUDITOR), (False, Role.ADMIN), (False, Role.TEACHER)}
    with desk_of(demo, "08", "teacher") as desk:
        assert desk.person.role is Role.TEACHER


def test_progress_is_told_to_its_end(demo: Demo, told: list[tuple[int, int]]) -> None:
    assert [done for done, _total in told] == list(range(1, told[-1][1] + 1))
    assert len({total for _done, total in told}) == 1
