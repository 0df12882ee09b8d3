"""What a row of a roster says of a child and its family, and everything that is to be said about the row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zhaohu.records.codes import Residence, Sex
from zhaohu.rules.roster_values import Level


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
    birth_time: str | None = None
    birth_certificate: str | None = None
    record_number: str | None = None
    handbook_number: str | None = None
    ethnicity: str | None = None
    mother_name: str | None = None
    mother_phone: str | None = None
    mother_id: str | None = None
    mother_birth_date: date | None = None
    mother_education: str | None = None
    mother_occupation: str | None = None
    father_name: str | None = None
    father_phone: str | None = None
    father_id: str | None = None
    father_birth_date: date | None = None
    father_education: str | None = None
    father_occupation: str | None = None
    guardian_name: str | None = None
    guardian_relation: str | None = None
    phone: str | None = None
    guardian_id: str | None = None
    guardian_birth_date: date | None = None
    guardian_education: str | None = None
    guardian_occupation: str | None = None
    county: str | None = None
    township: str | None = None
    village: str | None = None
    address: str | None = None
    registered_address: str | None = None
    residence: Residence | None = None
    care_difficulty: str | None = None
    came_from: str | None = None
    gestation_days: int | None = None
    birth_weight_g: int | None = None
    birth_length_mm: int | None = None
    birth_order: int | None = None
    delivery: str | None = None
    plurality: int | None = None
    birth_place: str | None = None
    discharge_date: date | None = None
    registered_on: date | None = None


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
