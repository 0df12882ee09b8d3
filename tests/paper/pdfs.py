"""Reading back a printed PDF: its text, its fonts, what lies outside the page, its QR code."""

from __future__ import annotations

import ctypes
import re

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from zhaohu.paper.letters import QR
from zhaohu.paper.sheet import MARGIN, QR_SIDE, WIDTH


def page_texts(data: bytes) -> list[str]:
    """The text of each page, without line breaks and spaces: those are layout."""
    with pdfium.PdfDocument(data) as document:
        return [re.sub(r"[\s\ufffe]+", "", page.get_textpage().get_text_range()) for page in document]


def text_right_of(data: bytes, label: str, left: float) -> str:
    """The text in the line of `label`, from `left` to the right margin."""
    with pdfium.PdfDocument(data) as document:
        page = document[0].get_textpage()
        index, _count = page.search(label).get_next()
        _left, bottom, _right, top = page.get_charbox(index)
        return page.get_text_bounded(left, bottom - 3, WIDTH - MARGIN, top + 3).strip()


def fonts(data: bytes) -> dict[str, bool]:
    """Names of the fonts that draw text, and whether they are embedded."""
    found = {}
    with pdfium.PdfDocument(data) as document:
        for page in document:
            for piece in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
                font = raw.FPDFTextObj_GetFont(piece)
                length = raw.FPDFFont_GetBaseFontName(font, None, 0)
                buffer = ctypes.create_string_buffer(length)
                raw.FPDFFont_GetBaseFontName(font, buffer, length)
                found[buffer.value.decode()] = bool(raw.FPDFFont_GetIsEmbedded(font))
    return found


def outside(data: bytes) -> list[tuple[float, float, float, float]]:
    """Bounds of whatever reaches over the edge of its page."""
    with pdfium.PdfDocument(data) as document:
        bounds = [(piece.get_bounds(), page.get_size()) for page in document for piece in page.get_objects()]
    return [
        box
        for box, (width, height) in bounds
        if box[0] < 0 or box[1] < 0 or box[2] > width + 0.5 or box[3] > height + 0.5
    ]


def foot_qr(data: bytes, size: int, page: int = 0) -> list[list[bool]]:
    """The modules of the QR code at the foot, sampled in the middle of each."""
    return sampled(data, WIDTH - MARGIN - QR_SIDE, MARGIN - 4, QR_SIDE, size, page)


def large_square(data: bytes, size: int) -> list[list[bool]]:
    """The modules of the large QR code of a letter, wherever it stands."""
    with pdfium.PdfDocument(data) as document:
        boxes = [shape.get_bounds() for shape in document[0].get_objects(filter=[raw.FPDF_PAGEOBJ_PATH])]
    (box,) = {b for b in boxes if abs(b[2] - b[0] - QR) < 1 and abs(b[3] - b[1] - QR) < 1}
    return sampled(data, box[0], box[1], box[2] - box[0], size)


def sampled(data: bytes, x: float, y: float, side: float, size: int, page: int = 0) -> list[list[bool]]:
    """A square of the page as `size` × `size` modules, dark is true."""
    scale = 8
    with pdfium.PdfDocument(data) as document:
        height = document[page].get_size()[1]
        picture = document[page].render(scale=scale, grayscale=True).to_pil()
    step = side / size
    return [
        [
            picture.getpixel(
                (int((x + (column + 0.5) * step) * scale), int((height - y - side + (row + 0.5) * step) * scale))
            )
            < 128
            for column in range(size)
        ]
        for row in range(size)
    ]
