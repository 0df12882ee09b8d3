"""What is kept: the nouns, as tables and code lists; no behaviour but validation."""

from zhaohu.records.care import Appointment, Attempt, ExtraContact, FollowUp, Vaccination
from zhaohu.records.families import Caregiver, Child, Household, Village
from zhaohu.records.guidance import Attendance, ParentingClass, Teacher
from zhaohu.records.quality import Answer, Question
from zhaohu.records.reference import DistrictData, Population, Station
from zhaohu.records.register import (
    Assignment,
    ChildMerge,
    ChildRisk,
    Consent,
    Correction,
    NotDuplicate,
    StatusChange,
    Transfer,
    TransferAnswer,
)
from zhaohu.records.visits import Measurement, Visit

STATION_TABLES = (
    Village,
    Household,
    Caregiver,
    Child,
    Visit,
    Measurement,
    Teacher,
    ParentingClass,
    Attendance,
    StatusChange,
    Transfer,
    ChildRisk,
    Consent,
    ChildMerge,
    NotDuplicate,
    Assignment,
    Correction,
    FollowUp,
    ExtraContact,
    Appointment,
    Attempt,
    Vaccination,
    TransferAnswer,
    Answer,
)
"""Synced tables that stations own, parents before children: the order in which they travel and are applied."""

CENTER_TABLES = (Station, Population, DistrictData, Question)
"""Synced tables that the center owns and hands down."""

SYNCED_TABLES = CENTER_TABLES + STATION_TABLES

__all__ = [
    "CENTER_TABLES",
    "STATION_TABLES",
    "SYNCED_TABLES",
    "Answer",
    "Appointment",
    "Assignment",
    "Attempt",
    "Attendance",
    "Caregiver",
    "Child",
    "ChildMerge",
    "ChildRisk",
    "Consent",
    "Correction",
    "DistrictData",
    "ExtraContact",
    "FollowUp",
    "Household",
    "Measurement",
    "NotDuplicate",
    "ParentingClass",
    "Population",
    "Question",
    "Station",
    "StatusChange",
    "Teacher",
    "Transfer",
    "TransferAnswer",
    "Vaccination",
    "Village",
    "Visit",
]
