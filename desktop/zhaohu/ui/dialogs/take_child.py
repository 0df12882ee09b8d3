"""Taking a child of another station over: what comes along, and where its family lives here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_date, sentences
from zhaohu.records.codes import label
from zhaohu.services.desk import Desk
from zhaohu.services.register import incoming
from zhaohu.services.register.incoming import Offered
from zhaohu.services.register.moves import LONGEST_REASON
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form

_OWN_FAMILY = "new"
_LONGEST_ADDRESS = 200


def take_child(
    parent: QWidget | None, desk: Desk, runner: Runner, offer: Offered, villages: Sequence[tuple[str, str]]
) -> FormDialog:
    """Ask where the family lives now, and take the child over.

    Args:
        parent: The window it belongs to.
        desk: Who takes it.
        runner: Does it.
        offer: The child.
        villages: Ids and names of this station's open villages.
    """
    form = Form()
    form.section()
    families = [*offer.households, (_OWN_FAMILY, _("A family of its own"))]
    form.add("household", _("Family"), SelectField(options_of(families), width="field_long"), required=True)
    form.add("village", _("Village"), SelectField(options_of(list(villages)), width="field_long"), required=True)
    form.add("address", _("Address"), TextField(width="field_long", max_length=_LONGEST_ADDRESS))
    form.finish()
    form.load({"household": families[0][0], "village": offer.village_id})

    def offer_place() -> None:
        alone = form.fields["household"].value() == _OWN_FAMILY
        form.set_shown("village", alone)
        form.set_shown("address", alone)

    form.changed.connect(lambda _name: offer_place())
    offer_place()

    def save(values: dict[str, Any]) -> str:
        alone = values["household"] == _OWN_FAMILY
        household = "" if alone else str(values["household"])
        village, address = str(values["village"] or ""), str(values["address"] or "")
        return incoming.take(desk, offer.transfer_id, village, household, address if alone else None)

    return FormDialog.ask(
        parent,
        runner,
        form,
        title=_("Take over {name}").format(name=offer.name),
        do=_("Take over"),
        save=save,
        lead=_about(offer),
    )


def refuse_child(parent: QWidget | None, desk: Desk, runner: Runner, offer: Offered) -> FormDialog:
    """Ask why a child is not taken."""
    form = Form()
    form.section()
    form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_REASON), required=True)
    return FormDialog.ask(
        parent,
        runner,
        form.finish(),
        title=_("Refuse {name}").format(name=offer.name),
        do=_("Refuse"),
        save=lambda values: incoming.refuse(desk, offer.transfer_id, str(values["reason"] or "")),
        lead=_(
            "The center tells {station} with the reason; the child stays in its register, and its record is open there "
            "again."
        ).format(station=offer.from_name),
    )


def _about(offer: Offered) -> str:
    """Who comes, and with what."""
    who = _("{sex}, born {day}; released by {station} on {released}: {reason}.").format(
        sex=label(offer.sex),
        day=format_date(offer.birth_date),
        station=offer.from_name,
        released=format_date(offer.released_on),
        reason=offer.reason,
    )
    along = _("Along come {visits} visits and {doses} doses of vaccine.").format(
        visits=offer.visits, doses=offer.vaccinations
    )
    carers = _("Caregivers: {names}.").format(names=_(", ").join(offer.carers)) if offer.carers else ""
    place = " ".join(filter(None, (offer.village, offer.address)))
    lived = _("Lived so far: {place}.").format(place=place) if place else ""
    until = _("Until the center confirms it with a return packet, {station} still counts the child.").format(
        station=offer.from_name
    )
    return sentences([who, along, carers, lived, until])
