"""One row of a roster on its way from cells to a child, with everything that is doubtful about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from zhaohu.i18n import _
from zhaohu.records.codes import Sex
from zhaohu.rules import identity
from zhaohu.rules.ages import add_months
from zhaohu.rules.identity import CitizenId
from zhaohu.rules.roster_cells import Cell, Formula, SheetRow, cell_text
from zhaohu.rules.roster_child import Issue, RosterChild, RosterRow
from zhaohu.rules.roster_columns import FoundColumn, RosterColumns
from zhaohu.rules.roster_dates import read_date
from zhaohu.rules.roster_family import check_family
from zhaohu.rules.roster_fields import READERS
from zhaohu.rules.roster_numbers import read_id
from zhaohu.rules.roster_values import Level, Reading, Remark, doubtful, note, read_name, refused

__all__ = ["Issue", "RosterChild", "RosterRow", "RowReader", "village_of"]

OLDEST_MONTHS = 84
"""The national service ends with the seventh birthday: an older birth date in a roster is likely somebody else's."""

_VILLAGE = re.compile(r"(?:镇|乡|街道)(?P<name>[^镇乡\d\s]{1,20}?(?:村|社区))")
_CHILD_FIELDS = frozenset(one.name for one in fields(RosterChild))
_READ_FIRST = ("name", "id_number", "sex", "birth_date")
_NOTHING = frozenset(
    {"无", "没有", "不详", "未知", "暂无", "空", "待定", "同上", "未办", "未办理", "未落户", "未上户", "未登记"}
    | {"/", "\\", "-", "--", "—", "——", "0", "n/a", "none", "null"}
)
"""What people write where there is nothing to say; 同上 would need the row above, which may be another family's."""


def village_of(address: str) -> str | None:
    """The village or community that an address names after its township: 巨峰镇土山河村380号 lies in 土山河村."""
    found = _VILLAGE.search(address)
    return found["name"] if found else None


class RowReader:
    """Reads the rows of one file.

    Args:
        columns: Headings and code words.
        found: Where the file's columns stand.
        today: The day against which dates are checked.
    """

    def __init__(self, columns: RosterColumns, found: Mapping[str, FoundColumn], today: date) -> None:
        self.columns = columns
        self.found = found
        self.today = today
        self._headings = frozenset(column.heading.strip() for column in found.values())

    def read(self, row: SheetRow, edits: Mapping[str, str] | None = None) -> RosterRow | None:
        """The row; None when it is empty, a row of totals or the headings once more.

        Args:
            row: The cells.
            edits: What a person wrote in their place: field to text.
        """
        cells = {name: row.cell(column.place) for name, column in self.found.items()}
        cells.update(edits or {})
        typed = {name: text for name, cell in cells.items() if (text := cell_text(cell))}
        if not edits:
            first = next((text for cell in row.cells if (text := cell_text(cell))), "")
            if not typed or first.startswith(self.columns.totals) or self._headings.issuperset(typed.values()):
                return None
        return Line(self, row.number, cells, typed).result()


class Line:
    """One row on its way from cells to a child."""

    def __init__(self, reader: RowReader, number: int, cells: Mapping[str, Cell], typed: Mapping[str, str]) -> None:
        self.reader = reader
        self.number = number
        self.cells = cells
        self.typed = typed
        self.values: dict[str, Any] = {}
        self.issues: list[Issue] = []

    def result(self) -> RosterRow:
        """Everything that the row says."""
        self._required("name", read_name, _("The name is missing."))
        citizen_id = self._read_id()
        self._read_sex(citizen_id)
        self._read_birth_date(citizen_id)
        self._check_id(citizen_id)
        for name, text in self.typed.items():
            if name in _READ_FIRST:
                continue
            if text.lower() in _NOTHING:
                self.remark(name, note("nothing", _("This says nothing and is left out.")))
                continue
            attribute, read = READERS[name]
            self._keep(name, attribute, read(self, name))
        self._check_date("discharge_date", _("A discharge before the birth or in the future is not possible."))
        self._check_date("registered_on", _("A registration before the birth or in the future is not possible."))
        check_family(self)
        if "village" not in self.typed:
            self.values["village"] = village_of(self.values.get("address") or "")
        known = {name: value for name, value in self.values.items() if name in _CHILD_FIELDS}
        complete = known.get("name") is not None and known.get("birth_date") is not None
        child = RosterChild(**known) if complete else None
        typed_id = identity.normalise_citizen_id(self.typed.get("id_number", ""))
        return RosterRow(self.number, self.typed, child, tuple(self.issues), typed_id)

    def unit(self, name: str) -> str:
        """The unit in the heading of a field's column."""
        return self.reader.found[name].unit if name in self.reader.found else ""

    def remark(self, name: str, remark: Remark | None) -> None:
        """Keep what is to be said about a field."""
        if remark is not None:
            value = self.typed.get(name, "")
            self.issues.append(
                Issue(name, value, remark.reason, remark.level, remark.code, remark.omittable, remark.meant)
            )

    def _keep(self, name: str, attribute: str, reading: Reading[Any]) -> None:
        self.values[attribute] = reading.value
        self.remark(name, reading.remark)
        if isinstance(self.cells.get(name), Formula) and reading.value is not None:
            reason = _("This is a formula: the value stored in the file is taken.")
            self.remark(name, note("formula", reason))

    def _required(self, name: str, read: Callable[[Cell], Reading[Any]], missing: str) -> None:
        if name in self.typed:
            self._keep(name, name, read(self.cells[name]))
        else:
            self.remark(name, refused("missing", missing))

    def _read_id(self) -> CitizenId | None:
        if "id_number" not in self.typed:
            return None
        if self.typed["id_number"].lower() in _NOTHING:
            self.remark("id_number", note("nothing", _("This says nothing and is left out.")))
            return None
        reading = read_id(self.cells["id_number"])
        self.remark("id_number", reading.remark)
        return reading.value

    def _read_sex(self, citizen_id: CitizenId | None) -> None:
        if "sex" in self.typed:
            code = self.reader.columns.code("sex", self.typed["sex"])
            if code is not None:
                self.values["sex"] = Sex(int(code))
            else:
                self.remark("sex", doubtful("unknown_word", _("This is not known as a sex: write 男 or 女.")))
        elif citizen_id is not None:
            self.values["sex"] = citizen_id.sex
            self.remark("sex", note("from_id", _("Taken from the citizen id.")))
        else:
            self.remark("sex", note("missing", _("The sex is missing; growth cannot be assessed without it.")))

    def _read_birth_date(self, citizen_id: CitizenId | None) -> None:
        if "birth_date" not in self.typed and citizen_id is not None:
            reading = Reading(citizen_id.birth_date, note("from_id", _("Taken from the citizen id.")))
        elif "birth_date" not in self.typed:
            reading = Reading(remark=refused("missing", _("The birth date is missing.")))
        else:
            reading = read_date(self.cells["birth_date"])
        born, remark = reading.value, reading.remark
        if born is None and remark is not None:
            remark = Remark(remark.code, remark.reason, Level.REFUSED, omittable=False, meant=remark.meant)
        elif born is not None and born > self.reader.today:
            born, remark = None, refused("future", _("The birth date lies in the future."))
        elif born is not None and add_months(born, OLDEST_MONTHS) <= self.reader.today:
            reason = _("Born seven years ago or more: is this the child's birth date?")
            remark = Remark("too_old", reason, Level.DOUBTFUL, omittable=False)
        self.values["birth_date"] = born
        self.remark("birth_date", remark)

    def _check_id(self, citizen_id: CitizenId | None) -> None:
        if citizen_id is None:
            return
        other = identity.contradiction(citizen_id, self.values.get("birth_date"), self.values.get("sex"))
        if other is None:
            self.values["id_number"] = citizen_id.number
        else:
            self.remark("id_number", doubtful(other.code, other.message))

    def _check_date(self, name: str, reason: str) -> None:
        born, day = self.values.get("birth_date"), self.values.get(name)
        if born and day and not born <= day <= self.reader.today:
            del self.values[name]
            self.remark(name, doubtful("impossible_date", reason))
