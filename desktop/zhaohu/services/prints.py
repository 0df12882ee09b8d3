"""What every paper has: an imprint at its foot, and a line in the audit log."""

from __future__ import annotations

from collections.abc import Sequence

from zhaohu.paper.sheet import Imprint
from zhaohu.services.desk import Desk
from zhaohu.store import audit

QR = "ZH1"
"""What the text of a QR code on a paper begins with, before its kind."""


def imprint(desk: Desk, *, number: str = "", version: int = 0, qr: str = "") -> Imprint:
    """Who prints, where and when; with the record's number and version and the text of its QR code, if it has them."""
    return Imprint(desk.site.name, desk.person.display_name, desk.clock.now(), number, version, qr)


def log_print(desk: Desk, action: str, subject: str | None, **detail: object) -> None:
    """Leave a line in the audit log."""
    with desk.write(action) as work:
        work.subject = subject
        work.detail.update(detail)


def log_records(desk: Desk, visit_ids: Sequence[str]) -> None:
    """Leave a line for records that were printed together, and one for each of them, as if it was printed alone."""
    with desk.write("print.records") as work:
        work.note(records=len(visit_ids))
        for visit_id in visit_ids:
            audit.append(
                work.session,
                at=desk.clock.stamp(),
                account=desk.person.name,
                action="print.visit",
                subject=f"visit/{visit_id}",
                detail={},
            )
