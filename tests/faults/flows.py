"""What is done while faults strike, by name."""

from __future__ import annotations

from collections.abc import Callable

from tests.faults.flows_backups import Backups, Migrations, OneBackup, Restores
from tests.faults.flows_exchange import Exchange, OneExport, Receipts, Rosters
from tests.faults.flows_keys import Keys
from tests.faults.steps import READY, Flow, OneSave, Saves

__all__ = ["FLOWS", "READY", "Flow"]

FLOWS: dict[str, Callable[[], Flow]] = {
    "saves": Saves,
    "rosters": Rosters,
    "bundles": Exchange,
    "receipts": Receipts,
    "keys": Keys,
    "migrations": Migrations,
    "backups": Backups,
    "restores": Restores,
    "one-save": OneSave,
    "one-backup": OneBackup,
    "one-export": OneExport,
}
