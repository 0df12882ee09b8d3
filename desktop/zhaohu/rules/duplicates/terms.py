"""The words of duplicates: how sure, why, and what is known of a child."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zhaohu.i18n import N_, _
from zhaohu.records.codes import Sex


class Grade(StrEnum):
    """How sure it is that two children are one; the surest first."""

    SURE = "sure"
    LIKELY = "likely"
    POSSIBLE = "possible"

    @property
    def rank(self) -> int:
        """0 is the surest."""
        return tuple(Grade).index(self)


class Likeness(StrEnum):
    """Why two children may be one."""

    SAME_ID = "same_id"
    SAME_ID_OTHER_NAME = "same_id_other_name"
    SAME_CERTIFICATE = "same_certificate"
    SAME_CERTIFICATE_ELSE = "same_certificate_else"
    SAME_FAMILY = "same_family"
    SAME_FAMILY_ELSE = "same_family_else"
    LIKE_NAME = "like_name"
    OTHER_SURNAME = "other_surname"
    ONE_CHARACTER = "one_character"
    PLACEHOLDER = "placeholder"
    SLIPPED_DATE = "slipped_date"
    RENAMED = "renamed"
    SAME_NAME = "same_name"
    NAMESAKE = "namesake"

    @property
    def reason(self) -> str:
        """The reason in the language in use, to go on a sentence."""
        return _(_REASONS[self])


_REASONS = {
    Likeness.SAME_ID: N_("the same citizen id"),
    Likeness.SAME_ID_OTHER_NAME: N_("the same citizen id, but another name"),
    Likeness.SAME_CERTIFICATE: N_("the same birth certificate number"),
    Likeness.SAME_CERTIFICATE_ELSE: N_("the same birth certificate number, but another name or birth date"),
    Likeness.SAME_FAMILY: N_("the same birth date, name and family"),
    Likeness.SAME_FAMILY_ELSE: N_("the same birth date, name and family, although sex or a number is another"),
    Likeness.LIKE_NAME: N_("the same birth date and family, and names that read or look alike"),
    Likeness.OTHER_SURNAME: N_("the same birth date, family and given name, another surname"),
    Likeness.ONE_CHARACTER: N_("the same birth date and family, and names that differ in one character"),
    Likeness.PLACEHOLDER: N_("the same birth date and family, and a newborn's name for the time being"),
    Likeness.SLIPPED_DATE: N_("the same name and family, and birth dates that are a slip of the pen apart"),
    Likeness.RENAMED: N_("the same birth date and family, and nothing that says twins"),
    Likeness.SAME_NAME: N_("the same birth date, name and sex, and nothing that tells them apart"),
    Likeness.NAMESAKE: N_("the same name, birth date and village or birth weight, another family"),
}


@dataclass(frozen=True, slots=True)
class KnownChild:
    """What is known of a child, as far as duplicates are concerned; empty is unknown.

    Args:
        id: Who it is.
        name: As written.
        birth_date: As recorded.
        sex: As recorded.
        id_number: Citizen id.
        phones: Of the family.
        caregivers: Their names.
        certain_id: The citizen id is without doubt.
        certificate_no: Of the birth certificate.
        household: The family's record.
        carer_ids: Citizen ids of the caregivers.
        village: Where the family lives.
        plurality: 1 single, 2 twins.
        birth_weight_g: At birth.
    """

    id: str
    name: str
    birth_date: date
    sex: Sex
    id_number: str = ""
    phones: tuple[str, ...] = ()
    caregivers: tuple[str, ...] = ()
    certain_id: bool = True
    certificate_no: str = ""
    household: str = ""
    carer_ids: tuple[str, ...] = ()
    village: str = ""
    plurality: int | None = None
    birth_weight_g: int | None = None
