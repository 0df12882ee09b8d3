"""Targets of indicators, with what the district set, and how far this year's figures are."""

from __future__ import annotations

from dataclasses import dataclass

from zhaohu.records.codes import Role, SiteKind
from zhaohu.rules.targets import Indicator, Target, in_force, read_targets
from zhaohu.services import district, reference
from zhaohu.services.content.standing import Standing, standing_of
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key

_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets by indicator and year, and which edition it is; `shipped` when they are the program's own."""

    rows: tuple[Target, ...]
    shipped: bool
    standing: Standing


def view_targets(desk: Desk) -> Targets:
    """What is aimed at. Any role."""
    desk.require(*_READERS)
    found = district.setting(desk, Key.TARGETS)
    own = found.content if found is not None else None
    rows = read_targets(own) if own is not None else reference.targets()
    return Targets(rows, own is None, standing_of(found))


def target_of(desk: Desk, indicator: Indicator) -> Target | None:
    """What is aimed at this year. Any role."""
    return in_force(view_targets(desk).rows, desk.today.year).get(indicator)


def put_target(desk: Desk, former: Target | None, target: Target) -> int:
    """Add a target, or change one. Admin, at the center.

    Raises:
        BadInput: Year or share cannot be, or there is one of this indicator from that year.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    return _put(desk, [*(one for one in view_targets(desk).rows if one != former), target])


def remove_target(desk: Desk, target: Target) -> int:
    """Take a target away: from its year the one before it counts on. Admin, at the center."""
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    return _put(desk, [one for one in view_targets(desk).rows if one != target])


def _put(desk: Desk, rows: list[Target]) -> int:
    return district.write(desk, Key.TARGETS, {"targets": [one.content() for one in rows]})
