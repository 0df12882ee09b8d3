"""A small safe expression language with XLSForm's words, for relevance, requirement, constraints, hints and defaults.

`${field}`, `.` (this field), `'text'`, `12.5`, `= != < <= > >=`, `and`, `or`, `+ - *`, and the functions of
`functions.FUNCTIONS`. An empty answer is None and compares equal to `''`; ordering or reckoning with it gives False or
None. Evaluation never raises: nothing that a person types into a form can break a rule of the form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhaohu.rules.forms.functions import FUNCTIONS, Value, truth

_MAX_DEPTH = 30
_MAX_LENGTH = 400
"""Both keep reading and evaluating far from Python's recursion limit."""


class ExpressionError(ValueError):
    """The text is no expression; the message says why, for the maker of the form."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression is asked about: all values, the field's own, and the day it is asked."""

    values: Mapping[str, Value]
    today: date
    this: Value = None


@dataclass(frozen=True, slots=True)
class Literal:
    """A text or number that stands in the expression."""

    value: str | Decimal


@dataclass(frozen=True, slots=True)
class Reference:
    """`${name}`; an empty name is `.`, the field's own value."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function or operator with its arguments."""

    name: str
    arguments: tuple[Node, ...]


Node = Literal | Reference | Call


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression."""

    source: str
    root: Node

    def value(self, scope: Scope) -> Value:
        """What the expression comes to."""
        return _evaluate(self.root, scope)

    def holds(self, scope: Scope) -> bool:
        """Whether it is true; empty, `''` and 0 are not."""
        return truth(self.value(scope))

    def fields(self) -> frozenset[str]:
        """Names of the other fields that it asks about."""
        return frozenset(node.name for node in self.nodes() if isinstance(node, Reference) and node.name)

    def asks_the_day(self) -> bool:
        """Whether it depends on the day it is asked."""
        return any(isinstance(node, Call) and node.name == "today" for node in self.nodes())

    def nodes(self) -> Iterator[Node]:
        """Every part, for checks of names and codes when a form is loaded."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            if isinstance(node, Call):
                waiting.extend(node.arguments)


def _evaluate(node: Node, scope: Scope) -> Value:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Reference):
        return scope.values.get(node.name) if node.name else scope.this
    if node.name == "today":
        return scope.today
    return FUNCTIONS[node.name][1](*(_evaluate(argument, scope) for argument in node.arguments))


_TOKEN = re.compile(
    r"""\s*(?: \$\{(?P<field>[a-z][a-z0-9_]*)\} | '(?P<text>[^']*)' | (?P<number>\d{1,12}(?:\.\d{1,6})?)
    | (?P<word>[a-z_]+) | (?P<mark>!=|<=|>=|[=<>+\-*(),.]) )""",
    re.VERBOSE | re.ASCII,
)
_LEVELS = (("or",), ("and",), ("=", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*",))
_OPERATORS = frozenset(name for level in _LEVELS for name in level)


def parse(source: str) -> Expression:
    """Read an expression.

    Raises:
        ExpressionError: It is none; the message says what is wrong, and where.
    """
    return Expression(source, _Parser(source).whole())


class _Parser:
    def __init__(self, source: str) -> None:
        if len(source) > _MAX_LENGTH:
            raise ExpressionError(f"longer than {_MAX_LENGTH} characters")
        self.tokens = list(_tokens(source))
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self.level(0)
        if self.at < len(self.tokens):
            raise ExpressionError(f"unexpected {self.tokens[self.at][1]!r}")
        return node

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "the end")

    def take(self) -> tuple[str, str]:
        token = self.peek()
        self.at += 1
        return token

    def expect(self, mark: str) -> None:
        token = self.take()
        if token != ("mark", mark):
            raise ExpressionError(f"expected {mark!r}, found {token[1]!r}")

    def level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self.atom()
        node = self.level(level + 1)
        while self.peek()[0] in ("mark", "word") and self.peek()[1] in _LEVELS[level]:
            name = self.take()[1]
            node = Call(name, (node, self.level(level + 1)))
        return node

    def atom(self) -> Node:
        kind, text = self.take()
        if kind == "field":
            return Reference(text)
        if kind == "text":
            return Literal(text)
        if kind == "number":
            return Literal(Decimal(text))
        if (kind, text) == ("mark", "."):
            return Reference("")
        if kind == "word" and text in FUNCTIONS and text not in _OPERATORS:
            self.expect("(")
            return self.call(text)
        if (kind, text) == ("mark", "("):
            return self.nested(lambda: self.level(0), closed=True)
        raise ExpressionError(f"unexpected {text!r}")

    def call(self, name: str) -> Node:
        arguments: list[Node] = []
        if self.peek() == ("mark", ")"):
            self.take()
        else:
            arguments.append(self.nested(lambda: self.level(0)))
            while self.peek() == ("mark", ","):
                self.take()
                arguments.append(self.nested(lambda: self.level(0)))
            self.expect(")")
        wanted = FUNCTIONS[name][0]
        if len(arguments) != wanted:
            raise ExpressionError(f"{name}() takes {wanted} values, not {len(arguments)}")
        return Call(name, tuple(arguments))

    def nested(self, read: Callable[[], Node], *, closed: bool = False) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ExpressionError("nested too deeply")
        node = read()
        if closed:
            self.expect(")")
        self.depth -= 1
        return node


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    at, end = 0, len(source.rstrip())
    while at < end:
        found = _TOKEN.match(source, at)
        if found is None:
            raise ExpressionError(f"cannot read {source[at : at + 20]!r}")
        kind = found.lastgroup or "mark"
        yield kind, found[kind]
        at = found.end()
