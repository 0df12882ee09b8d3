"""Guardian's consent: what stands now, who decided it when, what a no stops, and a new decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_date
from zhaohu.records.code_lists import GUARDIAN_RELATIONS
from zhaohu.records.codes import ConsentScope
from zhaohu.records.codes import label as code_label
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.register import consents
from zhaohu.services.register.consents import LONGEST_NAME, LONGEST_REASON, Decision, Standing
from zhaohu.ui import theme
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.choice_field import ChoiceField, SelectField, options_of
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form

_YES, _NO = "1", "2"


def decide(
    parent: QWidget | None,
    desk: Desk,
    runner: Runner,
    child_id: str,
    name: str,
    standing: Standing,
    guardians: Sequence[tuple[str, str]],
) -> FormDialog:
    """Ask what a guardian decided.

    Args:
        parent: The window it belongs to.
        desk: Who enters it.
        runner: Saves.
        child_id: The child.
        name: Its name.
        standing: How consent stands now.
        guardians: Names and relations of the caregivers, the main one first; the first is offered.
    """
    form = Form()
    form.section()
    answers = options_of([(_YES, _("Agrees")), (_NO, _("Does not agree"))], digits=True)
    for scope in ConsentScope:
        before = standing.counts.get(scope)
        now = _("Now: {decision}.").format(decision=decision_words(before)) if before else _("Not decided yet.")
        stop = _("A no stops: {what}").format(what=consents.stops(scope))
        form.add(scope.value, _capital(code_label(scope)), ChoiceField(answers), hint=f"{now}\n{stop}")
    form.section()
    form.add("on", _("Date on the form"), DateField(desk.today), required=True)
    form.add("guardian", _("Guardian"), TextField(max_length=LONGEST_NAME), required=True)
    relations = options_of([(code, reference.code_name("relation", code)) for code in GUARDIAN_RELATIONS])
    form.add("relation", _("Relation to the child"), SelectField(relations), required=True)
    form.add("reason", _("Reason of a no"), TextField(width="field_long", max_length=LONGEST_REASON))
    form.finish()
    guardian, relation = guardians[0] if guardians else ("", None)
    form.load({"on": desk.today, "guardian": guardian, "relation": relation})

    def save(values: dict[str, Any]) -> None:
        given = {scope: values[scope.value] == _YES for scope in ConsentScope if values[scope.value] is not None}
        reason = str(values["reason"] or "")
        consents.decide(desk, child_id, given, values["on"], values["guardian"], values["relation"], reason)

    lead = _(
        "The basic health service needs no consent. Enter what the guardian decided; what stays empty stays as it was. "
        "To withdraw a consent, enter a no."
    )
    title = _("Consent for {name}").format(name=name)
    dialog = FormDialog(parent, runner, form, title=title, do=_("Save"), save=save, lead=lead, scrolls=True)
    room = QSize(0, 2 * theme.size("row"))  # the sentence above the fields takes two lines
    screen = dialog.screen().availableGeometry().size()
    dialog.resize((dialog.size() + room).boundedTo(QSize(screen.width(), screen.height() * 9 // 10)))
    dialog.open()
    dialog.focus_first()
    return dialog


def decision_words(decision: Decision) -> str:
    """Who decided what when, in one line."""
    who = f"{reference.code_name('relation', decision.relation)} {decision.guardian}"
    return _("{what}: {who}, {day}").format(
        what=consents.decision_words(decision), who=who, day=format_date(decision.decided_on)
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
