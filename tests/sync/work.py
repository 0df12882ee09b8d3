"""What stations record in these tests: small, through the desk, as the services do it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from sqlmodel import SQLModel, select

from zhaohu.records import Child, Household, Measurement, Village, Visit
from zhaohu.records.base import new_id
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.exchange.bundles import ImportReport
from zhaohu.services.exchange.receipts import ReceiptReport

BORN = date(2026, 3, 1)


def save(desk: Desk, *rows: SQLModel) -> None:
    """Keep rows, in this order."""
    with desk.write("test.save") as work:
        for row in rows:
            work.session.add(row)
            work.session.flush()


def a_family(desk: Desk, name: str = "赵小禾", address: str = "1号") -> Child:
    """A village, a household and a child, kept."""
    village = desk.make(Village, name="大坡社区")
    household = desk.make(Household, village_id=village.id, address=address)
    child = desk.make(
        Child, household_id=household.id, name=name, sex=1, birth_date=BORN, registered_on=BORN + timedelta(3)
    )
    save(desk, village, household, child)
    return child


def a_visit(desk: Desk, child: Child, number: int = 1, replaces: Visit | None = None) -> Visit:
    """A visit of the child, or a correction of one, made but not kept."""
    visit_id = new_id()
    return desk.make(
        Visit,
        id=visit_id,
        child_id=child.id,
        record_id=replaces.record_id if replaces else visit_id,
        number=number,
        version=replaces.version + 1 if replaces else 1,
        replaces_id=replaces.id if replaces else None,
        reason="错字" if replaces else None,
        form="newborn_visit",
        form_version="1",
        visit_date=BORN + timedelta(7),
        signer="王敏",
        answers="{}",
    )


def a_measurement(desk: Desk, child: Child, weight_g: int = 5200) -> Measurement:
    """A weight of the child, made but not kept."""
    return desk.make(Measurement, child_id=child.id, measured_on=BORN + timedelta(60), weight_g=weight_g)


def rename(desk: Desk, child: Child, name: str) -> None:
    """Correct a child's name."""
    with desk.write("test.rename") as work:
        kept = work.session.exec(select(Child).where(Child.id == child.id)).one()
        kept.name = name
        work.session.add(kept)


def take_up(station: Desk, center: Desk, stick: Path) -> ImportReport:
    """Export at the station and import at the center; what was set aside and could follow is not told."""
    report, *_followed = bundles.import_bundles(center, [bundles.export_bundle(station, stick).file])
    return report


def bring_down(center: Desk, station: Desk, stick: Path) -> ReceiptReport:
    """Answer at the center and read it at the station."""
    return receipts.import_receipt(station, receipts.export_receipt(center, station.site.station, stick).file)


def child_at(desk: Desk, child_id: str) -> Child | None:
    """The child as this profile has it."""
    with desk.read() as session:
        return session.get(Child, child_id)
