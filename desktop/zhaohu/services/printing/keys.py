"""Papers about keys and lost data: letters with fingerprints, the guide to restoring, the recovery sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paper.key_letter import KeyLetter, key_letter
from zhaohu.paper.recovery_sheet import RecoverySheet, recovery_sheet
from zhaohu.paper.restore_guide import RestoreGuide, restore_guide
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import site_keys
from zhaohu.services.exchange.setup import Initialised
from zhaohu.services.files import write_file
from zhaohu.services.prints import imprint, log_print
from zhaohu.services.safety import backups
from zhaohu.services.safety.profile import take_back


def print_key_letter(desk: Desk, fingerprint: str, reader: str) -> bytes:
    """The letter with this site's fingerprint, for the other end to compare. Any role."""
    desk.require(*Role)
    groups, digits = tuple(fingerprint.split("-")), tuple(site_keys.digits(fingerprint).split(" "))
    values = KeyLetter(desk.site.name, desk.site.code, reader, groups, digits, desk.today)
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
