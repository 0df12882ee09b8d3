"""Leaving the register, coming back, and going to another station: what is asked, and what it will stop, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import N_, _
from zhaohu.records.codes import ChildStatus
from zhaohu.services.desk import Desk
from zhaohu.services.register import moves, releases
from zhaohu.services.register.moves import LONGEST_PLACE, LONGEST_REASON
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.dialogs.leaving import LeavingDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.words import set_kind

_TITLES = {
    ChildStatus.MOVED_OUT: N_("{name} has moved away"),
    ChildStatus.LOST: N_("{name} cannot be reached"),
    ChildStatus.CLOSED_AT_THREE: N_("Close the record of {name} at three years"),
    ChildStatus.DIED: N_("{name} has died"),
}
_DAYS = {
    ChildStatus.MOVED_OUT: N_("Moved away on"),
    ChildStatus.LOST: N_("Lost since"),
    ChildStatus.CLOSED_AT_THREE: N_("Closed on"),
    ChildStatus.DIED: N_("Date of death"),
}
_REASONS = {
    ChildStatus.MOVED_OUT: (N_("Reason"), N_("Such as: the parents work elsewhere.")),
    ChildStatus.LOST: (N_("What was tried"), N_("Calls, messages and visits, with their days.")),
    ChildStatus.CLOSED_AT_THREE: (N_("Reason"), N_("Such as: three years old, the last check is done.")),
    ChildStatus.DIED: (N_("Cause of death"), N_("As the certificate says, or “not known”.")),
}
_STOPS = N_(
    "Nothing is due for the child any more, and it is not proposed for or invited to classes. The record stays as it "
    "is and can be read and printed."
)
_DOS = {
    ChildStatus.MOVED_OUT: N_("Moved away"),
    ChildStatus.LOST: N_("Lost to follow-up"),
    ChildStatus.CLOSED_AT_THREE: N_("Close the record"),
    ChildStatus.DIED: N_("Report the death"),
}


class LeaveDialog(LeavingDialog):
    """Takes a child off the register; a death is asked once more, and so is a day before the last record.

    Args:
        parent: The window it belongs to.
        desk: Who does it.
        runner: Saves.
        child_id: The child.
        name: Its name.
        status: What became of it.
    """

    def __init__(
        self, parent: QWidget | None, desk: Desk, runner: Runner, child_id: str, name: str, status: ChildStatus
    ) -> None:
        self._name, self._status = name, status

        def save(values: dict[str, Any]) -> None:
            place = str(values.get("place") or "")
            reason = str(values["reason"] or "")
            moves.change_status(desk, child_id, status, values["on"], reason, place, confirmed=self.confirmed)

        title = _(_TITLES[status]).format(name=name)
        super().__init__(
            parent, runner, _leave_form(desk, status), title=title, do=_(_DOS[status]), save=save, lead=_(_STOPS)
        )
        if status is ChildStatus.DIED:
            set_kind(self.do_button, "danger")

    def may_save(self) -> bool:
        """Say what is missing; a death is asked once more."""
        if not super().may_save():
            return False
        return self._status is not ChildStatus.DIED or self.is_death_meant(self._name)


def _leave_form(desk: Desk, status: ChildStatus) -> Form:
    words, hint = _REASONS[status]
    form = Form()
    form.section()
    form.add("on", _(_DAYS[status]), DateField(desk.today), required=True)
    if status is ChildStatus.MOVED_OUT:
        form.add("place", _("Moved to"), TextField(width="field_long", max_length=LONGEST_PLACE))
    field = TextField(width="field_long", max_length=LONGEST_REASON)
    form.add("reason", _(words), field, hint=_(hint), required=True)
    form.finish()
    form.load({"on": desk.today})
    return form


def leave(
    parent: QWidget | None, desk: Desk, runner: Runner, child_id: str, name: str, status: ChildStatus
) -> FormDialog:
    """Ask what became of a child, and take it off the register."""
    dialog = LeaveDialog(parent, desk, runner, child_id, name, status)
    dialog.open()
    dialog.focus_first()
    return dialog


def take_back(
    parent: QWidget | None, desk: Desk, runner: Runner, child_id: str, name: str, status: ChildStatus
) -> FormDialog:
    """Ask since when a child is on the register again, and why."""
    titles = {
        ChildStatus.MOVED_OUT: _("{name} has moved back"),
        ChildStatus.LOST: _("{name} was found again"),
        ChildStatus.DIED: _("The death of {name} was reported by mistake"),
    }
    title = titles.get(status, _("Take {name} back onto the register"))
    form = Form()
    form.section()
    form.add("on", _("Since"), DateField(desk.today), required=True)
    if status is ChildStatus.MOVED_OUT:
        form.add("place", _("Came from"), TextField(width="field_long", max_length=LONGEST_PLACE))
    form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_REASON), required=True)
    form.finish()
    form.load({"on": desk.today})

    def save(values: dict[str, Any]) -> None:
        place = str(values.get("place") or "")
        moves.take_back(desk, child_id, values["on"], str(values["reason"] or ""), place)

    lead = _("From today on the child is due again for what its age asks for.")
    return FormDialog.ask(parent, runner, form, title=title.format(name=name), do=_("Take back"), save=save, lead=lead)


def strike_out(parent: QWidget | None, desk: Desk, runner: Runner, child_id: str, name: str) -> FormDialog:
    """Ask why the newest change of status is struck out."""
    form = Form()
    form.section()
    form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_REASON), required=True)
    return FormDialog.ask(
        parent,
        runner,
        form.finish(),
        title=_("Strike out the last change of status of {name}").format(name=name),
        do=_("Strike out"),
        save=lambda values: moves.strike_out(desk, child_id, str(values["reason"] or "")),
        lead=_("For a change that was entered by mistake: the child stands as before it. The history still shows it."),
    )


def release(
    parent: QWidget | None,
    desk: Desk,
    runner: Runner,
    child_id: str,
    name: str,
    stations: Sequence[tuple[str, str]],
) -> FormDialog:
    """Ask to which station of the district a child goes."""
    form = Form()
    form.section()
    options = options_of([(code, f"{code} {words}") for code, words in stations])
    form.add("to_station", _("To station"), SelectField(options, width="field_long"), required=True)
    form.add("on", _("Date"), DateField(desk.today), required=True)
    form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_REASON), required=True)
    form.finish()
    form.load({"on": desk.today})

    def save(values: dict[str, Any]) -> None:
        releases.release(desk, child_id, values["to_station"], values["on"], str(values["reason"] or ""))

    lead = _(
        "The exchange carries the child with its whole record to the other station. Until then the record is only to "
        "look at here, and nothing is due; the release can be cancelled."
    )
    title = _("Release {name} to another station").format(name=name)
    return FormDialog.ask(parent, runner, form, title=title, do=_("Release"), save=save, lead=lead)


def cancel_release(parent: QWidget | None, desk: Desk, runner: Runner, child_id: str, name: str) -> FormDialog:
    """Ask why a child stays after all."""
    form = Form()
    form.section()
    form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_REASON), required=True)
    return FormDialog.ask(
        parent,
        runner,
        form.finish(),
        title=_("{name} stays at this station").format(name=name),
        do=_("Cancel the release"),
        save=lambda values: releases.cancel_release(desk, child_id, desk.today, str(values["reason"] or "")),
        lead=_(
            "If no bundle has told of the release yet, the record is open again at once. Else the center decides: the "
            "other station may have taken the child already, and the next return packet says so."
        ),
    )
