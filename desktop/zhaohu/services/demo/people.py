"""The invented children and families of one station: who they are, when they are born, what is special about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum, auto
from random import Random

from zhaohu.records.codes import Residence, Sex
from zhaohu.rules.ages import PRETERM_BEFORE_DAYS, add_months
from zhaohu.services.demo.growing import Birth, Course, Levels, levels
from zhaohu.services.demo.region import BirthFacts, StationFacts, dice, one_of, region, words
from zhaohu.services.register.children import FATHER, MOTHER, NewCaregiver

GRANDFATHER, GRANDMOTHER = "61", "62"
_TWIN_WEIGHT = 0.86
_DELIVERIES = {"1": 56, "4": 42, "2": 1, "3": 1}
_PRETERM_WEEKS = PRETERM_BEFORE_DAYS // 7


class Story(Enum):
    """What a child is there to show; most are there for no other reason than to be many."""

    PLAIN = auto()
    OVERDUE = auto()
    DUE = auto()
    UPCOMING = auto()
    RARE_NAME = auto()
    PRETERM = auto()
    TWINS = auto()
    FALTERING = auto()
    OVERWEIGHT = auto()


_FIRST = (Story.OVERDUE, Story.DUE, Story.UPCOMING, Story.RARE_NAME)
"""What every station has, however few its children."""
_LATER = (
    Story.FALTERING,
    Story.PLAIN,
    Story.TWINS,
    Story.PLAIN,
    Story.PRETERM,
    Story.PLAIN,
    Story.OVERWEIGHT,
    *[Story.PLAIN] * 33,
)
_STEP = 2
"""Each station begins the round so many places further: the district shows all of it with few children."""
_SECOND_CHILD = 0.15
_APART_DAYS = 400
_COURSES = {Story.FALTERING: Course.FALTERING, Story.OVERWEIGHT: Course.OVERWEIGHT}


@dataclass(frozen=True, slots=True)
class Family:
    """A household and its grown-ups."""

    surname: str
    village: str
    village_code: str
    address: str
    caregivers: tuple[NewCaregiver, ...]

    @property
    def main(self) -> NewCaregiver:
        """Who looks after the child most."""
        return next(carer for carer in self.caregivers if carer.is_main)


@dataclass(frozen=True, slots=True)
class Person:
    """One invented child, as the register keeps it; `sibling_of` is the twin taken in before it."""

    key: int
    story: Story
    name: str
    birth: Birth
    at: Levels
    course: Course
    family: Family
    facts: dict[str, object]
    sibling_of: int | None = None

    @property
    def first_born(self) -> int:
        """The same for twins, who are brought together; else the child's own key."""
        return self.key if self.sibling_of is None else self.sibling_of


@dataclass(slots=True)
class Numbers:
    """Numbers that must not come twice in the district."""

    phones: int = 0
    certificates: int = 0
    citizen_ids: Counter[tuple[date, Sex]] = field(default_factory=Counter)

    def phone(self) -> str:
        """A telephone number of its own; its first digits say that it is made up."""
        self.phones += 1
        return f"199{self.phones:08d}"

    def certificate(self) -> str:
        """A birth certificate number of its own."""
        self.certificates += 1
        return f"Z37{self.certificates:07d}"

    def citizen_id(self, born: date, sex: Sex) -> str:
        """A citizen id that passes its check; sequences from the end of the range, which births hardly reach."""
        from stdnum.cn import ric

        self.citizen_ids[born, sex] += 1
        last = 999 if sex is Sex.MALE else 998
        number = f"{region().district_code}{born:%Y%m%d}{last - 2 * (self.citizen_ids[born, sex] - 1):03d}"
        return number + ric.calc_check_digit(number + "0")


def people_of(seed: int, station: StationFacts, count: int, today: date, numbers: Numbers) -> list[Person]:
    """The children of one station on a day.

    Args:
        seed: The same seed gives the same people.
        station: Where they live.
        count: How many.
        today: The day on which the demo is looked at.
        numbers: Shared by all stations.
    """
    people: list[Person] = []
    for place, story in enumerate(_stories(int(station.code), count)):
        if len(people) >= count:
            break
        throw = dice(seed, station.code, place)
        person = _person(throw, station, story, today, numbers, people)
        people.append(person)
        if story is Story.TWINS and len(people) < count:
            people.append(_twin(throw, person, numbers, len(people)))
    return people


def _stories(station: int, count: int) -> Sequence[Story]:
    later = (_LATER[((station - 1) * _STEP + place) % len(_LATER)] for place in range(max(0, count - len(_FIRST))))
    return [*_FIRST[:count], *later]


def _person(
    throw: Random, station: StationFacts, story: Story, today: date, numbers: Numbers, known: Sequence[Person]
) -> Person:
    key = len(known)
    rare = words().rare[int(station.code) % len(words().rare)]
    sex = rare[1] if story is Story.RARE_NAME else throw.choice((Sex.MALE, Sex.FEMALE))
    born = _birth_day(throw, story, today)
    twins = story is Story.TWINS
    usual = _usual_birth(throw, story)
    at = levels(throw)
    if story in _COURSES:
        at = Levels(throw.uniform(-0.5, 0.5), throw.uniform(-0.5, 0.5), throw.uniform(-0.5, 0.5))
    birth = _birth(throw, usual, sex, born, at, _TWIN_WEIGHT if twins else 1.0)
    elder = _elder(throw, known, born) if story is Story.PLAIN else None
    family = elder.family if elder else _family(throw, station, one_of(throw, words().surnames), numbers)
    given = rare[0] if story is Story.RARE_NAME else _given(throw, sex)
    delivery = "4" if twins and throw.random() < 0.7 else one_of(throw, _DELIVERIES)
    stay = throw.randint(2, 4) + (2 if delivery == "4" else 0) + max(0, _PRETERM_WEEKS - usual.weeks) * 5
    facts: dict[str, object] = {
        **_numbers_of(throw, station, family, birth, numbers, key, today),
        "gestation_days": birth.gestation_days,
        "birth_weight_g": birth.weight_g,
        "birth_length_mm": birth.length_mm,
        "birth_order": _order_of(elder) + 1 if elder else one_of(throw, {1: 52, 2: 40, 3: 8}),
        "delivery": delivery,
        "plurality": 2 if twins else 1,
        "birth_place": throw.choice(region().birth_places),
        "discharged_on": min(born + timedelta(days=stay), today),
        "ethnicity": "01",
        "residence": Residence.REGISTERED if throw.random() < 0.85 else Residence.NON_REGISTERED,
    }
    course = _COURSES.get(story, Course.STEADY)
    return Person(key, story, family.surname + given, birth, at, course, family, facts)


def _elder(throw: Random, known: Sequence[Person], born: date) -> Person | None:
    """Now and then a brother or sister who is on the register already, the youngest of the family."""
    if throw.random() >= _SECOND_CHILD:
        return None
    youngest = {person.family: person for person in sorted(known, key=lambda person: person.birth.day)}
    fitting = [person for person in youngest.values() if (born - person.birth.day).days >= _APART_DAYS]
    return throw.choice(fitting) if fitting else None


def _order_of(person: Person) -> int:
    return int(str(person.facts["birth_order"]))


def _twin(throw: Random, first: Person, numbers: Numbers, key: int) -> Person:
    sex = throw.choice((Sex.MALE, Sex.FEMALE))
    near = (z + throw.gauss(0, 0.3) for z in (first.at.build, first.at.length, first.at.head))
    at = Levels(*near)
    share = throw.uniform(0.9, 1.05)
    one = first.birth
    birth = Birth(sex, one.day, one.gestation_days, round(one.weight_g * share / 10) * 10, one.length_mm - 5)
    record_no = str(first.facts["health_record_no"])
    facts = {
        **first.facts,
        "birth_weight_g": birth.weight_g,
        "birth_length_mm": birth.length_mm,
        "birth_certificate_no": numbers.certificate(),
        "health_record_no": f"{record_no[:-5]}{key + 1:05d}",
        "handbook_no": f"{str(first.facts['handbook_no'])[:-4]}{key + 1:04d}",
        "citizen_id": first.facts["citizen_id"] and numbers.citizen_id(birth.day, sex),
    }
    name = first.family.surname + _given(throw, sex)
    return Person(key, first.story, name, birth, at, first.course, first.family, facts, sibling_of=first.key)


def _birth_day(throw: Random, story: Story, today: date) -> date:
    """Born so that the story can be seen today; the others within the last three years, most in the last two."""
    match story:
        case Story.OVERDUE:  # the check at 6 months is over, the one at 8 has not begun
            return add_months(today, -6) - timedelta(days=29 + throw.randint(5, 20))
        case Story.DUE:
            return add_months(today, -12) - timedelta(days=throw.randint(2, 20))
        case Story.UPCOMING:
            return add_months(today + timedelta(days=throw.randint(2, 6)), -3)
        case Story.RARE_NAME:  # the check at 3 months is done, the one at 6 has not begun
            return today - timedelta(days=throw.randint(150, 172))
        case Story.FALTERING | Story.OVERWEIGHT:
            return today - timedelta(days=throw.randint(400, 700))
        case _:
            return today - timedelta(days=throw.randint(4, 730) if throw.random() < 0.8 else throw.randint(731, 1130))


def _usual_birth(throw: Random, story: Story) -> BirthFacts:
    births = words().births
    match story:
        case Story.PRETERM:
            births = [birth for birth in births if birth.weeks < _PRETERM_WEEKS]
        case Story.UPCOMING:  # home again soon, and followed as a high-risk child
            births = [birth for birth in births if 35 <= birth.weeks < _PRETERM_WEEKS]
        case Story.TWINS:
            births = [birth for birth in births if 34 <= birth.weeks <= 38]
        case Story.OVERDUE | Story.DUE | Story.RARE_NAME:
            births = [birth for birth in births if birth.weeks >= 38]
    return throw.choices(births, [birth.per_mille for birth in births])[0]


def _birth(throw: Random, usual: BirthFacts, sex: Sex, day: date, at: Levels, share: float) -> Birth:
    """A birth about as heavy and long as the child will be for its age later."""
    boys_heavier = 1.02 if sex is Sex.MALE else 0.98
    weight_g = usual.weight_g * boys_heavier * share * (1 + 0.05 * at.build + 0.05 * at.length + throw.gauss(0, 0.04))
    length_mm = usual.length_mm * (1 + 0.03 * at.length) * (share + 2) / 3
    return Birth(sex, day, usual.weeks * 7 + throw.randint(0, 6), round(weight_g / 10) * 10, round(length_mm / 5) * 5)


def _numbers_of(
    throw: Random, station: StationFacts, family: Family, birth: Birth, numbers: Numbers, key: int, today: date
) -> dict[str, object]:
    """Not every child is in the population register yet; the youngest mostly are not."""
    registered = throw.random() < (0.35 if (today - birth.day).days < 60 else 0.95)
    district = region().district_code
    return {
        "citizen_id": numbers.citizen_id(birth.day, birth.sex) if registered else None,
        "birth_certificate_no": numbers.certificate(),
        "health_record_no": f"{district}{station.township_code}{family.village_code}{key + 1:05d}",
        "handbook_no": f"{station.code}{birth.day:%y%m}{key + 1:04d}",
    }


def _family(throw: Random, station: StationFacts, surname: str, numbers: Numbers) -> Family:
    code = throw.choice(list(station.villages))
    village = station.villages[code]
    main = one_of(throw, {MOTHER: 70, GRANDMOTHER: 20, FATHER: 8, GRANDFATHER: 2})
    grown_ups = [
        (MOTHER, one_of(throw, words().surnames) + throw.choice(words().mothers)),
        (FATHER, surname + throw.choice(words().fathers)),
    ]
    if main in (GRANDMOTHER, GRANDFATHER):
        names = words().grandmothers if main == GRANDMOTHER else words().grandfathers
        own = surname if main == GRANDFATHER else one_of(throw, words().surnames)
        grown_ups.append((main, own + throw.choice(names)))
    caregivers = tuple(
        NewCaregiver(name, relation, numbers.phone(), is_main=relation == main) for relation, name in grown_ups
    )
    address = f"{station.township}{village}{throw.randint(1, 260)}号"
    return Family(surname, village, code, address, caregivers)


def _given(throw: Random, sex: Sex) -> str:
    letters = words().boys if sex is Sex.MALE else words().girls
    return "".join(throw.sample(letters, 1 if throw.random() < 0.12 else 2))
