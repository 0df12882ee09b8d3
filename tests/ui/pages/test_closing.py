"""Closing records at three years: the list, the ticks, and the notice on the page of the day."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from tests.services.families import enrol
from tests.services.follow.following import blood
from tests.ui.pages.conftest import TODAY, as_role, unnamed_controls

from zhaohu.records import Child
from zhaohu.records.codes import ChildStatus, Role
from zhaohu.rules.ages import add_months
from zhaohu.services.register import closing
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.closing import closing_page
from zhaohu.ui.pages.today import today_page


def three(desk) -> list[str]:
    """Three children whose last check was missed, the oldest first."""
    return [enrol(desk, name, birth_date=add_months(TODAY, -n)) for name, n in (("甲", 52), ("乙", 50), ("丙", 49))]


def test_ticked_records_are_closed_together(desk, stage, monkeypatch, assert_nothing_clipped) -> None:
    ids = three(desk)
    page = stage.open(closing_page, desk, "")
    assert_nothing_clipped(page)
    assert not unnamed_controls(page)
    assert page._count.text() == "共 3 名，已勾选 3 名"
    page.table.choose_row(1)
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert page._count.text() == "共 3 名，已勾选 2 名"
    asked: list[str] = []
    monkeypatch.setattr(ask, "confirm", lambda _parent, title, _text, **_more: asked.append(title) or True)
    QTest.keyClick(page.close_button, Qt.Key.Key_Space)
    stage.settle()
    assert asked == ["将 2 份档案结案？"]
    with desk.read() as session:
        statuses = [session.get_one(Child, child_id).status for child_id in ids]
    closed = ChildStatus.CLOSED_AT_THREE
    assert statuses == [closed, ChildStatus.ACTIVE, closed]
    assert page.notice.text() == "2 份档案已结案。"
    assert page._count.text() == "共 1 名，已勾选 0 名"
    assert not page.close_button.isEnabled()


def test_a_child_is_opened_from_the_list(desk, stage) -> None:
    (oldest, *_others) = three(desk)
    page = stage.open(closing_page, desk, "")
    page.table.choose_row(0)
    stage.press(page, "Ctrl+O")
    assert stage.gone == [f"child/{oldest}"]


def test_an_empty_list_says_who_comes_here(desk, stage) -> None:
    page = stage.open(closing_page, desk, "")
    assert page.empty.isVisible()
    assert not page.close_button.isEnabled()


def test_a_viewer_only_looks(desk, stage) -> None:
    three(desk)
    page = stage.open(closing_page, as_role(desk, Role.VIEWER), "")
    assert page.table.check_model.locked
    assert page.close_button.isHidden()


def test_the_page_of_the_day_offers_it(desk, stage) -> None:
    page = stage.open(today_page, desk)
    assert page.to_close.isHidden()
    three(desk)
    stage.settle()
    assert page.to_close.text() == "3 名儿童已满三岁，可结案。"
    QTest.keyClick(page.to_close.findChildren(QPushButton)[0], Qt.Key.Key_Space)
    assert stage.gone == ["closing"]
    closing.close_all(desk, [row.child_id for row in closing.to_close(desk)], TODAY)
    stage.settle()
    assert page.to_close.isHidden()


def test_who_has_something_open_is_not_ticked_by_itself(desk, stage) -> None:
    ids = three(desk)
    born = add_months(TODAY, -50)
    blood(desk, ids[1], 95, add_months(born, 24).isoformat())
    page = stage.open(closing_page, desk, "")
    assert [one.followed for one in page.table.check_model._rows] == [0, 1, 0]
    assert page.table.check_model.ticked() == {ids[0], ids[2]}
    page.table.choose_row(1)
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert page.table.check_model.ticked() == set(ids)
    page.reload()
    stage.settle()
    assert page.table.check_model.ticked() == set(ids)
