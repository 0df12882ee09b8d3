"""At a station: what the center has of its bundles, as its packets tell."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, delete, select

from zhaohu.records.exchange import SentBundle, SentRow
from zhaohu.store import settings
from zhaohu.sync import lineage, marks
from zhaohu.sync.manifest import PacketManifest
from zhaohu.sync.refusals import refusal


def confirm(session: Session, receipts: list[dict[str, Any]], stamp: str, *, is_copy: bool) -> int:
    """Note which bundles the center has; returns how many are new among them.

    Raises:
        Refused: `forked`: one of them was not made here, and nobody has said that this is a copy.
    """
    confirmed = 0
    epoch = marks.counter(session).epoch
    for receipt in receipts:
        if receipt["epoch"] != epoch:
            continue
        bundle = session.get(SentBundle, receipt["hash"])
        if bundle is None or bundle.no != receipt["no"]:
            if is_copy:
                continue
            raise refusal("forked", "copy", no=receipt["no"])
        if bundle.receipted_at is None:
            bundle.receipted_at = stamp
            session.add(bundle)
            confirmed += 1
    session.flush()
    return confirmed


def acknowledge(session: Session, manifest: PacketManifest) -> None:
    """Move the mark forward to the last bundle taken in; back only when the center has lost something.

    Raises:
        Refused: `forked`, as by `confirm`.
    """
    last, resume = manifest.last, manifest.resume
    mark = marks.acknowledged(session)
    if resume.counter > int(settings.get(session, marks.RESUME_COUNTER, "0")):
        settings.put(session, marks.RESUME_COUNTER, str(resume.counter))
        mark = _go_back(session, manifest)
    here = last.epoch == marks.counter(session).epoch
    if mark is not None and (not here or last.no < mark.no):  # a newer packet than all: the center has lost something
        mark = _go_back(session, manifest)
    if not here:
        return
    bundle = session.get(SentBundle, last.hash)
    if bundle is None or bundle.no != last.no:
        if lineage.copy_since(session):
            return
        raise refusal("forked", "copy", no=last.no)
    if mark is not None and bundle.no <= mark.no:
        return
    settings.put(session, marks.ACKNOWLEDGED, bundle.bundle_id)
    session.connection().exec_driver_sql(
        "UPDATE journal SET was = s.digest FROM sent_row s WHERE s.bundle_id = ? "
        "AND s.table_name = journal.table_name AND s.row_id = journal.row_id",
        (bundle.bundle_id,),
    )
    covered = select(SentBundle.bundle_id).where(SentBundle.epoch == bundle.epoch, SentBundle.no <= bundle.no)
    session.exec(delete(SentRow).where(col(SentRow.bundle_id).in_(covered)))


def _go_back(session: Session, manifest: PacketManifest) -> SentBundle | None:
    """What the center does not have any more is not confirmed any more."""
    last, epoch = manifest.last, marks.counter(session).epoch
    mark, newest = marks.acknowledged(session), marks.newest(session)
    if mark is not None and newest is not None and (last.epoch != epoch or last.no < mark.no):
        settings.put(session, marks.NOT_AGAIN, newest.bundle_id)
    settings.put(session, marks.ACKNOWLEDGED, last.hash)
    newer = select(SentBundle).where(SentBundle.epoch == epoch, col(SentBundle.receipted_at).is_not(None))
    for bundle in session.exec(newer.where(SentBundle.no > (last.no if last.epoch == epoch else 0))):
        bundle.receipted_at = None
        session.add(bundle)
    session.flush()
    return marks.acknowledged(session)
