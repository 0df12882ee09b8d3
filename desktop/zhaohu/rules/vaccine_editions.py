"""The editions of the national immunization schedule, read from their data files (resources/vaccination)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _
from zhaohu.rules.forms.tables import Table


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose of a vaccine; the keys are explained at the head of resources/vaccination/2021.toml."""

    number: int
    product: str = ""
    min_months: int = 0
    by_months: int | None = None
    by_days: int | None = None
    after_days: int = 0
    after_months: int = 0
    until_months: int | None = None
    note: str = ""
    note_born_before: date | None = None


@dataclass(frozen=True, slots=True)
class Vaccine:
    """A vaccine of the programme with its doses in order."""

    code: str
    name: str
    doses: tuple[Dose, ...]
    live: bool = False
    instead_of: str = ""

    def dose(self, number: int) -> Dose | None:
        """The dose of that number; None when the edition has none."""
        return next((dose for dose in self.doses if dose.number == number), None)


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """One edition of the schedule; `not_known` says in words what is not reckoned with."""

    id: str
    title: str
    effective_from: date
    source: str
    not_known: tuple[str, ...]
    vaccines: tuple[Vaccine, ...]

    def vaccine(self, code: str) -> Vaccine | None:
        """The vaccine of that code; None when the edition has none."""
        return next((one for one in self.vaccines if one.code == code), None)


def edition_on(editions: Sequence[Edition], on: date) -> Edition:
    """The newest edition in effect on a day; before the first one, that one.

    Args:
        editions: All editions, in the order of their days of effect.
        on: The day.
    """
    return next((one for one in reversed(editions) if one.effective_from <= on), editions[0])


def parse_edition(text: str, file: str) -> Edition:
    """Read an edition file.

    Raises:
        FormError: The file is wrong; it names the vaccine and the reason.
    """
    table = Table.parse(text, file)
    edition = Edition(
        id=table.take("id", str),
        title=table.take("title", str),
        effective_from=table.take("effective_from", date),
        source=table.take("source", str),
        not_known=table.texts("not_known"),
        vaccines=tuple(_vaccine(one) for one in table.tables("vaccines", "vaccines")),
    )
    table.done()
    codes = [one.code for one in edition.vaccines]
    if len(set(codes)) != len(codes) or not {one.instead_of for one in edition.vaccines} <= {"", *codes}:
        raise table.error(_("vaccine codes must be there once, and instead_of must name one"))
    return edition


def _vaccine(table: Table) -> Vaccine:
    table.place = code = table.take("code", str)
    doses = tuple(_dose(one) for one in table.tables("doses"))
    if [dose.number for dose in doses] != list(range(1, len(doses) + 1)):
        raise table.error(_("doses must be numbered from 1"))
    vaccine = Vaccine(
        code, table.take("name", str), doses, table.take("live", bool, False), table.take("instead_of", str, "")
    )
    table.done()
    return vaccine


def _dose(table: Table) -> Dose:
    def number(key: str) -> int | None:
        return table.take(key, int) if table.has(key) else None

    dose = Dose(
        number=table.take("number", int),
        product=table.take("product", str, ""),
        min_months=table.take("min_months", int, 0),
        by_months=number("by_months"),
        by_days=number("by_days"),
        after_days=table.take("after_days", int, 0),
        after_months=table.take("after_months", int, 0),
        until_months=number("until_months"),
        note=table.take("note", str, ""),
        note_born_before=table.take("note_born_before", date) if table.has("note_born_before") else None,
    )
    table.done()
    return dose


def edition_terms(edition: Edition) -> Iterator[str]:
    """Every Chinese term of an edition that screen or paper shows, for the `forms` catalog."""
    yield from (edition.title, edition.source, *edition.not_known)
    for vaccine in edition.vaccines:
        yield vaccine.name
        for dose in vaccine.doses:
            yield from (term for term in (dose.product, dose.note) if term)
