"""Papers: the same PDF for the printer, the screen and a file; every one leaves a line in the audit log."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paper.family_growth import family_growth
from zhaohu.paper.growth_chart import growth_chart
from zhaohu.paper.growth_overview import growth_overview
from zhaohu.paper.key_letter import KeyLetter, key_letter
from zhaohu.paper.recovery_sheet import RecoverySheet, recovery_sheet
from zhaohu.paper.referral import Referral, referral
from zhaohu.paper.restore_guide import RestoreGuide, restore_guide
from zhaohu.paper.sign_in import Attendee, SignIn, sign_in
from zhaohu.paper.visit_curves import Curves
from zhaohu.paper.visit_record import GrowthLine, VisitRecord, visit_record
from zhaohu.records.codes import Role, SiteKind, label
from zhaohu.rules.ages import months_and_days
from zhaohu.rules.growth.assess import PRETERM_INDICATORS
from zhaohu.rules.growth.curves.lines import Lines
from zhaohu.rules.growth.terms import Indicator, Reason, Standard
from zhaohu.rules.growth.words import reason_text
from zhaohu.services.care import visits
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exchange.setup import Initialised
from zhaohu.services.files import write_file
from zhaohu.services.growth import growth, growth_trend
from zhaohu.services.growth.family_words import family_sheet
from zhaohu.services.growth.growth_papers import (
    Subject,
    geometry,
    overview,
    single_chart,
    told_by,
    version_note,
)
from zhaohu.services.growth.growth_words import growth_words
from zhaohu.services.guidance import classes
from zhaohu.services.prints import imprint, log_print
from zhaohu.services.reference import code_name
from zhaohu.services.register import children
from zhaohu.services.safety import backups
from zhaohu.services.safety.profile import take_back

_QR = "ZH1"


def print_visit(desk: Desk, visit_id: str) -> bytes:
    """The record of a visit as the official A4 form, with its numbers in full, and the curves. Admin or teacher.

    Raises:
        NotAllowed: The account may only look.
        NotFound: There is no such visit.
        Refused: The record was removed, or the fonts have not been fetched.
    """
    desk.require(*WRITERS)
    visit = visits.view_visit(desk, visit_id)
    if visit.removed is not None:
        raise Refused(_("This record was removed; it is not printed any more."), code="removed")
    lines = tuple(
        GrowthLine(w.on, w.indicator, w.value, w.level, w.z_china, w.z_who, w.status, w.z_preterm)
        for w in growth_words(visit.growth)
    )
    qr = "|".join([_QR, "visit", visit.record_number, f"v{visit.version}", visit.digest[:8]])
    foot = imprint(desk, number=visit.record_number, version=visit.version, qr=qr)
    curves = _curves(desk, visit)
    if visit.form.id == growth_trend.REFERRAL:
        pdf = referral(Referral(visit.form, visit.answers, curves), foot)
    else:
        pdf = visit_record(VisitRecord(visit.form, visit.answers, lines, curves=curves), foot)
    log_print(desk, "print.visit", f"visit/{visit_id}", version=visit.version)
    return pdf


def _curves(desk: Desk, visit: visits.VisitView) -> Curves | None:
    """What the visit measured among what was measured until then, so that the same record prints alike later on.

    A referral measures nothing and takes weight and length with it.
    """
    last = max((day.on for day in visit.growth), default=visit.visit_date)
    versions = {version.id for version in visit.versions}
    before = [day for day in growth.series(desk, visit.child_id) if day.on <= last and day.visit_id not in versions]
    known = {day.on for day in before}
    days = sorted([*before, *(day for day in visit.growth if day.on not in known)], key=lambda day: day.on)
    shown = [i for i in PRETERM_INDICATORS if any(day.china.of(i).value is not None for day in visit.growth)]
    indicators = [Indicator.WFA, Indicator.LHFA] if visit.form.id == growth_trend.REFERRAL else shown
    if not days or not indicators:
        return None
    subject = Subject.of(children.view_child(desk, visit.child_id), days)
    standard = told_by(days[-1])
    charts = tuple(geometry(subject, indicator, standard) for indicator in indicators)
    return Curves(subject.who, charts, visit.visit_date, (version_note(days, standard),))


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
    qr = "|".join([_QR, "growth", child_id, named, str(standard)])
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
    pdf = family_growth(values, imprint(desk, number=number, qr="|".join([_QR, "family", child_id])))
    log_print(desk, "print.family_growth", f"child/{child_id}")
    return pdf


def print_sign_in(desk: Desk, class_id: str) -> bytes:
    """The sign-in sheet of a class, with the invited families. Admin or teacher.

    Raises:
        NotAllowed: The account may only look.
        NotFound: There is no such class.
        Refused: The fonts have not been fetched.
    """
    desk.require(*WRITERS)
    held, families = classes.view_class(desk, class_id)
    attendees = tuple(
        Attendee(
            f.child,
            str(months_and_days(f.birth_date, held.held_on)[0]),
            f.caregiver,
            code_name("relation", f.relation),
            f.village,
            f.phone,
        )
        for f in families
    )
    starts, ends = (datetime.fromisoformat(f"{held.held_on}T{clock}") for clock in (held.starts_at, held.ends_at))
    values = SignIn(label(held.kind), held.topic, starts, ends, held.place, held.teacher, attendees)
    pdf = sign_in(values, imprint(desk, qr="|".join([_QR, "class", class_id])))
    log_print(desk, "print.sign_in", f"parenting_class/{class_id}", families=len(attendees))
    return pdf


def print_key_letter(desk: Desk, fingerprint: str, reader: str) -> bytes:
    """The letter with this site's fingerprint, for the other end to compare. Any role."""
    desk.require(*Role)
    values = KeyLetter(desk.site.name, desk.site.code, reader, tuple(fingerprint.split("-")), desk.today)
    pdf = key_letter(values, imprint(desk))
    log_print(desk, "print.key_letter", None)
    return pdf


def print_restore_guide(desk: Desk) -> bytes:
    """How lost data comes back, for the folder with the recovery sheet. Any role.

    Raises:
        Refused: The fonts have not been fetched.
    """
    desk.require(*Role)
    site, second = desk.site, backups.state(desk).second_place
    values = RestoreGuide(
        site.name,
        site.code,
        site.center_name if site.kind is SiteKind.STATION else "",
        str(backups.folder(desk.profile)),
        str(second or ""),
        desk.today,
    )
    pdf = restore_guide(values, imprint(desk))
    log_print(desk, "print.restore_guide", None)
    return pdf


def recovery_sheet_place(profile: Path, named: Path | None) -> Path:
    """Where the recovery sheet goes: as named, or beside the profile.

    Raises:
        Refused: A sheet lies there already; it may be the only one of another profile.
    """
    whole = profile.resolve()  # "." has no name of its own
    place = named or whole.with_name(f"{whole.name}-recovery.pdf")
    if place.exists():
        raise Refused(
            _("{file} exists already and will not be overwritten. Move it away or name another file.").format(
                file=place
            ),
            code="file_exists",
        )
    return place


def write_recovery_sheet(made: Initialised, place: Path) -> None:
    """Write the recovery sheet of a new profile; the code is on it and nowhere else."""
    _write_sheet(made.desk, made.recovery_code, place, bundle_key=made.recovery_key or "")
    log_print(made.desk, "print.recovery_sheet", None)


def write_new_sheet(desk: Desk, code: str, place: Path) -> None:
    """Write a sheet with a code that replaces the former one's; the center's key for bundles stays on its own page.

    Raises:
        Refused: The fonts have not been fetched, or it cannot be written there.
    """
    desk.require(Role.ADMIN)
    _write_sheet(desk, code, place, replaces=True, key_page_stays=desk.site.kind is SiteKind.CENTER)


def _write_sheet(desk: Desk, code: str, place: Path, **more: Any) -> None:
    groups = tuple(code.split("-"))
    values = RecoverySheet(desk.site.name, desk.site.code, groups, desk.person.display_name, desk.today, **more)
    write_file(place, recovery_sheet(values, imprint(desk)))


def hand_over(made: Initialised, place: Path) -> None:
    """Write the recovery sheet of a new profile and leave its desk.

    When the sheet cannot be written the profile is taken away again: nobody would ever know its code.

    Raises:
        Refused: The fonts have not been fetched, or the sheet cannot be written there.
    """
    try:
        write_recovery_sheet(made, place)
    except BaseException:
        take_back(made.desk)
        if made.reply is not None:
            made.reply.unlink(missing_ok=True)
        raise
    made.desk.close()


def save_pdf(pdf: bytes, place: Path) -> Path:
    """Write a paper to a file, whole or not at all.

    Raises:
        Refused: It cannot be written there.
    """
    return write_file(place, pdf)
