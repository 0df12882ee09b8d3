"""The curriculum of parenting classes: topics by block and age band. Pure.

What a center sets (`curriculum`) is the whole of it: `{"topics": [{"title": "…", "block": "G2", "bands": ["B3"]}, …]}`,
with the six topic blocks of the guide of 2022 and the age bands of the texts of guidance; no bands means every age.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.records.codes import TopicBlock
from zhaohu.rules.forms.tables import Table

LONGEST_TITLE = 100
MOST_TOPICS = 500


@dataclass(frozen=True, slots=True)
class Topic:
    """What a class may be about; without bands it is for every age."""

    title: str
    block: TopicBlock
    bands: tuple[str, ...] = ()

    def content(self) -> dict[str, Any]:
        """As it travels."""
        return {"title": self.title, "block": str(self.block), "bands": list(self.bands)}


def parse_curriculum(text: str, file: str) -> tuple[Topic, ...]:
    """Read the file that ships with the program.

    Raises:
        FormError: It is wrong; it names the reason.
    """
    table = Table.parse(text, file)
    table.take("source", str)
    topics = []
    for one in table.tables("topics", "topics"):
        topics.append({"title": one.take("title", str), "block": one.take("block", str), "bands": one.texts("bands")})
        one.done()
    table.done()
    try:
        return read_topics({"topics": topics})
    except BadInput as wrong:
        raise table.error(str(wrong)) from wrong


def read_topics(content: Mapping[str, Any]) -> tuple[Topic, ...]:
    """The topics of a setting, in its order.

    Raises:
        BadInput: It is no list of topics, a title is missing, too long or there twice, or a block is none of the six;
            `row` is the topic's place, from 0.
    """
    rows = content.get("topics")
    if content.keys() != {"topics"} or not isinstance(rows, list) or len(rows) > MOST_TOPICS:
        raise _bad(_("The curriculum is not in order."))
    topics: list[Topic] = []
    titles: set[str] = set()
    for place, row in enumerate(rows):
        topic = _topic(row, place)
        if topic.title in titles:
            raise _bad(_("The topic “{title}” is there twice.").format(title=topic.title), "title", place)
        titles.add(topic.title)
        topics.append(topic)
    return tuple(topics)


def _topic(row: object, place: int) -> Topic:
    if not isinstance(row, Mapping) or row.keys() != {"title", "block", "bands"}:
        raise _bad(_("The curriculum is not in order."), place=place)
    title, block, bands = row["title"], row["block"], row["bands"]
    if not isinstance(title, str) or not title or title != " ".join(title.split()):
        raise _bad(_("Enter the topic of the class."), "title", place)
    if len(title) > LONGEST_TITLE:
        raise _bad(_("The topic is longer than {n} characters. Shorten it.").format(n=LONGEST_TITLE), "title", place)
    if not isinstance(block, str) or block not in set(TopicBlock):
        raise _bad(_("Choose one of the six topic blocks."), "block", place)
    if not _texts(bands):
        raise _bad(_("The age bands of the topic are not in order."), "bands", place)
    return Topic(title, TopicBlock(block), tuple(bands))


def _texts(bands: object) -> bool:
    return isinstance(bands, Collection) and not isinstance(bands, str) and all(isinstance(one, str) for one in bands)


def _bad(message: str, field: str = "topics", place: int | None = None) -> BadInput:
    return BadInput(message, code="bad_value", field=field, **({} if place is None else {"row": place}))
