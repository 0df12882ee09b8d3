"""Upward exchange: the one door to what a station sends and what the center takes in."""

from __future__ import annotations

from zhaohu.services.exchange.exporting import Exported, Pending, export_bundle, pending
from zhaohu.services.exchange.folders import LIMITS, exchanging, outbox, temporary
from zhaohu.services.exchange.importing import import_bundles, verify_bundle
from zhaohu.services.exchange.reports import BundleInfo, HeldRecord, ImportReport, held_message
from zhaohu.services.exchange.standing import ExchangeStatus, StationState, status

__all__ = [
    "LIMITS",
    "BundleInfo",
    "ExchangeStatus",
    "Exported",
    "HeldRecord",
    "ImportReport",
    "Pending",
    "StationState",
    "exchanging",
    "export_bundle",
    "held_message",
    "import_bundles",
    "outbox",
    "pending",
    "status",
    "temporary",
    "verify_bundle",
]
