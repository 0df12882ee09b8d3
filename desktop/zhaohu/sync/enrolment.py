"""Enrolment files (`.zhe`): the center's invitation to a station, and the station's reply.

Three lines: `ZHE 1`, content as canonical JSON, and an Ed25519 signature in hex over a context line and the content.
An invitation is signed by the center whose keys it brings, a reply by the station whose keys it brings, and bound to
the invitation's one-time secret by HMAC-SHA256. Neither is trusted until people have compared the fingerprints.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, col, delete, select

from zhaohu.records import CENTER_TABLES, Population, Station
from zhaohu.records.exchange import FormerKey, HeldRow, Peer, StationCopy
from zhaohu.store import settings
from zhaohu.sync import canonical, copies, importing, key_change, keys, lineage, marks
from zhaohu.sync.manifest import FORMAT, MIN_READER, District, Hash, Stamp, StationCode
from zhaohu.sync.refusals import ENROLMENT, other_kind, refusal
from zhaohu.sync.rows import Line, line_text, read_line, shapes
from zhaohu.sync.stored import journalled_rows, stored_rows

LARGEST = 64 * 1024
"""Bytes of an enrolment file at most."""

_CONTEXTS = {"invitation": b"zhaohu/enrolment/invitation/1\n", "reply": b"zhaohu/enrolment/reply/1\n"}
_FILE = re.compile(rb"ZHE (\d)\n([^\n]+)\n([0-9a-f]{128})\n")
_Name = Annotated[str, Field(min_length=1, max_length=60)]


class _Content(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)

    format: Literal[1]
    min_reader: Annotated[int, Field(ge=1)]
    district: District
    station: StationCode
    sign: Hash
    receive: Annotated[str, Field(max_length=100)]
    made_at: Stamp

    @property
    def keys(self) -> keys.PublicKeys:
        """Keys of the site that made the file."""
        return keys.PublicKeys(self.sign, self.receive)


class Invitation(_Content):
    """What the center tells a station to begin with; `rows` are its own records that the station needs at once."""

    kind: Literal["invitation"]
    center_name: _Name
    station_name: _Name
    township: _Name
    recovery: Annotated[str, Field(max_length=100)]
    secret: Hash
    rows: list[str]

    def lines(self) -> list[Line]:
        """The records, read."""
        return [read_line(row.encode("utf-8")) for row in self.rows]


class Reply(_Content):
    """What the station answers."""

    kind: Literal["reply"]
    mac: Hash


C = TypeVar("C", bound=_Content)


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom an invitation is for."""

    district: str
    center_name: str
    station: str
    station_name: str
    township: str
    recovery: str
    secret: str


def write_invitation(session: Session, invited: Invited, at: str) -> bytes:
    """The enrolment file for a station."""
    content = {
        **_common(session, invited.district, invited.station, at),
        "kind": "invitation",
        "center_name": invited.center_name,
        "station_name": invited.station_name,
        "township": invited.township,
        "recovery": invited.recovery,
        "secret": invited.secret,
        "rows": _rows(session, invited),
    }
    return _signed(session, "invitation", content)


def reply_name(station: str) -> str:
    """Name of the file that holds a station's reply."""
    return f"{station}-reply.zhe"


def write_reply(session: Session, invitation: Invitation, at: str) -> bytes:
    """The station's answer to its enrolment file; it is kept until the center has taken it."""
    content = {**_common(session, invitation.district, invitation.station, at), "kind": "reply"}
    reply = _signed(session, "reply", {**content, "mac": _mac(invitation.secret, content)})
    settings.put(session, marks.REPLY, reply.decode())
    return reply


def read_invitation(data: bytes) -> Invitation:
    """An invitation that is whole and signed by the keys it brings.

    Raises:
        Refused: One of another kind, `update_center` or `damaged`.
    """
    invitation = _read(Invitation, "invitation", data)
    try:
        keys.recipient(invitation.recovery)
        for line in invitation.lines():
            if line.table not in {str(record.__tablename__) for record in CENTER_TABLES}:
                raise refusal("damaged")
    except ValueError:
        raise refusal("damaged") from None
    return invitation


def read_reply(data: bytes) -> Reply:
    """A reply that is whole and signed by the keys it brings; `answers` binds it to its invitation.

    Raises:
        Refused: One of another kind, `update_center` or `damaged`.
    """
    return _read(Reply, "reply", data)


def begin_again(session: Session, peer: Peer) -> None:
    """At the center: a station that sent before begins anew, on whatever PC; it gets back all that is here of it."""
    if importing.cursor(session, peer.code) is None:
        return
    known = key_change.known(peer)
    former = session.get(FormerKey, known.fingerprint) if known is not None else None
    if former is not None:  # revoked when it was invited once more, and compared by a person now
        session.delete(former)
    peer.any_life, peer.machine, peer.packets_seen, peer.schema_no = True, "", 0, 0
    session.add(peer)
    session.flush()
    session.exec(delete(StationCopy).where(col(StationCopy.station) == peer.code))
    own = {
        (table, row_id)
        for table, shape in shapes().items()
        for row_id, _fields in stored_rows(session.connection(), shape, peer.code)
    }
    held = {(row.table_name, row.row_id) for row in session.exec(select(HeldRow).where(HeldRow.station == peer.code))}
    notes = [(table, row_id, "", copies.GIVE_BACK) for table, row_id in sorted(own | held)]
    copies.put_all(session, peer.code, notes)


def follow(session: Session, invitation: Invitation, stamp: str) -> None:
    """At a station that is there already: go over to the center of an invitation, which people have compared.

    The station begins a new life, so that its first bundle holds everything and nothing of a former exchange counts.
    """
    peer = session.exec(select(Peer)).one()
    if key_change.known(peer) != invitation.keys:
        peer.packet_no = 0  # another center counts its packets anew
    peer.name = invitation.center_name
    peer.sign_public, peer.receive_public = invitation.sign, invitation.receive
    peer.next_sign = peer.next_receive = None
    session.add(peer)
    settings.put(session, marks.RECOVERY_RECIPIENT, invitation.recovery)
    for mark, value in ((marks.ENROLLED_AT, ""), (marks.FULL_WANTED, ""), (marks.RESUME_COUNTER, "0")):
        settings.put(session, mark, value)
    lineage.begin(session, [], "recentered", stamp)
    for table in (HeldRow, Population, Station):  # the invitation and the first packet bring them
        for row in session.exec(select(table)):
            session.delete(row)
    session.flush()


def answers(reply: Reply, secret: str) -> bool:
    """Whether the reply was made by somebody who had the invitation with this secret."""
    content = reply.model_dump(exclude={"mac"})
    return hmac.compare_digest(_mac(secret, content), reply.mac)


def _common(session: Session, district: str, station: str, at: str) -> dict[str, Any]:
    own = keys.own_public(session)
    return {
        "format": FORMAT,
        "min_reader": MIN_READER,
        "district": district,
        "station": station,
        "sign": own.sign,
        "receive": own.receive,
        "made_at": at,
    }


def _rows(session: Session, invited: Invited) -> list[str]:
    """The station's own line in the list of stations, and its populations."""
    number = invited.station.partition("-")[2]
    found = []
    for table, column in (("station", "code"), ("population", "station")):
        shape = shapes()[table]
        for row_id, state, fields in journalled_rows(session.connection(), shape, invited.district):
            line = line_text(shape.name, row_id, state, fields)
            if read_line(line.encode("utf-8")).fields.get(column) == number:
                found.append(line)
    return found


def _mac(secret: str, content: dict[str, Any]) -> str:
    text = _CONTEXTS["reply"] + canonical.encode(content)
    return hmac.new(bytes.fromhex(secret), text, hashlib.sha256).hexdigest()


def _signed(session: Session, kind: str, content: dict[str, Any]) -> bytes:
    data = canonical.encode(content)
    return b"ZHE 1\n" + data + b"\n" + keys.sign(session, _CONTEXTS[kind], data).hex().encode() + b"\n"


def _read(model: type[C], kind: str, data: bytes) -> C:
    match = _FILE.fullmatch(data)
    if match is None:
        raise refusal("damaged") if data.startswith(ENROLMENT) else other_kind(data)
    if match[1] != b"1":
        raise refusal("update_center")
    try:
        raw = canonical.decode(match[2])
    except ValueError:
        raise refusal("damaged") from None
    if raw.get("format") != FORMAT:
        raise refusal("update_center")
    if raw.get("kind") != kind:
        raise refusal("other_enrolment")
    try:
        content = model.model_validate(raw)
        content.keys.check()
    except ValueError:  # pydantic's too
        raise refusal("damaged") from None
    if not keys.verifies(content.sign, _CONTEXTS[kind], bytes.fromhex(match[3].decode()), match[2]):
        raise refusal("damaged")
    return content
