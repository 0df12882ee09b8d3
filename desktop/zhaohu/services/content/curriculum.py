"""The curriculum of parenting classes, with what the district made of it."""

from __future__ import annotations

from dataclasses import dataclass

from zhaohu.records.codes import Role, SiteKind
from zhaohu.rules.curriculum import Topic, read_topics
from zhaohu.services import district, reference
from zhaohu.services.content.standing import Standing, standing_of
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key
from zhaohu.services.guidance.hand_out_words import band_words

_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class Curriculum:
    """The topics in force, the age bands by code, and which edition it is; `shipped` when it is the program's own."""

    topics: tuple[Topic, ...]
    bands: tuple[tuple[str, str], ...]
    shipped: bool
    standing: Standing


def view_curriculum(desk: Desk) -> Curriculum:
    """The topics by block, in the order of age. Any role."""
    desk.require(*_READERS)
    found = district.setting(desk, Key.CURRICULUM)
    own = found.content if found is not None else None
    topics = read_topics(own) if own is not None else reference.curriculum()
    bands = tuple((band.code, band_words(band)) for band in reference.guidance_library().bands)
    return Curriculum(tuple(sorted(topics, key=_order)), bands, own is None, standing_of(found))


def put_topic(desk: Desk, former: str, topic: Topic) -> int:
    """Add a topic to the curriculum, or change the one with the title `former`. Admin, at the center.

    Raises:
        BadInput: Its title is missing, too long or there already.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    return _put(desk, [*(one for one in view_curriculum(desk).topics if one.title != former), topic])


def remove_topic(desk: Desk, title: str) -> int:
    """Take a topic out of the curriculum. Admin, at the center."""
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    return _put(desk, [one for one in view_curriculum(desk).topics if one.title != title])


def _put(desk: Desk, topics: list[Topic]) -> int:
    return district.write(desk, Key.CURRICULUM, {"topics": [one.content() for one in sorted(topics, key=_order)]})


def _order(topic: Topic) -> tuple[str, tuple[str, ...], str]:
    return topic.block, topic.bands, topic.title
