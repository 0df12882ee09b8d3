"""All that the inbox shows, read together."""

from __future__ import annotations

from dataclasses import dataclass

from zhaohu.records.codes import Role
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import branches, bundles, inbox, set_aside, undo, watching
from zhaohu.services.exchange.branches import BranchRecord
from zhaohu.services.exchange.bundles import HeldRecord
from zhaohu.services.exchange.inbox import Matrix, RefusedRow
from zhaohu.services.exchange.set_aside import SetAside
from zhaohu.services.exchange.undo import LastImport
from zhaohu.services.exchange.watching import Watched
from zhaohu.ui.pages.sync_route import Routes, read_routes


@dataclass(frozen=True, slots=True)
class Seen:
    """What came, what waits, what was refused, and what can be done."""

    matrix: Matrix
    held: list[HeldRecord]
    aside: list[SetAside]
    copies: list[BranchRecord]
    refused: list[RefusedRow]
    last: LastImport | None
    watched: Watched
    watched_there: bool
    routes: Routes


def read_inbox(desk: Desk) -> Seen:
    """Read all of it; ways of the exchange only for who may use them."""
    watched = watching.watched(desk)
    return Seen(
        inbox.matrix(desk),
        bundles.status(desk).held,
        set_aside.list_set_aside(desk),
        branches.list_branches(desk),
        inbox.refused_files(desk),
        undo.last_import(desk),
        watched,
        watched.folder is not None and watched.folder.is_dir(),
        read_routes(desk) if desk.person.role is Role.ADMIN else Routes(),
    )
