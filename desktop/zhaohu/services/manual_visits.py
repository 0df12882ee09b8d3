"""The schedule, the forms and what their answers ask for as tables of the manual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zhaohu.i18n import N_, _, form_term, format_date, format_number
from zhaohu.rules.forms.model import Form, HintKind
from zhaohu.rules.schedule import Contact, Schedule, track_label
from zhaohu.services import reference
from zhaohu.services.manual_rules import markdown_table

_FOLLOWED = {
    HintKind.REFER_NOW: N_("refer at once"),
    HintKind.REFER: N_("refer"),
    HintKind.CASE: N_("special case"),
}


def schedule_table(schedule: Schedule) -> str:
    """Every contact with its window, in the order of the schedule."""
    titles = (_("Kind"), _("Contact"), _("Opens"), _("Days in the window"), _("Form"))
    return markdown_table(titles, [_contact(one) for one in schedule.contacts])


def forms_table(forms: Mapping[str, Form]) -> str:
    """Every form in its newest version."""
    titles = (_("Form"), _("Version"), _("In force from"), _("Based on"))
    rows = [
        (form_term(form.title), form.version, format_date(form.effective_from), form_term(form.source))
        for form in forms.values()
    ]
    return markdown_table(titles, rows)


def followed_table(forms: Mapping[str, Form]) -> str:
    """Every advice of a form that stays in the lists until it has an outcome; the same advice of several forms once."""
    found: dict[tuple[str, ...], list[str]] = {}
    for form in forms.values():
        for line in _followed(form):
            titles = found.setdefault(line, [])
            if form_term(form.title) not in titles:
                titles.append(form_term(form.title))
    rows = [(_("; ").join(titles), *line) for line, titles in found.items()]
    return markdown_table((_("Form"), _("Asks for"), _("Advice"), _("Rule"), _("See again by"), _("Based on")), rows)


def _contact(one: Contact) -> tuple[str, ...]:
    if one.months is not None:
        opens = _("{n} months after birth").format(n=one.months)
    elif one.from_discharge:
        opens = _("the day of discharge")
    else:
        opens = _("{n} days after birth").format(n=one.days)
    if one.until_months is not None:
        length = _("to {n} months").format(n=one.until_months)
    else:
        length = format_number(one.for_days + 1)
    if one.since is not None:
        opens = _("{opens}; from {day} on").format(opens=opens, day=format_date(one.since))
    return track_label(one.track), form_term(one.name), opens, length, reference.form_title(one.form)


def _followed(form: Form) -> Iterator[tuple[str, ...]]:
    for field in form.fields():
        for hint in field.hints:
            if hint.kind in _FOLLOWED:
                again = "—" if hint.recheck_days is None else _("{n} days later").format(n=hint.recheck_days)
                rule = form_term(hint.rule) if hint.rule else "—"
                kind = _(_FOLLOWED[hint.kind])
                yield kind, form_term(hint.message), rule, again, form_term(hint.source)
