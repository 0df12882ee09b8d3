"""The profiles of the demo: a center and its stations, enrolled with each other, each with its accounts."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from zhaohu.clock import Clock
from zhaohu.records.codes import Role
from zhaohu.services.demo.caring import TEACHER_ACCOUNT
from zhaohu.services.demo.region import StationFacts, region, words
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import setup
from zhaohu.services.guidance.staffing import set_population
from zhaohu.services.safety import accounts
from zhaohu.services.safety.profile import NewAdmin
from zhaohu.store.envelope import Strength

PASSWORD = "zhaohu-demo"  # noqa: S105 - printed for everybody; it guards invented people
_WEAK = Strength(memory_kib=19 * 1024, passes=2, lanes=1)
"""The floor: it keeps two dozen key slots from taking half a minute."""
_ADMIN, _AUDITOR = "admin", "auditor"
_GROWTH_PER_YEAR = 0.002


@dataclass(frozen=True, slots=True)
class Login:
    """Who can log in where; `site` is `center` or a station's two digits."""

    site: str
    user: str
    display_name: str
    role: Role
    password: str


class Sites:
    """The open desks of the demo's profiles; close them when done.

    Args:
        folder: The demo's folder.
        clock: The day on which the district begins to use the program.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._open = ExitStack()
        self.logins: list[Login] = []
        self.center = self._keep(
            setup.init_center(
                self.profile(),
                district_code=region().district_code,
                name=region().center,
                admin=self._admin("center", region().center_admin),
                clock=clock,
                strength=_WEAK,
            ).desk
        )
        self._account(self.center, "center", _AUDITOR, region().center_auditor, Role.AUDITOR)

    @property
    def exchange(self) -> Path:
        """The folder that stands for the memory stick between the stations and the center."""
        return self._folder / "exchange"

    def profile(self, station: str = "") -> Path:
        """The profile folder of a station, or of the center."""
        return self._folder / (f"station-{station}" if station else "center")

    def add_station(self, facts: StationFacts, head: str, second: str) -> Desk:
        """Enrol a station; returns its desk, the head logged in as administrator."""
        enrolment = self.exchange / f"{region().district_code}-{facts.code}.zhe"
        year = self._clock.today().year
        setup.add_station(
            self.center,
            code=facts.code,
            name=facts.name,
            township=facts.township,
            population=facts.population,
            year=year,
            out=enrolment,
        )
        made = setup.init_station(
            self.profile(facts.code),
            enrolment=enrolment,
            admin=self._admin(facts.code, head),
            clock=self._clock,
            strength=_WEAK,
        )
        desk = self._keep(made.desk)
        assert made.reply is not None
        setup.accept_station(self.center, made.reply)
        self._account(desk, facts.code, TEACHER_ACCOUNT, second, Role.TEACHER)
        return desk

    def count_people(self, facts: StationFacts, year: int) -> None:
        """Enter a later year's population of a station at the center."""
        years = year - self._clock.today().year
        population = round(facts.population * (1 + _GROWTH_PER_YEAR * years) / 10) * 10
        source = words().population_source
        set_population(self.center, station=facts.code, year=year, population=population, source=source)

    def close(self) -> None:
        """Leave all desks."""
        self._open.close()

    def _keep(self, desk: Desk) -> Desk:
        self._open.callback(desk.close)
        return desk

    def _admin(self, site: str, display_name: str) -> NewAdmin:
        self.logins.append(Login(site, _ADMIN, display_name, Role.ADMIN, PASSWORD))
        return NewAdmin(_ADMIN, PASSWORD, display_name)

    def _account(self, desk: Desk, site: str, user: str, display_name: str, role: Role) -> None:
        accounts.add_account(desk, name=user, display_name=display_name, role=role, password=PASSWORD, strength=_WEAK)
        self.logins.append(Login(site, user, display_name, role, PASSWORD))
