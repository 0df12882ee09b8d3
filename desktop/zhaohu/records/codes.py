"""Code lists whose values are the official codes; labels are English msgids, translated where they are shown."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Any, TypeVar, cast

from zhaohu.i18n import N_, _


class Sex(IntEnum):
    """GB/T 2261.1."""

    UNKNOWN = 0
    MALE = 1
    FEMALE = 2
    NOT_STATED = 9


class Residence(IntEnum):
    """常住类型 of the resident form."""

    REGISTERED = 1
    NON_REGISTERED = 2


class ChildStatus(StrEnum):
    """Where a child's record stands."""

    ACTIVE = "active"
    MOVED_OUT = "moved_out"
    DIED = "died"
    CLOSED_AT_THREE = "closed_at_three"
    LOST = "lost"


class Risk(StrEnum):
    """高危因素: a reason to see a child more often (list of the case record 高危儿专案)."""

    PRETERM = "preterm"
    LOW_BIRTH_WEIGHT = "low_birth_weight"
    MULTIPLE_BIRTH = "multiple_birth"
    ASPHYXIA = "asphyxia"
    MALFORMATION = "malformation"
    JAUNDICE = "jaundice"
    BIRTH_INJURY = "birth_injury"
    ENCEPHALOPATHY = "encephalopathy"
    INTRACRANIAL_HAEMORRHAGE = "intracranial_haemorrhage"
    CEREBRAL_PALSY = "cerebral_palsy"
    CONVULSIONS = "convulsions"
    INTRACRANIAL_INFECTION = "intracranial_infection"
    INTENSIVE_CARE = "intensive_care"
    FAMILY_HEARING_LOSS = "family_hearing_loss"
    INTRAUTERINE_INFECTION = "intrauterine_infection"
    OTOTOXIC_DRUGS = "ototoxic_drugs"
    FAMILY_GENETIC_DISEASE = "family_genetic_disease"
    OTHER = "other"


class ConsentScope(StrEnum):
    """What a guardian is asked for beyond the statutory basic service, which needs no consent."""

    GUIDANCE = "guidance"
    CONTACT = "contact"
    SHARING = "sharing"


class Role(StrEnum):
    """What an account may do; checked in services."""

    ADMIN = "admin"
    TEACHER = "teacher"
    VIEWER = "viewer"
    AUDITOR = "auditor"


class SiteKind(StrEnum):
    """The two faces of the program."""

    STATION = "station"
    CENTER = "center"


class PeerStatus(StrEnum):
    """How far the enrolment of a station has come."""

    INVITED = "invited"
    ACTIVE = "active"
    REVOKED = "revoked"


class Position(StrEnum):
    """How a length was measured: lying (身长) or standing (身高)."""

    LYING = "L"
    STANDING = "H"


class AttemptWay(StrEnum):
    """How a family was sought."""

    CALL = "call"
    HOME_VISIT = "home_visit"
    MESSAGE = "message"
    AT_STATION = "at_station"


class AttemptOutcome(StrEnum):
    """What came of it instead of a visit."""

    AGREED = "agreed"
    NOT_REACHED = "not_reached"
    NOT_AT_HOME = "not_at_home"
    REFUSED = "refused"
    NOT_DONE = "not_done"
    LOST = "lost"
    DIED = "died"


class FollowUpKind(StrEnum):
    """What is followed to its end."""

    FINDING = "finding"
    REFERRAL = "referral"
    CASE = "case"


class CaseOutcome(StrEnum):
    """转归 of special cases (forms.md section 9), and how else something that is followed may end."""

    RECOVERED = "1"
    IMPROVED = "2"
    NOT_RECOVERED = "3"
    DIED = "4"
    UNTREATED = "5"
    OTHER = "9"
    RULED_OUT = "ruled_out"
    MOVED_AWAY = "moved_away"
    LOST = "lost"
    REFUSED = "refused"
    DECLINED = "declined"


class ClassKind(StrEnum):
    """活动类型 of guidance classes (guidance-topics §4)."""

    LECTURE = "lecture"
    PARENT_CHILD = "parent_child"
    CARE_GROUP = "care_group"
    CONSULTATION = "consultation"


class TopicBlock(StrEnum):
    """The six topic blocks of 3岁以下婴幼儿健康养育照护指南（试行）, 2022."""

    GROWTH = "G1"
    NUTRITION = "G2"
    PLAY = "G3"
    DAILY_CARE = "G4"
    INJURY = "G5"
    COMMON_ILLNESS = "G6"


_LABELS: dict[type[IntEnum | StrEnum], dict[IntEnum | StrEnum, str]] = {
    Sex: {
        Sex.UNKNOWN: N_("unknown sex"),
        Sex.MALE: N_("male"),
        Sex.FEMALE: N_("female"),
        Sex.NOT_STATED: N_("sex not stated"),
    },
    Residence: {
        Residence.REGISTERED: N_("registered here"),
        Residence.NON_REGISTERED: N_("registered elsewhere"),
    },
    ChildStatus: {
        ChildStatus.ACTIVE: N_("on the register"),
        ChildStatus.MOVED_OUT: N_("moved away"),
        ChildStatus.DIED: N_("died"),
        ChildStatus.CLOSED_AT_THREE: N_("closed at three years"),
        ChildStatus.LOST: N_("lost to follow-up"),
    },
    Risk: {
        Risk.PRETERM: N_("preterm"),
        Risk.LOW_BIRTH_WEIGHT: N_("low birth weight"),
        Risk.MULTIPLE_BIRTH: N_("multiple birth"),
        Risk.ASPHYXIA: N_("birth asphyxia"),
        Risk.MALFORMATION: N_("birth defect"),
        Risk.JAUNDICE: N_("pathological jaundice"),
        Risk.BIRTH_INJURY: N_("birth injury"),
        Risk.ENCEPHALOPATHY: N_("hypoxic-ischaemic encephalopathy"),
        Risk.INTRACRANIAL_HAEMORRHAGE: N_("intracranial haemorrhage"),
        Risk.CEREBRAL_PALSY: N_("cerebral palsy"),
        Risk.CONVULSIONS: N_("history of convulsions"),
        Risk.INTRACRANIAL_INFECTION: N_("history of intracranial infection"),
        Risk.INTENSIVE_CARE: N_("over 24 hours in neonatal intensive care"),
        Risk.FAMILY_HEARING_LOSS: N_("permanent hearing loss in the family"),
        Risk.INTRAUTERINE_INFECTION: N_("intrauterine infection"),
        Risk.OTOTOXIC_DRUGS: N_("ototoxic drugs in pregnancy"),
        Risk.FAMILY_GENETIC_DISEASE: N_("hereditary disease in the family"),
        Risk.OTHER: N_("other risk factor"),
    },
    ConsentScope: {
        ConsentScope.GUIDANCE: N_("guidance and parenting classes"),
        ConsentScope.CONTACT: N_("contact by phone and message"),
        ConsentScope.SHARING: N_("handing data to other institutions"),
    },
    Role: {
        Role.ADMIN: N_("administrator"),
        Role.TEACHER: N_("guidance teacher"),
        Role.VIEWER: N_("viewer"),
        Role.AUDITOR: N_("auditor"),
    },
    PeerStatus: {
        PeerStatus.INVITED: N_("registered, no reply yet"),
        PeerStatus.ACTIVE: N_("enrolled"),
        PeerStatus.REVOKED: N_("revoked"),
    },
    Position: {
        Position.LYING: N_("lying"),
        Position.STANDING: N_("standing"),
    },
    AttemptWay: {
        AttemptWay.CALL: N_("by telephone"),
        AttemptWay.HOME_VISIT: N_("at their home"),
        AttemptWay.MESSAGE: N_("by message"),
        AttemptWay.AT_STATION: N_("at the station"),
    },
    AttemptOutcome: {
        AttemptOutcome.AGREED: N_("a day was agreed"),
        AttemptOutcome.NOT_REACHED: N_("not reached"),
        AttemptOutcome.NOT_AT_HOME: N_("not at home"),
        AttemptOutcome.REFUSED: N_("the family refused"),
        AttemptOutcome.NOT_DONE: N_("not done, for another reason"),
        AttemptOutcome.LOST: N_("lost to follow-up"),
        AttemptOutcome.DIED: N_("died"),
    },
    FollowUpKind: {
        FollowUpKind.FINDING: N_("positive finding"),
        FollowUpKind.REFERRAL: N_("referral"),
        FollowUpKind.CASE: N_("special case"),
    },
    CaseOutcome: {
        CaseOutcome.RECOVERED: N_("recovered"),
        CaseOutcome.IMPROVED: N_("improved"),
        CaseOutcome.NOT_RECOVERED: N_("not recovered"),
        CaseOutcome.DIED: N_("died"),
        CaseOutcome.UNTREATED: N_("not treated"),
        CaseOutcome.OTHER: N_("another outcome"),
        CaseOutcome.RULED_OUT: N_("ruled out"),
        CaseOutcome.MOVED_AWAY: N_("moved away"),
        CaseOutcome.LOST: N_("lost to follow-up"),
        CaseOutcome.REFUSED: N_("the family refused"),
        CaseOutcome.DECLINED: N_("advice turned down"),
    },
    ClassKind: {
        ClassKind.LECTURE: N_("parenting class"),
        ClassKind.PARENT_CHILD: N_("parent-child activity"),
        ClassKind.CARE_GROUP: N_("care group"),
        ClassKind.CONSULTATION: N_("consultation"),
    },
    TopicBlock: {
        TopicBlock.GROWTH: N_("growth monitoring"),
        TopicBlock.NUTRITION: N_("nutrition and feeding"),
        TopicBlock.PLAY: N_("communication and play"),
        TopicBlock.DAILY_CARE: N_("daily care"),
        TopicBlock.INJURY: N_("injury prevention"),
        TopicBlock.COMMON_ILLNESS: N_("common health problems"),
    },
}
"""By list: members of two lists with the same value are equal, and would take each other's place."""


Code = TypeVar("Code", bound=IntEnum | StrEnum)


def as_code(codes: type[Code], value: int | str) -> Code:
    """A stored value as a code of its list.

    One that a newer version wrote and this one does not know becomes a code outside the list, so that it is kept, is
    unlike every other, and can be shown as it is.
    """
    known: Any = codes
    try:
        return cast("Code", known(value))
    except ValueError:
        unlisted: Any = (int if issubclass(codes, int) else str).__new__(known, value)  # past the list of members
        unlisted._name_, unlisted._value_ = "UNLISTED", value
        return cast("Code", unlisted)


def label(code: IntEnum | StrEnum) -> str:
    """The word for a code in the language in use; the code itself when this version does not know it."""
    words = _LABELS[type(code)]
    return _(words[code]) if code in words else str(code.value)
