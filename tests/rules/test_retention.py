"""Which backups are kept, whatever the clock says."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from zhaohu.rules.retention import MOST, Backup, kept

START = date(2026, 11, 20)
days = st.dates(date(1990, 1, 1), date(2120, 1, 1))
backups = st.lists(st.tuples(days, st.booleans()), max_size=80).map(
    lambda found: [Backup(no, day, risky) for no, (day, risky) in enumerate(found, 1)]
)


def through(history: list[Backup]) -> list[Backup]:
    """What is left when each new backup is followed by a rotation."""
    left: list[Backup] = []
    for backup in history:
        left.append(backup)
        keep = kept(left)
        left = [one for one in left if one.no in keep]
    return left


@given(backups)
def test_the_newest_stay_and_it_never_grows(found):
    keep = kept(found)
    assert keep >= {backup.no for backup in found[-3:]}
    assert keep <= {backup.no for backup in found}
    assert len(keep) <= MOST


@given(backups)
def test_a_second_rotation_takes_nothing_more(found):
    keep = kept(found)
    assert kept(backup for backup in found if backup.no in keep) == keep


@given(backups, days)
def test_a_clock_that_jumps_anywhere_keeps_the_last_good_ones(found, jumped):
    number = len(found) + 1
    after = kept([*found, Backup(number, jumped)])
    assert number in after
    assert after >= {backup.no for backup in found[-2:]}


@given(backups)
def test_the_last_two_before_a_risk_stay(found):
    risky = [backup.no for backup in found if backup.before_risk]
    assert kept(found) >= set(risky[-2:])


@settings(max_examples=6)
@given(days.filter(lambda day: day.year < 2115), st.integers(1, 2))
def test_two_years_of_backups_reach_back_into_the_eleventh_month(first, each_day):
    history = [
        Backup(day * each_day + part + 1, first + timedelta(day)) for day in range(731) for part in range(each_day)
    ]
    left = through(history)
    assert len(left) <= MOST
    first_kept, last_kept = left[0].day, left[-1].day
    assert (last_kept.year - first_kept.year) * 12 + last_kept.month - first_kept.month == 11
    # the last seven days have one each, and no gap in the last five weeks is longer than a week and a day
    assert {left[-1].day - timedelta(n) for n in range(7)} <= {backup.day for backup in left}
    near = sorted({backup.day for backup in left if (left[-1].day - backup.day).days <= 28})
    assert max((later - sooner).days for sooner, later in pairwise(near)) <= 8


def test_a_backup_every_second_month_is_kept_for_years():
    history = [Backup(n, date(2020 + n // 6, n % 6 * 2 + 1, 15)) for n in range(1, 40)]
    left = through(history)
    assert [backup.no for backup in left] == list(range(28, 40))


def test_an_hour_of_many_backups_pushes_no_day_out():
    history = [Backup(n, START + timedelta(n)) for n in range(1, 8)]
    history += [Backup(7 + n, START + timedelta(7)) for n in range(1, 50)]
    assert {backup.day for backup in through(history)} == {START + timedelta(n) for n in range(1, 8)}


def test_nothing_is_kept_of_nothing():
    assert kept([]) == set()
