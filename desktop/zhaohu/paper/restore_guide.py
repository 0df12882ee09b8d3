"""How lost data comes back, on one sheet that lies with the recovery sheet: for the day when no screen can say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, format_date
from zhaohu.paper.letters import BODY, SIDE, paragraphs, particulars
from zhaohu.paper.sheet import Imprint, Sheet, render
from zhaohu.paper.text import LEADING

_LINE = 24.0
"""Height of a line to write on."""


@dataclass(frozen=True, slots=True)
class RestoreGuide:
    """What the sheet prints.

    Args:
        site: Name of the station or center whose data it is about.
        site_code: Its code.
        center: The guidance center to call; empty at the center itself.
        folder: Where this PC keeps its backups.
        second_place: Where they are copied to; empty when no second place is set.
        made_on: Day of printing.
    """

    site: str
    site_code: str
    center: str
    folder: str
    second_place: str
    made_on: date


def restore_guide(values: RestoreGuide, imprint: Imprint) -> bytes:
    """The sheet as a PDF of one page.

    Raises:
        Refused: The fonts have not been fetched.
    """
    return render(_("How to restore the data"), imprint, lambda sheet: _draw(sheet, values))


def _draw(sheet: Sheet, values: RestoreGuide) -> None:
    y = sheet.heading(_("How to restore the data"), 22) - 22
    y = particulars(
        sheet,
        y,
        [
            (_("Whose data"), _("{site} (code {code})").format(site=values.site, code=values.site_code)),
            (_("Backups on the PC"), values.folder),
            (_("Second place"), values.second_place or _("none is set")),
            (_("Made on"), format_date(values.made_on)),
        ],
    )
    for title, steps in _sections(values):
        sheet.text(sheet.left + SIDE, y - BODY - 6, title, 13, bold=True)
        y = paragraphs(sheet, y - BODY * LEADING - 10, steps)
    _by_hand(sheet, y - 6, values)


def _sections(values: RestoreGuide) -> list[tuple[str, list[str]]]:
    needs = [
        _("1. A backup file; its name ends in .zhk. Take the newest one. The second place named above has copies."),
        _("2. The recovery sheet, or a user name with the password that was valid when the backup was made."),
        _("3. Zhaohu, installed on this PC or on a new one."),
    ]
    anew = [
        _("1. Plug in the stick with the backup, then start Zhaohu."),
        _("2. Choose “Restore from a backup (new computer)”, press “Next”, and choose the backup file."),
        _("3. Type user name and password, or the code of the recovery sheet, group by group."),
        _(
            "4. Compare name, code, day and number of records with what you expect. Then press “Restore”, and do not"
            " switch the PC off until it says that it is done."
        ),
    ]
    here = _(
        "Log in as an administrator and open Settings, Backups. Mark a backup and press “Restore…”. What is on"
        " the PC is put aside first and kept."
    )
    afterwards = [
        _("1. Log in with the password that was valid when the backup was made."),
        _("2. Enter again what was recorded after that moment; papers and lists help."),
        _("3. Tell the guidance center which backup was restored. The next bundle sends everything once more.")
        if values.center
        else _("3. Write down which backup was restored, and ask every station for a new bundle."),
        _("4. Do not go on working on the old PC, should it run again."),
    ]
    return [
        (_("What you need"), needs),
        (_("On a new PC, or when the data is gone"), anew),
        (_("On this PC, while Zhaohu still opens"), [here]),
        (_("Afterwards"), afterwards),
    ]


def _by_hand(sheet: Sheet, y: float, values: RestoreGuide) -> None:
    """Lines for what the program does not know."""
    lines = [
        _("Telephone of the guidance center {name}").format(name=values.center)
        if values.center
        else _("Telephone of who helps with the PC"),
        _("Where the second backup lies (stick, cupboard)"),
        _("Where the recovery sheet lies, and who has the key"),
    ]
    for number, words in enumerate(lines):
        baseline = y - 14 - number * _LINE
        sheet.signature(sheet.left + SIDE, baseline, words, sheet.width - 2 * SIDE)
