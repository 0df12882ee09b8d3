"""The fingerprint letter: what is read out over the telephone when a station and its center exchange keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, format_date
from zhaohu.paper.letters import code_block, paragraphs, particulars
from zhaohu.paper.sheet import BOX, Imprint, Sheet, render


@dataclass(frozen=True, slots=True)
class KeyLetter:
    """What a fingerprint letter prints.

    Args:
        owner: Name of the station or center whose key it is.
        owner_code: Its code.
        reader: The other side, which compares.
        groups: The fingerprint as files have it: five groups of five characters.
        digits: The same to be read out: ten groups of four digits.
        made_on: Day the key was made.
    """

    owner: str
    owner_code: str
    reader: str
    groups: tuple[str, ...]
    digits: tuple[str, ...]
    made_on: date


def key_letter(values: KeyLetter, imprint: Imprint) -> bytes:
    """The fingerprint letter as a PDF of one page.

    Raises:
        Refused: The fonts have not been fetched.
    """
    return render(_("Key fingerprint"), imprint, lambda sheet: _draw(sheet, values))


def _draw(sheet: Sheet, values: KeyLetter) -> None:
    y = sheet.heading(_("Key fingerprint"), 22) - 22
    y = particulars(
        sheet,
        y,
        [
            (_("Whose key"), _("{site} (code {code})").format(site=values.owner, code=values.owner_code)),
            (_("Compared by"), values.reader),
            (_("Made on"), format_date(values.made_on)),
            (_("In files and lists"), "-".join(values.groups)),
        ],
    )
    y = code_block(sheet, y - 10, values.digits, 5, "-".join(values.groups))
    y = paragraphs(
        sheet,
        y - 4,
        [
            _("Compare before anything is sent:"),
            _("1. Call the other side at a telephone number that you knew before, not one from the same message."),
            _("2. One side reads the ten groups aloud, the other compares them with those on its screen."),
            _("3. If a single digit differs, stop: do not accept the file, and tell the center."),
            _("The fingerprint is not secret; it opens nothing."),
        ],
    )
    x = sheet.left + 60
    for label in (_("the same"), _("different")):
        sheet.boxes(x + BOX, y - 24, ("",))
        sheet.text(x + BOX + 6, y - 24, label, 11)
        x += 90
    sheet.signature(sheet.left + 60, y - 56, _("Compared by (signature)"), 220)
    sheet.signature(sheet.left + 320, y - 56, _("Date"), 170)
