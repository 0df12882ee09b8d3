"""The reminders against the schedule as it is printed, typed here a second time, and against what must always hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given as tried
from hypothesis import strategies as st

from zhaohu import paths
from zhaohu.rules.ages import add_months
from zhaohu.rules.forms.tables import FormError
from zhaohu.rules.vaccination import Reminder, VaccineState, doubts, reminders
from zhaohu.rules.vaccine_editions import edition_on, edition_terms, parse_edition

EDITIONS = [
    parse_edition(paths.resource(f"vaccination/{year}.toml").read_text("utf-8"), f"{year}.toml")
    for year in (2021, 2025, 2026)
]
BY_ID = {edition.id: edition for edition in EDITIONS}
S = VaccineState

# Minimum age in months of every dose to three years, as the tables of the two editions have it.
AGES = {
    "2021": "HepB 0 1 6|BCG 0|Polio 2 3 4|DTaP 3 4 5 18|MPSV-A 6 9|MPSV-AC 36|MMR 8 18|JE-L 8 24|HepA-L 18",
    "2026": "HepB 0 1 6|BCG 0|Polio 2 3 4|DTaP 2 4 6 18|MPSV-A 6 9|MPSV-AC 36|MMR 8 18|JE-L 8 24|HepA-L 18",
}
INSTEAD = "JE-I 8 8 24|HepA-I 18 24"
# Recommended to be complete before so many months, as the two editions say.
COMPLETE = {
    "2021": {("BCG", 1): 3, ("HepB", 3): 12, ("Polio", 3): 12, ("DTaP", 3): 12, ("MMR", 1): 12, ("JE-L", 1): 12,
             ("MPSV-A", 2): 18, ("MMR", 2): 24, ("HepA-L", 1): 24, ("DTaP", 4): 24},
    "2026": {("MPSV-A", 1): 12, ("MPSV-A", 2): 24, ("HepA-L", 1): 24, ("JE-L", 2): 36, ("Polio", 4): 60,
             ("DTaP", 5): 84, ("MPSV-AC", 1): 48, ("MPSV-AC", 2): 84},
}  # fmt: skip

births = st.dates(date(2019, 1, 1), date(2026, 11, 1))


def stands(rows: list[Reminder]) -> dict[tuple[str, int], VaccineState]:
    return {(row.vaccine.code, row.dose.number): row.state for row in rows}


def row_of(rows: list[Reminder], code: str, number: int) -> Reminder:
    return next(row for row in rows if (row.vaccine.code, row.dose.number) == (code, number))


@st.composite
def lives(draw: st.DrawFn) -> tuple[date, dict[tuple[str, int], date], date]:
    """A birth, doses begun in order with days from the birth on, and the day of the question."""
    born = draw(births)
    on = born + timedelta(days=draw(st.integers(0, 1500)))
    known: dict[tuple[str, int], date] = {}
    for vaccine in edition_on(EDITIONS, on).vaccines:
        if vaccine.instead_of and draw(st.booleans()):
            continue
        day = born
        for dose in vaccine.doses[: draw(st.integers(0, len(vaccine.doses)))]:
            day = day + timedelta(days=draw(st.integers(0, 400)))
            known[vaccine.code, dose.number] = day
    return born, known, on


@pytest.mark.parametrize("edition", ["2021", "2026"])
def test_ages_are_the_printed_ones(edition: str) -> None:
    for line in f"{AGES[edition]}|{INSTEAD}".split("|"):
        code, *months = line.split()
        vaccine = BY_ID[edition].vaccine(code)
        assert vaccine is not None
        to_three = [dose.min_months for dose in vaccine.doses if dose.min_months <= 36]
        assert to_three == [int(month) for month in months], code
    assert len(BY_ID[edition].vaccines) == {"2021": 12, "2026": 11}[edition]  # with DT, which DTaP 5 replaced


@pytest.mark.parametrize("edition", ["2021", "2026"])
def test_completion_is_recommended_as_printed(edition: str) -> None:
    for (code, number), months in COMPLETE[edition].items():
        vaccine = BY_ID[edition].vaccine(code)
        dose = vaccine.dose(number) if vaccine else None
        assert dose is not None
        assert dose.by_months == months, (code, number)


def test_intervals_of_dtap_are_the_printed_ones() -> None:
    for edition in EDITIONS:
        vaccine = edition.vaccine("DTaP")
        assert vaccine is not None
        wanted = [(0, 0), (28, 0), (28, 0), (0, 6), (0, 12)][: len(vaccine.doses)]
        assert [(dose.after_days, dose.after_months) for dose in vaccine.doses] == wanted


def test_every_edition_names_its_source_and_what_it_does_not_know() -> None:
    for edition in EDITIONS:
        assert edition.source
        assert edition.not_known
        assert all(edition_terms(edition))


@pytest.mark.parametrize(
    ("on", "edition"),
    [
        (date(2020, 5, 1), "2021"),
        (date(2024, 12, 31), "2021"),
        (date(2025, 1, 1), "2025"),
        (date(2026, 6, 16), "2025"),
        (date(2026, 6, 17), "2026"),
    ],
)
def test_the_edition_in_effect_on_the_day_counts(on: date, edition: str) -> None:
    assert edition_on(EDITIONS, on).id == edition


def test_a_newborn_is_due_for_two_doses_at_once() -> None:
    born = date(2026, 11, 20)
    found = stands(reminders(EDITIONS, born, {}, born))
    assert {key for key, state in found.items() if state is S.DUE} == {("HepB", 1), ("BCG", 1)}
    assert set(found.values()) == {S.DUE, S.COMING}


def test_late_after_the_recommended_age_or_a_month_where_there_is_none() -> None:
    born = date(2026, 1, 10)
    given = {("HepB", 1): born, ("HepB", 2): date(2026, 2, 10), ("BCG", 1): born}

    def state(code: str, number: int, on: date) -> VaccineState:
        return stands(reminders(EDITIONS, born, given, on))[code, number]

    assert state("HepB", 3, date(2026, 7, 9)) is S.COMING
    assert state("HepB", 3, date(2026, 7, 10)) is S.DUE
    assert state("HepB", 3, date(2027, 1, 9)) is S.DUE
    assert state("HepB", 3, date(2027, 1, 10)) is S.OVERDUE
    assert state("DTaP", 1, date(2026, 4, 10)) is S.DUE
    assert state("DTaP", 1, date(2026, 4, 11)) is S.OVERDUE
    assert state("DTaP", 2, date(2026, 8, 1)) is S.COMING  # waits for the first


def test_children_begun_under_the_old_ages_go_on_with_intervals_and_are_told_to_ask() -> None:
    born = date(2024, 8, 20)
    given = {("DTaP", 1): date(2024, 11, 25), ("DTaP", 2): date(2024, 12, 28)}
    row = row_of(reminders(EDITIONS, born, given, date(2025, 3, 1)), "DTaP", 3)
    assert (row.state, row.opens) == (S.DUE, date(2025, 2, 20))  # six months old, 28 days over long ago
    assert "区县疾控" in row.why
    assert "区县疾控" not in row_of(reminders(EDITIONS, date(2025, 8, 20), {}, date(2026, 3, 1)), "DTaP", 1).why


def test_bcg_is_not_given_from_four_years_on() -> None:
    born = date(2022, 3, 1)
    assert stands(reminders(EDITIONS, born, {}, date(2026, 2, 28)))["BCG", 1] is S.OVERDUE
    assert stands(reminders(EDITIONS, born, {}, date(2026, 3, 1)))["BCG", 1] is S.NOT_ANY_MORE


def test_the_other_vaccine_takes_the_place_of_a_series() -> None:
    born = date(2025, 1, 1)
    on = date(2026, 11, 20)
    assert not any(row.vaccine.code == "JE-I" for row in reminders(EDITIONS, born, {}, on))
    rows = reminders(EDITIONS, born, {("JE-I", 1): date(2025, 9, 1)}, on)
    assert stands(rows)["JE-L", 1] is S.NOT_ANY_MORE
    assert stands(rows)["JE-I", 2] is S.OVERDUE
    assert row_of(rows, "JE-L", 1).why


def test_a_live_vaccine_shortly_before_is_only_a_note() -> None:
    born = date(2025, 5, 1)
    given = {("BCG", 1): born, ("MMR", 1): date(2026, 11, 10)}
    row = row_of(reminders(EDITIONS, born, given, date(2026, 11, 20)), "JE-L", 1)
    assert row.state is S.OVERDUE
    assert "2026年12月8日" in row.why
    later = row_of(reminders(EDITIONS, born, given, date(2026, 12, 8)), "JE-L", 1)
    assert not later.why
    inactivated = row_of(reminders(EDITIONS, born, given, date(2026, 11, 20)), "MPSV-A", 1)
    assert not inactivated.why


def test_doses_of_a_former_edition_stay() -> None:
    rows = reminders(
        EDITIONS, date(2020, 1, 1), {("DT", 1): date(2026, 2, 1), ("XX", 2): date(2026, 3, 1)}, date(2026, 11, 20)
    )
    assert (row_of(rows, "DT", 1).state, row_of(rows, "DT", 1).vaccine.name) == (S.GIVEN, "白破疫苗")
    assert row_of(rows, "XX", 2).given_on == date(2026, 3, 1)


@tried(lives())
def test_every_dose_stands_once_and_what_was_given_is_given(
    life: tuple[date, dict[tuple[str, int], date], date],
) -> None:
    born, known, on = life
    rows = reminders(EDITIONS, born, known, on)
    keys = [(row.vaccine.code, row.dose.number) for row in rows]
    assert len(keys) == len(set(keys))
    assert {key for key, state in stands(rows).items() if state is S.GIVEN} == {k for k, d in known.items() if d <= on}
    edition = edition_on(EDITIONS, on)
    wanted = {(v.code, d.number) for v in edition.vaccines if not v.instead_of for d in v.doses}
    assert wanted <= set(keys)


@tried(lives())
def test_of_a_series_begun_in_order_only_the_next_dose_is_due(
    life: tuple[date, dict[tuple[str, int], date], date],
) -> None:
    born, known, on = life
    now = {key: day for key, day in known.items() if day <= on}
    for row in reminders(EDITIONS, born, known, on):
        if row.state in (S.DUE, S.OVERDUE):
            number = row.dose.number
            assert number == 1 or (row.vaccine.code, number - 1) in now
            assert row.opens is not None
            assert row.by is not None
            assert row.opens <= on
            assert row.opens >= add_months(born, row.dose.min_months)
            assert (row.state is S.OVERDUE) == (on > row.by)


@tried(lives(), st.integers(1, 400))
def test_time_alone_only_leads_on(life: tuple[date, dict[tuple[str, int], date], date], days: int) -> None:
    born, known, on = life
    now = {key: day for key, day in known.items() if day <= on}
    order = [S.COMING, S.DUE, S.OVERDUE, S.NOT_ANY_MORE]
    one = [edition_on(EDITIONS, on)]
    before, after = (stands(reminders(one, born, now, day)) for day in (on, on + timedelta(days=days)))
    for key, state in before.items():
        if state is not S.GIVEN:
            assert order.index(after[key]) >= order.index(state)


@tried(lives())
def test_what_is_due_can_be_given_without_a_doubt(life: tuple[date, dict[tuple[str, int], date], date]) -> None:
    born, known, on = life
    now = {key: day for key, day in known.items() if day <= on}
    edition = edition_on(EDITIONS, on)
    for row in reminders(EDITIONS, born, now, on):
        if row.state in (S.DUE, S.OVERDUE):
            key = (row.vaccine.code, row.dose.number)
            assert doubts(edition, born, {**now, key: on}, *key) == []


def test_too_young_and_too_soon_is_doubted() -> None:
    born = date(2026, 1, 1)
    edition = BY_ID["2026"]
    assert len(doubts(edition, born, {("DTaP", 1): date(2026, 2, 28)}, "DTaP", 1)) == 1
    assert doubts(edition, born, {("DTaP", 1): date(2026, 3, 1)}, "DTaP", 1) == []
    soon = {("DTaP", 1): date(2026, 5, 1), ("DTaP", 2): date(2026, 5, 28)}
    assert len(doubts(edition, born, soon, "DTaP", 2)) == 1
    assert doubts(edition, born, {**soon, ("DTaP", 2): date(2026, 5, 29)}, "DTaP", 2) == []
    assert doubts(edition, born, {("XX", 1): date(2026, 5, 1)}, "XX", 1) == []


def test_a_doubt_names_the_dose_before_and_the_first_day() -> None:
    """Of two doses without an interval in the edition (A群C群) the second must still be the later one."""
    born, edition = date(2020, 1, 1), BY_ID["2026"]
    soon = {("DTaP", 2): date(2020, 7, 1), ("DTaP", 3): date(2020, 7, 28)}
    (said,) = doubts(edition, born, soon, "DTaP", 3)
    assert "第2剂" in said
    assert "2020年7月29日" in said
    both = {("MPSV-AC", 1): date(2026, 1, 5), ("MPSV-AC", 2): date(2026, 1, 5)}
    (said,) = doubts(edition, born, both, "MPSV-AC", 2)
    assert "第1剂" in said
    assert doubts(edition, born, {**both, ("MPSV-AC", 2): date(2026, 1, 6)}, "MPSV-AC", 2) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('code = "BCG"', 'code = "HepB"'),
        ('instead_of = "JE-L"', 'instead_of = "JE-X"'),
        ("{ number = 2, min_months = 1", "{ number = 3, min_months = 1"),
        ("min_months = 1,", "minmonths = 1,"),
        ('title = "', 'title = 5 # "'),
    ],
)
def test_a_faulty_file_is_refused(old: str, new: str) -> None:
    text = paths.resource("vaccination/2026.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(FormError):
        parse_edition(text.replace(old, new, 1), "2026.toml")
