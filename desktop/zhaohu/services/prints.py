"""What every paper has: an imprint at its foot, and a line in the audit log."""

from __future__ import annotations

from zhaohu.paper.sheet import Imprint
from zhaohu.services.desk import Desk


def imprint(desk: Desk, *, number: str = "", version: int = 0, qr: str = "") -> Imprint:
    """Who prints, where and when; with the record's number and version and the text of its QR code, if it has them."""
    return Imprint(desk.site.name, desk.person.display_name, desk.clock.now(), number, version, qr)


def log_print(desk: Desk, action: str, subject: str | None, **detail: object) -> None:
    """Leave a line in the audit log."""
    with desk.write(action) as work:
        work.subject = subject
        work.detail.update(detail)
