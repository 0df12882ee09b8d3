"""`zhaohu forms …`: the form files, for whoever writes or reviews one, and for the center that publishes one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context, table
from zhaohu.errors import Refused
from zhaohu.i18n import _, format_date, format_moment, ngettext
from zhaohu.paths import holds_profile
from zhaohu.services import form_files
from zhaohu.services.content import form_editions
from zhaohu.services.content.form_editions import EditionRow


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("The forms and their files."), no_args_is_help=True)
    app.add_typer(group, name="forms")
    group.command("check", help=_("Say everything that is wrong with form files; without one, with all that ship."))(
        check
    )
    group.command("list", help=_("List the forms; with a log-in also the editions that the district published."))(list_)
    group.command("publish", help=_("Publish a new edition of a form. At the center."))(publish)
    group.command("withdraw", help=_("Take back an edition whose day of effect has not come. At the center."))(withdraw)


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
    """The forms in their newest version, and what the district published."""
    shared: Context = context.obj
    editions = _editions(shared)
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
    text = table(headings, cells)
    if editions:
        text += "\n\n" + _("Editions of the district:") + "\n" + _editions_text(editions)
    shared.show({"forms": rows, "editions": editions}, text)


def _editions(shared: Context) -> list[EditionRow]:
    """Nobody has to log in to look at what ships."""
    if not holds_profile(shared.profile):
        return []
    try:
        shared.password()
    except Refused:
        return []
    with shared.desk() as desk:
        return form_editions.list_editions(desk)


def _editions_text(editions: list[EditionRow]) -> str:
    headings = [_("Form"), _("Version"), _("In effect from"), _("Published"), _("Note"), _("Cannot be used here")]
    cells = [
        [
            one.id,
            one.version,
            one.effective_from or "—",
            f"{format_moment(one.published_at)} {one.published_by}",
            one.note,
            one.reason,
        ]
        for one in editions
    ]
    return table(headings, cells)


def publish(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    note: Annotated[str, typer.Option(help=_("Why there is a new edition; the stations read it."))] = "",
) -> None:
    """A new edition of a form that the program has."""
    shared: Context = context.obj
    with shared.desk() as desk:
        proposed = form_editions.read_edition(desk, file)
        edition = form_editions.publish(desk, proposed, note)
    form = proposed.form
    text = _("{form} version {version} is published. It goes to the stations with the next return packet.")
    document = {"form": form.id, "version": form.version, "effective_from": form.effective_from, "edition": edition}
    shared.show(document, text.format(form=form.id, version=form.version))


def withdraw(
    context: typer.Context,
    form: Annotated[str, typer.Argument(metavar="FORM")],
    version: Annotated[str, typer.Argument(metavar="VERSION")],
) -> None:
    """An edition that is not in force yet."""
    shared: Context = context.obj
    with shared.desk() as desk:
        edition = form_editions.withdraw(desk, form, version)
    text = _("{form} version {version} is withdrawn. The stations forget it with the next return packet.")
    shared.show({"form": form, "version": version, "edition": edition}, text.format(form=form, version=version))
