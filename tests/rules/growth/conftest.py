import csv
from collections.abc import Callable
from decimal import Decimal

import pytest

from zhaohu import paths
from zhaohu.rules.growth import References, load_references

Table = list[dict[str, str]]


@pytest.fixture(scope="session")
def read() -> Callable[[str], str]:
    """The text of a growth table by its file name."""
    return lambda name: paths.resource(f"growth/{name}").read_text("utf-8")


@pytest.fixture(scope="session")
def references(read: Callable[[str], str]) -> References:
    return load_references(read)


@pytest.fixture(scope="session")
def table(read: Callable[[str], str]) -> Callable[[str], Table]:
    """A published table as text, read without the code under test."""
    return lambda name: list(csv.DictReader(read(name).splitlines()))


@pytest.fixture(scope="session")
def printed(table: Callable[[str], Table]) -> Callable[[str, str], list[tuple[int, int, list[Decimal]]]]:
    """WS/T 423-2022 as printed: (sex, month or cm, seven cells) of an indicator's `sd` or `pct` table."""

    def rows(indicator: str, kind: str) -> list[tuple[int, int, list[Decimal]]]:
        return [
            (int(sex), int(key), [Decimal(cell) for cell in cells])
            for sex, key, *cells in (line.values() for line in table(f"wst423_2022_{indicator}_{kind}.csv"))
        ]

    return rows
