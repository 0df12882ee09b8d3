"""Reading a data file's tables strictly: every key known, every value of its type, every refusal naming its place."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Self, TypeVar

from zhaohu.errors import Refused
from zhaohu.i18n import _

T = TypeVar("T")


class FormError(Refused):
    """A data file (form, schedule, roster columns) is wrong; details: `file`, `field`, `reason`."""

    code = "bad_form"

    def __init__(self, file: str, field: str, reason: str) -> None:
        message = _("{file}: {field}: {reason}") if field else _("{file}: {reason}")
        text = message.format(file=file, field=field, reason=reason)
        super().__init__(text, file=file, field=field, reason=reason)


class Table:
    """One table of a data file, whose keys are taken one by one; `done` refuses those that nobody knows."""

    def __init__(self, values: object, file: str, place: str) -> None:
        self.file = file
        self.place = place
        if not isinstance(values, Mapping):
            raise self.error(_("must be a table"))
        self._left: dict[str, object] = dict(values)

    @classmethod
    def parse(cls, text: str, file: str) -> Self:
        """The outermost table of a data file.

        Args:
            text: The file's text (TOML).
            file: Its name, for messages.

        Raises:
            FormError: It is not TOML.
        """
        try:
            return cls(tomllib.loads(text), file, "")
        except tomllib.TOMLDecodeError as error:
            raise FormError(file, "", _("not a TOML file: {error}").format(error=error)) from error

    def error(self, reason: str) -> FormError:
        """The refusal of this table for a reason."""
        return FormError(self.file, self.place, reason)

    def has(self, key: str) -> bool:
        """Whether the key is there and not yet taken."""
        return key in self._left

    def keys(self) -> list[str]:
        """The keys not yet taken, as they stand in the file."""
        return list(self._left)

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        """The value of a key.

        Raises:
            FormError: It is missing and has no default, or is of another type.
        """
        if key not in self._left:
            if default is None:
                raise self.error(_("{key} is missing").format(key=key))
            return default
        value = self._left.pop(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            names = {str: _("text"), bool: _("true or false"), int: _("a whole number"), date: _("a date")}
            raise self.error(_("{key} must be {kind}").format(key=key, kind=names.get(kind, kind.__name__)))
        return value

    def text(self, key: str) -> str | None:
        """The text of a key, or None when it is not there."""
        return self.take(key, str) if self.has(key) else None

    def raw(self, key: str) -> object:
        """The value of a key whatever its type; None when it is not there."""
        return self._left.pop(key, None)

    def tables(self, key: str, place: str | None = None) -> list[Table]:
        """The tables in the array of that name; none when it is not there."""
        values = self.take(key, list, [])
        return [Table(value, self.file, place or self.place) for value in values]

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts in the array of that name; none when it is not there."""
        values = self.take(key, list, [])
        if not all(isinstance(value, str) for value in values):
            raise self.error(_("{key} must hold only texts").format(key=key))
        return tuple(values)

    def done(self) -> None:
        """Refuse keys that were not taken: a misspelt key must not be lost in silence."""
        if self._left:
            raise self.error(_("unknown key {key}").format(key=", ".join(sorted(self._left))))
