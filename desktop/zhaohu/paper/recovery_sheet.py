"""The recovery sheet: the code that opens a profile when nobody can log in any more; kept under lock, on paper only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, format_date
from zhaohu.paper.letters import code_block, paragraphs, particulars
from zhaohu.paper.sheet import Imprint, Sheet, render

KEY_GROUP = 6
"""Characters in a group of the bundle key, as it is read off the paper."""


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """What a recovery sheet prints.

    Args:
        site: Name of the station or center whose data the code opens.
        site_code: Its code.
        groups: The recovery code: eight groups of four characters and the check group.
        keeper: Who keeps the sheet.
        made_on: Day the code was made.
        bundle_key: A center's offline key for bundles on their way (age text); empty at a station. It gets a page
            of its own, because two people should keep the two.
        replaces: Whether there was a sheet before, which opens nothing any more.
        key_page_stays: Whether the page with the bundle key, printed with an earlier sheet, is to be kept.
    """

    site: str
    site_code: str
    groups: tuple[str, ...]
    keeper: str
    made_on: date
    bundle_key: str = ""
    replaces: bool = False
    key_page_stays: bool = False


def recovery_sheet(values: RecoverySheet, imprint: Imprint) -> bytes:
    """The recovery sheet as a PDF: one page, at a center a second one for the bundle key.

    Raises:
        Refused: The fonts have not been fetched.
    """
    return render(_("Recovery sheet"), imprint, lambda sheet: _draw(sheet, values))


def _draw(sheet: Sheet, values: RecoverySheet) -> None:
    y = _head(sheet, values, _("Recovery sheet"))
    y = code_block(sheet, y - 10, values.groups, 3, "-".join(values.groups))
    y = paragraphs(
        sheet,
        y - 4,
        [
            _("Whoever has this code can open all data of this site. There is no other copy of it."),
            _("1. Print it once, do not photograph or send it; delete the file after printing."),
            _("2. Seal it in an envelope, sign across the flap, and lock it away apart from the computer."),
            _("3. Use it only when nobody can log in, or to restore a backup on another computer: type the groups in"
              " order; the last group finds mistakes in typing."),
            _("4. After it was used, or when it may have been seen, have a new one made and destroy this sheet."),
            *_about_earlier_sheets(values),
        ],
    )  # fmt: skip
    _signatures(sheet, y)
    if values.bundle_key:
        sheet.next_page()
        _draw_bundle_key(sheet, values)


def _about_earlier_sheets(values: RecoverySheet) -> list[str]:
    said = []
    if values.replaces:
        said.append(_("This sheet replaces the earlier one, which opens nothing any more. Destroy the earlier one."))
    if values.key_page_stays:
        said.append(_("The page with the key for bundles on their way stays valid: keep it."))
    return said


def _draw_bundle_key(sheet: Sheet, values: RecoverySheet) -> None:
    y = _head(sheet, values, _("Key for bundles on their way"))
    plain = values.bundle_key.replace("-", "")
    groups = [plain[start : start + KEY_GROUP] for start in range(0, len(plain), KEY_GROUP)]
    y = code_block(sheet, y - 10, groups, 3, values.bundle_key)
    y = paragraphs(
        sheet,
        y - 4,
        [
            _("This key opens the bundles that stations send to this center, and nothing else. It is needed when the"
              " center's computer and its backups are lost while bundles are on their way."),
            _("Keep this page apart from the recovery code, with another person. Have it read once a year."),
        ],
    )  # fmt: skip
    _signatures(sheet, y)


def _head(sheet: Sheet, values: RecoverySheet, title: str) -> float:
    return particulars(
        sheet,
        sheet.heading(title, 22) - 22,
        [
            (_("Whose data"), _("{site} (code {code})").format(site=values.site, code=values.site_code)),
            (_("Made on"), format_date(values.made_on)),
            (_("Kept by"), values.keeper),
        ],
    )


def _signatures(sheet: Sheet, y: float) -> None:
    sheet.signature(sheet.left + 60, y - 30, _("Keeper (signature)"), 200)
    sheet.signature(sheet.left + 300, y - 30, _("Date"), 190)
