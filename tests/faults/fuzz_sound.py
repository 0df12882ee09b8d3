"""What must hold after a mangled file was taken in, whoever signed it: in tables, on screens, for what follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlmodel import Session, select
from tests.faults.fuzz_ground import SETTINGS

from zhaohu.errors import Refused
from zhaohu.records import CENTER_TABLES, STATION_TABLES, Child, Village, Visit
from zhaohu.records.codes import SiteKind
from zhaohu.records.exchange import Handover, Peer
from zhaohu.services import derived
from zhaohu.services import district as district_settings
from zhaohu.services.care import timeline, visit_views
from zhaohu.services.desk import Desk, Work
from zhaohu.services.due import duties
from zhaohu.services.exchange import (
    branches,
    exporting,
    given_back,
    history,
    inbox,
    lives,
    questions,
    set_aside,
    site_keys,
    standing,
    station_list,
    undo,
)
from zhaohu.services.register import child_list, corrections, handovers, incoming
from zhaohu.store import audit
from zhaohu.sync import export, packets
from zhaohu.sync.offers import TRAVELLING
from zhaohu.sync.rows import shapes
from zhaohu.sync.scratch import Scratch

_STATION = tuple(str(record.__tablename__) for record in STATION_TABLES)
_CENTER = tuple(str(record.__tablename__) for record in CENTER_TABLES)
_OWN_DOINGS = ("transfer", "transfer_answer")
"""Records that a station makes or changes itself because of what a packet tells."""

NEVER = ("store_fault", "failed", "")

Rows = dict[tuple[str, str], dict[str, Any]]


class Within(Desk):
    """A desk whose acts all stay in one open transaction."""

    def __init__(self, desk: Desk, session: Session) -> None:
        super().__init__(desk.profile, desk.store, desk.clock, desk.person, desk.site)
        self._session = session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """What was done so far is seen."""
        yield self._session

    @contextmanager
    def write(self, action: str, *, grade: bool = True) -> Iterator[Work]:
        """As the desk's own, in a savepoint."""
        with self._session.begin_nested():
            work = Work(self._session)
            yield work
            derived.refresh(self._session, grade=grade)
            self._log(self._session, action, work.subject, work.detail)
        self._session.expire_all()


@contextmanager
def undone(desk: Desk) -> Iterator[Within]:
    """A desk of whose acts nothing stays."""
    with desk.store.write() as session:
        run = session.connection().exec_driver_sql
        run("SAVEPOINT fuzz")
        try:
            yield Within(desk, session)
        finally:
            run("ROLLBACK TO fuzz")
            run("RELEASE fuzz")
            session.expunge_all()
            session.info["touched"].clear()


def rows(session: Session) -> Rows:
    """All records that travel, by table and id."""
    run = session.connection().exec_driver_sql
    return {
        (table, row["id"]): dict(row)
        for table in (*_STATION, *_CENTER)
        for row in run(f"SELECT * FROM {table}").mappings()
    }


def check(desk: Within, before: Rows, lines: list[dict[str, Any]]) -> None:
    """The tables are sound, and nobody's records were changed by others; `lines` brought back records to a station."""
    with desk.read() as session:
        run = session.connection().exec_driver_sql
        lost = run("PRAGMA foreign_key_check").all()
        assert not lost, f"references: {lost}"
        assert audit.first_broken_line(session) is None
        now = rows(session)
        _check_rows(desk, {place: row for place, row in now.items() if before.get(place) != row})
        if desk.site.kind is SiteKind.STATION:
            _check_journal(session, desk.site.code)
            _check_changed_here(session, desk.site.code, before, now, lines)
        else:
            _check_changed_at_center(session, before, now)


def _check_rows(desk: Desk, now: Rows) -> None:
    district = desk.site.district_code
    codes = {f"{district}-01", f"{district}-02"}
    for (table, row_id), row in now.items():
        shape = shapes()[table]
        fields = {name: value for name, value in row.items() if name != "id" and value is not None}
        fields |= {shape.columns[at]: bool(row[shape.columns[at]]) for at in shape.booleans}
        wrong = shape.invalid_field(row_id, audit.canonical_json(fields))
        assert wrong is None, f"{table}.{wrong} of {row}"
        assert row["owner"] in ({district} if table in _CENTER else codes), f"owner of {table}: {row}"


def _check_journal(session: Session, own: str) -> None:
    """What is one's own is counted, and nothing else."""
    run = session.connection().exec_driver_sql
    for table in _STATION:
        wrong = run(
            f"SELECT count(*) FROM {table} t FULL JOIN (SELECT * FROM journal WHERE table_name = ? "
            "AND owned AND NOT deleted) j ON j.row_id = t.id WHERE (t.owner = ?) IS NOT (j.row_id IS NOT NULL)",
            (table, own),
        ).scalar()
        assert not wrong, f"journal of {table}"


def _check_changed_here(session: Session, own: str, before: Rows, now: Rows, lines: list[dict[str, Any]]) -> None:
    """A station's own records are changed by nothing but what is brought back, and children handed over."""
    back = {(line["name"], line["id"]) for line in lines}
    for place in before.keys() | now.keys():
        was, is_ = before.get(place), now.get(place)
        if was == is_ or place[0] in (*_CENTER, *_OWN_DOINGS) or place in back:
            continue
        assert was is not None and is_ is not None and place[0] in TRAVELLING, f"changed: {place} {was} {is_}"  # noqa: PT018
        assert _same_but_owner(was, is_), f"changed: {place} {was} {is_}"
        assert was["owner"] == own, f"given away: {place}"


def _check_changed_at_center(session: Session, before: Rows, now: Rows) -> None:
    """A station's bundle changes no other station's records, nor the center's, but for children that it takes."""
    taken = session.exec(
        select(Handover.child_id).where(Handover.to_station == "371103-01", Handover.state == "accepted")
    ).all()
    for place, was in before.items():
        if was["owner"] == "371103-01" or now.get(place) == was:
            continue
        child = was["id"] if place[0] == "child" else was.get("child_id")
        assert child in taken and now[place]["owner"] == "371103-01", f"changed: {place} {was} {now.get(place)}"  # noqa: PT018
    for place, is_ in now.items():
        assert place in before or is_["owner"] == "371103-01", f"new: {place}"


def _same_but_owner(was: dict[str, Any], is_: dict[str, Any]) -> bool:
    changing = ("owner", "numbered_by")
    return {k: v for k, v in was.items() if k not in changing} == {k: v for k, v in is_.items() if k not in changing}


def look(desk: Within) -> None:
    """Everything that shows what came can be shown."""
    station = desk.site.kind is SiteKind.STATION
    common = (
        child_list.list_children,
        handovers.handovers,
        questions.list_questions,
        standing.status,
        history.list_history,
    )
    here = (incoming.list_offers, given_back.list_kept, lives.state, exporting.pending)
    there = (inbox.matrix, station_list.list_stations, branches.list_branches, set_aside.list_set_aside)
    for page in (*common, site_keys.site_keys, *(here if station else (*there, undo.last_import))):
        page(desk)
    for key in SETTINGS:
        district_settings.setting(desk, key)
    with desk.read() as session:
        children, visits = (session.exec(select(record.id)).all() for record in (Child, Visit))
    for child_id in children:
        for part in (timeline.timeline, corrections.corrections, duties.child_duties):
            _try(lambda part=part, child_id=child_id: part(desk, child_id))
    for visit_id in visits:
        _try(lambda visit_id=visit_id: visit_views.view_visit(desk, visit_id))


def go_on(desk: Within) -> None:
    """What comes next can be done: children are taken, versions decided, the other end answered."""
    with desk.read() as session, Scratch(desk.profile / "tmp") as spool:
        if desk.site.kind is SiteKind.CENTER:
            peer = session.get_one(Peer, "371103-01")
            packets.make(session, spool, peer, desk.profile / "tmp", desk.clock).file.unlink()
            return
        home = session.exec(select(Village.id).where(Village.owner == desk.site.code)).first()
        for offer in incoming.list_offers(desk):
            _try(lambda offer=offer: incoming.take(desk, offer.transfer_id, home or ""))
        for kept in given_back.list_kept(desk):
            _try(lambda kept=kept: given_back.take(desk, kept.table, kept.row_id))
        export.place(session, desk.site.district_code)


def _try(act: Callable[[], object]) -> None:
    try:
        act()
    except Refused as refused:
        judge(refused)


def judge(refused: Refused) -> str:
    """A refusal says why, and is no fault of the store in disguise; returns its code."""
    assert refused.code not in NEVER, refused.message
    assert refused.message, refused.code
    return refused.code
