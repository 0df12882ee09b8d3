"""总览: the district in figures."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from tests.sync.district import ADMIN, CLOCK, WEAK
from tests.ui.pages.conftest import TODAY, a_class, a_teacher, send, some_children, unnamed_controls

from zhaohu.rules.schedule import DueState
from zhaohu.services.due import duties
from zhaohu.services.exchange import setup
from zhaohu.ui.pages.overview import overview_page


@pytest.fixture
def new_center(tmp_path):
    """A center without stations."""
    names = {"district_code": "371199", "name": "新区托育指导中心"}
    made = setup.init_center(tmp_path / "new", **names, admin=ADMIN, clock=CLOCK, strength=WEAK)
    yield made.desk
    made.desk.close()


def test_a_new_center_is_led_to_its_first_station(stage, new_center, assert_nothing_clipped):
    page = stage.open(overview_page, new_center)
    assert page.table.empty.words()[0] == "还没有指导站"
    assert_nothing_clipped(page)
    page._on_register()
    assert stage.gone == ["stations"]


def test_figures_of_stations_and_district(stage, desk, center, tmp_path, qtbot, assert_nothing_clipped, missing_glyphs):
    ids = some_children(desk)
    a_class(desk, a_teacher(desk), list(ids.values()))
    late = sum(row.state is DueState.OVERDUE for row in duties.due_list(desk))
    send(desk, center, tmp_path / "stick")
    page = stage.open(overview_page, center)
    assert {key: tile.figure() for key, tile in page._tiles.items()} == {
        "children": "3",
        "visits": "0",
        "managed": "0%",
        "overdue": str(late),
        "gap": "15",  # 147,000 people in two townships need 9 + 7, one is in post
    }
    first, second = page.table.rows()
    assert (first.figures.staffing.name, first.figures.children, first.figures.classes) == ("巨峰镇指导站", 3, 1)
    assert first.received is not None
    page._tiles["managed"].clicked.emit("children/unseen")
    assert stage.gone == ["children/unseen"]
    assert second.received is None
    model = page.table.view.table_model
    at = next(n for n, column in enumerate(model.columns) if column.title == "最近数据包")
    assert [model.index(row, at).data()[:10] for row in (0, 1)] == [TODAY.isoformat(), "尚未收到"]
    assert_nothing_clipped(page)
    assert missing_glyphs(page) == set()
    assert unnamed_controls(page) == []


def test_a_row_opens_the_children_of_its_station(stage, center, qtbot):
    page = stage.open(overview_page, center)
    page.table.view.choose_row(1)
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    assert stage.gone == ["children/02"]
    qtbot.keyClick(page._tiles["gap"], Qt.Key.Key_Space)
    assert stage.gone[-1] == "staffing"


def test_the_overview_follows_an_import(stage, desk, center, tmp_path):
    page = stage.open(overview_page, center)
    assert page._tiles["children"].figure() == "0"
    some_children(desk)
    send(desk, center, tmp_path / "stick")
    stage.settle()
    assert page._tiles["children"].figure() == "3"
