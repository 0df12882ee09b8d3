"""How somebody likes to work: kept for each account, with saved views."""

from __future__ import annotations

import pytest
from sqlmodel import select

from zhaohu.errors import BadInput
from zhaohu.records.codes import Role
from zhaohu.records.local import Preference
from zhaohu.services import preferences
from zhaohu.services.desk import Person
from zhaohu.store import audit

KEY = "list.children"


def test_a_preference_comes_back_and_is_replaced(station_desk):
    assert preferences.read(station_desk, KEY) is None
    assert preferences.read(station_desk, KEY, {"shown": []}) == {"shown": []}
    preferences.save(station_desk, KEY, {"shown": ["name", "村居"], "widths": {"name": 120}})
    preferences.save(station_desk, KEY, {"shown": ["name"]})
    assert preferences.read(station_desk, KEY) == {"shown": ["name"]}


def test_each_account_has_its_own(station_desk):
    preferences.save(station_desk, KEY, 1)
    station_desk.person = Person("nurse", "护士", Role.VIEWER)
    assert preferences.read(station_desk, KEY) is None
    preferences.save(station_desk, KEY, 2)
    with station_desk.read() as session:
        kept = session.exec(select(Preference)).all()
    assert {(one.account, one.value) for one in kept} == {("admin", "1"), ("nurse", "2")}


def test_it_leaves_no_line_in_the_audit_log(station_desk):
    with station_desk.read() as session:
        before = audit.head(session)
    preferences.save(station_desk, KEY, 1)
    with station_desk.read() as session:
        assert audit.head(session) == before


def test_views_keep_their_order_when_one_is_saved_again(station_desk):
    for name in ("高危", "逾期", "三村"):
        preferences.save_view(station_desk, KEY, name, {"filter": {}})
    preferences.save_view(station_desk, KEY, " 高危 ", {"filter": {"marks": ["high_risk"]}})
    views = preferences.saved_views(station_desk, KEY)
    assert [view.name for view in views] == ["高危", "逾期", "三村"]
    assert views[0].content == {"filter": {"marks": ["high_risk"]}}
    preferences.drop_view(station_desk, KEY, "逾期")
    assert [view.name for view in preferences.saved_views(station_desk, KEY)] == ["高危", "三村"]
    assert preferences.saved_views(station_desk, "list.visits") == []


def test_a_view_is_renamed_but_never_onto_another(station_desk):
    for name in ("高危", "逾期"):
        preferences.save_view(station_desk, KEY, name, {"name": name})
    preferences.rename_view(station_desk, KEY, "逾期", "本周要访")
    assert [view.name for view in preferences.saved_views(station_desk, KEY)] == ["高危", "本周要访"]
    with pytest.raises(BadInput) as refused:
        preferences.rename_view(station_desk, KEY, "高危", "本周要访")
    assert refused.value.details["field"] == "name"
    assert [view.name for view in preferences.saved_views(station_desk, KEY)] == ["高危", "本周要访"]


@pytest.mark.parametrize("name", ["", "   ", "长" * (preferences.LONGEST_NAME + 1)])
def test_a_view_needs_a_short_name(station_desk, name):
    with pytest.raises(BadInput) as refused:
        preferences.save_view(station_desk, KEY, name, {})
    assert refused.value.details["field"] == "name"
    assert preferences.saved_views(station_desk, KEY) == []


def test_there_is_an_end_to_views(station_desk):
    for n in range(preferences.MOST_VIEWS):
        preferences.save_view(station_desk, KEY, f"视图{n}", {})
    with pytest.raises(BadInput):
        preferences.save_view(station_desk, KEY, "再一个", {})
    preferences.save_view(station_desk, KEY, "视图3", {"sort": ["name", True]})
    assert len(preferences.saved_views(station_desk, KEY)) == preferences.MOST_VIEWS
