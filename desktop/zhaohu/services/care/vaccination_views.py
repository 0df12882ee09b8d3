"""A child's vaccinations as screen and hand-out show them: the grid of doses, and what is due in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, form_term, format_date
from zhaohu.records import Child, Vaccination
from zhaohu.records.codes import ChildStatus
from zhaohu.rules import vaccination as rules
from zhaohu.rules.vaccination import Reminder, VaccineState
from zhaohu.rules.vaccine_editions import Edition, Vaccine, edition_on
from zhaohu.services import reference


@dataclass(frozen=True, slots=True)
class DoseView:
    """A dose of the schedule for one child; `id` is that of the record, empty while it is not given.

    Args:
        product: The name on the certificate: what was given, else what the schedule asks for.
        opens: From when it can be given, and
        by: until when it counts as in time.
        why: What a person should know about it, in words.
        doubts: What is unlikely about its day.
    """

    id: str
    vaccine: str
    dose: int
    product: str
    state: VaccineState
    opens: date | None
    by: date | None
    given_on: date | None
    seen_on: date | None
    why: str
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VaccineView:
    """A vaccine with its doses in order."""

    code: str
    name: str
    doses: tuple[DoseView, ...]


@dataclass(frozen=True, slots=True)
class VaccinationView:
    """Everything about a child's vaccinations; `not_known` is what the reminders do not reckon with."""

    edition: str
    source: str
    not_known: tuple[str, ...]
    vaccines: tuple[VaccineView, ...]
    words: tuple[str, ...]
    editable: bool


def doubts(child: Child, known: rules.Given, vaccine: str, dose: int) -> list[str]:
    """What is unlikely about a dose, in words, by the edition of the day on which it was given."""
    edition = edition_on(reference.vaccine_editions(), known[vaccine, dose])
    return rules.doubts(edition, child.birth_date, known, vaccine, dose)


def views(child: Child, kept: Sequence[Vaccination], rows: Sequence[Reminder], on: date) -> Iterator[VaccineView]:
    """The grid: every vaccine with its doses, in the edition's order; then what only former editions had."""
    records = {(row.vaccine, row.dose): row for row in kept}
    known = {key: row.given_on for key, row in records.items()}
    by_vaccine: dict[str, list[DoseView]] = {}
    for row in rows:
        found = records.get((row.vaccine.code, row.dose.number))
        unlikely = doubts(child, known, row.vaccine.code, row.dose.number) if found else []
        by_vaccine.setdefault(row.vaccine.code, []).append(_view(row, found, tuple(unlikely)))
    edition = edition_on(reference.vaccine_editions(), on)
    for vaccine in edition.vaccines:
        doses = by_vaccine.pop(vaccine.code, None) or list(_instead(edition, vaccine))
        yield VaccineView(vaccine.code, form_term(vaccine.name), tuple(doses))
    for code, doses in by_vaccine.items():
        yield VaccineView(code, vaccine_name(code), tuple(doses))


def _instead(edition: Edition, vaccine: Vaccine) -> Iterator[DoseView]:
    """The doses of a vaccine that would take another one's place, and has not."""
    other = edition.vaccine(vaccine.instead_of)
    why = _("Only where it is given instead of {vaccine}.").format(vaccine=form_term(other.name if other else ""))
    for dose in vaccine.doses:
        yield _view(Reminder(vaccine, dose, VaccineState.NOT_ANY_MORE, why=why), None, ())


def _view(row: Reminder, found: Vaccination | None, unlikely: tuple[str, ...]) -> DoseView:
    given = found.product if found is not None else None
    return DoseView(
        id=found.id if found else "",
        vaccine=row.vaccine.code,
        dose=row.dose.number,
        product=given or form_term(row.dose.product or row.vaccine.name),
        state=row.state,
        opens=row.opens,
        by=row.by,
        given_on=row.given_on,
        seen_on=found.seen_on if found else None,
        why=row.why,
        doubts=unlikely,
    )


def words(child: Child, rows: Sequence[Reminder], on: date) -> Iterator[str]:
    """What is due and what comes next, a sentence each; nothing for a child that is away."""
    if child.status is not ChildStatus.ACTIVE:
        return
    if not any(row.given_on for row in rows):  # nobody is told to make up for what merely was never looked up
        yield _("The certificate was not looked at yet: enter the doses that it shows.")
        return

    def named(found: Iterable[Reminder]) -> str:
        return _(", ").join(dose_name(row.vaccine.code, row.dose.number) for row in found)

    late = [row for row in rows if row.state is VaccineState.OVERDUE]
    due = [row for row in rows if row.state is VaccineState.DUE]
    if late:
        yield _("To be made up for soon: {doses}.").format(doses=named(late))
    if due:
        yield _("Due now: {doses}.").format(doses=named(due))
    coming = [row for row in rows if row.state is VaccineState.COMING and row.opens is not None and row.opens > on]
    first = min((row.opens for row in coming if row.opens is not None), default=None)
    if first is not None:
        doses = named(row for row in coming if row.opens == first)
        yield _("Next, from {day} on: {doses}.").format(day=format_date(first), doses=doses)


def vaccine_name(code: str) -> str:
    """A vaccine's name, of the newest edition that has it; its code where none has."""
    found = _vaccine(code)
    return form_term(found.name) if found is not None else code


def dose_name(code: str, number: int) -> str:
    """A dose as people call it: 百白破疫苗第2剂."""
    found = _vaccine(code)
    if found is not None and len(found.doses) == 1:
        return form_term(found.name)
    dose = found.dose(number) if found is not None else None
    name = form_term(dose.product) if dose is not None and dose.product else vaccine_name(code)
    return _("{vaccine} dose {number}").format(vaccine=name, number=number)


def _vaccine(code: str) -> Vaccine | None:
    return next((vaccine for one in reversed(reference.vaccine_editions()) if (vaccine := one.vaccine(code))), None)
