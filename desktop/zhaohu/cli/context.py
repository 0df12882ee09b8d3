"""What every command shares: which profile, who acts, and how results and refusals are printed."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from zhaohu import paths
from zhaohu.clock import Clock
from zhaohu.errors import BadInput, Refused
from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.growth.text_tables import table as table
from zhaohu.services.safety import clock_watch
from zhaohu.services.safety.profile import NewAdmin, open_desk

_DEFAULT_ADMIN = "admin"


@dataclasses.dataclass(slots=True)
class Context:
    """The options that stand before or after any command."""

    profile: Path
    user: str
    password_file: Path | None
    json: bool
    clock: Clock

    @classmethod
    def of(cls, profile: Path | None, user: str | None, password_file: Path | None, as_json: bool) -> Context:
        """The options as given, completed from the environment."""
        who = user or os.environ.get("ZHAOHU_USER") or _DEFAULT_ADMIN
        return cls(profile or paths.default_profile(), who, password_file, as_json, Clock.from_environment())

    def password(self) -> str:
        """The password from the file or the environment; it is never an argument.

        Raises:
            BadInput: Neither is there.
        """
        if self.password_file is not None:
            return read_password(self.password_file)
        password = os.environ.get("ZHAOHU_PASSWORD")
        if password is None:
            raise BadInput(
                _("No password was given: set ZHAOHU_PASSWORD, or name a file with --password-file."),
                code="no_password",
                field="password",
            )
        return password

    def admin(self) -> NewAdmin:
        """The first administrator of a new profile."""
        return NewAdmin(self.user, self.password())

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Log in for the time of a command."""
        desk = open_desk(self.profile, self.user, self.password(), self.clock)
        if desk.clock_doubt:
            print(clock_watch.clock_words(desk), file=sys.stderr)
        try:
            yield desk
        finally:
            desk.close()

    def show(self, document: Mapping[str, object], text: str) -> None:
        """Print a result: the document with `--json`, else the text."""
        print(json.dumps(plain(document), ensure_ascii=False, indent=1) if self.json else text)

    def refuse(self, error: Refused) -> None:
        """Print a refusal: the sentence on stderr, and with `--json` the document on stdout."""
        print(error.message, file=sys.stderr)
        if self.json:
            print(json.dumps({"error": problem(error)}, ensure_ascii=False, indent=1))


def problem(error: Refused) -> object:
    """A refusal in a document."""
    return plain({"code": error.code, "message": error.message, "details": error.details})


def read_password(file: Path) -> str:
    """The password in a file, without the line's end and the mark that editors put before UTF-8.

    Raises:
        BadInput: The file is no text.
    """
    try:
        return file.read_text("utf-8-sig").rstrip("\r\n")
    except ValueError:
        message = _("{file} is not UTF-8 text. It must hold the password on one line and nothing else.")
        raise BadInput(message.format(file=file), code="bad_password_file", field="password_file") from None


def plain(value: Any) -> Any:
    """A value as JSON knows it: dataclasses and named tuples as objects, codes by their value, days as ISO dates."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no such number
    if isinstance(value, Path):  # its name may hold bytes that are no text
        return str(value).encode("utf-8", "replace").decode("utf-8")
    return value
