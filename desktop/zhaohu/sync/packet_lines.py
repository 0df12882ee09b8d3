"""The lines of a packet that are no records: what they must hold before anything is done with them.

Texts that the center only passes on from a record that it holds (`reason`, `field`, `child`) may be any; whatever is
parsed, compared, or a key here must be what it seems.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from zhaohu.records import STATION_TABLES
from zhaohu.store.audit import canonical_json
from zhaohu.sync.canonical import LARGEST
from zhaohu.sync.copies import BRANCH, DIVERGED, GIVE_BACK
from zhaohu.sync.give_back import BACK
from zhaohu.sync.manifest import Count, Epoch, Hash, StationCode
from zhaohu.sync.offers import (
    ACCEPTED,
    CANCELLED,
    FAMILY,
    HANDOVER,
    OFFER,
    OFFERED,
    REFUSED,
    TRAVELLING,
    WITHDRAWING,
)
from zhaohu.sync.packets import HELD, RECEIPT
from zhaohu.sync.refusals import refusal
from zhaohu.sync.rows import shapes
from zhaohu.sync.values import STAMP


def _one_of(*words: str) -> Any:
    return Annotated[str, Field(pattern=f"^({'|'.join(words)})$")]


_RELEASE, _HOME, _CHILD = "transfer", "household", "child"
_Id = Annotated[str, Field(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
_Stamp = Annotated[str, Field(pattern=STAMP)]
_Fields = dict[str, str | bool | Annotated[int, Field(ge=-LARGEST, le=LARGEST)]]
_PARTS: dict[str, dict[str, Any]] = {
    RECEIPT: {"epoch": Epoch, "hash": Hash, "no": Count, "received_at": _Stamp},
    HELD: {"name": str, "id": _Id, "reason": str, "field": str, "child": str, "bundle": Hash},
    BACK: {
        "name": _one_of(*(str(record.__tablename__) for record in STATION_TABLES)),
        "id": _Id,
        "deleted": bool,
        "fields": _Fields,
        "was": Annotated[str, Field(pattern="^([0-9a-f]{64})?$")],
        "packet": Count,
        "why": _one_of(GIVE_BACK, DIVERGED, BRANCH),
    },
    OFFER: {
        "transfer": _Id,
        "child": _Id,
        "from": StationCode,
        "name": _one_of(_RELEASE, *FAMILY, *TRAVELLING),
        "id": _Id,
        "fields": _Fields,
    },
    HANDOVER: {
        "transfer": _Id,
        "child": _Id,
        "from": StationCode,
        "to": StationCode,
        "state": _one_of(OFFERED, WITHDRAWING, ACCEPTED, REFUSED, CANCELLED),
        "owner": Annotated[str, Field(pattern=r"^([0-9]{6}-[0-9]{2})?$")],
        "at": _Stamp,
        "reason": str,
    },
}


def _model(kind: str, parts: dict[str, Any]) -> type[BaseModel]:
    needed: dict[str, Any] = {name: (type_, ...) for name, type_ in parts.items()}
    return create_model(f"Line{kind}", __config__=ConfigDict(strict=True, hide_input_in_errors=True), **needed)


_MODELS = {kind: _model(kind, parts) for kind, parts in _PARTS.items()}
KINDS = frozenset(_PARTS)
HANDOVER_PARTS = tuple(_PARTS[HANDOVER])


def check(value: dict[str, Any], district: str) -> None:
    """Look at a line of one of the `KINDS`, in canonical form.

    Raises:
        ValueError: It is not as it should be.
        Refused: `update_center`: it holds what only a newer version knows.
    """
    try:
        _MODELS[value["table"]].model_validate(value)
    except ValidationError:
        raise ValueError("line") from None
    if value["table"] in (BACK, OFFER) and not value["fields"].keys() <= shapes()[value["name"]].names:
        raise refusal("update_center")
    if value["table"] == BACK and bool(value["fields"]) == value["deleted"]:
        raise ValueError("deleted")
    owner = value.get("owner", value.get("fields", {}).get("owner", ""))
    sites = filter(None, (value.get("from"), value.get("to"), owner))
    if not all(re.fullmatch(rf"{district}-[0-9]{{2}}", str(site)) for site in sites):
        raise ValueError("site")


def check_offer(rows: list[dict[str, Any]], transfer_id: str) -> None:
    """Look at all lines of one offer: a whole record of one child, all of which can be written when it is taken.

    Raises:
        Refused: `damaged`: it is not.
    """
    ids: dict[str, list[str]] = {name: [] for name in (_RELEASE, *FAMILY, *TRAVELLING)}
    for row in rows:
        ids[row["name"]].append(row["id"])
    child = rows[0]["child"]
    alone = ids[_RELEASE] == [transfer_id] and ids[_CHILD] == [child] and len(ids[_HOME]) == 1
    if not (alone and all(_fits(row, child, rows[0]["from"], ids) for row in rows) and not _twice(rows, ids)):
        raise refusal("damaged")


def _fits(row: dict[str, Any], child: str, sender: str, ids: dict[str, list[str]]) -> bool:
    shape, fields = shapes()[row["name"]], row["fields"]
    if row["child"] != child or row["from"] != sender or shape.invalid_field(row["id"], canonical_json(fields)):
        return False
    hangs_on = row["id"] if shape.child == "id" else fields.get(shape.child)
    if row["name"] in (_RELEASE, *TRAVELLING) and hangs_on != child:
        return False
    named = ((parent, fields.get(column)) for column, parent in shape.references)
    return all(value is None or value in ids.get(parent, ()) for parent, value in named)


def _twice(rows: Iterable[dict[str, Any]], ids: dict[str, list[str]]) -> bool:
    replaced = Counter(row["fields"].get("replaces_id") for row in rows if row["name"] == "visit")
    return any(len(set(some)) != len(some) for some in ids.values()) or any(
        count > 1 for visit_id, count in replaced.items() if visit_id is not None
    )
