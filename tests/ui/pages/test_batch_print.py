"""Printing many records: asked are days, village and form, then one file is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.paper.pdfs import page_texts
from tests.services.care.test_visits import record
from tests.services.families import enrol
from tests.ui.pages.conftest import unnamed_controls

from zhaohu.services.register import child_list
from zhaohu.ui.dialogs.batch_print import ask_records, print_chosen
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.child import child_page
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


@pytest.fixture
def made(desk):
    return {
        name: record(desk, enrol(desk, name, village=village))
        for name, village in (("王𠮷", "大坡社区"), ("于安", "安家村"), ("周明", "安家村"))
    }


@pytest.fixture
def page(desk, stage, made):
    return stage.open(child_page, desk, made["王𠮷"].child_id)


def shown(stage) -> PdfDialog:
    stage.settle()
    return stage.dialog(PdfDialog)


def test_the_records_of_the_last_days_are_shown_as_one_file(desk, stage, page, assert_nothing_clipped):
    asked = ask_records(page, desk)
    assert unnamed_controls(asked) == []
    assert_nothing_clipped(asked)
    values = asked.form.values()
    assert (values["until"], values["unprinted"], values["growth"]) == (desk.today, "1", "0")
    asked.try_save()
    paper = shown(stage)
    assert paper.windowTitle() == "3份记录"
    assert paper._file_name == "371103-01-记录-2026-11-20.pdf"
    assert len(page_texts(paper._data)) == 3
    paper.reject()


def test_a_village_is_chosen_and_what_was_printed_is_left_out(desk, stage, page, made):
    village = {name: village_id for village_id, name in child_list.list_villages(desk)}["安家村"]
    asked = ask_records(page, desk)
    asked.form.load({**asked.form.values(), "village": village})
    asked.try_save()
    paper = shown(stage)
    texts = page_texts(paper._data)
    assert [name for name in made if any(name in text for text in texts)] == ["于安", "周明"]
    paper.reject()
    again = ask_records(page, desk)
    again.form.load({**again.form.values(), "village": village})
    again.try_save()
    stage.settle()
    assert stage.dialog(FormDialog) is again
    assert "没有符合条件的记录" in again.form.fields["since"].problem()[0]
    again.form.load({**again.form.values(), "unprinted": "0"})
    again.try_save()
    assert shown(stage).windowTitle() == "2份记录"
    stage.dialog(PdfDialog).reject()


def test_days_in_the_wrong_order_are_refused_at_their_field(desk, stage, page):
    asked = ask_records(page, desk)
    values = asked.form.values()
    asked.form.load({**values, "until": values["since"] - timedelta(days=1)})
    asked.try_save()
    stage.settle()
    assert asked.form.fields["until"].problem()[0] == "截止日期早于开始日期。"
    asked.reject()


def test_what_was_marked_elsewhere_is_printed_without_asking(desk, stage, page, made):
    print_chosen(page, desk, [made["王𠮷"].id], growth=True)
    paper = shown(stage)
    assert "年龄别体重" in "".join(page_texts(paper._data))
    paper.reject()
