"""The dialog that corrects a child's own particulars, and says what changes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.records.codes import Sex
from zhaohu.rules.child_checks import Weight
from zhaohu.services.desk import Desk
from zhaohu.services.register import children, corrections
from zhaohu.services.register.children import WEIGHTY
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages import child_form
from zhaohu.ui.pages.child_doubts import DoubtQuestion
from zhaohu.ui.pages.child_values import facts_of, shape_problems
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.words import label, show_if

_FIELDS = {"gestation_days": "gestation", "birth_length_mm": "birth_length_cm"}


class EditChild(FormDialog):
    """Corrects one child; `saved` brings the names of the particulars that changed.

    Args:
        parent: The window it belongs to.
        desk: Who corrects; opening it leaves a line in the audit log.
        runner: Saves.
        child_id: The child.

    Raises:
        Refused: The child cannot be corrected here.
    """

    def __init__(self, parent: QWidget | None, desk: Desk, runner: Runner, child_id: str) -> None:
        self._desk, self._child_id = desk, child_id
        self._seen = children.edit_child(desk, child_id)
        form = _make_form(desk)
        form.load(_typed(self._seen))
        super().__init__(
            parent,
            runner,
            form,
            title=_("Correct the particulars"),
            do=_("Save the correction"),
            save=self._correct,
            lead=_("What stood there before is kept in the child's history."),
            scrolls=True,
        )
        self._doubts = DoubtQuestion(self, form, _("It is so, save"), lambda finding: _field(finding.field))
        self.changes = label("", "soft", wrap=True)
        outer = self.layout()
        assert isinstance(outer, QVBoxLayout)
        outer.insertWidget(outer.count() - 1, self.changes)
        show_if(self.changes, False)
        form.changed.connect(self._show_changes)

    def problems(self) -> dict[str, str]:
        """What forbids saving, by field."""
        found = {**shape_problems(self.form.values()), **self.form.problems()}
        if not found and WEIGHTY & self._changed().keys() and not self.form.fields["reason"].value():
            found["reason"] = _("Birth date, sex and gestation decide how growth is graded: say why they change.")
        return found

    def may_save(self) -> bool:
        """Go on only with what can be; what is odd is asked about once."""
        found = self.problems()
        self.form.show_problems(found)
        if found:
            return False
        changed = self._changed()
        if not changed:
            self.notice.say(_("Nothing has been changed."))
            return False
        try:
            findings = children.check_correction(self._desk, self._child_id, changed)
        except Refused as refused:
            self.notice.say(refused.message, "danger")
            return False
        concerned = [one for one in findings if one.field in changed]
        refused_now = {_field(one.field): one.message for one in concerned if one.weight is Weight.REFUSED}
        if refused_now:
            self.form.show_problems(refused_now)
            return False
        return self._doubts.is_so([one for one in findings if one.weight is Weight.DOUBT])

    def _on_completed(self) -> None:
        """Enter in the last field leads to the button, it does not press it."""
        self.do_button.setFocus(Qt.FocusReason.TabFocusReason)

    def _changed(self) -> dict[str, object]:
        now = _particulars(self.form.values())
        return {name: value for name, value in now.items() if value != self._seen[name]}

    def _show_changes(self, name: str) -> None:
        if self.problems().keys() - {"reason"}:
            return
        lines = []
        for one, value in self._changed().items():
            before = corrections.value_words(one, self._seen[one]) or _("empty")
            after = corrections.value_words(one, value) or _("empty")
            title = _(corrections.TITLES[one])
            lines.append(_("{field}: {before} → {after}").format(field=title, before=before, after=after))
        self.changes.setText(_("Changes: {changes}").format(changes="；".join(lines)) if lines else "")
        show_if(self.changes, bool(lines))

    def _correct(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        now = _particulars(values)
        changed = {name: value for name, value in now.items() if value != self._seen[name]}
        reason = str(values["reason"] or "")
        try:
            return children.correct_child(self._desk, self._child_id, changed, reason, seen=self._seen)
        except Refused as refused:
            field = refused.details.get("field")
            if isinstance(field, str):
                refused.details["field"] = _field(field)
            raise


def _field(name: str) -> str:
    return _FIELDS.get(name, name)


def _particulars(values: Mapping[str, Any]) -> dict[str, object]:
    own = {"name": values["name"], "sex": Sex(int(str(values["sex"]))), "birth_date": values["birth_date"]}
    return {**own, **facts_of(values)}


def _typed(seen: Mapping[str, Any]) -> dict[str, object]:
    """Particulars as the form's fields take them."""
    typed = dict(seen)
    days, length = typed.pop("gestation_days"), typed.pop("birth_length_mm")
    typed["gestation"] = f"{days // 7}+{days % 7}" if days is not None else None
    typed["birth_length_cm"] = Decimal(length) / 10 if length is not None else None
    for name in ("sex", "residence", "plurality"):
        typed[name] = str(int(typed[name])) if typed[name] is not None else None
    return typed


def _make_form(desk: Desk) -> Form:
    form = Form()
    form.section(_("Child"))
    child_form.add_child_fields(form, desk.today)
    child_form.add_paper_fields(form)
    child_form.add_residence_fields(form)
    form.add("came_from", _("Came from"), TextField(width="field_long", max_length=100))
    form.section(_("Birth"))
    child_form.add_birth_fields(form)
    child_form.add_more_birth_fields(form, desk.today)
    form.section(_("Why"))
    limit = corrections.LONGEST_REASON
    form.add("reason", _("Reason"), TextField(width="field_long", max_length=limit), hint=_("Such as: by the id card"))
    form.finish()
    return form
