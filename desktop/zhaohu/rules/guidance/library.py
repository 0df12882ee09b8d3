"""The texts of guidance: lines by age band and topic, each with its source, read strictly from one file.

A line may hang on facts about the child on the day (see `facts`): then it is offered only where they hold. Texts are
content for families and stay in the language they are written in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from zhaohu.i18n import _
from zhaohu.rules.forms.tables import Table
from zhaohu.rules.guidance.facts import is_fact

T = TypeVar("T", bound=StrEnum)

LONGEST_WORDS = 120
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


class Block(StrEnum):
    """Under which heading a line stands; G1 to G6 are the topic blocks of the national guide of 2022."""

    GOOD = "good"
    ATTEND = "attend"
    GROWTH = "G1"
    NUTRITION = "G2"
    PLAY = "G3"
    DAILY_CARE = "G4"
    INJURY = "G5"
    COMMON_ILLNESS = "G6"
    TCM = "TCM"


class Mark(StrEnum):
    """How well a line is founded: read in a named document, general knowledge, or the district's own."""

    VERIFIED = "V"
    BACKGROUND = "bg"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class Band:
    """An age band: from `from_months` completed months until the day before `until_months` are."""

    code: str
    from_months: int
    until_months: int


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence for a family.

    Args:
        id: Stable name.
        bands: Codes of the age bands it is for.
        block: The heading it stands under.
        words: As printed.
        mark: How well it is founded.
        ticked: Whether it is on the page unless somebody takes it off.
        every: It is offered only when all these facts hold,
        some: and, if there are any here, one of these.
        tags: Narrower topics that a form may name, such as 口腔保健.
    """

    id: str
    bands: frozenset[str]
    block: Block
    words: str
    mark: Mark
    ticked: bool = True
    every: frozenset[str] = frozenset()
    some: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    @property
    def is_general(self) -> bool:
        """Whether it is for every child of its age."""
        return not self.every and not self.some

    def holds(self, facts: frozenset[str]) -> bool:
        """Whether it is for a child of whom these facts hold."""
        return self.every <= facts and (not self.some or bool(self.some & facts))


@dataclass(frozen=True, slots=True)
class Library:
    """All texts, in the order in which they are offered.

    Args:
        version: Of the file.
        source: Where its structure comes from.
        bands: From the youngest.
        topics: What an official form's 指导 option asks for: blocks, or a tag.
        lines: The texts.
    """

    version: str
    source: str
    bands: tuple[Band, ...]
    topics: Mapping[str, frozenset[str]]
    lines: tuple[Line, ...]

    def band(self, months: int) -> Band:
        """The band for an age in completed months; the first before birth, the last beyond three years."""
        return next((band for band in self.bands if months < band.until_months), self.bands[-1])


def parse_library(text: str, file: str) -> Library:
    """Read the file of texts.

    Raises:
        FormError: It is wrong; it names the line and the reason.
    """
    table = Table.parse(text, file)
    bands = tuple(_band(one) for one in table.tables("bands", "bands"))
    topics = {}
    for one in table.tables("topics", "topics"):
        topics[one.take("label", str)] = frozenset(one.texts("asks"))
        one.done()
    codes = [band.code for band in bands]
    library = Library(
        version=table.take("version", str),
        source=table.take("source", str),
        bands=bands,
        topics=topics,
        lines=tuple(_line(one, codes) for one in table.tables("lines", "lines")),
    )
    table.done()
    _check(library, table)
    return library


def words_problem(words: str) -> str | None:
    """What is wrong with the words of a line; None when nothing is."""
    if not words.strip() or words != " ".join(words.split()):
        return _("the words are empty or have needless spaces")
    if len(words) > LONGEST_WORDS:
        return _("the words are longer than {n} characters").format(n=LONGEST_WORDS)
    return None


def _band(table: Table) -> Band:
    band = Band(
        code=table.take("code", str),
        from_months=table.take("from_months", int),
        until_months=table.take("until_months", int),
    )
    table.done()
    return band


def _line(table: Table, bands: list[str]) -> Line:
    table.place = name = table.take("id", str)
    if not _ID.fullmatch(name):
        raise table.error(_("an id is lower-case words joined by hyphens"))
    line = Line(
        id=name,
        bands=frozenset(table.texts("bands")) or frozenset(bands),
        block=_one_of(Block, table, "block"),
        words=table.take("words", str),
        mark=_one_of(Mark, table, "source"),
        ticked=table.take("ticked", bool, default=True),
        every=frozenset(table.texts("every")),
        some=frozenset(table.texts("some")),
        tags=frozenset(table.texts("tags")),
    )
    table.done()
    unknown = sorted(line.bands - set(bands))
    if unknown:
        raise table.error(_("unknown age band {name}").format(name=unknown[0]))
    wrong = sorted(fact for fact in line.every | line.some if not is_fact(fact))
    if wrong:
        raise table.error(_("nothing tells whether “{name}” holds").format(name=wrong[0]))
    problem = words_problem(line.words)
    if problem is not None:
        raise table.error(problem)
    return line


def _one_of(kinds: type[T], table: Table, key: str) -> T:
    value = table.take(key, str)
    if value not in set(kinds):
        raise table.error(_("{key} must be one of: {values}").format(key=key, values=", ".join(kinds)))
    return kinds(value)


def _check(library: Library, table: Table) -> None:
    ids = [line.id for line in library.lines]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise table.error(_("two lines are called {name}").format(name=twice[0]))
    before = 0
    for band in library.bands:
        if band.from_months != before or band.until_months <= before:
            raise table.error(_("the age bands must follow each other without a gap: {name}").format(name=band.code))
        before = band.until_months
    known = set(Block) | {tag for line in library.lines for tag in line.tags}
    asked = {one for asks in library.topics.values() for one in asks}
    if not library.bands or asked - known:
        raise table.error(_("the topics name something that no line has: {name}").format(name=", ".join(asked - known)))
