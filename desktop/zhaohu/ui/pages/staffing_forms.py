"""The questions of the staffing page: a new teacher, a last day, a population."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.rules.identity import mask_phone
from zhaohu.services.care.drafts import DraftKind, new_key
from zhaohu.services.desk import Desk
from zhaohu.services.guidance import staffing
from zhaohu.services.guidance.staffing import NewTeacher, StationStaffing, TeacherRow
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.draft_place import DraftPlace
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.number_field import NumberField
from zhaohu.ui.widgets.personal_field import PersonalField


def add_teacher(parent: QWidget | None, desk: Desk, runner: Runner) -> FormDialog:
    """Ask for a new teacher of this station."""
    form = Form()
    form.section()
    form.add("name", _("Name"), TextField(max_length=50), required=True)
    form.add("profession", _("Profession"), TextField(max_length=50))
    form.add("phone", _("Phone"), PersonalField(mask_phone))
    form.add("employed_from", _("In post since"), DateField(desk.today), required=True)
    form.add("certificate_no", _("Certificate no."), TextField(max_length=50))
    form.add(
        "certified_until",
        _("Certified until"),
        DateField(desk.today),
        hint=_("Leave empty while there is no certificate."),
    )
    form.finish()
    form.load({"employed_from": desk.today})

    place = DraftPlace(desk, new_key(DraftKind.TEACHER))

    def save(values: dict) -> str:
        given = {name: value for name, value in values.items() if value is not None}
        return staffing.add_teacher(desk, NewTeacher(**given), draft=place.key)

    return FormDialog.ask(parent, runner, form, title=_("Add a teacher"), do=_("Add"), save=save, draft=place)


def end_employment(parent: QWidget | None, desk: Desk, runner: Runner, row: TeacherRow) -> FormDialog:
    """Ask for a teacher's last day in post."""
    form = Form()
    form.section()
    form.add("employed_to", _("Last day"), DateField(desk.today), required=True)
    form.finish()
    form.load({"employed_to": desk.today})
    teacher_id = row.id

    def save(values: dict) -> None:
        staffing.end_employment(desk, teacher_id, values["employed_to"])

    return FormDialog.ask(
        parent,
        runner,
        form,
        title=_("End employment"),
        lead=_("{name} no longer counts as in post after this day. What they recorded stays.").format(name=row.name),
        do=_("End employment"),
        save=save,
    )


def set_population(
    parent: QWidget | None, desk: Desk, runner: Runner, stations: Sequence[StationStaffing], line: StationStaffing
) -> FormDialog:
    """Ask for the resident population of a station in one year."""
    form = Form()
    form.section()
    names = options_of([(one.station, f"{one.station} {one.name}") for one in stations])
    form.add("station", _("Station"), SelectField(names), required=True)
    form.add("year", _("Year"), NumberField(), required=True)
    form.add("population", _("Population"), NumberField(_("persons")), required=True)
    form.add(
        "source", _("Source"), TextField(max_length=100), hint=_("Such as the statistical yearbook it is taken from.")
    )
    form.finish()
    form.load({"station": line.station, "year": desk.today.year, "population": line.figures.population})
    place = DraftPlace(desk, new_key(DraftKind.POPULATION))

    def save(values: dict) -> None:
        staffing.set_population(
            desk,
            station=values["station"],
            year=values["year"],
            population=values["population"],
            source=values["source"] or "",
            draft=place.key,
        )

    return FormDialog.ask(
        parent,
        runner,
        form,
        title=_("Enter a population"),
        lead=_("It goes down to the station with the next receipt."),
        do=_("Save"),
        save=save,
        draft=place,
    )
