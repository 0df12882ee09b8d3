"""What stands at the foot of every page: who printed it, when, and of which record it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhaohu.i18n import _, format_date


@dataclass(frozen=True, slots=True)
class Imprint:
    """What stands at the foot of every page.

    Args:
        station: Name of the station or center that prints.
        printed_by: Name of the person who prints.
        printed_at: Moment of printing, local time.
        number: Record number as printed; empty when the document is no record.
        version: Version of the record; 0 when there is none.
        qr: Text of the QR code; empty for none.
    """

    station: str
    printed_by: str
    printed_at: datetime
    number: str = ""
    version: int = 0
    qr: str = ""

    def lines(self) -> tuple[str, str]:
        """The two lines at the left of the foot."""
        record = [self.station]
        if self.number:
            record.append(_("Record {number}").format(number=self.number))
        if self.version:
            record.append(_("version {n}").format(n=self.version))
        moment = f"{format_date(self.printed_at.date())} {self.printed_at:%H:%M}"
        printed = _("Printed by {name}, {moment}").format(name=self.printed_by, moment=moment)
        return "　".join(record), printed
