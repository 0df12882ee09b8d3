"""`zhaohu forms check` and `zhaohu forms list`: the form files, for whoever writes or reviews one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context, table
from zhaohu.i18n import _, format_date, ngettext
from zhaohu.services import form_files


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("The forms and their files."), no_args_is_help=True)
    app.add_typer(group, name="forms")
    group.command("check", help=_("Say everything that is wrong with form files; without one, with all that ship."))(
        check
    )
    group.command("list", help=_("List the forms."))(list_)


def check(
    context: typer.Context, files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE…]")] = None
) -> None:
    """Form files, checked; ends with 1 when one is at fault."""
    shared: Context = context.obj
    checked = form_files.check_files(files or [])
    lines = []
    for one in checked:
        lines += [_line(one.file, fault) for fault in one.problems]
    wrong = sum(not one.ok for one in checked)
    if not wrong:
        text = ngettext("{n} form file is in order.", "{n} form files are in order.", len(checked))
        lines.append(text.format(n=len(checked)))
    else:
        lines.append(_("{wrong} of {n} form files are at fault.").format(wrong=wrong, n=len(checked)))
    shared.show({"files": checked}, "\n".join(lines))
    if wrong:
        raise typer.Exit(1)


def _line(file: str, fault: form_files.Fault) -> str:
    words = _("{file}: {field}: {reason}") if fault.field else _("{file}: {reason}")
    return words.format(file=file, field=fault.field, reason=fault.reason)


def list_(context: typer.Context) -> None:
    """The forms in their newest version."""
    shared: Context = context.obj
    rows = form_files.list_forms()
    headings = [_("Form"), _("Version"), _("In effect from"), _("Days of life"), _("Fields"), _("Title")]
    cells = [
        [
            one.id,
            one.version,
            format_date(one.effective_from),
            f"{one.from_days}–{one.to_days}",
            str(one.fields),
            one.title,
        ]
        for one in rows
    ]
    shared.show({"forms": rows}, table(headings, cells))
