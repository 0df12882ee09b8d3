"""What a person decides about something that is followed: its outcome, the day of a re-check, or why not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from zhaohu.i18n import _
from zhaohu.records.codes import CaseOutcome, FollowUpKind
from zhaohu.records.codes import label as code_label
from zhaohu.rules.case_closing import ClosingAdvice
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.follow import cases, findings, follow_ups
from zhaohu.services.follow.follow_ups import FollowUpRow
from zhaohu.ui import theme
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.choice_field import ChoiceField, SelectField, options_of
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form

LONGEST_NOTE = 200
_DAYS = 28


def ask_outcome(page: LoadingPage, desk: Desk, one: FollowUpRow) -> None:
    """Ask how it ended; the rule, and whether the records meet it, stand above as advice."""
    page.act(
        lambda _context: cases.advice_on_closing(desk, one.id) if one.kind is not FollowUpKind.REFERRAL else None,
        lambda advice: _show_outcome(page, desk, one, advice),
        title=_("Reading"),
        writes=False,
    )


def advice_words(advice: ClosingAdvice | None) -> str:
    """The rule of closing in one paragraph; empty for none."""
    if advice is None:
        return ""
    stands = {
        True: _("The records meet the rule."),
        False: _("The records do not meet the rule yet."),
        None: _("The records do not say whether the rule is met."),
    }[advice.met]
    return _("{rule} {why} {stands} (Rule: {source}) You decide.").format(
        rule=advice.rule, why=advice.why, stands=stands, source=advice.source
    )


def _show_outcome(page: LoadingPage, desk: Desk, one: FollowUpRow, advice: ClosingAdvice | None) -> None:
    form = Form()
    form.section()
    pairs = [(str(outcome), code_label(outcome)) for outcome in follow_ups.OUTCOMES]
    form.add("outcome", _("Outcome"), ChoiceField(options_of(pairs, digits=True)), required=True)
    form.add("on", _("Closed on"), DateField(desk.today), required=True)
    hint = _("Needed with “not recovered”, “not treated”, “the family refused” and “another outcome”.")
    form.add("note", _("Note"), TextField(width="field_long", max_length=LONGEST_NOTE), hint=hint)
    form.finish()
    form.load({"on": desk.today})

    def save(values: dict[str, Any]) -> None:
        follow_ups.close(desk, one.id, CaseOutcome(values["outcome"]), values["on"], str(values["note"] or ""))

    dialog = FormDialog.ask(
        page.window(),
        page.runner,
        form,
        title=_("Close: {what} of {name}").format(what=one.title, name=one.child),
        do=_("Close with this outcome"),
        save=save,
        lead=advice_words(advice),
    )
    dialog.setMinimumWidth(theme.size("dialog") * 2)  # so that all outcomes stand in one line
    dialog.adjustSize()


def ask_decline(page: LoadingPage, desk: Desk, one: FollowUpRow) -> None:
    """Ask why the advice is turned down."""
    form = Form()
    form.section()
    form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_NOTE), required=True)
    form.finish()
    FormDialog.ask(
        page.window(),
        page.runner,
        form,
        title=_("Turn down: {what} of {name}").format(what=one.title, name=one.child),
        do=_("Turn down"),
        save=lambda values: follow_ups.decline(desk, one.id, str(values["reason"] or "")),
        lead=one.advice,
    )


def ask_recheck(page: LoadingPage, desk: Desk, one: FollowUpRow) -> None:
    """Ask on which day the child is seen again, and with which form."""
    form = Form()
    form.section()
    first = one.due if one.due is not None and one.due >= desk.today else desk.today + timedelta(days=_DAYS)
    form.add("day", _("See again on"), DateField(desk.today), required=True)
    known = sorted(reference.forms_in_use(desk.today).values(), key=lambda each: each.title)
    options = options_of([(each.id, reference.form_title(each.id)) for each in known])
    form.add("form", _("Form"), SelectField(options, width="field_long"), required=True)
    form.finish()
    wanted = cases.REVIEW_FORM if one.kind is FollowUpKind.CASE else findings.recheck_form(one.subject)
    form.load({"day": first, "form": wanted})
    FormDialog.ask(
        page.window(),
        page.runner,
        form,
        title=_("See again: {what} of {name}").format(what=one.title, name=one.child),
        do=_("Plan the re-check"),
        save=lambda values: follow_ups.set_recheck(desk, one.id, values["day"], str(values["form"])),
        lead=_("It appears in the due list, and the record of that day is shown beside what was found."),
    )
