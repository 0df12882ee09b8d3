"""The command `zhaohu`: global options, command groups, exit codes."""

from __future__ import annotations

import errno
import importlib
import io
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from zhaohu import __version__, i18n
from zhaohu.cli.context import Context
from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paths import default_profile
from zhaohu.services.safety import logs
from zhaohu.services.safety.crash import save_crash_report

log = logging.getLogger(__name__)

DONE, REFUSED, WRONG_USAGE, BUG = 0, 1, 2, 3
_OPTIONS_WITH_VALUE = ("--profile", "--user", "--password-file", "--lang")
_OPTIONS_ALONE = ("--json",)

_GROUPS = {
    "center": "center",
    "station": "station",
    "user": "users",
    "children": "children",
    "visit": "visits",
    "due": "visits",
    "records": "records",
    "growth": "growth",
    "class": "classes",
    "staffing": "teachers",
    "print": "printing",
    "forms": "forms",
    "bundle": "bundles",
    "receipt": "bundles",
    "sync": "sync",
    "place": "sync",
    "questions": "questions",
    "backup": "backups",
    "check": "doctor",
    "demo": "demo",
}
"""Which module of this package makes a command; in the order of the help."""

OpenWindow = Callable[[Path | None, str | None], int]


def run(arguments: Sequence[str], open_window: OpenWindow) -> int:
    """Carry out one command line; returns the exit code.

    Args:
        arguments: Without the program's name.
        open_window: Opens the desktop program on a profile, for a user; returns its exit code.
    """
    _speak_utf8()
    words = _global_first(list(arguments))
    wanted = _language(words)
    if wanted in i18n.LANGUAGES:
        i18n.set_language(wanted)  # before the help texts are made
    command = typer.main.get_command(_make_app(open_window, words))
    context: list[Context] = []
    begun = time.monotonic()
    try:
        code = _carry_out(command, words, context)
        log.info("command %s ends with %d after %.1f s", _name(command, words), code, time.monotonic() - begun)
    finally:
        logs.end()
    return code


def _carry_out(command: Any, words: list[str], context: list[Context]) -> int:
    try:
        outcome = command.main(words, prog_name="zhaohu", standalone_mode=False, obj=context)
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort:
        return REFUSED
    except TyperException as error:
        print(error.format_message(), file=sys.stderr)
        return WRONG_USAGE
    except Refused as error:
        return _refused(error, context)
    except OSError as error:
        return _bug(error, context) if error.filename is None else _file_refused(error, context)
    except Exception as error:  # the last net: whatever is left is our bug
        return _bug(error, context)
    return outcome if isinstance(outcome, int) else DONE


def _speak_utf8() -> None:
    """Write UTF-8 whatever the system's own encoding is: JSON is UTF-8, and names have rare characters."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _name(command: Any, words: list[str]) -> str:
    """Which command it was, without its options and arguments."""
    names = []
    for word in words:
        below = getattr(command, "commands", {}).get(word)
        if below is not None:
            names.append(word)
            command = below
    return " ".join(names) or "-"


def _language(words: list[str]) -> str:
    """What the option `--lang` says, written in one word or two; empty without it."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--lang":
            return following
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return ""


def _refused(error: Refused, context: list[Context]) -> int:
    log.info("refused %s", error.code)
    if context:
        context[0].refuse(error)
    else:
        print(error.message, file=sys.stderr)
    return REFUSED


def _file_refused(error: OSError, context: list[Context]) -> int:
    """A file or folder that somebody named could not be used: no bug, and a person can mend it."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        problem = Refused(_("The disk is full. Free some space and try again."), code="no_space")
    else:
        message = _("{file} cannot be read or written. Check that it is there and that you may use it.")
        problem = Refused(message.format(file=error.filename), code="unusable_file", file=str(error.filename))
    return _refused(problem, context)


def _bug(error: Exception, context: list[Context]) -> int:
    log.error("bug", exc_info=error)
    folder = context[0].profile if context else default_profile()
    try:
        report = save_crash_report(folder, error, Clock())
    except OSError:
        report = save_crash_report(Path(tempfile.gettempdir()) / "zhaohu", error, Clock())
    print(
        _("The program made a mistake. A report without personal data was saved: {file}").format(file=report),
        file=sys.stderr,
    )
    return BUG


def _global_first(words: list[str]) -> list[str]:
    """Global options may stand anywhere; put them before the command, where the parser expects them."""
    front: list[str] = []
    rest: list[str] = []
    while words:
        word = words.pop(0)
        if word == "--":
            return [*front, *rest, word, *words]
        if word in _OPTIONS_ALONE or word.startswith(tuple(f"{option}=" for option in _OPTIONS_WITH_VALUE)):
            front.append(word)
        elif word in _OPTIONS_WITH_VALUE and words:
            front += [word, words.pop(0)]
        else:
            rest.append(word)
    return [*front, *rest]


def _modules(words: Sequence[str]) -> list[str]:
    """The modules that a command line needs: loading them all takes longer than most commands."""
    left = iter(words)
    for word in left:
        if word in _OPTIONS_WITH_VALUE:
            next(left, None)
        elif not word.startswith("-"):
            return [_GROUPS[word]] if word in _GROUPS else _all_modules()
    return _all_modules()


def _all_modules() -> list[str]:
    return list(dict.fromkeys(_GROUPS.values()))


def _make_app(open_window: OpenWindow, words: Sequence[str] = ()) -> typer.Typer:
    app = typer.Typer(
        name="zhaohu",
        help=_("Zhaohu: child-care guidance stations and their center. Without a command, opens the window."),
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @app.callback(invoke_without_command=True)
    def begin(
        context: typer.Context,
        profile: Annotated[Path | None, typer.Option(help=_("Folder of this installation's data."))] = None,
        user: Annotated[str | None, typer.Option(help=_("Who acts (or ZHAOHU_USER)."))] = None,
        password_file: Annotated[
            Path | None, typer.Option(help=_("File with the password (or ZHAOHU_PASSWORD)."), exists=True)
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
        lang: Annotated[str, typer.Option(help=_("Language: zh_CN or en."))] = i18n.DEFAULT,
        version: Annotated[bool, typer.Option("--version", help=_("Print the version."))] = False,
    ) -> int:
        if lang not in i18n.LANGUAGES:
            raise typer.BadParameter(", ".join(i18n.LANGUAGES), param_hint="--lang")
        if version:
            print(__version__)
            raise typer.Exit
        shared = Context.of(profile, user, password_file, as_json)
        context.obj.append(shared)
        logs.begin(shared.profile, shared.clock)
        context.obj = shared
        if context.invoked_subcommand is None:
            raise typer.Exit(open_window(profile, user))
        return DONE

    for name in _modules(words):
        module = importlib.import_module(f"zhaohu.cli.{name}")
        if name == "demo":
            module.add_to(app, open_window)
        else:
            module.add_to(app)
    return app
