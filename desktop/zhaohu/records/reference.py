"""What the center keeps for all: stations, their populations, and what it decided for the whole district."""

from __future__ import annotations

from sqlmodel import Field

from zhaohu.records.base import Owned, TwoDigits


class Station(Owned, table=True):
    """A guidance station (指导站) of the district."""

    code: TwoDigits = Field(unique=True)
    name: str = Field(min_length=1, max_length=60)
    township: str = Field(min_length=1, max_length=60)


class Population(Owned, table=True):
    """Resident population (常住人口) of a station's township in one year."""

    station: TwoDigits = Field(index=True)
    year: int = Field(ge=2000, le=2100)
    population: int = Field(ge=0, le=10_000_000)
    source: str | None = Field(default=None, max_length=100)


class DistrictData(Owned, table=True):
    """What the center set in place of what the program ships: guidance texts, days off, extra visits, targets.

    Its id follows from the key, so that a key never comes twice, whatever happened to the center's database.
    """

    __tablename__ = "district_data"

    key: str = Field(min_length=1, max_length=60, unique=True)
    content: str = Field(description="Canonical JSON; its shape belongs to whoever reads the key")
    edition: int = Field(ge=1, description="One more with every change")
