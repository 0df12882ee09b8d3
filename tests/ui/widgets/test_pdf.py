"""Paper in the window: the very bytes, page by page, printed and saved as they are."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from reportlab.pdfgen import canvas

from zhaohu.ui.dialogs import ask
from zhaohu.ui.widgets.pdf_dialog import PdfDialog
from zhaohu.ui.widgets.pdf_view import Pdf, PdfView

A4 = (595, 842)


@pytest.fixture(scope="module")
def three_pages():
    file = io.BytesIO()
    sheet = canvas.Canvas(file, pagesize=A4)
    for n in range(3):
        sheet.rect(100, 742 - 100 * n, 50, 50, fill=1)
        sheet.showPage()
    sheet.save()
    return file.getvalue()


@pytest.fixture
def view(shown, three_pages):
    view = shown(PdfView(three_pages), 700, 600)
    yield view
    view.pdf.close()


def dark(image: QImage, x: float, y: float) -> bool:
    """Whether the page is inked at a place given in points from its lower left."""
    scale = image.width() / A4[0]
    return image.pixelColor(round(x * scale), round((A4[1] - y) * scale)).lightness() < 128


def test_pages_are_rendered_where_the_ink_is(qapp, three_pages):
    pdf = Pdf(three_pages)
    for n in range(3):
        image = pdf.render(n, 1.0)
        assert image.size().toTuple() == A4
        assert dark(image, 125, 767 - 100 * n)
        assert not dark(image, 300, 300)
    pdf.close()


def test_page_keys(view, qtbot):
    assert (view.page_count(), view.current_page()) == (3, 0)
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert view.current_page() == 1
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.current_page() == 2
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert view.current_page() == 1
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.current_page() == 0


def test_zoom_keeps_the_page_and_fits_the_width(view, qtbot):
    fitted = view.zoom
    assert abs(view._sheets.page_rects()[0].width() - view.viewport().width()) < 60
    view.go_to_page(1)
    qtbot.keyClick(view, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom > fitted
    assert view.current_page() == 1
    qtbot.keyClick(view, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom == pytest.approx(fitted)
    view.resize(1000, 600)
    qtbot.waitUntil(lambda: view.zoom > fitted)


def test_the_view_shows_the_page(view):
    image = view.viewport().grab().toImage()
    rect = view._sheets.page_rects()[0]
    x = rect.left() + round(125 / A4[0] * rect.width())
    y = rect.top() + round((A4[1] - 767) / A4[1] * rect.height())
    assert image.pixelColor(x, y).lightness() < 128


@pytest.fixture
def dialog(qtbot, three_pages):
    told = []
    dialog = PdfDialog(
        None,
        three_pages,
        title="新生儿家庭访视记录表",
        file_name="访视记录.pdf",
        printed=lambda: told.append("printed"),
        saved=lambda path: told.append(path),
    )
    dialog.told = told
    with qtbot.waitExposed(dialog):
        dialog.open()
    yield dialog
    dialog.reject()


def test_save_writes_the_very_bytes(dialog, three_pages, tmp_path, monkeypatch, qtbot):
    goal = tmp_path / "访视记录.pdf"
    monkeypatch.setattr(ask, "save_file", lambda *args: goal)
    qtbot.keyClick(dialog, "S", Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: dialog.told == [goal])
    assert goal.read_bytes() == three_pages


def test_a_place_that_cannot_be_written_is_told(dialog, tmp_path, monkeypatch):
    said = []
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(ask, "save_file", lambda *args: tmp_path / "file" / "a.pdf")
    monkeypatch.setattr(ask, "message", lambda *args, **rest: said.append(args[1]))
    dialog._on_save()
    assert said == ["没有保存"]
    assert dialog.told == []


def test_changing_ones_mind_saves_nothing(dialog, monkeypatch):
    monkeypatch.setattr(ask, "save_file", lambda *args: None)
    dialog._on_save()
    assert dialog.told == []


def test_printing_draws_every_page_and_is_told_once(dialog, tmp_path):
    printer = dialog.make_printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    assert printer.resolution() == 300
    assert dialog.print_to(printer)
    assert dialog.told == ["printed"]
    printed = pypdfium2.PdfDocument(str(tmp_path / "printed.pdf"))
    assert len(printed) == 3
    assert printed.get_page_size(0) == pytest.approx(A4, abs=1.5)
    image = Pdf((tmp_path / "printed.pdf").read_bytes()).render(2, 1.0)
    assert dark(image, 125, 567)
    printed.close()


def test_the_dialog_says_where_it_is(dialog, qtbot, assert_nothing_clipped):
    assert "3" in dialog._where.text()
    dialog.view.go_to_page(2)
    assert dialog._where.text().count("3") >= 2
    assert_nothing_clipped(dialog)
