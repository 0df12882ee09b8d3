"""`zhaohu growth child`: how one child grows."""

from __future__ import annotations

from typing import Annotated

import typer

from zhaohu.cli.context import Context
from zhaohu.i18n import _
from zhaohu.services.growth import growth_trend
from zhaohu.services.growth.growth_words import growth_document, growth_flags, growth_lines
from zhaohu.services.growth.trend_words import speed_document, speed_lines, trend_document, trend_lines
from zhaohu.services.register import children


def add_to(group: typer.Typer) -> None:
    """Add the command to the group `growth`."""
    group.command("child", help=_("How one child grows: every measurement, velocity, trend and advice."))(show_child)


def show_child(
    context: typer.Context, child: Annotated[str, typer.Option(metavar="ID", help=_("Id of the child."))]
) -> None:
    """One child's growth."""
    shared: Context = context.obj
    with shared.desk() as desk:
        name = children.view_child(desk, child).row.name
        found = growth_trend.child_growth(desk, child)
        today = desk.today
    document = {
        "child": child,
        "days": growth_document(found.days),
        "flags": growth_flags(found.days),
        "velocity": speed_document(found.speeds),
        "trend": trend_document(found.trend),
    }
    lines = [
        name,
        *growth_lines(found.days),
        *growth_flags(found.days),
        *speed_lines(found.speeds),
        *trend_lines(found.trend, today),
    ]
    shared.show(document, "\n".join(lines))
