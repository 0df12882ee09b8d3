"""Paper from a page: made off the GUI thread, then shown before it is printed."""

from __future__ import annotations

from collections.abc import Callable

from zhaohu.i18n import _
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


def show_paper(page: LoadingPage, make: Callable[[], bytes], *, title: str, file_name: str) -> None:
    """Make a PDF and show it over the page.

    Args:
        page: Where it was asked for.
        make: Makes the PDF; the service behind it writes the audit line.
        title: What the paper is.
        file_name: Offered when it is saved.
    """
    show_long_paper(page, lambda _context: make(), title=title, file_name=file_name)


def show_long_paper(page: LoadingPage, make: Callable[[JobContext], bytes], *, title: str, file_name: str) -> None:
    """As `show_paper`, for papers of many pages: making one tells how far it is, and can be cancelled."""

    def show(pdf: bytes) -> None:
        PdfDialog.show_pdf(page.window(), pdf, title=title, file_name=file_name)

    page.act(make, show, title=_("Preparing the paper"))
