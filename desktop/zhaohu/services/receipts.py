"""Downward exchange: the center's answer to a station, and the station's reading of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from zhaohu.services.desk import Desk


@dataclass(frozen=True, slots=True)
class PacketWritten:
    """A return packet that was written: how many bundles it answers, how many held records it names."""

    file: Path
    station: str
    no: int
    receipts: int
    held: int


@dataclass(frozen=True, slots=True)
class ReceiptReport:
    """What a return packet told this station."""

    status: Literal["accepted", "already_had"]
    no: int
    confirmed_no: int
    confirmed: int
    held: int
    reference_rows: int
    center_time: str
    enrolled: bool


def export_receipt(desk: Desk, station: str, out: Path) -> PacketWritten:
    """Write the return packet for a station (`01` or `371103-01`) into the folder `out`. Admin, at the center."""
    raise NotImplementedError


def import_receipt(desk: Desk, file: Path) -> ReceiptReport:
    """Read a return packet. Admin or teacher, at a station."""
    raise NotImplementedError
