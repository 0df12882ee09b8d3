"""Tools of an attacker and of a careful test: open a bundle, change what is inside, seal it properly again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel

from zhaohu.records import CENTER_TABLES
from zhaohu.services.desk import Desk
from zhaohu.store import audit
from zhaohu.sync import canonical, container, keys, opening
from zhaohu.sync.container import BUNDLE, CONTEXTS, Hints, Limits, Payload, PayloadWriter
from zhaohu.sync.rows import shapes
from zhaohu.sync.scratch import Scratch

LIMITS = Limits()
CENTER = {str(table.__tablename__) for table in CENTER_TABLES}


def opened(path: Path, reader: Desk) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Manifest and lines of a sealed file, unverified."""
    manifests: list[bytes] = []
    lines: list[bytes] = []

    def on_manifest(data: bytes, _signature: bytes) -> Payload:
        manifests.append(data)
        return Payload(**json.loads(data)["payload"])

    with reader.read() as session:
        identity = keys.own_identities(session)[keys.own_public(session).fingerprint]
    opening.read(path, identity, opening.Inside(LIMITS, on_manifest, lines.append), LIMITS, lambda _size: None)
    return json.loads(manifests[0]), [json.loads(line) for line in lines]


def sealed(
    path: Path,
    signer: Desk,
    readers: list[Desk],
    manifest: dict[str, Any],
    lines: list[dict[str, Any] | str],
    *,
    context: bytes = CONTEXTS[BUNDLE],
    hints: dict[str, Any] | None = None,
    payload: dict[str, Any] | None = None,
    signature: bytes | None = None,
    which: str = keys.PRESENT,
) -> Path:
    """Seal a manifest and lines as a station would, with the payload's part made to fit."""
    with Scratch(path.parent) as spool:
        writer = PayloadWriter(spool)
        for line in lines:
            writer.add(line if isinstance(line, str) else canonical.encode(line).decode())
        made = writer.finish()
        fit = {"codec": made.codec, "bytes": made.bytes, "raw_bytes": made.raw_bytes, "sha256": made.sha256}
        data = canonical.encode({**manifest, "payload": {**fit, **(payload or {})}})
        with signer.read() as session:
            own = signature or keys.sign(session, context, data, which)
        recipients = []
        for reader in readers:
            with reader.read() as session:
                recipients.append(keys.recipient(keys.own_public(session).receive))
        outside = {
            "kind": BUNDLE,
            "to": manifest["to"]["key"],
            "sender": manifest["from"].get("station", manifest["district"]),
            "no": manifest["no"],
        }
        container.write(path, Hints(**{**outside, **(hints or {})}), data, own, spool, made, recipients)
    return path


def digest_of(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The manifest's digest when a station has just these records: derived from its definition, not by our code."""
    found: dict[str, list[int]] = {}
    for line in lines:
        content = {"fields": line["fields"], "id": line["id"], "table": line["table"]}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        found.setdefault(line["table"], []).append(int(hashlib.sha256(text.encode()).hexdigest(), 16))
    return {
        table: {"rows": len(found.get(table, [])), "sum": f"{sum(found.get(table, [])) % 2**256:064x}"}
        for table in shapes()
        if table not in CENTER
    }


def dump(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in a profile's database but the audit log, its remembered head, and what is kept of refused files."""
    with desk.read() as session:
        connection = session.connection()
        return {
            name: sorted(
                (tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}") if row[0] != audit.HEAD),
                key=repr,
            )
            for name in SQLModel.metadata.tables
            if name not in ("audit_line", "refused_file", "set_aside_bundle")
        }


def records(desk: Desk, owner: str) -> dict[str, list[tuple[Any, ...]]]:
    """The travelling records of one station as they stand in a profile."""
    with desk.read() as session:
        connection = session.connection()
        return {
            name: [
                tuple(row)
                for row in connection.exec_driver_sql(
                    f"SELECT id, {', '.join(shape.columns)} FROM {name} WHERE owner = ? ORDER BY id", (owner,)
                )
            ]
            for name, shape in shapes().items()
            if name not in CENTER
        }
