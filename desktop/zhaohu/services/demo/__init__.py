"""A made-up district to try the program on: one center, eight stations, two years of work, the main job done once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from zhaohu.clock import Clock
from zhaohu.rules.ages import add_months
from zhaohu.services import district, printing
from zhaohu.services.demo.caring import Care
from zhaohu.services.demo.events import Telling
from zhaohu.services.demo.folder import make_folder
from zhaohu.services.demo.following import Following
from zhaohu.services.demo.lessons import Lessons
from zhaohu.services.demo.people import Numbers, Story, people_of
from zhaohu.services.demo.region import StationFacts, care_words, dice, region
from zhaohu.services.demo.seeking import Seeking
from zhaohu.services.demo.sites import Login, Sites
from zhaohu.services.demo.staff import staff_events, staff_of
from zhaohu.services.demo.standing import Standing
from zhaohu.services.demo.timetable import Plan, PlannedVisit, plan_child
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, receipts

__all__ = ["CHILDREN", "Demo", "DemoStation", "Login", "build_demo"]

CHILDREN = 50
"""Children at each station when nobody says how many."""
_MONTHS = 24
_EXCHANGED_DAYS_AGO = 3

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class DemoStation:
    """A station of the demo and its profile."""

    code: str
    name: str
    profile: Path


@dataclass(frozen=True, slots=True)
class Demo:
    """What was built, and who can log in."""

    folder: Path
    center_name: str
    center_profile: Path
    stations: tuple[DemoStation, ...]
    papers: tuple[Path, ...]
    logins: tuple[Login, ...]

    def logins_of(self, site: str) -> list[Login]:
        """Who can log in at a station (two digits) or the `center`, administrators first."""
        return [login for login in self.logins if login.site == site]


@dataclass(slots=True)
class _Station:
    facts: StationFacts
    desk: Desk
    care: Care
    lessons: Lessons
    telling: Telling


def build_demo(out: Path, *, children: int, seed: int, clock: Clock, progress: Progress | None = None) -> Demo:
    """Build the demo district in a folder, in place of an older demo.

    The same seed on the same day gives the same district: names, days, values and their order (ids differ).

    Args:
        out: The folder.
        children: How many at each station.
        seed: Another seed is another district.
        clock: The day on which the demo is looked at; its work ends the day before.
        progress: Told steps done and steps in all.

    Raises:
        Refused: The folder holds something else, or the fonts for paper are missing.
    """
    today = clock.today()
    make_folder(out, {"seed": seed, "children": children, "day": today.isoformat()})
    opened, last = add_months(today, -_MONTHS), today - timedelta(days=1)
    with closing(Sites(out, Clock.at(opened))) as sites:
        numbers = Numbers()
        stations = [_open(sites, facts, seed, children, opened, today, numbers) for facts in region().stations]
        tick = _ticker(progress, sum(len(station.telling) for station in stations))
        exchanged_on = today - timedelta(days=_EXCHANGED_DAYS_AGO)
        for station in stations:
            station.telling.tell(exchanged_on, tick)
        _set_years(sites, opened, exchanged_on)
        _set_texts(sites)
        _exchange(sites, stations, exchanged_on)
        for station in stations:
            station.telling.tell(last, tick)
            _correct_one(station, last)
        papers = _print(stations[0], out / "papers", clock)
        return Demo(
            out,
            region().center,
            sites.profile(),
            tuple(DemoStation(s.facts.code, s.facts.name, sites.profile(s.facts.code)) for s in stations),
            papers,
            tuple(sites.logins),
        )


def _open(
    sites: Sites, facts: StationFacts, seed: int, children: int, opened: date, today: date, numbers: Numbers
) -> _Station:
    last = today - timedelta(days=1)
    teachers = staff_of(seed, facts, opened, today, numbers)
    desk = sites.add_station(facts, teachers[0].new.name, teachers[1].new.name)
    people = people_of(seed, facts, children, today, numbers)
    plans = [plan_child(dice(seed, facts.code, person.first_born, "plan"), person, opened, last) for person in people]
    care = Care(desk, plans, teachers, seed)
    lessons = Lessons(care, facts, opened, last)
    standing = Standing(care, facts, opened, today - timedelta(days=_EXCHANGED_DAYS_AGO + 1), last)
    following = Following(care, last)
    seeking = Seeking(care, today - timedelta(days=_EXCHANGED_DAYS_AGO + 1), last)
    events = [
        *staff_events(desk, teachers, opened),
        *standing.events(),
        *care.events(last, following.found),
        *following.events(),
        *seeking.events(),
        *lessons.events(),
    ]
    return _Station(facts, desk, care, lessons, Telling(desk, events, care.more))


def _set_years(sites: Sites, opened: date, on: date) -> None:
    sites.center.clock = Clock.at(on)
    for facts in region().stations:
        for year in range(opened.year + 1, on.year + 1):
            sites.count_people(facts, year)


def _set_texts(sites: Sites) -> None:
    """The center adds a line to what families are told; the stations get it with their receipts."""
    text = care_words()["district_text"]
    own = {"id": "own-demo", "band": text["band"], "block": text["block"], "words": text["words"]}
    district.write(sites.center, district.Key.GUIDANCE_TEXTS, {"own": [own]}, text["note"])


def _exchange(sites: Sites, stations: list[_Station], on: date) -> None:
    """The main job: every station's bundle goes up, the center takes it in, and its answer goes down again."""
    sites.center.clock = Clock.at(on)
    files = [bundles.export_bundle(station.desk, sites.exchange).file for station in stations]
    for report in bundles.import_bundles(sites.center, files):
        if report.status != "accepted" or report.held:
            raise AssertionError(report.reason or report.tables)
    for station in stations:
        packet = receipts.export_receipt(sites.center, station.facts.code, sites.exchange)
        receipts.import_receipt(station.desk, packet.file)


def _correct_one(station: _Station, on: date) -> None:
    """Something is changed after the exchange, so that it waits for the next one."""
    seen = [(visit, plan) for plan in station.care.plans for visit in plan.visits if visit.day < on]
    if seen:
        visit, plan = max(seen, key=lambda pair: (pair[0].day, -pair[1].person.key))
        station.care.correct(plan.person, visit)


def _print(station: _Station, folder: Path, clock: Clock) -> tuple[Path, ...]:
    """A visit record, a growth chart and a sign-in sheet, as a teacher would print them."""
    desk = station.desk
    desk.clock = clock
    papers = []
    newborn = _newest_newborn_visit(station)
    if newborn is not None:
        plan, visit = newborn
        pdf = printing.print_visit(desk, station.care.visit_ids[plan.person.key, visit.contact])
        papers.append(printing.save_pdf(pdf, folder / "visit.pdf"))
    charted = max(station.care.plans, key=lambda plan: (plan.person.story is Story.FALTERING, len(plan.visits)))
    pdf = printing.print_growth(desk, station.care.child_ids[charted.person.key])
    papers.append(printing.save_pdf(pdf, folder / "growth.pdf"))
    pdf = printing.print_sign_in(desk, station.lessons.newest_id)
    papers.append(printing.save_pdf(pdf, folder / "sign-in.pdf"))
    return tuple(papers)


def _newest_newborn_visit(station: _Station) -> tuple[Plan, PlannedVisit] | None:
    made = [(plan, visit) for plan in station.care.plans for visit in plan.visits if visit.contact == "NB1"]
    return max(made, key=lambda pair: pair[1].day, default=None)


def _ticker(progress: Progress | None, total: int) -> Callable[[], None]:
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    return tick
