"""The questions of a family's page: where it lives, a caregiver, another family for a child."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.rules.child_checks import Finding
from zhaohu.rules.identity import Problem, mask_citizen_id, mask_phone, read_phone
from zhaohu.services.desk import Desk
from zhaohu.services.register import caregivers, corrections, families
from zhaohu.services.register.children import NewCaregiver
from zhaohu.services.register.families import FamilyCarer, FamilyHit, FamilyView
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages import child_form
from zhaohu.ui.pages.child_doubts import DoubtQuestion
from zhaohu.ui.widgets.choice_field import ChoiceField, Option, SelectField, options_of
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.name_field import NameField
from zhaohu.ui.widgets.personal_field import PersonalField
from zhaohu.ui.widgets.words import set_kind

PAUSE_MS = 300
_PLACE = ("village", "address", "county", "township", "registered_address", "care_difficulty")
_YES = "yes"


def ask_place(
    parent: QWidget | None, desk: Desk, runner: Runner, family: FamilyView, villages: Sequence[str]
) -> FormDialog:
    """Correct where a family lives, and why looking after its children is hard for it."""
    form = Form()
    form.section()
    child_form.add_place_fields(form, villages)
    child_form.add_more_place_fields(form)
    elsewhere = TextField(width="field_long", max_length=200)
    form.add("registered_address", _("Registered address"), elsewhere, hint=_("Where it is another."))
    form.add("reason", _("Reason"), TextField(width="field_long", max_length=corrections.LONGEST_REASON))
    form.finish()
    seen = {name: getattr(family, name) for name in _PLACE}
    form.load(seen)

    def save(values: dict[str, Any]) -> None:
        changes = {name: values[name] or "" for name in _PLACE if (values[name] or "") != seen[name]}
        families.correct_household(desk, family.id, changes, reason=values["reason"] or "", seen=seen)

    dialog = FormDialog(
        parent,
        runner,
        form,
        title=_("Correct the address"),
        lead=_("It changes for all children of this family."),
        do=_("Save the correction"),
        save=save,
        scrolls=True,
    )
    dialog.open()
    dialog.focus_first()
    return dialog


class CaregiverDialog(FormDialog):
    """Takes a caregiver into a family, or corrects one.

    Args:
        parent: The window it belongs to.
        desk: Who does it.
        runner: Saves.
        household_id: The family.
        carer: Who is corrected; None for a new one.

    Raises:
        Refused: The caregiver cannot be corrected here.
    """

    def __init__(
        self, parent: QWidget | None, desk: Desk, runner: Runner, household_id: str, carer: FamilyCarer | None = None
    ) -> None:
        self._desk, self._household_id, self._carer = desk, household_id, carer
        self._seen = caregivers.edit_caregiver(desk, carer.id) if carer else {}
        form = _carer_form(desk, correcting=carer is not None)
        form.load({**self._seen, "is_main": _YES if self._seen.get("is_main") else None})
        super().__init__(
            parent,
            runner,
            form,
            title=_("Correct a caregiver") if carer else _("Add a caregiver"),
            do=_("Save the correction") if carer else _("Add"),
            save=self._keep,
            scrolls=True,
        )
        self._doubts = DoubtQuestion(self, form, _("It is so, save"), _field)

    def may_save(self) -> bool:
        """Go on only with what can be; what is odd is asked about once."""
        values, found = self.form.values(), self.form.problems()
        if values["phone"] and isinstance(read := read_phone(str(values["phone"])), Problem):
            found["phone"] = read.message
        self.form.show_problems(found)
        if found:
            return False
        leave_out = self._carer.id if self._carer else ""
        return self._doubts.is_so(caregivers.doubts(self._desk, self._household_id, _carer_of(values), leave_out))

    def _keep(self, values: Mapping[str, Any]) -> object:
        new = _carer_of(values)
        if self._carer is None:
            return caregivers.add_caregiver(self._desk, self._household_id, new)
        given = {name: getattr(new, name) for name in self._seen if name != "is_main"}
        changes: dict[str, object] = {name: value for name, value in given.items() if value != self._seen[name]}
        if new.is_main and not self._seen["is_main"]:
            changes["is_main"] = True
        reason = str(values["reason"] or "")
        caregivers.correct_caregiver(self._desk, self._carer.id, changes, reason=reason, seen=self._seen)
        return self._carer.id


def ask_removal_of(parent: QWidget | None, desk: Desk, runner: Runner, carer: FamilyCarer) -> FormDialog:
    """Take a caregiver out of the family, with a reason."""
    form = Form()
    form.section()
    reason = TextField(width="field_long", max_length=corrections.LONGEST_REASON)
    form.add("reason", _("Reason"), reason, required=True, hint=_("Such as: does not look after the child any more"))
    dialog = FormDialog.ask(
        parent,
        runner,
        form.finish(),
        title=_("Take {name} out of the family?").format(name=carer.name),
        lead=_("What is known of them stays in the history of the children."),
        do=_("Take out"),
        save=lambda values: caregivers.remove_caregiver(desk, carer.id, str(values["reason"])),
    )
    set_kind(dialog.do_button, "danger")
    return dialog


class JoinDialog(FormDialog):
    """Finds the family that a child belongs to, and moves the child there."""

    def __init__(self, parent: QWidget | None, desk: Desk, runner: Runner, child_id: str, name: str) -> None:
        self._desk = desk
        form = Form()
        form.section()
        hint = _("A caregiver's or child's name, or a caregiver's phone or citizen id")
        form.add("query", _("Find the family"), TextField(), hint=hint)
        form.add("family", _("Family"), SelectField(width="field_long"), required=True)
        super().__init__(
            parent,
            runner,
            form.finish(),
            title=_("Move {name} to another family").format(name=name),
            lead=_("The child's records come along. An only child's caregivers come along too."),
            do=_("Move there"),
            save=lambda values: families.join_household(desk, child_id, str(values["family"])),
            scrolls=True,
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look_up)
        form.changed.connect(self._on_changed)

    def _on_changed(self, name: str) -> None:
        if name == "query":
            self._pause.start()

    def _look_up(self) -> None:
        query = str(self.form.fields["query"].value() or "")
        self._runner.run(
            lambda _context: families.find_families(self._desk, query, limit=20), title="", on_result=self._show
        )

    def _show(self, found: Sequence[FamilyHit]) -> None:
        field = self.form.fields["family"]
        if not self.isVisible() or not isinstance(field, SelectField):
            return
        field.set_options([Option(one.id, f"{one.children} · {one.caregivers} · {one.place}") for one in found])
        field.set_value(found[0].id if len(found) == 1 else None)
        field.set_hint("" if found else _("No family was found."))


def _carer_form(desk: Desk, *, correcting: bool) -> Form:
    form, today = Form(), desk.today
    form.section()
    form.add("name", _("Name"), NameField(), required=True)
    form.add("relation", _("Relation"), SelectField(child_form.relation_options()), required=True)
    form.add("phone", _("Phone"), PersonalField(mask_phone))
    form.add("is_main", _("Main caregiver"), ChoiceField(options_of([(_YES, _("yes"))], digits=True)))
    form.add("citizen_id", _("Citizen id"), PersonalField(mask_citizen_id))
    form.add("birth_date", _("Born"), DateField(today))
    form.add("occupation", _("Occupation"), TextField(max_length=50))
    form.add("education", _("Education"), SelectField(child_form.education_options()))
    if correcting:
        form.add("reason", _("Reason"), TextField(width="field_long", max_length=corrections.LONGEST_REASON))
    return form.finish()


def _carer_of(values: Mapping[str, Any]) -> NewCaregiver:
    phone = read_phone(str(values["phone"])) if values["phone"] else None
    return NewCaregiver(
        str(values["name"] or ""),
        str(values["relation"] or ""),
        phone if isinstance(phone, str) else None,
        is_main=values["is_main"] == _YES,
        citizen_id=values["citizen_id"],
        birth_date=values["birth_date"],
        occupation=values["occupation"],
        education=values["education"],
    )


def _field(finding: Finding) -> str:
    return finding.field
