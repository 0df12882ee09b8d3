"""The questions about villages: new ones, a name, a teacher, which spelling stays."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.guidance.staffing import TeacherRow
from zhaohu.services.register import village_merging, village_teachers, villages
from zhaohu.services.register.villages import VillageRow
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.long_text_field import LongTextField

_LONGEST_LIST, _LONGEST_NAME = 20_000, 50


def ask_names(parent: QWidget | None, desk: Desk, runner: Runner) -> FormDialog:
    """Ask for villages, one a line; `saved` brings what became of them."""
    form = Form()
    form.section()
    hint = _("One a line, with its three digits behind it where they are known: 巨峰村 101")
    form.add("names", _("Villages"), LongTextField(max_length=_LONGEST_LIST), required=True, hint=hint)
    return FormDialog.ask(
        parent,
        runner,
        form.finish(),
        title=_("Add villages"),
        lead=_("Type them, or paste a column of a spreadsheet. Those on the list already are not added twice."),
        do=_("Add"),
        save=lambda values: villages.add_villages(desk, str(values["names"]).splitlines()),
    )


def ask_name(parent: QWidget | None, desk: Desk, runner: Runner, village: VillageRow) -> FormDialog:
    """Ask for another name or code."""
    form = Form()
    form.section()
    form.add("name", _("Name"), TextField(max_length=_LONGEST_NAME), required=True)
    hint = _("Digits 10 to 12 of the division code; communities 001–099, villages 101–199.")
    form.add("code", _("Village code"), TextField(width="field_short", max_length=3), hint=hint)
    form.finish()
    form.load({"name": village.name, "code": village.code})
    return FormDialog.ask(
        parent,
        runner,
        form,
        title=_("Name and code"),
        lead=_("All families of the village have the new name at once."),
        do=_("Save"),
        save=lambda values: villages.change_village(desk, village.id, str(values["name"]), str(values["code"] or "")),
    )


def ask_teacher(
    parent: QWidget | None, desk: Desk, runner: Runner, village: VillageRow, teachers: Sequence[TeacherRow]
) -> FormDialog:
    """Ask who looks after a village's families, and from which day on."""
    form = Form()
    form.section()
    names = options_of([("", _("nobody")), *((one.id, one.name) for one in teachers)])
    form.add("teacher", _("Guidance teacher"), SelectField(names))
    form.add("since", _("From this day on"), DateField(desk.today), required=True)
    form.finish()
    form.load({"teacher": village.teacher_id or None, "since": desk.today})
    return FormDialog.ask(
        parent,
        runner,
        form,
        title=_("Who looks after {village}?").format(village=village.name),
        lead=_("Until the day before it stays as it was; the past is kept."),
        do=_("Assign"),
        save=lambda values: village_teachers.assign_teacher(
            desk, village.id, str(values["teacher"] or ""), values["since"]
        ),
    )


def ask_merge(
    parent: QWidget | None, desk: Desk, runner: Runner, gone: VillageRow, others: Sequence[VillageRow]
) -> FormDialog:
    """Ask which village the marked one really is."""
    form = Form()
    form.section()
    names = options_of([(one.id, one.name) for one in others])
    form.add("keep", _("It is the village"), SelectField(names), required=True)
    lead = _("“{name}” goes from the list, and its {n} families belong to the other village. It can be parted again.")
    return FormDialog.ask(
        parent,
        runner,
        form.finish(),
        title=_("Join “{name}” with another village").format(name=gone.name),
        lead=lead.format(name=gone.name, n=gone.households),
        do=_("Join"),
        save=lambda values: village_merging.merge_villages(desk, str(values["keep"]), gone.id),
    )


def ask_township(parent: QWidget | None, desk: Desk, runner: Runner, code: str) -> FormDialog:
    """Ask for the township's three digits."""
    form = Form()
    form.section()
    hint = _("Digits 7 to 9 of the division code, such as 102.")
    form.add("township_code", _("Township code"), TextField(width="field_short", max_length=3), hint=hint)
    form.finish()
    form.load({"township_code": code})
    return FormDialog.ask(
        parent,
        runner,
        form,
        title=_("Township code"),
        lead=_("With it and the villages' codes the next free health record number is proposed."),
        do=_("Save"),
        save=lambda values: villages.set_township_code(desk, str(values["township_code"] or "")),
    )
