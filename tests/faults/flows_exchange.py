"""Rosters, bundles and return packets, in and out."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path
from random import Random
from typing import Any, ClassVar

from sqlmodel import select
from tests.faults.snapshots import dump
from tests.faults.steps import READY, Say, a_station, opened, unsound
from tests.services.families import a_child, newborn_answers

from zhaohu.records import Child
from zhaohu.rules.forms.starting import all_normal
from zhaohu.services.care import visits
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.register import child_list, children
from zhaohu.services.roster import rosters
from zhaohu.services.roster.roster_preview import Decision


class Rosters:
    """Three rosters taken in one after another: each is in whole or not at all."""

    ends: ClassVar[bool] = True
    surnames, rows = "赵钱孙", 40

    def prepare(self, template: Path) -> None:
        a_station(template, families=0)
        given = ["".join(pair) for pair in itertools.product("安宁康乐和平喜", "顺吉祥瑞福禄")]
        for surname in self.surnames:
            lines = [f"{surname}{given[n]},{'男女'[n % 2]},2026-0{n % 8 + 1}-1{n % 9}" for n in range(self.rows)]
            (template / f"{surname}.csv").write_text("\n".join(["儿童姓名,性别,出生日期", *lines]), "utf-8")

    def work(self, place: Path, say: Say, throw: Random) -> None:
        desk = opened(place)
        read = [rosters.read_roster(desk, place / f"{surname}.csv") for surname in self.surnames]
        chosen = [[row.row for row in one.rows if Decision.TAKE in row.decisions] for one in read]
        decided = [rosters.decide(one, rows, Decision.TAKE) for one, rows in zip(read, chosen, strict=True)]
        say(READY)
        for surname, preview in zip(self.surnames, decided, strict=True):
            say([surname, rosters.take_in(desk, preview).accepted])
        desk.close()

    def check(self, place: Path, told: list[Any]) -> list[str]:
        desk = opened(place)
        try:
            with desk.read() as session:
                names = session.exec(select(Child.name)).all()
            taken = {surname: sum(name.startswith(surname) for name in names) for surname in self.surnames}
            problems = [f"roster {s}: {rows} of {self.rows}" for s, rows in taken.items() if rows not in (0, self.rows)]
            problems += [f"lost: roster {s} of {rows}" for s, rows in told if not taken[s] == rows == self.rows]
            return problems + unsound(desk) + ([] if sum(map(bool, taken.values())) <= len(told) + 1 else ["too many"])
        finally:
            desk.close()


class Exchange:
    """A center takes in three bundles of a station; each is in whole or not at all, and all fit at last."""

    ends: ClassVar[bool] = True
    bundles = 3

    def prepare(self, template: Path) -> None:
        a_station(template / "station", families=0, center=template / "center")
        station = opened(template / "station")
        for number in range(self.bundles):
            for name in "甲乙丙丁":
                child_id = children.register_child(station, a_child(f"单{number}{name}"))
                entry = visits.start_visit(station, child_id, "newborn_visit")
                answers = all_normal(entry.form, {**entry.answers, **newborn_answers()})
                visits.record_visit(station, child_id=child_id, form_id="newborn_visit", answers=answers)
            bundles.export_bundle(station, template / "stick")
        station.close()
        shutil.copytree(template / "center", template / "reference")
        center = opened(template / "reference")
        self._states(template).mkdir()
        dump(center, self._states(template) / "0")
        for number, file in enumerate(self._files(template), start=1):
            bundles.import_bundles(center, [file])
            dump(center, self._states(template) / str(number))
        center.close()

    def work(self, place: Path, say: Say, throw: Random) -> None:
        desk = opened(place / "center")
        say(READY)
        for number, file in enumerate(self._files(place), start=1):
            (report,) = bundles.import_bundles(desk, [file])
            say([number, report.status])
        desk.close()

    def check(self, place: Path, told: list[Any]) -> list[str]:
        desk = opened(place / "center")
        try:
            allowed = {
                (self._states(place) / str(n)).read_text() for n in (len(told), len(told) + 1) if n <= self.bundles
            }
            problems = unsound(desk)
            if dump(desk) not in allowed:
                problems.append(f"not what it was after bundle {len(told)} or the next")
            bundles.import_bundles(desk, self._files(place))
            if dump(desk) != (self._states(place) / str(self.bundles)).read_text():
                problems.append("the same bundles once more do not bring what is missing")
            return problems + [f"bundle {n}: {status}" for n, status in told if status != "accepted"]
        finally:
            desk.close()

    @staticmethod
    def _files(place: Path) -> list[Path]:
        return sorted((place / "stick").glob("*.zhb"))

    @staticmethod
    def _states(place: Path) -> Path:
        return place / "states"


class Receipts:
    """A station reads a return packet: read whole, or not at all and then once more."""

    ends: ClassVar[bool] = True

    def prepare(self, template: Path) -> None:
        Exchange.prepare(Exchange(), template)
        center = opened(template / "reference")
        packet = receipts.export_receipt(center, "01", template / "stick")
        packet.file.rename(template / "packet.zhr")
        center.close()

    def work(self, place: Path, say: Say, throw: Random) -> None:
        desk = opened(place / "station")
        say(READY)
        say(receipts.import_receipt(desk, place / "packet.zhr").confirmed_no)
        desk.close()

    def check(self, place: Path, told: list[Any]) -> list[str]:
        desk = opened(place / "station")
        try:
            waiting = bundles.pending(desk)
            problems = unsound(desk)
            if waiting.last_confirmed_no not in (told or [0, Exchange.bundles]):
                problems.append(f"confirmed {waiting.last_confirmed_no}, told {told}")
            if bool(waiting.records) == bool(waiting.last_confirmed_no):
                problems.append(
                    f"{waiting.records} records wait after bundle {waiting.last_confirmed_no} was confirmed"
                )
            receipts.import_receipt(desk, place / "packet.zhr")
            return problems + (["still waiting"] if bundles.pending(desk).records else [])
        finally:
            desk.close()


class OneExport:
    """A bundle is written to a stick."""

    ends: ClassVar[bool] = True

    def prepare(self, template: Path) -> None:
        a_station(template / "station", families=2, center=template / "center")
        (template / "stick").mkdir()

    def work(self, place: Path, say: Say, throw: Random) -> None:
        desk = opened(place / "station")
        say(READY)
        say(bundles.export_bundle(desk, place / "stick").file.name)

    def check(self, place: Path, told: list[Any]) -> list[str]:
        desk, center = opened(place / "station"), opened(place / "center")
        try:
            problems = unsound(desk)
            problems += [f"lost: {name}" for name in told if not (place / "stick" / name).is_file()]
            files = [*(place / "stick").glob("*.zhb"), bundles.export_bundle(desk, place / "again").file]
            reports = bundles.import_bundles(center, files)
            problems += [f"{r.file.name}: {r.message or r.status}" for r in reports if r.status == "refused"]
            return problems + ([] if child_list.count_children(center) == 2 else ["not all arrived"])
        finally:
            desk.close()
            center.close()
