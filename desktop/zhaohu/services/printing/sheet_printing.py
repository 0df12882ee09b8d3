"""Printing forms ahead: they get their numbers and are drawn in one act."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from sqlmodel import Session

from zhaohu.errors import BadInput, Cancelled
from zhaohu.i18n import _
from zhaohu.paper.sheet import Sheet as Page
from zhaohu.paper.visit_record import VisitRecord, draw_record
from zhaohu.paper.volume import Part, volume
from zhaohu.records import Child
from zhaohu.records.codes import SiteKind
from zhaohu.rules.paper_code import sheet_code
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.printing.sheet_rows import number_of, numbered
from zhaohu.services.printing.sheet_values import Planned, planned_sheets, sheet_record
from zhaohu.services.prints import imprint


def print_sheets(
    desk: Desk,
    items: Sequence[tuple[str, str]],
    for_day: date,
    progress: Callable[[int, int], object] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> bytes:
    """Forms for contacts, filled with particulars, last values and what is to be expected, each with six digits.

    What is done at the same visit (中医, 喂养) gets its own sheet beside it. A sheet that is out already keeps its
    number. Admin or teacher of a station.

    Args:
        desk: Where they are printed.
        items: Children with the codes of their contacts, in the order in which they are printed.
        for_day: The day of the visits.
        progress: Told after each sheet how many of how many are drawn.
        cancelled: Asked before each; when it says so nothing is printed and no number is given.

    Raises:
        NotAllowed: The account may only look, or this is the center, or a child is another station's.
        BadInput: Nothing was named.
        NotFound: There is no such child or contact.
        Refused: A child was released to another station, or the fonts have not been fetched.
        Cancelled: It was cancelled.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    if not items:
        raise BadInput(_("Choose at least one visit to print forms for."), field="items")
    wanted = [one for child_id, contact in items for one in planned_sheets(desk, child_id, contact, for_day)]
    return _print(desk, wanted, for_day, progress, cancelled)


def _print(
    desk: Desk,
    wanted: Sequence[Planned],
    for_day: date,
    progress: Callable[[int, int], object],
    cancelled: Callable[[], bool],
) -> bytes:
    """Give the sheets their numbers and draw them, in one act: a number that is on no paper is never given."""
    total = 2 * len(wanted)

    def tell(done: int) -> None:
        if cancelled():
            raise Cancelled
        progress(done, total)

    ready = []
    for done, one in enumerate(wanted):
        tell(done)
        ready.append((one, sheet_record(desk, one, for_day)))

    def parts(session: Session) -> Iterator[Part]:
        for done, (one, record) in enumerate(ready, len(wanted)):
            tell(done)
            sheet = numbered(desk, session, one.child_id, one.form, one.contact, for_day)
            code = sheet_code(number_of(sheet))
            ahead = replace(record.ahead, code=code) if record.ahead is not None else None
            title = "  ".join((code, session.get_one(Child, one.child_id).name, one.title))
            yield Part(title, imprint(desk), partial(_draw, replace(record, ahead=ahead)))

    with desk.write("print.sheets") as work:
        pdf = volume(_("Forms printed ahead"), parts(work.session))
        work.note(sheets=len(ready))
    progress(total, total)
    return pdf


def _draw(record: VisitRecord, page: Page) -> None:
    draw_record(page, record)
