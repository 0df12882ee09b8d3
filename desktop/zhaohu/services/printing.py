"""Papers: the same PDF for the printer, the screen and a file; every one leaves a line in the audit log."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from zhaohu.errors import Refused
from zhaohu.i18n import _, form_term, format_number
from zhaohu.paper.growth_chart import ChartRow, GrowthChart, growth_chart
from zhaohu.paper.key_letter import KeyLetter, key_letter
from zhaohu.paper.recovery_sheet import RecoverySheet, recovery_sheet
from zhaohu.paper.restore_guide import RestoreGuide, restore_guide
from zhaohu.paper.sheet import Imprint
from zhaohu.paper.sign_in import Attendee, SignIn, sign_in
from zhaohu.paper.visit_record import GrowthLine, VisitRecord, visit_record
from zhaohu.records.codes import Role, SiteKind, label
from zhaohu.rules.ages import age_words, months_and_days
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.services import backups, children, classes, growth, visits
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.files import write_file
from zhaohu.services.growth_words import growth_words, z_text
from zhaohu.services.profile import take_back
from zhaohu.services.reference import code_name
from zhaohu.services.setup import Initialised

_QR = "ZH1"


def print_visit(desk: Desk, visit_id: str) -> bytes:
    """The record of a visit as the official A4 form, with its numbers in full. Admin or teacher.

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
        GrowthLine(w.on, w.indicator, w.value, w.level, w.z_china, w.z_who, w.status)
        for w in growth_words(visit.growth)
    )
    qr = "|".join([_QR, "visit", visit.record_number, f"v{visit.version}", visit.digest[:8]])
    imprint = _imprint(desk, number=visit.record_number, version=visit.version, qr=qr)
    pdf = visit_record(VisitRecord(visit.form, visit.answers, lines), imprint)
    _log(desk, "print.visit", f"visit/{visit_id}", version=visit.version)
    return pdf


def print_growth(
    desk: Desk, child_id: str, indicator: Indicator = Indicator.WFA, standard: Standard = Standard.CHINA
) -> bytes:
    """A child's growth chart. Admin or teacher.

    Raises:
        NotAllowed: The account may only look.
        NotFound: There is no such child.
        Refused: The fonts have not been fetched.
    """
    desk.require(*WRITERS)
    view = children.view_child(desk, child_id)
    rows = tuple(_chart_row(day, indicator, standard) for day in growth.series(desk, child_id))
    weeks = ""
    if view.gestation_days is not None:
        weeks = _("{weeks} weeks + {days} days").format(weeks=view.gestation_days // 7, days=view.gestation_days % 7)
    values = GrowthChart(
        child_name=view.row.name,
        sex=label(view.row.sex),
        birth_date=view.row.birth_date,
        gestation=weeks,
        file_number=view.health_record_no or "",
        chart=growth.chart(desk, child_id, indicator, standard),
        rows=rows,
    )
    qr = "|".join([_QR, "growth", child_id, str(indicator), str(standard)])
    number = f"{view.owner}-{indicator.upper()}-{child_id[-8:]}"
    pdf = growth_chart(values, _imprint(desk, number=number, qr=qr))
    _log(desk, "print.growth", f"child/{child_id}", indicator=str(indicator), standard=str(standard))
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
    pdf = sign_in(values, _imprint(desk, qr="|".join([_QR, "class", class_id])))
    _log(desk, "print.sign_in", f"parenting_class/{class_id}", families=len(attendees))
    return pdf


def print_key_letter(desk: Desk, fingerprint: str, reader: str) -> bytes:
    """The letter with this site's fingerprint, for the other end to compare. Any role."""
    desk.require(*Role)
    values = KeyLetter(desk.site.name, desk.site.code, reader, tuple(fingerprint.split("-")), desk.today)
    pdf = key_letter(values, _imprint(desk))
    _log(desk, "print.key_letter", None)
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
    pdf = restore_guide(values, _imprint(desk))
    _log(desk, "print.restore_guide", None)
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
    _log(made.desk, "print.recovery_sheet", None)


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
    write_file(place, recovery_sheet(values, _imprint(desk)))


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


def _chart_row(day: MeasuredDay, indicator: Indicator, standard: Standard) -> ChartRow:
    result = day.by(standard).of(indicator)
    since_birth, corrected = day.ages.chronological, day.ages.corrected
    return ChartRow(
        on=day.on,
        age=age_words(since_birth.months, since_birth.day_of_month),
        corrected=age_words(corrected.months, corrected.day_of_month) if corrected else "",
        weight=_amount(day.measured.weight_g, 1000, 2),
        length=_amount(day.measured.length_mm, 10, 1),
        head=_amount(day.measured.head_mm, 10, 1),
        z=z_text(result.z),
        level=form_term(result.level) if result.level else "",
        status=form_term(result.status) if result.status else "",
    )


def _amount(amount: float | None, unit: int, decimals: int) -> str:
    return "" if amount is None else format_number(amount / unit, decimals)


def _imprint(desk: Desk, *, number: str = "", version: int = 0, qr: str = "") -> Imprint:
    return Imprint(desk.site.name, desk.person.display_name, desk.clock.now(), number, version, qr)


def _log(desk: Desk, action: str, subject: str | None, **detail: object) -> None:
    with desk.write(action) as work:
        work.subject = subject
        work.detail.update(detail)
