"""`zhaohu growth recompute`: whose grade newer rules or tables would change, and applying them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context, table
from zhaohu.cli.progress import progress_bar
from zhaohu.i18n import _, ngettext
from zhaohu.rules.growth.assess import Result
from zhaohu.services.growth import score_words, scores


def add_to(group: typer.Typer) -> None:
    """Add the command to the group `growth`."""
    group.command("recompute", help=_("List whose grade newer rules or tables would change; --apply changes them."))(
        recompute
    )


def recompute(
    context: typer.Context,
    apply: Annotated[bool, typer.Option("--apply", help=_("Grade by the present rules and tables."))] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv|FILE.xlsx", help=_("File to write the list into."))
    ] = None,
) -> None:
    """The list first; nothing changes without `--apply`."""
    shared: Context = context.obj
    with shared.desk() as desk:
        with progress_bar(_("Comparing")) as progress:
            scores.fill_missing(desk, progress)
            changes = scores.stale(desk, progress)
            if out is not None:  # before anything changes: without room for the list there is no change
                score_words.save_changes(desk, changes, out)
            if apply:
                changes = scores.recompute(desk, progress).changes
        standing = scores.standing(desk)
    document = {
        "engine": standing.version.engine,
        "tables": standing.version.tables,
        "kept": standing.current,
        "kept_under_other_versions": {str(version): n for version, n in standing.others.items()},
        "applied": apply,
        "changes": [_document(change) for change in changes],
    }
    shared.show(document, _text(standing, changes, applied=apply))


def _text(standing: scores.Standing, changes: list[scores.Change], *, applied: bool) -> str:
    lines = [
        _("Rules {engine}, tables {tables}").format(engine=standing.version.engine, tables=standing.version.tables)
    ]
    if changes:
        lines.append(table(score_words.headings(), [score_words.change_cells(change) for change in changes]))
    if applied:
        words = ngettext("{n} grade was changed.", "{n} grades were changed.", len(changes))
    else:
        words = ngettext(
            "{n} grade would change. Nothing was changed.",
            "{n} grades would change. Nothing was changed.",
            len(changes),
        )
    lines.append(words.format(n=len(changes)))
    if standing.older:
        lines.append(_("Kept under other versions: {n}. Take them over with --apply.").format(n=standing.older))
    return "\n".join(lines)


def _document(change: scores.Change) -> dict[str, object]:
    return {
        "child": change.child,
        "on": change.on,
        "standard": change.standard,
        "indicator": change.indicator,
        "as_sex": change.as_sex,
        "before": _grade(change.before),
        "after": _grade(change.after),
    }


def _grade(result: Result) -> dict[str, object]:
    return {name: getattr(result, name) for name in ("z", "level", "level_pct", "status", "reason")}
