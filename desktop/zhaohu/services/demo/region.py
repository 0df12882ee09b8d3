"""What the demo district is made of, read from resources/demo, and dice that fall the same for the same seed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, TypeVar

from zhaohu import paths
from zhaohu.records.codes import ClassKind, Sex, TopicBlock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StationFacts:
    """One station; `villages` by their three digits, `expired` of the `teachers` hold no valid certificate."""

    code: str
    township: str
    township_code: str
    name: str
    host: str
    population: int
    teachers: int
    expired: int
    villages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Region:
    """The district and its stations."""

    district_code: str
    county: str
    center: str
    center_admin: str
    center_auditor: str
    birth_places: Sequence[str]
    stations: Sequence[StationFacts]


@dataclass(frozen=True, slots=True)
class BirthFacts:
    """How often children are born at that week, and what they weigh and measure on average."""

    weeks: int
    per_mille: int
    weight_g: int
    length_mm: int


@dataclass(frozen=True, slots=True)
class Topic:
    """A parenting class that may be held."""

    block: TopicBlock
    kind: ClassKind
    topic: str


@dataclass(frozen=True, slots=True)
class Words:
    """What people are called, do, and fall ill with; `rare` given names by sex."""

    surnames: Mapping[str, int]
    boys: Sequence[str]
    girls: Sequence[str]
    fathers: Sequence[str]
    mothers: Sequence[str]
    grandfathers: Sequence[str]
    grandmothers: Sequence[str]
    rare: Sequence[tuple[str, Sex]]
    jobs: Sequence[str]
    professions: Sequence[str]
    illnesses: Sequence[str]
    malformation: str
    skin_finding: str
    correction_reasons: Sequence[str]
    referral_org: str
    referral_reason_sign: str
    referral_reason_growth: str
    referral_reason_screen: str
    population_source: str
    topics: Sequence[Topic]
    births: Sequence[BirthFacts]


@cache
def region() -> Region:
    """The district."""
    data = _read("district")
    stations = [StationFacts(**station) for station in data.pop("stations")]
    return Region(stations=stations, **data)


@cache
def words() -> Words:
    """The words."""
    data = _read("people")
    for key in ("boys", "girls", "fathers", "mothers", "grandfathers", "grandmothers"):
        data[key] = data[key].split()
    data["rare"] = [(one["given"], Sex(one["sex"])) for one in data["rare"]]
    data["topics"] = [Topic(TopicBlock(t["block"]), ClassKind(t["kind"]), t["topic"]) for t in data["topics"]]
    data["births"] = [BirthFacts(**birth) for birth in data["births"]]
    return Words(**data)


@cache
def care_words() -> Mapping[str, Any]:
    """What is written down between and beside the checks, by its key in care.toml."""
    return _read("care")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(paths.resource(f"demo/{name}.toml").read_text("utf-8"))


def dice(*about: object) -> Random:
    """Random numbers that are the same for the same seed and purpose, whatever else is thrown."""
    return Random("/".join(map(str, about)))  # noqa: S311 - invented people, not secrets


def one_of(throw: Random, odds: Mapping[T, float]) -> T:
    """One of several things, each as often as its weight says."""
    return throw.choices(list(odds), list(odds.values()))[0]
