"""The page of children on their way: taken and refused by keys and clicks at a station, looked at at the center."""

from __future__ import annotations

import pytest
from tests.sync.district import open_copy
from tests.sync.handing import a_village
from tests.sync.work import a_family, a_visit, bring_down, save, take_up
from tests.ui.pages.conftest import as_role, unnamed_controls

from zhaohu.records.codes import ChildStatus, Role
from zhaohu.services.register import child_list, incoming, releases
from zhaohu.services.register.handovers import Stage
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.child import child_page
from zhaohu.ui.pages.children import children_page
from zhaohu.ui.pages.transfers import transfers_page


@pytest.fixture
def coming(district_template, tmp_path, desk, center):
    """A child of station 02 offered to station 01, whose desk is `desk`; gives its id and the other station."""
    other = open_copy(district_template, "02", tmp_path / "02")
    stick = tmp_path / "stick"
    for station in (other, desk):
        bring_down(center, station, stick)
    child = a_family(other)
    save(other, a_visit(other, child))
    releases.release(other, child.id, "01", other.today, "随父母搬到巨峰镇")
    take_up(other, center, stick)
    bring_down(center, desk, stick)
    yield child.id, other
    other.close()


def dialog_of(page) -> FormDialog:
    (dialog,) = page.findChildren(FormDialog)
    return dialog


def test_nobody_on_the_way(stage, desk, center, assert_nothing_clipped):
    for one in (desk, center):
        page = stage.open(transfers_page, one)
        assert page.table.empty.isVisible()
        assert_nothing_clipped(page)


def test_a_child_is_taken_over(stage, desk, coming, assert_nothing_clipped, missing_glyphs):
    child_id, _other = coming
    a_village(desk)
    page = stage.open(transfers_page, desk)
    (row,) = page.table.rows()
    assert (row.stage, row.child_name, row.direction) == (Stage.OFFERED, "赵小禾", "in")
    assert (row.released_on, row.reason) == (desk.today, "随父母搬到巨峰镇")
    page.table.view.selectRow(0)
    assert page.take_button.isEnabled()
    page.take_button.click()
    dialog = dialog_of(page)
    assert not missing_glyphs(dialog)
    assert not unnamed_controls(dialog)
    assert_nothing_clipped(dialog)
    dialog.do_button.click()
    assert dialog.isVisible()  # the village is asked for
    village = incoming.list_offers(desk)[0].village_id or page._read.villages[0][0]
    dialog.form.fields["village"].set_value(village)
    dialog.do_button.click()
    stage.settle()
    assert stage.gone == [f"child/{child_id}"]
    assert [one.stage for one in page.table.rows()] == [Stage.TAKEN]
    assert not page.take_button.isEnabled()


def test_a_child_is_refused_with_a_reason(stage, desk, coming):
    page = stage.open(transfers_page, desk)
    page.table.view.selectRow(0)
    model = page.table.view.table_model
    assert model.index(0, 2).data() == page.table.rows()[0].from_name  # one of the two is always this station
    page.refuse_button.click()
    dialog = dialog_of(page)
    dialog.form.fields["reason"].set_value("查无此户")
    dialog.do_button.click()
    stage.settle()
    assert not page.table.rows()
    page.table.chips._buttons[""].click()
    assert [one.stage for one in page.table.rows()] == [Stage.REFUSED]


def test_who_only_looks_takes_nobody(stage, desk, coming):
    page = stage.open(transfers_page, as_role(desk, Role.VIEWER))
    page.table.view.selectRow(0)
    page.table.opened.emit(page.table.rows()[0])
    assert not hasattr(page, "take_button")
    assert page.findChildren(FormDialog) == []


def test_a_child_that_was_handed_over_is_a_copy_and_off_the_lists(
    stage, desk, center, coming, tmp_path, assert_nothing_clipped
):
    child_id, other = coming
    stick = tmp_path / "stick"
    incoming.take(desk, incoming.list_offers(desk)[0].transfer_id, a_village(desk))
    for station in (desk, other):
        take_up(station, center, stick) if station is desk else None
        bring_down(center, station, stick)
    page = stage.open(child_page, other, child_id)
    assert "转交" in page.elsewhere.text()
    assert not page.record_button.isVisible()
    assert not page.doing.edit_button.isVisible()
    assert_nothing_clipped(page)
    assert not stage.open(children_page, other).table.rows()
    (gone,) = child_list.list_children(other, child_list.ChildFilter(statuses=(ChildStatus.MOVED_OUT,)))
    assert gone.goes_to == desk.site.name
    at_center = stage.open(transfers_page, center)
    at_center.table.chips._buttons[""].click()
    assert [(row.stage, row.direction) for row in at_center.table.rows()] == [(Stage.ACCEPTED, "")]
