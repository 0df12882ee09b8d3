"""What a filled form asks a person to follow up: the form's own hints, growth, anaemia and signs of rickets.

A finding is advice with its rule and where the rule comes from; it decides nothing. Who is judged against a growth
standard is told by the trend, which is reckoned elsewhere; here its findings of the form's own days are taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from zhaohu.i18n import N_, _, form_term, sentences
from zhaohu.rules.ages import months_and_days
from zhaohu.rules.finding_terms import FoundHint
from zhaohu.rules.forms.answers import Context, ShownHint, check
from zhaohu.rules.forms.model import SIZES, Answers, Field, Form, HintKind
from zhaohu.rules.growth.terms import Status
from zhaohu.rules.growth.trend.terms import Basis, Finding, Trend, Urgency, Verdict

ANAEMIA, RICKETS_SIGNS, RICKETS_SYMPTOMS = "anaemia", "rickets_signs", "rickets_symptoms"
REFERRAL_ADVISED = "referral_advised"
HEMOGLOBIN = "hemoglobin"
"""The field of a form that holds g/L of haemoglobin."""
WARNING_SIGN = "warning_sign"
"""How the names of warning-sign hints begin."""
MONTH_DAYS = 30
IRON_DAYS = 28
OBESITY_DAYS = 90

_ANAEMIC_BELOW, _MODERATE_BELOW, _SEVERE_BELOW = Decimal(110), Decimal(90), Decimal(60)
_ANAEMIA_MONTHS = range(6, 60)
_REFERRAL, _ADVISED = "referral", "有"
_MOST_URGENT = (HintKind.REFER_NOW, HintKind.REFER, HintKind.CASE, HintKind.REMIND, HintKind.RISK)

_NORM = "儿童营养性疾病管理技术规范（卫办妇社发〔2012〕49号）"
_STANDARD = "WS/T 423—2022《7岁以下儿童生长标准》"


def findings_of(form: Form, answers: Answers, trend: Trend | None, context: Context) -> tuple[FoundHint, ...]:
    """All that a form's answers give reason to say, the most urgent first.

    Args:
        form: The form.
        answers: What was answered.
        trend: How the child grows, with the form's own measurements; None when it is not known.
        context: What the form is checked against.
    """
    own = [*_anaemia(form, answers), *_rickets(form, answers)]
    hints = [_of_form(one) for one in check(form, answers, context).hints if not _is_ours(one)]
    found = [*hints, *own, *(_growth(form, answers, trend) if trend is not None else ())]
    if not any(one.kind in (HintKind.REFER_NOW, HintKind.REFER) for one in found):
        found += _referral(form, answers)
    by_name = {one.name: one for one in reversed(found)}
    return tuple(sorted(by_name.values(), key=lambda one: _MOST_URGENT.index(one.kind)))


def _is_ours(shown: ShownHint) -> bool:
    """Whether the rules here say what a hint of the form says, with grade and age: one finding, not two."""
    if shown.field == HEMOGLOBIN:
        return ANAEMIA in shown.hint.name
    return shown.field.startswith((RICKETS_SIGNS, RICKETS_SYMPTOMS))


def _referral(form: Form, answers: Answers) -> Iterator[FoundHint]:
    """转诊建议 2有, for a reason that no rule knows: what a person advised is followed like what a rule advises."""
    field = next((one for one in form.fields() if one.name == _REFERRAL), None)
    option = field.option(str(answers.get(_REFERRAL, ""))) if field is not None else None
    if option is None or option.label != _ADVISED:
        return
    told = (str(answers[name]) for name in (f"{_REFERRAL}_reason", f"{_REFERRAL}_org") if answers.get(name))
    message = _("The form advises a referral: {reason}").format(reason=_("; ").join(told))
    rule = _("Who is advised to be referred is followed until the answer is there.")
    yield FoundHint(REFERRAL_ADVISED, HintKind.REFER, message, rule, form_term(form.source))


def _of_form(shown: ShownHint) -> FoundHint:
    hint = shown.hint
    rule = form_term(hint.rule) if hint.rule else shown.message
    source = form_term(hint.source)
    return FoundHint(hint.name, hint.kind, shown.message, rule, source, hint.recheck_days, hint.case)


# -- anaemia


def anaemia_grade(hemoglobin: Decimal) -> str:
    """The grade of anaemia from 6 to 59 months in the field's words; empty when there is none."""
    if hemoglobin >= _ANAEMIC_BELOW:
        return ""
    if hemoglobin >= _MODERATE_BELOW:
        return _("mild anaemia")
    return _("moderate anaemia") if hemoglobin >= _SEVERE_BELOW else _("severe anaemia")


def _anaemia(form: Form, answers: Answers) -> Iterator[FoundHint]:
    value = answers.get(HEMOGLOBIN)
    if value is None or isinstance(value, list):
        return
    amount = Decimal(str(value))
    severe = amount < _SEVERE_BELOW  # too little at any age
    grade = anaemia_grade(amount) if severe or _months(form, answers) in _ANAEMIA_MONTHS else ""
    if not grade:
        return
    advice = (
        _("Refer the child; open a special case.")
        if severe
        else _("Treat with iron and test again 2 to 4 weeks after it was begun.")
    )
    message = _("Haemoglobin {value} g/L: {grade}. Not corrected for altitude.").format(value=amount, grade=grade)
    rule = _(
        "At 6 to 59 months below 110 g/L: mild 90 to 109, moderate 60 to 89, severe below 60. After iron is begun, "
        "test again in 2 to 4 weeks; a rise of 10 to 20 g/L in 4 weeks shows that it works; refer severe anaemia, and "
        "mild or moderate anaemia without improvement after a month of regular treatment. Below 60 g/L is told at any "
        "age: this program's choice. Altitude is not taken into account."
    )
    source = _("{source}; grades not checked against the document").format(source=form_term(_NORM))
    kind = HintKind.REFER if severe else HintKind.CASE
    yield FoundHint(ANAEMIA, kind, sentences((message, advice)), rule, source, IRON_DAYS, "04")


# -- rickets


def _rickets(form: Form, answers: Answers) -> Iterator[FoundHint]:
    signs = _ticked(form, answers, RICKETS_SIGNS)
    symptoms = _ticked(form, answers, RICKETS_SYMPTOMS)
    source = _("{source}; monthly follow-up not checked against the document").format(source=form_term(_NORM))
    if signs:
        message = _("Signs of rickets: {signs}. Have it confirmed, open a special case, see the child every month.")
        rule = _(
            "Under 6 months softening of the skull; later beading of the ribs, Harrison's groove, pigeon chest, "
            "swollen wrists and ankles, bow legs or knock knees speak for rickets."
        )
        yield FoundHint(
            RICKETS_SIGNS, HintKind.CASE, message.format(signs=_(", ").join(signs)), rule, source, MONTH_DAYS, "07"
        )
    elif symptoms:
        message = _("Possible early rickets: {symptoms}. Ask about vitamin D and sunlight; look again in a month.")
        rule = _(
            "Sweating, irritability and waking with cries mostly before 6 months may be early rickets; by themselves "
            "they prove nothing."
        )
        yield FoundHint(
            RICKETS_SYMPTOMS, HintKind.REMIND, message.format(symptoms=_(", ").join(symptoms)), rule, source, MONTH_DAYS
        )


def _ticked(form: Form, answers: Answers, prefix: str) -> list[str]:
    """The words of what was ticked in the fields whose names begin so, without what says that there is nothing."""
    return [
        form_term(option.label)
        for field in form.fields()
        if field.name.startswith(prefix)
        for option in field.options
        if not option.exclusive and option.code in _codes(field, answers)
    ]


def _codes(field: Field, answers: Answers) -> list[str]:
    answer = answers.get(field.name, [])
    return answer if isinstance(answer, list) else [str(answer)]


# -- growth

_THREADS: dict[Status, tuple[str, str | None]] = {
    Status.UNDERWEIGHT: ("underweight", "05"),
    Status.SEVERE_UNDERWEIGHT: ("underweight", "05"),
    Status.STUNTING: ("stunting", "03"),
    Status.SEVERE_STUNTING: ("stunting", "03"),
    Status.WASTING: ("wasting", "05"),
    Status.SEVERE_WASTING: ("wasting", "05"),
    Status.OVERWEIGHT: ("overweight", None),
    Status.OBESITY: ("obesity", "99"),
    Status.SEVERE_OBESITY: ("obesity", "99"),
}
"""Under which name a nutrition status is followed, whatever its degree, and as what category of special case."""
_STATUS_RULES: dict[str, str] = {
    "underweight": N_("Weight for age below -2SD is low weight, below -3SD severe. Seen every month."),
    "stunting": N_("Length for age below -2SD is stunting, below -3SD severe. Seen every month."),
    "wasting": N_("Weight for length, or BMI, below -2SD is wasting, below -3SD severe. Seen every month."),
    "overweight": N_("Weight for length, or BMI, from +1SD to below +2SD is overweight."),
    "obesity": N_("Weight for length, or BMI, from +2SD is obesity, from +3SD severe. Seen again after three months."),
}
_VERDICTS = {
    Verdict.FALTERING: "faltering",
    Verdict.STAGNATION: "stagnation",
    Verdict.LOSS: "weight_loss",
    Verdict.RAPID: "rapid_gain",
    Verdict.HEAD_FAST: "head_fast",
    Verdict.HEAD_SLOW: "head_slow",
}
_CONDITIONS = ("head_far_out", "head_out", "oedema")
_MARKS = {
    Basis.VERIFIED: "",
    Basis.LOCAL: N_("local practice"),
    Basis.OWN: "",
    Basis.UNVERIFIED: N_("not checked against the document"),
}
CASE_OF = {ANAEMIA: "04", RICKETS_SIGNS: "07", **{name: case for name, case in _THREADS.values() if case is not None}}
"""For each finding that calls for a special case: its category."""
GROWTH_NAMES = (*dict.fromkeys(name for name, _case in _THREADS.values()), *_VERDICTS.values(), *_CONDITIONS)
"""All names of findings that come from the growth."""


def _growth(form: Form, answers: Answers, trend: Trend) -> Iterator[FoundHint]:
    days = _measured_days(form, answers)
    by_name: dict[str, list[Finding]] = {}
    for one in sorted(trend.all(), key=lambda one: -one.urgency.rank):
        name = _growth_name(one)
        if name and one.on in days and one.urgency is not Urgency.NONE:
            by_name.setdefault(name, []).append(one)
    for name, found in by_name.items():
        yield _of_growth(name, found)


def _growth_name(one: Finding) -> str:
    if one.status is not None:
        return _THREADS[one.status][0]
    if one.verdict is not None:
        return _VERDICTS.get(one.verdict, "")
    return one.rule if one.rule in _CONDITIONS else ""


def _of_growth(name: str, found: list[Finding]) -> FoundHint:
    """One finding for all that the trend says under this name; the first is the most urgent."""
    worst = found[0]
    case = _THREADS[worst.status][1] if worst.status is not None else None
    asks = worst.urgency in (Urgency.REFER, Urgency.RECHECK)
    kind = HintKind.REMIND
    if worst.urgency is Urgency.REFER:
        kind = HintKind.REFER
    elif asks and case is not None:
        kind = HintKind.CASE
    mark = _MARKS[worst.basis]
    source = form_term(worst.source)
    rule = _(_STATUS_RULES[name]) if name in _STATUS_RULES else source
    if name in _STATUS_RULES and worst.source != _STANDARD:
        source = _("{one}; {other}").format(one=form_term(_STANDARD), other=source)
    days = (OBESITY_DAYS if name == "obesity" else MONTH_DAYS) if asks else None
    return FoundHint(
        name,
        kind,
        sentences(dict.fromkeys(one.message for one in found)),
        rule,
        _("{source} ({mark})").format(source=source, mark=_(mark)) if mark else source,
        days,
        case if asks else None,
    )


def _measured_days(form: Form, answers: Answers) -> set[date]:
    return {
        date.fromisoformat(str(answers[field.measured_on]))
        for field in form.fields()
        if field.measure in SIZES and field.measured_on and {field.name, field.measured_on} <= answers.keys()
    }


def _months(form: Form, answers: Answers) -> int:
    """Completed months on the day of the form; -1 when a day is missing."""
    born, on = answers.get(form.birth_date_field), answers.get(form.date_field)
    if born is None or on is None:
        return -1
    first, last = date.fromisoformat(str(born)), date.fromisoformat(str(on))
    return months_and_days(first, last)[0] if last >= first else -1
