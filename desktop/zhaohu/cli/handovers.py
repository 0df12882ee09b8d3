"""`zhaohu children …`: children on their way from one station to another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, TypeVar

import typer

from zhaohu.cli.context import Context, table
from zhaohu.errors import BadInput
from zhaohu.i18n import _, format_date
from zhaohu.records.codes import label
from zhaohu.services.desk import Desk
from zhaohu.services.register import incoming, releases, villages
from zhaohu.services.register.handovers import HandoverRow
from zhaohu.services.register.incoming import Offered

_Row = TypeVar("_Row")
_Transfer = Annotated[str, typer.Argument(metavar="TRANSFER", help=_("As the list of incoming children shows it."))]
_Reason = Annotated[str, typer.Option(help=_("Why."))]
_On = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("The day; today when it is left out."))]


def add_to(group: typer.Typer) -> None:
    """Add these commands to the group of children."""
    group.command("incoming", help=_("Children whom other stations hand over, waiting for an answer."))(list_offers)
    group.command("on-the-way", help=_("All children handed over between stations, and how each stands."))(on_the_way)
    group.command("take", help=_("Take a child over with its whole record."))(take)
    group.command("refuse", help=_("Refuse a child of another station."))(refuse)
    group.command("release", help=_("Release a child to another station."))(release)
    group.command("ask-back", help=_("Keep a released child after all."))(ask_back)


def list_offers(context: typer.Context) -> None:
    """Children who wait for this station's answer."""
    headings = [_("Transfer"), _("Name"), _("Sex"), _("Born"), _("From"), _("Released"), _("Visits"), _("Reason")]
    _show(context, incoming.list_offers, _offer_document, headings, _offer_cells)


def on_the_way(context: typer.Context) -> None:
    """Hand-overs, those still open first."""
    headings = [_("Transfer"), _("Name"), _("From"), _("To"), _("Released"), _("State"), _("Reason")]
    _show(context, releases.handovers, _document, headings, _cells)


def take(
    context: typer.Context,
    transfer: _Transfer,
    village: Annotated[str, typer.Option(help=_("Name of the village where the family lives now."))] = "",
    household: Annotated[str, typer.Option(help=_("Id of a family of this station that it belongs to."))] = "",
    address: Annotated[str | None, typer.Option(help=_("Where in the village."))] = None,
) -> None:
    """Take a child over."""
    shared: Context = context.obj
    with shared.desk() as desk:
        village_id = "" if household else _village(desk, village)
        child_id = incoming.take(desk, transfer, village_id, household, address)
        shared.show(
            {"status": "taken", "child": child_id},
            _("Taken over. The center confirms it with a return packet after the next bundle."),
        )


def refuse(context: typer.Context, transfer: _Transfer, reason: _Reason) -> None:
    """Refuse a child."""
    shared: Context = context.obj
    with shared.desk() as desk:
        incoming.refuse(desk, transfer, reason)
        shared.show({"status": "refused"}, _("Refused. Its station is told by the center after the next bundle."))


def release(
    context: typer.Context,
    child_id: Annotated[str, typer.Argument(metavar="ID")],
    to: Annotated[str, typer.Option(help=_("Two digits of the other station."))],
    reason: _Reason,
    on: _On = None,
) -> None:
    """Release a child."""
    shared: Context = context.obj
    with shared.desk() as desk:
        releases.release(desk, child_id, to, _day(desk, on), reason)
        shared.show({"status": "released"}, _("Released. The record is only to look at until the exchange is done."))


def ask_back(
    context: typer.Context,
    child_id: Annotated[str, typer.Argument(metavar="ID")],
    reason: _Reason,
    on: _On = None,
) -> None:
    """Keep a released child."""
    shared: Context = context.obj
    with shared.desk() as desk:
        at_once = releases.cancel_release(desk, child_id, _day(desk, on), reason)
        words = (
            _("The child stays; its record is open again.")
            if at_once
            else _("Asked back. The next return packet says whether the child stays.")
        )
        shared.show({"status": "stays" if at_once else "asked_back"}, words)


def _show(
    context: typer.Context,
    read: Callable[[Desk], list[_Row]],
    document: Callable[[_Row], object],
    headings: list[str],
    cells: Callable[[_Row], list[str]],
) -> None:
    shared: Context = context.obj
    with shared.desk() as desk:
        found = read(desk)
    shared.show({"children": [document(one) for one in found]}, table(headings, [cells(one) for one in found]))


def _day(desk: Desk, on: datetime | None) -> date:
    return on.date() if on is not None else desk.today


def _village(desk: Desk, name: str) -> str:
    if not name:
        raise BadInput(_("Say where the child lives now: --village, or --household."), field="village")
    found = [row.id for row in villages.list_own(desk) if row.name == name]
    if not found:
        raise BadInput(_("There is no village “{name}” on this station's list.").format(name=name), field="village")
    return found[0]


def _offer_cells(one: Offered) -> list[str]:
    day = format_date(one.released_on)
    return [
        one.transfer_id, one.name, label(one.sex), format_date(one.birth_date), one.from_name, day, str(one.visits),
        one.reason,
    ]  # fmt: skip


def _offer_document(one: Offered) -> dict[str, object]:
    return {
        "transfer": one.transfer_id,
        "child": one.child_id,
        "name": one.name,
        "sex": one.sex,
        "birth_date": one.birth_date,
        "from": one.from_station,
        "released_on": one.released_on,
        "reason": one.reason,
        "village": one.village,
        "address": one.address,
        "caregivers": one.carers,
        "visits": one.visits,
        "vaccinations": one.vaccinations,
        "households": [{"id": home, "words": words} for home, words in one.households],
    }


def _cells(row: HandoverRow) -> list[str]:
    released = format_date(row.released_on) if row.released_on else ""
    return [row.transfer_id, row.child_name, row.from_name, row.to_name, released, row.words, row.reason]


def _document(row: HandoverRow) -> dict[str, object]:
    return {
        "transfer": row.transfer_id,
        "child": row.child_id,
        "name": row.child_name,
        "from": row.from_station,
        "to": row.to_station,
        "released_on": row.released_on,
        "stage": row.stage,
        "on": row.on,
        "reason": row.reason,
    }
