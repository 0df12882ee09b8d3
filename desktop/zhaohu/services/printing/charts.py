"""Papers about growth: charts, and the sheet for the family."""

from __future__ import annotations

from zhaohu.errors import Refused
from zhaohu.paper.family_growth import family_growth
from zhaohu.paper.growth_chart import growth_chart
from zhaohu.paper.growth_overview import growth_overview
from zhaohu.rules.growth.assess import PRETERM_INDICATORS
from zhaohu.rules.growth.curves.lines import Lines
from zhaohu.rules.growth.terms import Indicator, Reason, Standard
from zhaohu.rules.growth.words import reason_text
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.growth import growth, growth_trend
from zhaohu.services.growth.family_words import family_sheet
from zhaohu.services.growth.growth_papers import Subject, overview, single_chart
from zhaohu.services.prints import QR, imprint, log_print
from zhaohu.services.register import children


def print_growth(
    desk: Desk,
    child_id: str,
    indicator: Indicator | None = Indicator.WFA,
    standard: Standard = Standard.CHINA,
    lines: Lines = Lines.SD,
) -> bytes:
    """A child's growth chart of one indicator, or of all of the standard's on two pages. Admin or teacher.

    Args:
        desk: Where it is printed.
        child_id: Whose chart.
        indicator: Which one; None for all.
        standard: By which standard.
        lines: Its SD lines or its percentiles.

    Raises:
        NotAllowed: The account may only look.
        NotFound: There is no such child.
        Refused: The standard has nothing for the child (`not_preterm`) or no such indicator (`not_in_standard`), or
            the fonts have not been fetched.
    """
    desk.require(*WRITERS)
    view = children.view_child(desk, child_id)
    subject = Subject.of(view, growth.series(desk, child_id))
    offered = _offered(subject, standard)
    if indicator is not None and indicator not in offered:
        raise Refused(reason_text(Reason.NOT_IN_STANDARD), code="not_in_standard")
    named = str(indicator or "all")
    qr = "|".join([QR, "growth", child_id, named, str(standard)])
    foot = imprint(desk, number=f"{view.owner}-{named.upper()}-{child_id[-8:]}", qr=qr)
    if indicator is None:
        pdf = growth_overview(overview(subject, offered, standard, lines), foot)
    else:
        pdf = growth_chart(single_chart(subject, indicator, standard, lines), foot)
    log_print(desk, "print.growth", f"child/{child_id}", indicator=named, standard=str(standard))
    return pdf


def _offered(subject: Subject, standard: Standard) -> tuple[Indicator, ...]:
    if standard is not Standard.INTERGROWTH:
        return tuple(Indicator)
    if not subject.preterm:
        raise Refused(reason_text(Reason.NOT_PRETERM), code="not_preterm")
    return PRETERM_INDICATORS


def print_family_growth(desk: Desk, child_id: str) -> bytes:
    """The sheet that tells a family in plain words how the child is growing. Admin or teacher.

    Raises:
        NotAllowed: The account may only look.
        NotFound: There is no such child.
        Refused: The fonts have not been fetched.
    """
    desk.require(*WRITERS)
    view = children.view_child(desk, child_id)
    found = growth_trend.child_growth(desk, child_id)
    values = family_sheet(Subject.of(view, found.days), found.trend, desk.site.name, desk.today)
    number = f"{view.owner}-FAMILY-{child_id[-8:]}"
    pdf = family_growth(values, imprint(desk, number=number, qr="|".join([QR, "family", child_id])))
    log_print(desk, "print.family_growth", f"child/{child_id}")
    return pdf
