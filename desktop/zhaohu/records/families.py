"""Villages, households, caregivers and children."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import StringConstraints
from sqlmodel import Field

from zhaohu.records.base import ClockTime, Owned, ThreeDigits, TwoDigits, coded
from zhaohu.records.codes import ChildStatus, Residence, Sex

CitizenIdText = Annotated[str, StringConstraints(pattern="^[0-9]{17}[0-9X]$")]
BirthCertificateText = Annotated[str, StringConstraints(pattern="^[A-Z][0-9]{9}$")]
HealthRecordText = Annotated[str, StringConstraints(pattern="^[0-9]{17}$")]
EducationCode = Annotated[str, StringConstraints(pattern="^([1-9]|10)$")]
DeliveryCode = Annotated[str, StringConstraints(pattern="^[1-7]$")]


class Village(Owned, table=True):
    """A village or community on the station's own list."""

    name: str = Field(min_length=1, max_length=50, index=True)
    code: ThreeDigits | None = Field(default=None, description="Last 3 digits of the 12-digit division code")
    closed_on: date | None = Field(default=None, description="From this day on no family is added")


class Household(Owned, table=True):
    """A family under one roof."""

    village_id: str | None = Field(default=None, foreign_key="village.id", index=True)
    county: str | None = Field(default=None, max_length=50)
    township: str | None = Field(default=None, max_length=50)
    address: str = Field(default="", max_length=200)
    registered_address: str | None = Field(default=None, max_length=200, description="户籍地址, where it is another")
    care_difficulty: str | None = Field(default=None, max_length=200, description="照护困难: why; None for none")


class Caregiver(Owned, table=True):
    """A grown-up who looks after the children of a household."""

    household_id: str = Field(foreign_key="household.id", index=True)
    name: str = Field(min_length=1, max_length=50, index=True)
    relation: TwoDigits = Field(description="GB/T 4761, seen from the child: 51 father, 52 mother …")
    phone: str | None = Field(default=None, max_length=30, index=True)
    citizen_id: CitizenIdText | None = None
    birth_date: date | None = None
    occupation: str | None = Field(default=None, max_length=50)
    education: EducationCode | None = Field(default=None, description="文化程度 of the resident form")
    is_main: bool = False


class Child(Owned, table=True):
    """A child of the register."""

    household_id: str = Field(foreign_key="household.id", index=True)
    name: str = Field(min_length=1, max_length=50, index=True)
    sex: Sex = Field(sa_type=coded(Sex))
    birth_date: date = Field(index=True)
    birth_time: ClockTime | None = None
    citizen_id: CitizenIdText | None = Field(default=None, index=True)
    birth_certificate_no: BirthCertificateText | None = Field(default=None, index=True)
    health_record_no: HealthRecordText | None = None
    handbook_no: str | None = Field(default=None, max_length=30, description="儿童保健手册号")
    ethnicity: TwoDigits | None = Field(default=None, description="GB/T 3304")
    birth_order: int | None = Field(default=None, ge=1, le=20)
    gestation_days: int | None = Field(default=None, ge=140, le=315, description="Completed days of pregnancy")
    birth_weight_g: int | None = Field(default=None, ge=300, le=7500)
    birth_length_mm: int | None = Field(default=None, ge=200, le=700)
    delivery: DeliveryCode | None = Field(default=None, description="出生情况 of the newborn visit form")
    plurality: int | None = Field(default=None, ge=1, le=9, description="胎数: 1 single, 2 twins …")
    birth_place: str | None = Field(default=None, max_length=100)
    discharged_on: date | None = Field(
        default=None, description="Left the birth hospital; the newborn visit counts from it"
    )
    residence: Residence | None = Field(default=None, sa_type=coded(Residence))
    status: ChildStatus = Field(default=ChildStatus.ACTIVE, sa_type=coded(ChildStatus))
    status_on: date | None = None
    status_reason: str | None = Field(default=None, max_length=200)
    registered_on: date
    came_from: str | None = Field(default=None, max_length=100, description="迁入: where the child lived before")
    merged_into: str | None = Field(
        default=None, min_length=36, max_length=36, description="The child that this one was found to be"
    )
