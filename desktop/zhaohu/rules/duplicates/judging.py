"""Whether two children may be one: a judgement that is the same whichever comes first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from zhaohu.records.codes import Sex
from zhaohu.rules.duplicates.placeholders import Placeholder, placeholder
from zhaohu.rules.duplicates.slips import is_slip
from zhaohu.rules.duplicates.terms import Grade, KnownChild, Likeness
from zhaohu.rules.identity import plain
from zhaohu.rules.names import Nearness, near_names, normalise_name
from zhaohu.rules.surnames import COMPOUND_SURNAMES

_ID_LENGTH = 18
_SAME_WEIGHT_G = 50
"""Weighed or rounded twice, one child's birth weight differs by no more; twins' mostly differ by more."""
_BETWEEN_SIBLINGS_DAYS = 200
"""Children of one mother who are no twins are born further apart."""
_HAN_FROM, _HAN_TO = "\u3400", "\u9fff"
_ALIKE = (Nearness.EQUAL, Nearness.SAME_SOUND, Nearness.VARIANT)


@dataclass(frozen=True, slots=True)
class Alike:
    """Two children may be one: how sure that is, and why."""

    grade: Grade
    likeness: Likeness

    @property
    def reason(self) -> str:
        """Why, in the language in use, to go on a sentence."""
        return self.likeness.reason


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """A known child, made ready to be compared with many."""

    child: KnownChild
    name: str
    for_now: Placeholder | None
    id_number: str
    phones: frozenset[str]
    carers: frozenset[str]
    carer_ids: frozenset[str]


def traits(child: KnownChild) -> Traits:
    """What is compared; a newborn's 李静之子 names a parent."""
    name = _matched(child.name)
    for_now = placeholder(name)
    carers = {_matched(carer) for carer in child.caregivers}
    if for_now is not None and _given(for_now.parent):
        carers.add(for_now.parent)
    return Traits(
        child,
        name,
        for_now,
        child.id_number if len(child.id_number) == _ID_LENGTH else "",
        frozenset(_number(phone) for phone in child.phones),
        frozenset(carers),
        frozenset(child.carer_ids),
    )


def judge(one: KnownChild, other: KnownChild) -> Alike | None:
    """Whether two children may be one, and how sure that is; None when they are two as far as can be told."""
    return judge_traits(traits(one), traits(other))


def judge_traits(one: Traits, other: Traits) -> Alike | None:
    """As `judge`."""
    a, b = one.child, other.child
    near = _nearness(one, other)
    if one.id_number and one.id_number == other.id_number:
        return _by_number(one, other, near, (Likeness.SAME_ID, Likeness.SAME_ID_OTHER_NAME))
    same_day = a.birth_date == b.birth_date
    slip = not same_day and is_slip(a.birth_date, b.birth_date)
    if a.certificate_no and a.certificate_no == b.certificate_no:
        near_in_all = near if same_day or slip else None
        return _by_number(one, other, near_in_all, (Likeness.SAME_CERTIFICATE, Likeness.SAME_CERTIFICATE_ELSE))
    if same_day:
        return _of_one_day(one, other, near)
    return _of_two_days(one, other, near) if slip and near is not None else None


def _by_number(one: Traits, other: Traits, near: Nearness | None, likenesses: tuple[Likeness, Likeness]) -> Alike:
    """A number that two children share is sure to be one child's unless they may be twins, one with a wrong number."""
    whole, partly = likenesses
    lasting = one.for_now is None and other.for_now is None and near is Nearness.EQUAL
    if near not in _ALIKE or (not lasting and _perhaps_twins(one, other)):
        return Alike(Grade.LIKELY, partly if near not in _ALIKE else whole)
    return Alike(Grade.SURE, whole)


def _of_one_day(one: Traits, other: Traits, near: Nearness | None) -> Alike | None:
    if not _one_family(one, other):
        return _namesakes(one, other) if near is Nearness.EQUAL and not _told_apart(one, other) else None
    if one.for_now or other.for_now:
        return _one_named_later(one, other) if near is not None else None
    if near is Nearness.EQUAL:
        if _told_apart(one, other):
            return Alike(Grade.LIKELY, Likeness.SAME_FAMILY_ELSE)
        return Alike(Grade.SURE, Likeness.SAME_FAMILY)
    if _told_apart(one, other):
        return None
    if near in _ALIKE:
        return Alike(Grade.POSSIBLE if _perhaps_twins(one, other) else Grade.LIKELY, Likeness.LIKE_NAME)
    if near is Nearness.ONE_CHARACTER:
        return _one_character(one, other)
    if _single_births(one, other) and _close_family(one, other):
        return Alike(Grade.POSSIBLE, Likeness.RENAMED)
    return None


def _of_two_days(one: Traits, other: Traits, near: Nearness) -> Alike | None:
    """Two children whose names are near and whose birth dates are a slip of the pen apart."""
    if _told_apart(one, other):
        return None
    equal = near is Nearness.EQUAL and one.for_now is None
    if equal and _one_family(one, other):
        return Alike(Grade.LIKELY, Likeness.SLIPPED_DATE)
    if equal and _same_village(one, other) and _weights(one, other) == 0:
        return Alike(Grade.POSSIBLE, Likeness.NAMESAKE)
    days = abs((one.child.birth_date - other.child.birth_date).days)
    if near in _ALIKE and days < _BETWEEN_SIBLINGS_DAYS and _close_family(one, other):
        return Alike(Grade.POSSIBLE, Likeness.SLIPPED_DATE)
    return None


def _one_named_later(one: Traits, other: Traits) -> Alike | None:
    if _told_apart(one, other):
        return None
    return Alike(Grade.POSSIBLE if _perhaps_twins(one, other) else Grade.LIKELY, Likeness.PLACEHOLDER)


def _one_character(one: Traits, other: Traits) -> Alike | None:
    """Twins share a character too (子涵, 子轩): another given name needs more than that to be a slip of the pen."""
    if _given(one.name) == _given(other.name):
        return Alike(Grade.LIKELY, Likeness.OTHER_SURNAME)
    if _perhaps_twins(one, other):
        return None
    if _single_births(one, other):
        return Alike(Grade.LIKELY, Likeness.ONE_CHARACTER)
    left_out = len(one.name) != len(other.name)
    return Alike(Grade.POSSIBLE, Likeness.ONE_CHARACTER) if left_out or _weights(one, other) == 0 else None


def _namesakes(one: Traits, other: Traits) -> Alike | None:
    same_sex = one.child.sex is other.child.sex
    families_known = (one.phones and other.phones) or (one.carers and other.carers)
    if one.for_now is not None:
        return None
    if not families_known:
        likely = same_sex and not _perhaps_twins(one, other)
        return Alike(Grade.LIKELY if likely else Grade.POSSIBLE, Likeness.SAME_NAME)
    if _same_village(one, other) or _weights(one, other) == 0:
        return Alike(Grade.POSSIBLE, Likeness.NAMESAKE)
    return None


def _nearness(one: Traits, other: Traits) -> Nearness | None:
    """How near the names are; a name for the time being is near any but another child's of the same kind."""
    if one.for_now is None and other.for_now is None:
        return near_names(one.name, other.name)
    if one.for_now is None or other.for_now is None:
        return Nearness.VARIANT
    if one.for_now.which != other.for_now.which:
        return None
    if one.name == other.name:
        return Nearness.EQUAL
    boy_and_girl = {_sex_said(one.for_now), _sex_said(other.for_now)} == {Sex.MALE, Sex.FEMALE}
    return None if boy_and_girl else Nearness.VARIANT


@lru_cache(maxsize=64)
def _sex_said(name: Placeholder) -> Sex:
    if "女" in name.what:
        return Sex.FEMALE
    return Sex.MALE if "男" in name.what or name.what in ("子", "儿子") else Sex.NOT_STATED


def _one_family(one: Traits, other: Traits) -> bool:
    return _close_family(one, other) or not one.carers.isdisjoint(other.carers)


def _close_family(one: Traits, other: Traits) -> bool:
    """One household, telephone or caregiver's id; caregivers have namesakes."""
    if one.child.household and one.child.household == other.child.household:
        return True
    return not one.phones.isdisjoint(other.phones) or not one.carer_ids.isdisjoint(other.carer_ids)


def _told_apart(one: Traits, other: Traits) -> bool:
    """By sex, or by numbers that are both without doubt."""
    a, b = one.child, other.child
    if {a.sex, b.sex} == {Sex.MALE, Sex.FEMALE}:
        return True
    if one.id_number and other.id_number and a.certain_id and b.certain_id and one.id_number != other.id_number:
        return True
    return bool(a.certificate_no and b.certificate_no and a.certificate_no != b.certificate_no)


def _perhaps_twins(one: Traits, other: Traits) -> bool:
    if any((child.plurality or 1) > 1 for child in (one.child, other.child)):
        return True
    if any(who.for_now is not None and who.for_now.which for who in (one, other)):
        return True
    apart = _weights(one, other)
    return apart is not None and apart > _SAME_WEIGHT_G


def _single_births(one: Traits, other: Traits) -> bool:
    """Both were recorded as single births, and no weight speaks against their being one."""
    return one.child.plurality == other.child.plurality == 1 and not _perhaps_twins(one, other)


def _weights(one: Traits, other: Traits) -> int | None:
    """How far apart the birth weights are in grams; None while one is unknown."""
    a, b = one.child.birth_weight_g, other.child.birth_weight_g
    return None if a is None or b is None else abs(a - b)


def _same_village(one: Traits, other: Traits) -> bool:
    return bool(one.child.village) and one.child.village == other.child.village


def _matched(name: str) -> str:
    """As `normalise_name`, which changes nothing of a name of plain Han characters, and is asked 300,000 times."""
    if name and min(name) >= _HAN_FROM and max(name) <= _HAN_TO:
        return name
    return normalise_name(name)


def _given(name: str) -> str:
    return name[2 if name[:2] in COMPOUND_SURNAMES else 1 :]


@lru_cache(maxsize=65536)
def _number(phone: str) -> str:
    return plain(phone)


def is_for_now(name: str) -> bool:
    """Whether a name is a newborn's for the time being."""
    return placeholder(normalise_name(name)) is not None
