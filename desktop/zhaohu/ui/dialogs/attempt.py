"""未做成: a family was sought about a contact and it came to no visit; what happened, and when to try again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_date
from zhaohu.records.codes import AttemptOutcome, AttemptWay, ConsentScope
from zhaohu.records.codes import label as code_label
from zhaohu.services import reference
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.due import attempts
from zhaohu.services.due.attempts import AttemptRow
from zhaohu.services.register import child_overview, children
from zhaohu.services.register.moves import LONGEST_REASON
from zhaohu.ui.dialogs.appointment import next_day
from zhaohu.ui.dialogs.leaving import LeavingDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.choice_field import ChoiceField, options_of
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import panel, row
from zhaohu.ui.widgets.masked import MaskedLabel
from zhaohu.ui.widgets.words import label, set_kind

AGAIN = frozenset({AttemptOutcome.AGREED, AttemptOutcome.NOT_REACHED, AttemptOutcome.NOT_AT_HOME})
"""After these there is a day on which to try again, or to go."""
ENDING = frozenset({AttemptOutcome.LOST, AttemptOutcome.DIED})
"""These take the child off the register."""
_SHOWN_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Subject:
    """The contacts of a child that the family was sought about at one time; the first one decides what is told."""

    child_id: str
    child: str
    contacts: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Family:
    """Whom to call, whether calls are wanted, what was tried before, and the next day on which to work."""

    caregiver_id: str
    caregiver: str
    phone: str
    no_calls: bool
    address: str
    tried: tuple[AttemptRow, ...]
    next_day: date


def read_family(desk: Desk, child_id: str, contact: str) -> Family:
    """Read what is shown beside the question; the phone is masked, and empty where no contact is wanted."""
    found = child_overview.overview(desk, child_id)
    no_calls = ConsentScope.CONTACT in found.consent.refused
    carers = sorted(found.view.caregivers, key=lambda one: (not one.is_main, not one.phone))
    carer = next((one for one in carers if one.phone), carers[0] if carers else None)
    tried = tuple(one for one in attempts.of_child(desk, child_id) if one.contact == contact)
    return Family(
        caregiver_id=carer.id if carer else "",
        caregiver=f"{reference.code_name('relation', carer.relation)} {carer.name}" if carer else "",
        phone=carer.phone if carer and not no_calls else "",
        no_calls=no_calls,
        address=" ".join(filter(None, (found.view.row.village, found.view.address))),
        tried=tried,
        next_day=next_day(desk),
    )


def phone_label(desk: Desk, family: Family) -> MaskedLabel:
    """The caregiver's masked number, with the button that shows it to who may record."""
    name = _("Phone of {who}").format(who=family.caregiver)
    may_see = bool(family.phone) and desk.person.role in WRITERS
    return MaskedLabel(
        name, family.phone, partial(children.reveal, desk, family.caregiver_id, "phone") if may_see else None
    )


def attempt_words(one: AttemptRow) -> str:
    """One attempt in a line: when, how, what came of it, why, and when it was to be tried again."""
    words = [format_date(one.tried_on), code_label(one.way), code_label(one.outcome), one.reason]
    if one.next_on is not None:
        words.append(_("again on {day}").format(day=format_date(one.next_on)))
    return "  ·  ".join(filter(None, words))


def note_for_all(
    desk: Desk,
    about: Subject,
    tried_on: date,
    way: AttemptWay,
    outcome: AttemptOutcome,
    *,
    reason: str = "",
    next_on: date | None = None,
    confirmed: bool = False,
) -> list[str]:
    """Note one call or visit for each contact that it was about; returns the attempts' ids.

    A child that was lost or died leaves the register once, with the first of them.
    """
    contacts = about.contacts[:1] if outcome in ENDING else about.contacts
    return [
        attempts.note_attempt(
            desk,
            about.child_id,
            contact,
            tried_on=tried_on,
            way=way,
            outcome=outcome,
            reason=reason,
            next_on=next_on,
            confirmed=confirmed,
        )
        for contact in contacts
    ]


class AttemptDialog(LeavingDialog):
    """Asks what came of it; a loss needs what was tried, a death is asked once more."""

    def __init__(
        self, parent: QWidget | None, desk: Desk, runner: Runner, about: Subject, family: Family, outcome: str = ""
    ) -> None:
        self._about, self._family = about, family

        def save(values: dict[str, Any]) -> list[str]:
            outcome = AttemptOutcome(values["outcome"])
            return note_for_all(
                desk,
                about,
                values["tried_on"],
                AttemptWay(values["way"]),
                outcome,
                reason=str(values["reason"] or ""),
                next_on=values["next_on"] if outcome in AGAIN else None,
                confirmed=self.confirmed,
            )

        super().__init__(
            parent,
            runner,
            _attempt_form(desk, family, outcome),
            title=_("{name}: not done").format(name=about.child),
            do=_("Note it"),
            save=save,
            lead=about.title,
            scrolls=True,
        )
        self.form.changed.connect(self._on_changed)
        self._show_fields()

    def may_save(self) -> bool:
        """Say what is missing; a death is asked once more."""
        if not super().may_save():
            return False
        missing = self._missing()
        if missing:
            self.form.show_problems(missing)
            return False
        return self._outcome() is not AttemptOutcome.DIED or self.is_death_meant(self._about.child)

    def _outcome(self) -> AttemptOutcome | None:
        code = self.form.fields["outcome"].value()
        return AttemptOutcome(str(code)) if code else None

    def _missing(self) -> dict[str, str]:
        outcome, values = self._outcome(), self.form.values()
        if outcome is AttemptOutcome.AGREED and values["next_on"] is None:
            return {"next_on": _("Which day was agreed?")}
        if outcome in {*ENDING, AttemptOutcome.NOT_DONE} and not values["reason"]:
            return {"reason": _("Please say why, or what was tried.")}
        return {}

    def _on_changed(self, name: str) -> None:
        if name == "outcome":
            self._show_fields()

    def _show_fields(self) -> None:
        outcome, day = self._outcome(), self.form.fields["next_on"]
        again = outcome in AGAIN
        self.form.set_shown("next_on", again)
        if again and day.is_empty() and outcome is not AttemptOutcome.AGREED:
            day.set_value(self._family.next_day)
        set_kind(self.do_button, "danger" if outcome is AttemptOutcome.DIED else "primary")
        self.make_room()


def _attempt_form(desk: Desk, family: Family, outcome: str) -> Form:
    form = Form()
    card = form.section(_("Family"))
    if family.no_calls:
        card.body.addWidget(label(_("The family wants no calls and messages."), "soft", tone="attention", wrap=True))
    elif family.caregiver:
        number = phone_label(desk, family) if family.phone else label(_("no phone recorded"), "soft")
        card.body.addWidget(panel(row(label(family.caregiver), number, gap=3)))
    if family.address:
        card.body.addWidget(label(family.address, "soft", wrap=True))
    for one in family.tried[:_SHOWN_ATTEMPTS]:
        card.body.addWidget(label(attempt_words(one), "note", wrap=True))
    form.section()
    ways = options_of([(way.value, code_label(way)) for way in AttemptWay], digits=True)
    outcomes = options_of([(one.value, code_label(one)) for one in AttemptOutcome], digits=True)
    form.add("way", _("How"), ChoiceField(ways), required=True)
    form.add("outcome", _("What became of it"), ChoiceField(outcomes), required=True)
    form.add("tried_on", _("Date"), DateField(desk.today), required=True, aside=True)
    form.add("next_on", _("Next on"), DateField(desk.today), hint=_("The day agreed, or the day to try again."))
    form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_REASON))
    form.finish()
    way = AttemptWay.HOME_VISIT if family.no_calls else AttemptWay.CALL
    form.load({"way": way.value, "tried_on": desk.today, "outcome": outcome or None})
    return form


def ask_attempt(
    page: LoadingPage, desk: Desk, about: Subject, *, outcome: str = "", saved: Callable[[object], object] | None = None
) -> None:
    """Read about the family, then ask; `saved` is told the attempts' ids."""

    def show(family: Family) -> None:
        dialog = AttemptDialog(page.window(), desk, page.runner, about, family, outcome)
        if saved is not None:
            dialog.saved.connect(saved)
        dialog.open()
        dialog.form.go_to("outcome" if not outcome else "next_on" if outcome == AttemptOutcome.AGREED else "reason")

    page.act(
        lambda _context: read_family(desk, about.child_id, about.contacts[0]), show, title=_("Reading"), writes=False
    )
