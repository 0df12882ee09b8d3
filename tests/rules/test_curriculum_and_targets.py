"""What a center may set of the curriculum and of targets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.errors import BadInput
from zhaohu.records.codes import TopicBlock
from zhaohu.rules.curriculum import LONGEST_TITLE, Topic, parse_curriculum, read_topics
from zhaohu.rules.forms.tables import FormError
from zhaohu.rules.guidance.library import Band
from zhaohu.rules.targets import Indicator, Target, in_force, parse_targets, read_targets
from zhaohu.services import reference


def topic(**changed):
    return {"title": "辅食添加", "block": "G2", "bands": ["B3"]} | changed


def target(**changed):
    return {"indicator": "managed", "from_year": 2025, "per_mille": 950} | changed


def test_what_ships_offers_topics_of_every_block_and_age():
    bands: tuple[Band, ...] = reference.guidance_library().bands
    topics = reference.curriculum()
    assert {one.block for one in topics} == set(TopicBlock)
    assert {code for one in topics for code in one.bands} == {band.code for band in bands}


def test_the_targets_that_ship_are_those_of_the_plan():
    assert {one.from_year: one.per_mille for one in reference.targets() if one.indicator is Indicator.MANAGED} == {
        2022: 920,
        2025: 950,
    }
    assert in_force(reference.targets(), 2021) == {}
    assert in_force(reference.targets(), 2024)[Indicator.KNOWLEDGE].per_mille == 850
    assert in_force(reference.targets(), 2026)[Indicator.MANAGED].per_mille == 950


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        (None, "topics"),
        ([topic(more=1)], "topics"),
        ([topic(title="")], "title"),
        ([topic(title=" 辅食")], "title"),
        ([topic(title="长" * (LONGEST_TITLE + 1))], "title"),
        ([topic(), topic(block="G1")], "title"),
        ([topic(block="G7")], "block"),
        ([topic(block=["G1"])], "block"),
        ([topic(bands="B3")], "bands"),
        ([topic(bands=[3])], "bands"),
    ],
)
def test_a_curriculum_that_cannot_be_is_refused(rows, field):
    with pytest.raises(BadInput) as refused:
        read_topics({"topics": rows})
    assert refused.value.details["field"] == field


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        (7, "targets"),
        ([target(more=1)], "targets"),
        ([target(indicator="height")], "indicator"),
        ([target(indicator={})], "indicator"),
        ([target(from_year="2025")], "from_year"),
        ([target(from_year=True)], "from_year"),
        ([target(from_year=1999)], "from_year"),
        ([target(per_mille=0)], "per_mille"),
        ([target(per_mille=1001)], "per_mille"),
        ([target(per_mille=95.5)], "per_mille"),
        ([target(), target(per_mille=900)], "from_year"),
    ],
)
def test_targets_that_cannot_be_are_refused(rows, field):
    with pytest.raises(BadInput) as refused:
        read_targets({"targets": rows})
    assert refused.value.details["field"] == field


def test_a_file_that_is_wrong_is_named():
    with pytest.raises(FormError, match=r"mine\.toml"):
        parse_curriculum('source = "x"\ntopics = [{ title = "a", block = "G9" }]', "mine.toml")
    with pytest.raises(FormError, match=r"mine\.toml"):
        parse_targets('source = "x"\ntargets = [{ indicator = "managed", from_year = 1, per_mille = 1 }]', "mine.toml")


titles = st.text("食辅读 aB", min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)
some_topics = st.lists(
    st.builds(Topic, titles, st.sampled_from(TopicBlock), st.tuples(st.sampled_from(["B0", "B9"]))),
    unique_by=lambda one: one.title,
)
some_targets = st.lists(
    st.builds(Target, st.sampled_from(Indicator), st.integers(2000, 2100), st.integers(1, 1000)),
    unique_by=lambda one: (one.indicator, one.from_year),
)


@given(some_topics, some_targets, st.integers(1990, 2110))
def test_what_travels_is_read_back_and_the_newest_begun_target_counts(topics, targets, year):
    assert list(read_topics({"topics": [one.content() for one in topics]})) == topics
    read = read_targets({"targets": [one.content() for one in targets]})
    assert set(read) == set(targets)
    for indicator in Indicator:
        begun = [one for one in targets if one.indicator is indicator and one.from_year <= year]
        assert in_force(read, year).get(indicator) == max(begun, key=lambda one: one.from_year, default=None)
