"""One row of a roster on its way from cells to a child, with everything that is doubtful about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from zhaohu.i18n import _
from zhaohu.records.codes import Residence, Sex
from zhaohu.rules import identity, roster_values
from zhaohu.rules.ages import add_months
from zhaohu.rules.identity import CitizenId, Problem
from zhaohu.rules.roster_cells import Formula, SheetRow, cell_text
from zhaohu.rules.roster_columns import FoundColumn, RosterColumns
from zhaohu.rules.roster_values import Level, Reading, Remark, doubtful, note, refused

OLDEST_MONTHS = 84
"""The national service ends with the seventh birthday: an older birth date in a roster is likely somebody else's."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One remark about one field of a row; see `roster_values.Remark`."""

    field: str
    value: str
    reason: str
    level: Level
    code: str
    omittable: bool
    meant: str = ""


@dataclass(frozen=True, slots=True)
class RosterChild:
    """What a row says of a child; doubtful values are left out."""

    name: str
    birth_date: date
    sex: Sex = Sex.NOT_STATED
    id_number: str | None = None
    birth_certificate: str | None = None
    record_number: str | None = None
    mother_name: str | None = None
    mother_phone: str | None = None
    father_name: str | None = None
    father_phone: str | None = None
    guardian_name: str | None = None
    phone: str | None = None
    village: str | None = None
    address: str | None = None
    residence: Residence | None = None
    gestation_days: int | None = None
    birth_weight_g: int | None = None
    birth_length_mm: int | None = None
    birth_order: int | None = None
    delivery: str | None = None
    plurality: int | None = None
    birth_place: str | None = None
    discharge_date: date | None = None


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row of a roster.

    Args:
        row: Its number as the spreadsheet program shows it.
        typed: What each known column says, as typed.
        values: The child, without doubtful values; None when the row cannot be one.
        issues: Everything to be said about the row.
        typed_id: The citizen id in plain digits, also one that is doubtful; for finding duplicates only.
    """

    row: int
    typed: Mapping[str, str]
    values: RosterChild | None
    issues: tuple[Issue, ...]
    typed_id: str = ""

    @property
    def level(self) -> Level | None:
        """The weightiest remark's level; None for a row that is good as it is."""
        levels = {issue.level for issue in self.issues}
        return next((level for level in Level if level in levels), None)

    @property
    def certain(self) -> bool:
        """Whether the row may be taken in without asking anybody."""
        return self.values is not None and self.level in (None, Level.NOTE)

    @property
    def takeable(self) -> bool:
        """Whether a person may take the row in as `values` stand, without the doubtful values."""
        doubts = [issue for issue in self.issues if issue.level is Level.DOUBTFUL]
        return self.values is not None and all(issue.omittable for issue in doubts)


_VILLAGE = re.compile(r"(?:镇|乡|街道)(?P<name>[^镇乡\d\s]{1,20}?(?:村|社区))")
_TEXTS = {"mother_name": 50, "father_name": 50, "guardian_name": 50, "village": 50, "address": 200, "birth_place": 100}
_CODED: dict[str, tuple[str, Callable[[str], Any]]] = {
    "delivery": ("delivery", str),
    "residence": ("residence", lambda code: Residence(int(code))),
    "plurality": ("plurality", int),
}
_MEASURES: dict[str, tuple[str, Callable[[Any, str], Reading[Any]]]] = {
    "birth_weight": ("birth_weight_g", roster_values.read_weight_g),
    "birth_length": ("birth_length_mm", roster_values.read_length_mm),
}
_PLAIN: dict[str, tuple[str, Callable[[Any], Reading[Any]]]] = {
    "phone": ("phone", roster_values.read_phone),
    "mother_phone": ("mother_phone", roster_values.read_phone),
    "father_phone": ("father_phone", roster_values.read_phone),
    "gestation": ("gestation_days", roster_values.read_gestation_days),
    "birth_order": ("birth_order", roster_values.read_order),
    "discharge_date": ("discharge_date", roster_values.read_date),
}
_NUMBERS = {"birth_certificate": identity.read_birth_certificate, "record_number": identity.read_record_number}
_CHILD_FIELDS = frozenset(one.name for one in fields(RosterChild))


def village_of(address: str) -> str | None:
    """The village or community that an address names after its township: 巨峰镇土山河村380号 lies in 土山河村."""
    found = _VILLAGE.search(address)
    return found["name"] if found else None


class RowReader:
    """Reads the rows of one file.

    Args:
        columns: Headings and code words.
        found: Where the file's columns stand.
        today: The day against which birth dates are checked.
    """

    def __init__(self, columns: RosterColumns, found: Mapping[str, FoundColumn], today: date) -> None:
        self.columns = columns
        self.found = found
        self.today = today

    def read(self, row: SheetRow) -> RosterRow | None:
        """The row; None when it is empty, a row of totals or the headings once more."""
        typed = {name: cell_text(row.cell(column.place)) for name, column in self.found.items()}
        typed = {name: text for name, text in typed.items() if text}
        headings = {name: column.heading.strip() for name, column in self.found.items()}
        first = next((text for cell in row.cells if (text := cell_text(cell))), "")
        if not typed or first.startswith(self.columns.totals) or typed == headings:
            return None
        return _Row(self, row, typed).result()


class _Row:
    """One row on its way from cells to a child."""

    def __init__(self, reader: RowReader, row: SheetRow, typed: Mapping[str, str]) -> None:
        self.reader = reader
        self.row = row
        self.typed = typed
        self.values: dict[str, Any] = {}
        self.issues: list[Issue] = []

    def result(self) -> RosterRow:
        self._required("name", roster_values.read_name, _("The name is missing."))
        citizen_id = self._read_id()
        self._read_sex(citizen_id)
        self._read_birth_date(citizen_id)
        self._check_id(citizen_id)
        for name in self.typed:
            self._read_other(name)
        self._check_discharge()
        if "village" not in self.typed:
            self.values["village"] = village_of(self.values.get("address") or "")
        known = {name: value for name, value in self.values.items() if name in _CHILD_FIELDS}
        complete = known.get("name") is not None and known.get("birth_date") is not None
        child = RosterChild(**known) if complete else None
        typed_id = identity.normalise_citizen_id(self.typed.get("id_number", ""))
        return RosterRow(self.row.number, self.typed, child, tuple(self.issues), typed_id)

    def _cell(self, name: str) -> Any:
        return self.row.cell(self.reader.found[name].place)

    def _remark(self, name: str, remark: Remark | None) -> None:
        if remark is not None:
            issue = Issue(
                name,
                self.typed.get(name, ""),
                remark.reason,
                remark.level,
                remark.code,
                remark.omittable,
                remark.meant,
            )
            self.issues.append(issue)

    def _keep(self, name: str, attribute: str, reading: Reading[Any]) -> None:
        self.values[attribute] = reading.value
        self._remark(name, reading.remark)
        if isinstance(self._cell(name), Formula) and reading.value is not None:
            reason = _("This is a formula: the value stored in the file is taken.")
            self._remark(name, note("formula", reason))

    def _required(self, name: str, read: Callable[[Any], Reading[Any]], missing: str) -> None:
        if name in self.typed:
            self._keep(name, name, read(self._cell(name)))
        else:
            self._remark(name, refused("missing", missing))

    def _read_id(self) -> CitizenId | None:
        if "id_number" not in self.typed:
            return None
        reading = roster_values.read_id(self._cell("id_number"))
        self._remark("id_number", reading.remark)
        return reading.value

    def _read_sex(self, citizen_id: CitizenId | None) -> None:
        if "sex" in self.typed:
            code = self.reader.columns.code("sex", self.typed["sex"])
            if code is not None:
                self.values["sex"] = Sex(int(code))
            else:
                self._remark("sex", doubtful("unknown_word", _("This is not known as a sex: write 男 or 女.")))
        elif citizen_id is not None:
            self.values["sex"] = citizen_id.sex
            self._remark("sex", note("from_id", _("Taken from the citizen id.")))
        else:
            self._remark("sex", note("missing", _("The sex is missing; growth cannot be assessed without it.")))

    def _read_birth_date(self, citizen_id: CitizenId | None) -> None:
        if "birth_date" not in self.typed and citizen_id is not None:
            reading = Reading(citizen_id.birth_date, note("from_id", _("Taken from the citizen id.")))
        elif "birth_date" not in self.typed:
            reading = Reading(remark=refused("missing", _("The birth date is missing.")))
        else:
            reading = roster_values.read_date(self._cell("birth_date"))
        born, remark = reading.value, reading.remark
        if born is None and remark is not None:
            remark = refused(remark.code, remark.reason)
        elif born is not None and born > self.reader.today:
            born, remark = None, refused("future", _("The birth date lies in the future."))
        elif born is not None and add_months(born, OLDEST_MONTHS) <= self.reader.today:
            reason = _("Born seven years ago or more: is this the child's birth date?")
            remark = Remark("too_old", reason, Level.DOUBTFUL, omittable=False)
        self.values["birth_date"] = born
        self._remark("birth_date", remark)

    def _check_id(self, citizen_id: CitizenId | None) -> None:
        if citizen_id is None:
            return
        other = identity.contradiction(citizen_id, self.values.get("birth_date"), self.values.get("sex"))
        if other is None:
            self.values["id_number"] = citizen_id.number
        else:
            self._remark("id_number", doubtful(other.code, other.message))

    def _check_discharge(self) -> None:
        born, discharged = self.values.get("birth_date"), self.values.get("discharge_date")
        if born and discharged and not born <= discharged <= self.reader.today:
            del self.values["discharge_date"]
            reason = _("A discharge before the birth or in the future is not possible.")
            self._remark("discharge_date", doubtful("impossible_date", reason))

    def _read_other(self, name: str) -> None:
        if name in _TEXTS:
            text, longest = self.typed[name], _TEXTS[name]
            remark = note("cut", _("Too long: cut to {n} characters.").format(n=longest))
            self._keep(name, name, Reading(text[:longest], remark if len(text) > longest else None))
        elif name in _CODED:
            attribute, convert = _CODED[name]
            code = self.reader.columns.code(name, self.typed[name])
            unknown = note("unknown_word", _("This word is not known here and is left out."))
            reading: Reading[Any] = Reading(remark=unknown) if code is None else Reading(convert(code))
            self._keep(name, attribute, reading)
        elif name in _MEASURES:
            attribute, read = _MEASURES[name]
            self._keep(name, attribute, read(self._cell(name), self.reader.found[name].unit))
        elif name in _PLAIN:
            attribute, read_plain = _PLAIN[name]
            self._keep(name, attribute, read_plain(self._cell(name)))
        elif name in _NUMBERS:
            result = _NUMBERS[name](self.typed[name])
            if isinstance(result, Problem):
                self._remark(name, doubtful(result.code, result.message))
            else:
                self.values[name] = result
