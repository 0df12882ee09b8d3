"""Kinds of record in words, for the exchange, the audit log and backups."""

from __future__ import annotations

from zhaohu.i18n import N_, _
from zhaohu.store.backup_file import Reason

KINDS = {
    "station": N_("stations"),
    "population": N_("populations"),
    "district_data": N_("settings of the district"),
    "question": N_("questions of the center"),
    "answer": N_("answers to the center"),
    "transfer_answer": N_("answers to transfers"),
    "village": N_("villages"),
    "household": N_("households"),
    "caregiver": N_("caregivers"),
    "child": N_("children"),
    "visit": N_("visits and checks"),
    "measurement": N_("measurements"),
    "teacher": N_("guidance teachers"),
    "parenting_class": N_("parenting classes"),
    "attendance": N_("class invitations"),
    "status_change": N_("changes of status"),
    "transfer": N_("transfers"),
    "child_risk": N_("risk factors"),
    "consent": N_("consents"),
    "child_merge": N_("merged children"),
    "not_duplicate": N_("children told apart"),
    "assignment": N_("teachers of villages"),
    "correction": N_("corrections of the register"),
    "follow_up": N_("findings, referrals and cases followed"),
    "extra_contact": N_("extra visits and re-checks"),
    "appointment": N_("appointments"),
    "attempt": N_("attempts to reach a family"),
    "vaccination": N_("vaccinations seen"),
}
"""Kinds of record by their table."""


_REASONS = {
    Reason.DAILY: N_("daily, by itself"),
    Reason.MANUAL: N_("asked for"),
    Reason.IMPORT: N_("before reading a file"),
    Reason.MIGRATION: N_("before an update"),
    Reason.RESTORE: N_("before a restore"),
}


def kind_words(table: str) -> str:
    """A kind of record in words."""
    return _(KINDS[table]) if table in KINDS else table


def is_kind(table: str) -> bool:
    """Whether a table holds records that people know; the others are the program's own."""
    return table in KINDS


def reason_words(reason: Reason) -> str:
    """Why a backup was made."""
    return _(_REASONS[reason])
