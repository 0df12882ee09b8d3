"""What is known of a child on a day, as plain facts on which lines of guidance hang. Pure.

A fact is a short word, such as `fed:breast`, `growth:低体重`, `sign:俯卧时不会抬头`, `home:S6`, `hint:anaemia`.
They are found by what the official forms print (labels of signs, of feeding, of risks), so that a new version of a
form, or another form with the same words, is understood too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from zhaohu.rules.forms.model import Answer, Answers, Field, Form
from zhaohu.rules.growth.terms import Status
from zhaohu.rules.growth.trend.terms import Trend, Verdict

_FED = {
    "纯母乳": "breast",
    "纯母乳喂养": "breast",
    "混合": "mixed",
    "混合喂养": "mixed",
    "人工": "formula",
    "人工喂养": "formula",
}
_SAFETY = re.compile(r"safety_([1-9]|1[0-4])", re.ASCII)
_AT_RISK = "有风险"
_GUIDANCE = ("guidance", "topic")
_SIGNS = ("development", "sign", "warning")
_VITAMIN_D, _OUTDOOR, _REFERRAL = "vitamin_d_iu", "outdoor_hours", "referral"
_REFERRED = "2"
_OUTDOOR_HOURS = 1
_TWO_AND_A_HALF = 30
_SUMMER, _WINTER = frozenset({6, 7, 8}), frozenset({11, 12, 1, 2})
_WELL = frozenset({Verdict.NORMAL, Verdict.CATCH_UP})
DANGER = "danger"
"""Something was found for which a form advises to refer at once."""
_NO_SIGNS, _REGRESSION = "signs:none", "regression"
"""The hint about words and skills that a child has lost, which is no sign of a list and still a worry."""
_PLAIN = frozenset(
    {
        "age:from_30_months",
        "age:under_30_months",
        "born:preterm",
        DANGER,
        "growth:good",
        "home:safe",
        "referred",
        "season:summer",
        "season:winter",
        _NO_SIGNS,
        "signs:some",
        "vitamin_d:given",
        "vitamin_d:none",
        "outdoor:enough",
        "outdoor:little",
        *(f"fed:{way}" for way in _FED.values()),
        *(f"home:S{number}" for number in range(1, 15)),
        *(f"growth:{word}" for word in (*Status, *Verdict)),
    }
)


def is_fact(text: str) -> bool:
    """Whether something tells if this holds; of signs and hints the forms say which there are."""
    kind, _colon, name = text.partition(":")
    return text in _PLAIN or (kind in ("sign", "hint") and bool(name))


def facts_of_child(months: int, *, preterm: bool) -> Iterator[str]:
    """What the age in completed months and the birth say."""
    yield "age:from_30_months" if months >= _TWO_AND_A_HALF else "age:under_30_months"
    if preterm:
        yield "born:preterm"


def facts_of_season(on: date) -> Iterator[str]:
    """What the time of the year says."""
    if on.month in _SUMMER:
        yield "season:summer"
    if on.month in _WINTER:
        yield "season:winter"


def facts_of_growth(trend: Trend | None) -> Iterator[str]:
    """What the measurements until that day say."""
    if trend is None or trend.next_check is None:
        return
    words = [*trend.statuses, *([trend.verdict] if trend.verdict not in _WELL else [])]
    yield from (f"growth:{word}" for word in words)
    if trend.verdict in _WELL and not trend.statuses and not trend.refer:
        yield "growth:good"


def facts_of_record(form: Form, answers: Answers, hints: Iterable[str] = ()) -> Iterator[str]:
    """What a record says: feeding, vitamin D, time outdoors, warning signs, dangers at home, hints that were shown."""
    shown = frozenset(hints)
    yield from (f"hint:{name}" for name in sorted(shown))
    if answers.get(_REFERRAL) == _REFERRED:
        yield "referred"
    for field in form.fields():
        answer = answers.get(field.name)
        yield from _of_feeding(field, answer)
        if field.name == _VITAMIN_D and isinstance(answer, int):
            yield "vitamin_d:given" if answer > 0 else "vitamin_d:none"
        if field.name == _OUTDOOR and isinstance(answer, str):
            yield "outdoor:enough" if Decimal(answer) >= _OUTDOOR_HOURS else "outdoor:little"
    yield from (fact for fact in _of_signs(form, answers) if fact != _NO_SIGNS or _REGRESSION not in shown)
    yield from _of_home(form, answers)


def topics_of_record(form: Form, answers: Answers) -> frozenset[str]:
    """The official options of 指导 that were ticked."""
    fields = [field for field in form.fields() if field.name.startswith(_GUIDANCE)]
    return frozenset(label for field in fields for label in _chosen(field, answers))


def _of_feeding(field: Field, answer: Answer | None) -> Iterator[str]:
    option = field.option(answer) if field.options and isinstance(answer, str) else None
    if option is not None and option.label in _FED:
        yield f"fed:{_FED[option.label]}"


def _of_signs(form: Form, answers: Answers) -> Iterator[str]:
    """Positive warning signs; that there are none is told only of a form that asks for them."""
    fields = [field for field in form.fields() if field.name.partition("_")[0].rstrip("s") in _SIGNS]
    found = [label for field in fields for label in _chosen(field, answers)]
    yield from (f"sign:{label}" for label in found)
    if fields:
        yield "signs:some" if found else _NO_SIGNS


def _of_home(form: Form, answers: Answers) -> Iterator[str]:
    asked = [(match[1], field) for field in form.fields() for match in [_SAFETY.fullmatch(field.name)] if match]
    answered = [(number, field) for number, field in asked if field.name in answers]
    risks = [number for number, field in answered if _AT_RISK in _chosen(field, answers)]
    yield from (f"home:S{number}" for number in risks)
    if answered and not risks:
        yield "home:safe"


def _chosen(field: Field, answers: Answers) -> list[str]:
    """Labels of the options that were chosen; 无 and its like are none."""
    answer = answers.get(field.name)
    codes = answer if isinstance(answer, list) else [answer] if isinstance(answer, str) else []
    return [option.label for option in field.options if option.code in codes and not option.exclusive]
