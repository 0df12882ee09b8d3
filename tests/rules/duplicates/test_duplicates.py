"""Who may be one child: by property, by example, and counted on invented registers."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.faults.figures import times
from tests.rules.duplicates.invented import COPIES, copies, families

from zhaohu.records.codes import Sex
from zhaohu.rules.duplicates import (
    FAMILY_AT_MOST,
    Grade,
    KnownChild,
    Likeness,
    is_for_now,
    judge,
    of_one,
    pairs,
    slipped_days,
)
from zhaohu.rules.duplicates.slips import is_slip
from zhaohu.rules.names import Nearness, near_names

BORN = date(2025, 5, 12)
BASE = KnownChild(
    "a",
    "李子涵",
    BORN,
    Sex.FEMALE,
    "371103202505120027",
    ("13953771234",),
    ("王静", "李强"),
    certificate_no="V123456789",
    household="h1",
    carer_ids=("371103199001010024",),
    village="v1",
    plurality=1,
    birth_weight_g=3300,
)

NAMES = [
    "李子涵",
    "李梓涵",
    "李子轩",
    "李涵",
    "王子涵",
    "王静之女",
    "王静之子",
    "李婴",
    "欧阳子涵",
    "李子函",
    "王静之大女",
    "李𠮷祥",
    "李吉祥",
]
some_children = st.builds(
    KnownChild,
    id=st.uuids().map(str),
    name=st.sampled_from(NAMES),
    birth_date=st.sampled_from([BORN, BORN + timedelta(1), date(2025, 12, 5), date(2025, 5, 21), date(2023, 1, 1)]),
    sex=st.sampled_from([Sex.MALE, Sex.FEMALE, Sex.NOT_STATED]),
    id_number=st.sampled_from(["", "", "371103202505120027", "371103202505120043"]),
    phones=st.lists(st.sampled_from(["13953771234", "139 5377 1234", "13800000000"]), max_size=2).map(tuple),
    caregivers=st.lists(st.sampled_from(["王静", "李强", "赵敏"]), max_size=2).map(tuple),
    certain_id=st.booleans(),
    certificate_no=st.sampled_from(["", "", "V123456789", "V123456790"]),
    household=st.sampled_from(["", "h1", "h2", "h3"]),
    carer_ids=st.lists(st.sampled_from(["371103199001010024", "371103198001010025"]), max_size=1).map(tuple),
    village=st.sampled_from(["", "v1", "v2"]),
    plurality=st.sampled_from([None, 1, 2]),
    birth_weight_g=st.sampled_from([None, 2400, 3300, 3310]),
)


@given(some_children, some_children)
@settings(max_examples=times(600, 150))
def test_it_makes_no_difference_who_comes_first(one: KnownChild, other: KnownChild) -> None:
    assert judge(one, other) == judge(other, one)


@given(st.lists(some_children, min_size=2, max_size=FAMILY_AT_MOST, unique_by=lambda child: child.id))
@settings(max_examples=times(300, 75))
def test_looking_for_common_keys_misses_no_pair(everybody: list[KnownChild]) -> None:
    by_hand = {
        (*sorted((a.id, b.id)), found) for a, b in combinations(everybody, 2) if (found := judge(a, b)) is not None
    }
    assert {(pair.one, pair.other, pair.alike) for pair in pairs(everybody)} == by_hand


@given(st.lists(some_children, min_size=2, max_size=FAMILY_AT_MOST, unique_by=lambda child: child.id))
@settings(max_examples=times(50, 15))
def test_the_surest_come_first(everybody: list[KnownChild]) -> None:
    ranks = [pair.alike.grade.rank for pair in pairs(everybody)]
    assert ranks == sorted(ranks)
    ranks = [alike.grade.rank for _other, alike in of_one(everybody[0], everybody[1:])]
    assert ranks == sorted(ranks)


@given(
    st.sampled_from(["李子轩", "李雨萱", "李一诺", "李梓轩", "李子沐", "李涵"]),
    st.sampled_from([Sex.MALE, Sex.FEMALE]),
    st.sampled_from([None, 1, 2]),
    st.sampled_from(["", "371103202505120043"]),
    st.sampled_from(["", "V123456790"]),
    st.sampled_from([None, 2500, 3300]),
    st.sampled_from([None, 1, 2]),
)
@settings(max_examples=times(400, 100))
def test_twins_are_never_sure(
    name: str, sex: Sex, plurality: int | None, number: str, certificate: str, weight: int | None, of_first: int | None
) -> None:
    first = replace(BASE, plurality=of_first)
    twin = replace(
        BASE, id="b", name=name, sex=sex, plurality=plurality, id_number=number, certificate_no=certificate,
        birth_weight_g=weight,
    )  # fmt: skip
    assert near_names(first.name, name) is not Nearness.EQUAL
    found = judge(first, twin)
    assert found is None or found.grade is not Grade.SURE
    told_apart = sex is Sex.MALE or bool(number) or bool(certificate) or 2 in (plurality, of_first)
    if told_apart:
        assert found is None


SLIPS = {
    "name": "李子汗",
    "birth_date": date(2025, 12, 5),
    "sex": Sex.MALE,
    "id_number": "371103202505120043",
    "phones": ("13800000000",),
    "caregivers": ("赵敏",),
    "certificate_no": "V123456790",
    "household": "h9",
    "carer_ids": (),
    "village": "v2",
    "plurality": 2,
    "birth_weight_g": 2300,
}


@pytest.mark.parametrize("field", SLIPS)
@pytest.mark.parametrize("numbers", [True, False])
def test_a_copy_with_any_one_field_slipped_is_found(field: str, numbers: bool) -> None:
    base = BASE if numbers else replace(BASE, id_number="", certificate_no="")
    found = judge(base, replace(base, **{"id": "b", "household": "h2", field: SLIPS[field]}))
    assert found is not None
    assert found.grade in (Grade.SURE, Grade.LIKELY)


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.dates(date(1990, 1, 1), date(2030, 12, 31)))
@settings(max_examples=times(200, 50))
def test_slips_of_a_date_are_all_listed(one: date, other: date) -> None:
    assert is_slip(one, other) == is_slip(other, one) == (other in slipped_days(one))
    for slip in slipped_days(one):
        assert is_slip(one, slip)
        assert is_slip(slip, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (date(2025, 3, 9), date(2025, 9, 3)),
        (date(2025, 3, 9), date(2025, 3, 8)),
        (date(2025, 3, 19), date(2025, 3, 29)),
        (date(2025, 3, 12), date(2025, 3, 21)),
        (date(2024, 3, 12), date(2025, 3, 12)),
        (date(2024, 12, 31), date(2025, 1, 1)),
    ],
)
def test_what_a_slip_of_a_date_is(one: date, other: date) -> None:
    assert is_slip(one, other)


def test_what_no_slip_of_a_date_is() -> None:
    assert not is_slip(BORN, BORN)
    assert not is_slip(date(2025, 3, 9), date(2025, 4, 17))
    assert not is_slip(date(2025, 3, 9), date(2025, 3, 11 + 7))


@pytest.mark.parametrize(
    "name",
    [
        "李静之子",
        "李静之女",
        "欧阳静之大女",
        "张婴",
        "李静之二子",
        "王宝宝",
        "未取名",
        "李静女婴",
        "李静之子1",
        "新生儿",
    ],
)
def test_names_for_the_time_being(name: str) -> None:
    assert is_for_now(name)


@pytest.mark.parametrize("name", ["李静", "王梓子", "李子涵", "张之涵", "赵小宝玉", "欧阳婉儿", "李男", "阿依古丽"])
def test_names_that_are_meant_to_last(name: str) -> None:
    assert not is_for_now(name)


@pytest.mark.parametrize(
    ("changes", "likeness", "grade"),
    [
        ({"name": "王静之女", "id_number": "", "certificate_no": ""}, Likeness.PLACEHOLDER, Grade.LIKELY),
        ({"name": "王静之二女", "id_number": "", "certificate_no": ""}, Likeness.PLACEHOLDER, Grade.POSSIBLE),
        ({"name": "赵敏之女", "id_number": "", "certificate_no": ""}, Likeness.PLACEHOLDER, Grade.LIKELY),
        ({"name": "赵一诺"}, Likeness.SAME_ID_OTHER_NAME, Grade.LIKELY),
        ({"name": "赵一诺", "id_number": ""}, Likeness.SAME_CERTIFICATE_ELSE, Grade.LIKELY),
        ({"id_number": ""}, Likeness.SAME_CERTIFICATE, Grade.SURE),
        ({"name": "李一诺", "id_number": "", "certificate_no": ""}, Likeness.RENAMED, Grade.POSSIBLE),
        ({"name": "张子涵", "id_number": "", "certificate_no": ""}, Likeness.OTHER_SURNAME, Grade.LIKELY),
        (
            {"name": "李涵", "id_number": "", "certificate_no": "", "plurality": None},
            Likeness.ONE_CHARACTER,
            Grade.POSSIBLE,
        ),
    ],
)
def test_examples(changes: dict[str, object], likeness: Likeness, grade: Grade) -> None:
    found = judge(BASE, replace(BASE, **{"id": "b", "household": "h2", **changes}))
    assert found is not None
    assert (found.likeness, found.grade) == (likeness, grade)
    assert found.reason


def test_siblings_with_names_for_the_time_being_are_two() -> None:
    older = KnownChild("a", "王静之子", date(2023, 5, 12), Sex.MALE, household="h1", caregivers=("王静",))
    assert judge(older, replace(older, id="b", birth_date=BORN)) is None
    boy_and_girl = replace(older, id="b", name="王静之女", sex=Sex.FEMALE)
    assert judge(older, boy_and_girl) is None


def test_an_office_s_telephone_is_no_family() -> None:
    office = [
        KnownChild(f"c{n:02}", name, BORN, Sex.FEMALE, phones=("0633-1234567",), plurality=1, caregivers=(f"某{n}",))
        for n, name in enumerate(["李子涵", "李梓涵", *(f"赵{'一二三四五六七八九十甲'[n]}诺" for n in range(11))])
    ]
    assert judge(office[0], office[1]) is not None
    assert list(pairs(office)) == []
    assert len(list(pairs(office[:FAMILY_AT_MOST]))) > 0


def test_how_many_are_found_and_how_many_falsely() -> None:
    """The table of the package's README on a smaller register; what is written there may not become worse."""
    throw = random.Random(2026)
    people, twins = families(throw, 20_000)
    for kind in COPIES:
        judged = [judge(one, again) for one, again in copies(throw, kind, people[:1500])]
        found = sum(one is not None for one in judged)
        assert len(judged) > 200, kind
        assert found / len(judged) > 0.98, kind
    as_twins = {tuple(sorted((one.id, other.id))) for one, other in twins}
    named = Counter((pair.one, pair.other) in as_twins for pair in pairs(people))
    assert len(twins) > 100
    assert named[True] <= len(twins) // 50
    assert named[False] <= 5
    assert not [pair for pair in pairs(people) if pair.alike.grade is Grade.SURE]
