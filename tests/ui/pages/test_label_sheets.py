"""Labels for handbooks: asked are the sheets and the first free label, then the paper is shown."""

from __future__ import annotations

import pytest
from tests.paper.pdfs import page_texts
from tests.services.families import enrol
from tests.ui.pages.conftest import unnamed_controls

from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.dialogs.label_sheets import ask_labels
from zhaohu.ui.pages.child import child_page
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


@pytest.fixture
def page(desk, stage):
    return stage.open(child_page, desk, enrol(desk, "王𠮷"))


def test_the_labels_are_shown_and_the_sheets_are_remembered(desk, stage, page):
    ids = [enrol(desk, name) for name in ("于安", "单芷然")]
    asked = ask_labels(page, desk, lambda: ids, title="手册标签")
    assert unnamed_controls(asked) == []
    assert asked.form.values()["stock"] == "3x8"
    asked.form.load({"stock": "2x7", "first": 14})
    asked.try_save()
    stage.settle()
    shown = stage.dialog(PdfDialog)
    assert shown.windowTitle() == "手册标签"
    assert ["于安" in text for text in page_texts(shown._data)] == [True, False]
    assert ["单芷然" in text for text in page_texts(shown._data)] == [False, True]
    shown.reject()
    again = ask_labels(page, desk, lambda: ids, title="手册标签")
    assert (again.form.values()["stock"], again.form.values()["first"]) == ("2x7", 1)
    again.reject()


def test_a_label_that_the_sheet_has_not_is_refused_at_its_field(desk, stage, page):
    asked = ask_labels(page, desk, lambda: [enrol(desk, "于安")], title="手册标签")
    asked.form.load({"stock": "2x7", "first": 15})
    asked.try_save()
    stage.settle()
    assert stage.dialog(FormDialog) is asked
    assert "1～14" in asked.form.fields["first"].problem()[0]
    asked.reject()
