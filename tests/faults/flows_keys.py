"""Both ends of an exchange change their keys while records travel."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any, ClassVar

from tests.faults.steps import READY, Say, a_station, opened, unsound
from tests.services.families import a_child

from zhaohu.errors import Refused
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, receipts, site_keys, station_list
from zhaohu.services.register import child_list, children


class Keys:
    """Two children go up, and each end changes its keys: nothing is lost, and both ends know each other at last."""

    ends: ClassVar[bool] = True

    def prepare(self, template: Path) -> None:
        a_station(template / "station", families=0, center=template / "center")
        (template / "stick").mkdir()
        station = opened(template / "station")
        children.register_child(station, a_child("钥甲"))
        station.close()

    def work(self, place: Path, say: Say, throw: Random) -> None:
        station, center = opened(place / "station"), opened(place / "center")
        say(READY)
        if throw.random() < 0.5:
            _go_to_and_fro(station, center, place / "stick")
        site_keys.change_keys(station)
        say("station")
        children.register_child(station, a_child("钥乙"))
        say("child")
        _go_to_and_fro(station, center, place / "stick")
        site_keys.change_keys(center)
        say("center")
        _go_to_and_fro(station, center, place / "stick")
        station.close()
        center.close()

    def check(self, place: Path, told: list[Any]) -> list[str]:
        station, center = opened(place / "station"), opened(place / "center")
        try:
            problems = unsound(station) + unsound(center)
            wanted = child_list.count_children(station)
            if wanted != 2 and "child" in told:
                problems.append(f"lost: {wanted} children of 2")
            for _round in range(3):
                _go_to_and_fro(station, center, place / "again")
            ours, theirs = site_keys.site_keys(station), site_keys.site_keys(center)
            known = _known(station, center)
            if (known.fingerprint, known.next_fingerprint, ours.next_fingerprint) != (ours.fingerprint, None, ""):
                problems.append("the center does not know the station's keys")
            if ours.center_fingerprint != theirs.fingerprint:
                problems.append("the station does not know the center's keys")
            waiting = bundles.pending(station).records
            if waiting or child_list.count_children(center) != wanted:
                problems.append(f"{waiting} records wait, {child_list.count_children(center)} children of {wanted}")
            return problems
        finally:
            station.close()
            center.close()


def _go_to_and_fro(station: Desk, center: Desk, stick: Path) -> None:
    """A bundle up, a look at the keys it announces, a packet down."""
    with suppress(Refused):  # nothing new
        bundles.import_bundles(center, [bundles.export_bundle(station, stick).file])
    known = _known(station, center)
    if known.next_fingerprint is not None:
        site_keys.accept_keys(center, known.code, known.next_fingerprint)
    receipts.import_receipt(station, receipts.export_receipt(center, known.code, stick).file)


def _known(station: Desk, center: Desk) -> station_list.StationEntry:
    return next(one for one in station_list.list_stations(center) if one.code == station.site.code)
