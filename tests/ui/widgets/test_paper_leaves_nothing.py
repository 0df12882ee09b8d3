"""Looking at a paper leaves no file: not in the system's folder for temporary files, not in the profile."""

from __future__ import annotations

import tempfile

import pytest
from PySide6.QtCore import QDir
from PySide6.QtPrintSupport import QPrinter
from tests.services.families import enrol, newborn_answers
from tests.sync.district import make_district, open_copy

from zhaohu.rules.forms.starting import all_normal
from zhaohu.services import printing
from zhaohu.services.care import visits
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paper")
    desk = open_copy(make_district(folder / "district"), "01", folder / "station")
    yield desk
    desk.close()


def everything(folder):
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


def test_a_preview_and_a_print_leave_no_file(qtbot, station, tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert QDir.tempPath() == tempfile.gettempdir() == str(temporary)
    child_id = enrol(station)
    entry = visits.start_visit(station, child_id, "newborn_visit")
    answers = all_normal(entry.form, {**entry.answers, **newborn_answers()})
    visit = visits.record_visit(station, child_id=child_id, form_id="newborn_visit", answers=answers)
    before = everything(station.profile)
    dialog = PdfDialog.show_pdf(None, printing.print_visit(station, visit.id), title="新生儿", file_name="单芷然.pdf")
    qtbot.addWidget(dialog)
    qtbot.waitExposed(dialog)
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "chosen.pdf"))
    assert dialog.print_to(printer)
    assert everything(temporary) == set()
    dialog.reject()
    assert everything(temporary) == set()
    assert everything(station.profile) == before
    assert {path.name for path in everything(tmp_path)} == {"chosen.pdf"}
