"""Looking into an .xlsx file before it is read: is it of a size that we take, and which cells hold formulas?"""

from __future__ import annotations

import html
import io
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

from zhaohu.errors import BadInput
from zhaohu.i18n import _

MAX_MEMBERS = 2_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 100
_SMALL = 1024 * 1024
"""Below this size the ratio says nothing: a few empty cells pack very well."""

_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError, KeyError, OSError,
    ValueError, OverflowError, struct.error,
)  # fmt: skip
"""What the archive reader raises for damage: places before the file's beginning, and what its unpackers say."""

_FORMULA = re.compile(rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f\b([^>]*?)(?:/>|>([^<]*)<)")
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_WIDE = re.compile(rb"""\br=["']([A-Z]{2,3})\d{1,7}["']""")
_LONG = re.compile(rb"""\br=["'][A-Z]{0,3}(\d{5,7})["']""")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


@dataclass(frozen=True, slots=True)
class Package:
    """The sheets' XML by sheet name."""

    sheets: dict[str, bytes]

    def formulas(self, sheet: str) -> dict[tuple[int, int], str]:
        """The formulas of a sheet by row and column, both counted from 1; a shared formula's text may be empty."""
        found = {}
        for match in _FORMULA.finditer(self.sheets.get(sheet, b"")):
            place = _PLACE.search(match[1])
            if place is not None:
                text = html.unescape((match[3] or b"").decode("utf-8", "replace"))
                found[int(place[2]), column_number(place[1].decode())] = text
        return found


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def open_package(data: bytes, *, max_rows: int, max_columns: int) -> Package:
    """Unpack an .xlsx file within limits.

    Args:
        data: The file.
        max_rows: The last row a cell may stand in: a single cell far down would make the reader fill memory.
        max_columns: The last column.

    Raises:
        BadInput: It is damaged, no .xlsx file, or larger than we take.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_size(archive)
            package = Package(_sheets(archive))
    except _DAMAGE as error:
        message = _("The file cannot be read as a spreadsheet: it is damaged or of another kind.")
        raise BadInput(message, code="not_a_spreadsheet") from error
    for xml in package.sheets.values():
        wide = max((column_number(found.decode()) for found in set(_WIDE.findall(xml))), default=0)
        long = max((int(found) for found in _LONG.findall(xml)), default=0)
        if wide > max_columns or long > max_rows:
            message = _("The table has more than {rows} rows or {columns} columns.")
            raise BadInput(message.format(rows=max_rows, columns=max_columns), code="too_large")
    return package


def _check_size(archive: zipfile.ZipFile) -> None:
    """Unpack every member piece by piece and count: what the archive says of its own size is not believed."""
    members = archive.infolist()
    packed = sum(member.compress_size for member in members)
    unpacked = 0
    too_large = BadInput(_("The file unpacks to more than we take in; save the table as a new file."), code="too_large")
    if len(members) > MAX_MEMBERS:
        raise too_large
    for member in members:
        with archive.open(member) as stream:
            while piece := stream.read(_SMALL):
                unpacked += len(piece)
                if unpacked > MAX_UNPACKED or unpacked > max(_SMALL, packed * MAX_RATIO):
                    raise too_large


def _sheets(archive: zipfile.ZipFile) -> dict[str, bytes]:
    relations = {}
    for match in _RELATION.finditer(archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")):
        attributes = _attributes(match[1])
        relations[attributes.get("Id", "")] = attributes.get("Target", "")
    names = set(archive.namelist())
    parts: dict[str, bytes] = {}
    sheets = {}
    for match in _SHEET.finditer(archive.read("xl/workbook.xml").decode("utf-8", "replace")):
        attributes = _attributes(match[1])
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        path = posixpath.normpath(posixpath.join("/xl", relations.get(relation, ""))).lstrip("/")
        if path in names:
            if path not in parts:  # many sheets may name the same part
                parts[path] = archive.read(path)
            sheets[attributes.get("name", "")] = parts[path]
    return sheets


def _attributes(text: str) -> dict[str, str]:
    return {key: html.unescape(double or single) for key, double, single in _ATTRIBUTE.findall(text)}
