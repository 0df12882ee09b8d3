"""How a child grows: one verdict in a nurse's words, what led to it, what to tell the family, when to see it again.

The rules are data (resources/growth/trend.toml); nothing here knows a threshold. What a rule finds is never more than a
reason to look: the guidance teacher decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from zhaohu.i18n import form_term
from zhaohu.rules.growth.assess import SEXES
from zhaohu.rules.growth.references import References
from zhaohu.rules.growth.series import Born, MeasuredDay
from zhaohu.rules.growth.trend.checks import try_rule
from zhaohu.rules.growth.trend.conditions import conditions
from zhaohu.rules.growth.trend.course import MAIN, Course, course_of, scores
from zhaohu.rules.growth.trend.messages import for_either, found_before
from zhaohu.rules.growth.trend.rules import Advice, TrendRules
from zhaohu.rules.growth.trend.terms import Finding, Measure, Trend, Urgency, Verdict
from zhaohu.rules.schedule import DueState, ScheduledChild, due_items

_AHEAD_DAYS = 3660
_OVERALL = (Verdict.HEAD_FAST, Verdict.HEAD_SLOW)


def trend(rules: TrendRules, references: References, born: Born, days: Sequence[MeasuredDay]) -> Trend:
    """Judge how a child grows.

    Args:
        rules: From `loading.parse_trend`.
        references: The published tables.
        born: The child. When its sex is not known it is judged as a boy and as a girl.
        days: All its measurements, the birth among them, as `measure_day` assesses them; in any order.
    """
    if born.sex in SEXES or not any(day.either for day in days):
        return _judged(rules, references, born, days)
    as_boy, as_girl = (
        _judged(
            rules,
            references,
            replace(born, sex=sex),
            [day.either[place] if day.either else day for day in days],
        )
        for place, sex in enumerate(SEXES)
    )
    unclear = Trend(Verdict.UNCLEAR, Verdict.UNCLEAR, Verdict.UNCLEAR)
    neutral = tuple(_advice(rules, unclear, max(days, key=lambda day: day.on)))
    return _for_both(as_boy, as_girl, neutral)


def _judged(rules: TrendRules, references: References, born: Born, days: Sequence[MeasuredDay]) -> Trend:
    course = course_of(rules, references, born, days)
    findings = sorted(_findings(course), key=lambda one: (-one.urgency.rank, -_rank(one)))
    found = sorted(conditions(course), key=lambda one: -one.urgency.rank)
    weight = _verdict(course, findings, Measure.WEIGHT, Measure.MASS)
    length = _verdict(course, findings, Measure.LENGTH)
    heads = [one.verdict for one in findings if one.verdict in _OVERALL]
    verdict = max([weight, length, *heads], key=lambda one: one.rank)
    made = Trend(verdict, weight, length, tuple(findings), tuple(found))
    if not days:
        return made
    last = max(days, key=lambda day: day.on)
    return replace(
        made,
        next_check=_next_check(rules, born, last, made.urgency),
        refer=made.urgency is Urgency.REFER,
        advice=tuple(_advice(rules, made, last)),
    )


def _rank(finding: Finding) -> int:
    return finding.verdict.rank if finding.verdict else 0


def _verdict(course: Course, findings: Sequence[Finding], *measures: Measure) -> Verdict:
    found = [one.verdict for one in findings if one.measure in measures and one.verdict is not None]
    if found:
        return max(found, key=lambda one: one.rank)
    scored = [point for point in course.tracks[measures[0]] if point.day.china.of(MAIN[measures[0]]).z is not None]
    return Verdict.NORMAL if len(scored) > 1 else Verdict.UNCLEAR


# -- findings, and whether they stood before


def _findings(course: Course) -> Iterator[Finding]:
    for rule in course.rules.rules:
        finding = try_rule(rule, course)
        if finding is not None:
            if finding.urgency is not Urgency.RECHECK:
                yield finding
            else:
                yield _persisting(course, finding) if rule.may_refer else _settled(course, finding)


def _persisting(course: Course, finding: Finding) -> Finding:
    """A finding to be rechecked becomes one to refer when it stood before and went on, or stood twice before."""
    days: list[date] = []
    for count in _occasions(course, finding.measure):
        if not _stood(course.until(finding.measure, count), finding):
            break
        days.append(course.tracks[finding.measure][count - 1].on)
    if len(days) < 2 and not (days and _went_on(course, finding, days[0])):
        return finding
    return replace(finding, urgency=Urgency.REFER, message=found_before(finding.message, days[:2]))


def _settled(course: Course, finding: Finding) -> Finding:
    """A finding that is never referred by itself asks for advice only when it stood before and z has kept its line."""
    for count in _occasions(course, finding.measure):
        before = course.tracks[finding.measure][count - 1].on
        if _stood(course.until(finding.measure, count), finding) and not _went_on(course, finding, before):
            return replace(finding, urgency=Urgency.ADVISE)
        break
    return finding


def _occasions(course: Course, measure: Measure) -> Iterator[int]:
    """How many points there were at each earlier occasion, the newest first; occasions lie `persists_days` apart."""
    track = course.tracks[measure]
    later = track[-1].on
    for count in range(len(track) - 1, 1, -1):
        if (later - track[count - 1].on).days >= course.rules.persists_days:
            later = track[count - 1].on
            yield count


def _stood(course: Course, finding: Finding) -> bool:
    assert finding.verdict is not None
    for rule in course.rules.rules:
        alike = rule.verdict is finding.verdict or (rule.verdict.too_little and finding.verdict.too_little)
        counts = rule.of is finding.measure and alike and rule.urgency.rank >= Urgency.RECHECK.rank
        if counts and try_rule(rule, course) is not None:
            return True
    return False


def _went_on(course: Course, finding: Finding, since: date) -> bool:
    """Whether z moved on in the same direction since an earlier day; without z, whether the value did not rise."""
    assert finding.verdict is not None
    track = course.tracks[finding.measure]
    before, now = next(point for point in track if point.on == since), track[-1]
    z = scores(before, now, MAIN[finding.measure])
    if z is None:
        return now.value - before.value <= course.rules.error(finding.measure, now.age_days)
    change = z[0] - z[1] if finding.verdict.too_little else z[1] - z[0]
    return change > course.rules.line_tolerance_z


# -- what is to be done


def _next_check(rules: TrendRules, born: Born, last: MeasuredDay, urgency: Urgency) -> date:
    if date.max - last.on < timedelta(days=_AHEAD_DAYS):  # a year typed as 9999: nothing comes after it
        return last.on
    age = last.ages.chronological.days
    contacts = due_items(rules.schedule, ScheduledChild(born.on), last.on, within_days=_AHEAD_DAYS)
    days = [item.opens for item in contacts if item.state is DueState.UPCOMING]
    steps = [(to_days, in_days) for level, to_days, in_days in rules.checks if level is urgency and age <= to_days]
    days += [last.on + timedelta(days=in_days) for _to_days, in_days in steps[:1]]
    corrected = last.ages.corrected
    if corrected is not None:
        sooner = [in_days for to_days, in_days in rules.preterm_checks if corrected.days <= to_days]
        days += [last.on + timedelta(days=in_days) for in_days in sooner[:1]]
    return min(days, default=last.on + timedelta(days=rules.routine_days))


def _advice(rules: TrendRules, made: Trend, last: MeasuredDay) -> Iterator[str]:
    months = max(0, last.ages.used.months)
    for advice in rules.advice:
        if advice.from_months <= months < advice.to_months and _fits(advice, made):
            yield form_term(advice.text)


def _fits(advice: Advice, made: Trend) -> bool:
    if advice.statuses & set(made.statuses):
        return True
    said = {
        Measure.WEIGHT: {made.weight},
        Measure.LENGTH: {made.length},
        None: {made.weight, made.length, made.verdict},
    }[advice.of]
    if Verdict.NORMAL in advice.verdicts or Verdict.UNCLEAR in advice.verdicts:
        return made.verdict in advice.verdicts and made.urgency.rank <= Urgency.NONE.rank
    return bool(advice.verdicts & said)


# -- sex not known


def _for_both(boy: Trend, girl: Trend, neutral: tuple[str, ...]) -> Trend:
    """What holds for a child whose sex is not known; where the two share no advice, `neutral` is given."""
    if boy == girl:
        return boy
    dates = [one.next_check for one in (boy, girl) if one.next_check is not None]
    return Trend(
        verdict=_same(boy.verdict, girl.verdict),
        weight=_same(boy.weight, girl.weight),
        length=_same(boy.length, girl.length),
        findings=_shared(boy.findings, girl.findings),
        conditions=_shared(boy.conditions, girl.conditions),
        next_check=min(dates, default=None),
        refer=boy.refer and girl.refer,
        advice=tuple(text for text in boy.advice if text in girl.advice) or neutral,
        either=(boy, girl),
    )


def _same(boy: Verdict, girl: Verdict) -> Verdict:
    return boy if boy is girl else Verdict.UNCLEAR


def _shared(boy: Sequence[Finding], girl: Sequence[Finding]) -> tuple[Finding, ...]:
    """What both have, with the figures of both and no more urgent than the milder of the two."""
    pairs = [(one, other) for one in boy for other in girl if (one.rule, one.status) == (other.rule, other.status)]
    return tuple(
        replace(
            min(pair, key=lambda one: one.urgency.rank),
            message=for_either(*(one.message for one in pair)),
        )
        for pair in pairs
    )
