"""Answers as they were given, read as far as they can be read, and which fields they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from zhaohu.rules.forms.expressions import Scope
from zhaohu.rules.forms.functions import Value
from zhaohu.rules.forms.model import Answer, Answers, Field, FieldType, Form
from zhaohu.rules.forms.reading import UnreadableError, is_empty, read, to_value


class Given:
    """The answers to a form, by name: as canonical answers, and as expressions see them.

    An answer of the record that is corrected which this form cannot read (a newer program's code or field) stays as it
    is until a person gives another: `kept` holds those, and no rule of this form judges them.
    """

    def __init__(self, form: Form, raw: Mapping[Any, object], today: date, former: Answers) -> None:
        self.form = form
        self.raw = raw
        self.today = today
        self.former = former
        self.answers: dict[str, Answer] = {}
        self.values: dict[str, Value] = {}
        self.unreadable: dict[str, str] = {}
        self.kept: dict[str, Answer] = {}
        for one in form.fields():
            if one.type is not FieldType.NOTE:
                self._read(one, one.name)
                if one.again_name is not None:
                    self._read(one, one.again_name)
        self._keep_unknown()
        self.asked = self._asked()

    def scope(self, one: Field) -> Scope:
        """What the expressions of a field are asked about."""
        return Scope(self.values, self.today, self.values.get(one.name))

    def unknown(self) -> list[object]:
        """Names that the form does not have, but for those that the former record has, with the same answer."""
        known = {name for one in self.form.fields() for name in one.names}
        return [key for key in self.raw if key not in known and not self._is_former(key)]

    def canonical(self) -> dict[str, Answer]:
        """The answers to the fields that are asked, in the form's order, then what is kept unread."""
        names = [name for one in self.asked for name in one.names]
        found = {name: self.answers[name] for name in names if name in self.answers}
        return found | {name: answer for name, answer in self.kept.items() if name not in found}

    def _is_former(self, key: object) -> bool:
        return isinstance(key, str) and key in self.former and self.raw[key] == self.former[key]

    def _read(self, one: Field, name: str) -> None:
        raw = self.raw.get(name)
        if is_empty(raw) or self._is_former(name):
            raw = self._unread(one, name) or raw
        if is_empty(raw):
            return
        try:
            self.answers[name] = answer = read(one, raw)
            self.values[name] = to_value(one, answer)
        except UnreadableError as reason:
            if name in self.kept:
                self.answers[name] = self.kept[name]
            else:
                self.unreadable[name] = str(reason)

    def _unread(self, one: Field, name: str) -> Answer | None:
        """The former record's answer to a field when this form cannot read it; it is kept."""
        former = self.former.get(name)
        if former is None:
            return None
        try:
            read(one, former)
        except UnreadableError:
            self.kept[name] = former
            if one.text_name is not None and one.text_name in self.former:
                self.kept[one.text_name] = self.former[one.text_name]
            return former
        return None

    def _keep_unknown(self) -> None:
        known = {name for one in self.form.fields() for name in one.names}
        self.kept |= {name: answer for name, answer in self.former.items() if name not in known}

    def _asked(self) -> list[Field]:
        """The fields that are asked; answers to the others go, and with them what depended on those."""
        asked = list(self.form.fields())
        while gone := {one.name: one for one in asked if not self.form.is_asked(one, self.scope(one))}:
            asked = [one for one in asked if one.name not in gone]
            for one in gone.values():
                for name in one.names:
                    self.answers.pop(name, None)
                    self.values.pop(name, None)
        return asked
