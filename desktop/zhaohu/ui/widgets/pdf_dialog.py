"""Paper before it is printed: the PDF in a window, with Print, Save as and Close."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMarginsF, QSize, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtWidgets import QDialog, QWidget

from zhaohu import paths
from zhaohu.i18n import _
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.widgets.buttons import button, icon_button
from zhaohu.ui.widgets.glyphs import paper_notice
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.pdf_view import PdfView, paint_pages
from zhaohu.ui.widgets.words import label, set_kind

PRINT_DPI = 300


class PdfDialog(QDialog):
    """Shows a PDF; `PdfDialog.show_pdf(...)`.

    Args:
        parent: The window it belongs to.
        data: The PDF.
        title: What the paper is.
        file_name: The name offered when it is saved.
        printed: Called once after each printing, for the audit line.
        saved: Called with the place after each saving, for the audit line.
    """

    def __init__(
        self,
        parent: QWidget | None,
        data: bytes,
        *,
        title: str,
        file_name: str,
        printed: Callable[[], object] | None = None,
        saved: Callable[[Path], object] | None = None,
    ) -> None:
        super().__init__(parent)
        set_kind(self, "paper")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._data, self._file_name, self._printed, self._saved = data, file_name, printed, saved
        self.view = PdfView(data)
        self._where = label("", "soft")
        self.notice = Notice(paper_notice(data), "attention")
        self.print_button = button(_("Print"), self._on_print, kind="primary", icon="print", shortcut="Ctrl+P")
        tools = row(
            icon_button("zoom-out", _("Smaller"), self.view.zoom_out),
            icon_button("zoom-in", _("Larger"), self.view.zoom_in),
            icon_button("fit-width", _("Fit the width"), self.view.fit_width),
            self._where,
            STRETCH,
            button(_("Close"), self.reject),
            button(_("Save as…"), self._on_save, icon="save", shortcut="Ctrl+S"),
            self.print_button,
            gap=2,
        )
        tools.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(3))
        outer = column(gap=0)
        outer.addLayout(tools)
        above = row(self.notice)
        above.setContentsMargins(theme.space(4), 0, theme.space(4), 0)
        outer.addLayout(above)
        outer.addWidget(self.view, 1)
        self.setLayout(outer)
        self.resize(self._start_size())
        self.view.moved.connect(self._tell_where)
        self.view.setFocus()
        self._tell_where()

    @classmethod
    def show_pdf(
        cls,
        parent: QWidget | None,
        data: bytes,
        *,
        title: str,
        file_name: str,
        printed: Callable[[], object] | None = None,
        saved: Callable[[Path], object] | None = None,
    ) -> PdfDialog:
        """Open the window over its parent and go on; the arguments are the class's."""
        dialog = cls(parent, data, title=title, file_name=file_name, printed=printed, saved=saved)
        dialog.open()
        return dialog

    def save_to(self, path: Path) -> None:
        """Write the PDF to a file.

        Raises:
            OSError: The place cannot be written.
        """
        paths.write_atomic(path, self._data)
        if self._saved is not None:
            self._saved(path)

    def print_to(self, printer) -> bool:
        """Draw every page on a `QPrinter`; False when it could not be begun."""
        painter = QPainter()
        if not painter.begin(printer):
            return False
        paint_pages(self.view.pdf, painter, printer.newPage, printer.resolution())
        painter.end()
        if self._printed is not None:
            self._printed()
        return True

    def make_printer(self):
        """A printer set to A4, whole sheet, at 300 dots per inch."""
        from PySide6.QtPrintSupport import QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setResolution(PRINT_DPI)
        printer.setFullPage(True)
        width, height = self.view.pdf.sizes[0]
        lying = width > height
        orientation = QPageLayout.Orientation.Landscape if lying else QPageLayout.Orientation.Portrait
        size = QPageSize(QPageSize.PageSizeId.A4)
        printer.setPageLayout(QPageLayout(size, orientation, QMarginsF(0, 0, 0, 0)))
        printer.setDocName(Path(self._file_name).stem)
        return printer

    def _start_size(self) -> QSize:
        screen = self.screen().availableGeometry().size()
        return QSize(min(screen.width() * 9 // 10, theme.frame("minimum_width")), screen.height() * 9 // 10)

    def _on_print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog

        printer = self.make_printer()
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle(_("Print"))
        wanted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        if wanted and not self.print_to(printer):
            ask.message(
                self, _("Not printed"), _("The printer did not take the job. Check that it is on and try again.")
            )

    def _on_save(self) -> None:
        path = ask.save_file(self, _("Save as…"), self._file_name, _("PDF (*.pdf)"))
        if path is None:
            return
        try:
            self.save_to(path)
        except OSError as error:
            ask.message(
                self, _("Not saved"), _("The file could not be written: {reason}").format(reason=error.strerror)
            )

    def _tell_where(self) -> None:
        view = self.view
        self._where.setText(
            _("Page {page} of {pages}  ·  {zoom}%").format(
                page=view.current_page() + 1, pages=view.page_count(), zoom=round(view.zoom * 100)
            )
        )

    def done(self, result: int) -> None:
        """Let go of the document with the window."""
        super().done(result)
        self.view.pdf.close()
