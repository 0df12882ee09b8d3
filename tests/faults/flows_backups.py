"""Backups, restores and migrations."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any, ClassVar

from tests.faults.steps import KEPT, KEPT_PASSWORD, READY, Say, a_station, opened, unsound
from tests.services.families import a_child
from tests.sync.district import ADMIN, CLOCK

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.rules.retention import NEWEST
from zhaohu.services.desk import Desk
from zhaohu.services.register import child_list, children
from zhaohu.services.safety import backups, profile, restore
from zhaohu.services.safety.profile import open_desk
from zhaohu.store.envelope import Envelope
from zhaohu.store.migrations import SCHEMA, row_counts


def bad_backups(desk: Desk, rows: Iterable[backups.BackupRow]) -> list[str]:
    """Those that cannot be used, and why."""
    problems = []
    for row in rows:
        try:
            backups.verify_backup(desk, row.file)
        except Refused as refused:
            problems.append(f"{row.file.name}: {refused.message}")
    return problems


class Backups:
    """Backups one after another, with work between, into the profile and a second place."""

    ends: ClassVar[bool] = True
    rounds = 3

    def prepare(self, template: Path) -> None:
        a_station(template / "profile", families=2)
        desk = opened(template / "profile")
        backups.create_backup(desk)
        (template / "stick").mkdir()
        desk.close()

    def work(self, place: Path, say: Say, throw: Random) -> None:
        desk = opened(place / "profile")
        backups.set_second_place(desk, place / "stick")
        say(READY)
        for number in range(self.rounds):
            children.register_child(desk, a_child(f"单{number}"))
            row = backups.create_backup(desk)
            say([row.file.name, row.records])
        desk.close()

    def check(self, place: Path, told: list[Any]) -> list[str]:
        desk = opened(place / "profile")
        try:
            problems = unsound(desk)
            found = backups.list_backups(backups.folder(desk.profile))
            problems += [f"{row.file.name}: {row.problem}" for row in found if row.problem]
            problems += bad_backups(desk, found)
            names = {row.file.name: row.records for row in found}
            told = told[-NEWEST + 1 :]  # older ones may have gone, and one more may have been made after the last word
            problems += [f"lost: {name}" for name, records in told if names.get(name) != records]
            if len(found) < min(NEWEST, 1 + len(told)):
                problems.append(f"{len(found)} backups, {len(told)} told")
            copies = backups.list_backups(place / "stick")
            problems += [f"second place: {row.file.name}: {row.problem}" for row in copies if row.problem]
            problems += [f"second place lost {n}" for n, _r in told if n not in {row.file.name for row in copies}]
            backups.create_backup(desk)
            return problems
        finally:
            desk.close()


class Restores:
    """An older backup is restored over a profile: what is there is the old or the new one, and the old one is kept."""

    ends: ClassVar[bool] = True
    before, after = 2, 4

    def prepare(self, template: Path) -> None:
        a_station(template, families=self.before)
        desk = opened(template)
        backups.create_backup(desk).file.rename(template / "older.zhk")
        for name in "寅卯":
            children.register_child(desk, a_child(f"单{name}"))
        desk.close()

    def work(self, place: Path, say: Say, throw: Random) -> None:
        say(READY)
        restore.restore_backup(place, place / "older.zhk", restore.Secret(ADMIN.name, ADMIN.password), CLOCK)
        say("restored")

    def check(self, place: Path, told: list[Any]) -> list[str]:
        desk = opened(place)
        try:
            problems = unsound(desk)
            there = child_list.count_children(desk)
            if there not in ((self.before,) if told else (self.before, self.after)):
                problems.append(f"{there} children, told {told}")
            found = backups.list_backups(backups.folder(place))
            problems += [f"{row.file.name}: {row.problem}" for row in found if row.problem] + bad_backups(desk, found)
            if there == self.before and not any(row.counts["child"] == self.after for row in found):
                problems.append("what was there before is not kept")
            children.register_child(desk, a_child("单后"))
            return problems
        finally:
            desk.close()


class Migrations:
    """A profile of the first schema is opened by this version: before or after, never between."""

    ends: ClassVar[bool] = True

    def prepare(self, template: Path) -> None:
        shutil.copytree(KEPT, template)

    def work(self, place: Path, say: Say, throw: Random) -> None:
        profile.ready(place)
        key = Envelope(place).open("admin", KEPT_PASSWORD)
        say(READY)
        store = profile.open_store(place, key, Clock())
        say("migrated")
        store.close()

    def check(self, place: Path, told: list[Any]) -> list[str]:
        before = {"child", "visit", "measurement", "audit_line", "household"}
        desk = open_desk(place, "admin", KEPT_PASSWORD, Clock())
        try:
            with desk.read() as session:
                counts = row_counts(session.connection())
                schema = session.connection().exec_driver_sql("PRAGMA user_version").scalar()
            problems = unsound(desk) + ([] if schema == SCHEMA else [f"schema {schema}"])
            found = backups.list_backups(backups.folder(place))
            problems += [f"{row.file.name}: {row.problem}" for row in found if row.problem]
            problems += [] if any(row.schema == 1 for row in found) else ["no backup from before"]
            return problems + [f"{name}: no rows" for name in before if not counts[name]]
        finally:
            desk.close()


class OneBackup:
    """One backup is made."""

    ends: ClassVar[bool] = True

    def prepare(self, template: Path) -> None:
        a_station(template, families=1)
        desk = opened(template)
        backups.create_backup(desk)
        desk.close()

    def work(self, place: Path, say: Say, throw: Random) -> None:
        desk = opened(place)
        say(READY)
        say(backups.create_backup(desk).file.name)

    def check(self, place: Path, told: list[Any]) -> list[str]:
        desk = opened(place)
        try:
            found = backups.list_backups(backups.folder(place))
            problems = unsound(desk) + bad_backups(desk, found)
            problems += [f"{row.file.name}: {row.problem}" for row in found if row.problem]
            problems += [f"lost: {name}" for name in told if name not in {row.file.name for row in found}]
            return problems + ([] if found else ["the backup before is gone"])
        finally:
            desk.close()
