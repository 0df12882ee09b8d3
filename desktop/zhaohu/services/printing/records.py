"""Records of visits on the official forms: one, many in one file, and the forms without anything filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from zhaohu.errors import BadInput, Cancelled, Refused
from zhaohu.i18n import _, form_term, format_date
from zhaohu.paper.referral import Referral, draw_referral
from zhaohu.paper.sheet import Imprint, Sheet, render
from zhaohu.paper.special_case import draw_case
from zhaohu.paper.visit_record import VisitRecord, draw_record
from zhaohu.paper.volume import Part, volume
from zhaohu.records import Child
from zhaohu.rules.forms.model import Form
from zhaohu.services import reference
from zhaohu.services.care import visit_views
from zhaohu.services.care.visit_views import VisitView
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.follow.case_papers import case_sheet
from zhaohu.services.follow.findings import CASE_FORM
from zhaohu.services.follow.referrals import ANSWER_FORM
from zhaohu.services.growth import growth_trend
from zhaohu.services.printing.record_values import curves_of, record_values
from zhaohu.services.prints import QR, imprint, log_print, log_records

Draw = Callable[[Sheet], None]


def print_visit(desk: Desk, visit_id: str) -> bytes:
    """The record of a visit as the official A4 form, with its numbers in full, and the curves. Admin or teacher.

    A form with a column for each age shows the child's earlier records beside it.

    Raises:
        NotAllowed: The account may only look.
        NotFound: There is no such visit.
        Refused: The record was removed, or the fonts have not been fetched.
    """
    desk.require(*WRITERS)
    visit = _printable(desk, visit_id)
    draw, foot = _paper(desk, visit, growth=True)
    pdf = render(form_term(visit.form.title), foot, draw)
    log_print(desk, "print.visit", f"visit/{visit_id}", version=visit.version)
    return pdf


def print_form(desk: Desk, form_id: str, version: str = "") -> bytes:
    """A form with nothing filled in, in the version in force or in the one that is named. Any role that may print.

    Raises:
        NotAllowed: The account may only look.
        NotFound: There is no such form.
        Refused: The fonts have not been fetched.
    """
    desk.require(*WRITERS)
    named = reference.form_book().version(form_id, version) if version else None
    return blank_form(desk, named or reference.form(form_id, desk.today))


def blank_form(desk: Desk, form: Form) -> bytes:
    """A form with nothing filled in, also one that is not published yet. Any role that may print."""
    desk.require(*WRITERS)
    pdf = render(form_term(form.title), imprint(desk), lambda sheet: draw_record(sheet, VisitRecord(form, {})))
    log_print(desk, "print.form", None, form=form.id)
    return pdf


def print_records(
    desk: Desk,
    visit_ids: Sequence[str],
    progress: Callable[[int, int], object] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
    *,
    growth: bool = False,
) -> bytes:
    """Many records in one file with a bookmark for each. Admin or teacher.

    Of records that stand on one sheet, as columns of a child's table, the sheet is printed once, as the latest of them
    has it.

    Args:
        desk: Where they are printed.
        visit_ids: The records, in the order in which they are printed.
        progress: Told after each record how many of how many are drawn.
        cancelled: Asked before each; when it says so nothing is printed.
        growth: Whether the pages with the growth of each child are attached.

    Raises:
        NotAllowed: The account may only look.
        NotFound: There is no such visit.
        BadInput: No record was named.
        Refused: A record was removed, or the fonts have not been fetched.
        Cancelled: It was cancelled.
    """
    desk.require(*WRITERS)
    if not visit_ids:
        raise BadInput(_("Choose at least one record to print."), field="visit_ids")
    wanted = _sheets([_printable(desk, visit_id) for visit_id in dict.fromkeys(visit_ids)])

    def parts() -> Iterator[Part]:
        for done, visit in enumerate(wanted):
            if cancelled():
                raise Cancelled
            draw, foot = _paper(desk, visit, growth=growth)
            yield Part(_bookmark(desk, visit), foot, draw)
            progress(done + 1, len(wanted))

    pdf = volume(_("Records of visits"), parts())
    log_records(desk, list(dict.fromkeys(visit_ids)))
    return pdf


def _sheets(visits: Sequence[VisitView]) -> list[VisitView]:
    """One record for each sheet of paper: of a child's table with columns the latest, in the place of its first."""
    found: dict[object, VisitView] = {}
    for visit in visits:
        key = (visit.child_id, visit.form.id) if visit.form.age_column else visit.id
        known = found.get(key)
        if known is None or known.visit_date < visit.visit_date:
            found[key] = visit
    return list(found.values())


def _printable(desk: Desk, visit_id: str) -> VisitView:
    visit = visit_views.view_visit(desk, visit_id)
    if visit.removed is not None:
        raise Refused(_("This record was removed; it is not printed any more."), code="removed")
    if not visit.form.is_known:
        message = _("This record was made by a newer program: its paper is not known here. Update the program.")
        raise Refused(message, code="newer_form")
    return visit


def _paper(desk: Desk, visit: VisitView, *, growth: bool) -> tuple[Draw, Imprint]:
    """What draws the record, and its imprint."""
    if visit.form.id in (growth_trend.REFERRAL, ANSWER_FORM):
        grown = growth and visit.form.id == growth_trend.REFERRAL
        sheet = Referral(visit.form, visit.answers, curves_of(desk, visit) if grown else None)
        return lambda page: draw_referral(page, sheet), _imprint(desk, visit, visit.digest)
    if visit.form.id == CASE_FORM:
        with desk.read() as session:
            case, digest = case_sheet(session, visit.id)
        return lambda page: draw_case(page, case), _imprint(desk, visit, digest)
    record, digest = record_values(desk, visit, curves=growth)
    return lambda page: draw_record(page, record), _imprint(desk, visit, digest)


def _imprint(desk: Desk, visit: VisitView, digest: str) -> Imprint:
    qr = "|".join([QR, "visit", visit.record_number, f"v{visit.version}", digest[:8]])
    return imprint(desk, number=visit.record_number, version=visit.version, qr=qr)


def _bookmark(desk: Desk, visit: VisitView) -> str:
    with desk.read() as session:
        name = session.get_one(Child, visit.child_id).name
    return "  ".join((name, form_term(visit.form.title), format_date(visit.visit_date)))
