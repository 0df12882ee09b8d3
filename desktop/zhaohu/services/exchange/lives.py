"""Which life of its database a station works in, and whether the center goes on with another copy: in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from zhaohu.errors import Refused
from zhaohu.i18n import N_, _
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services.desk import Desk
from zhaohu.sync import lineage

_BECAUSE: dict[lineage.Because, str] = {
    "recentered": N_(
        "This station has joined the guidance center anew. The next bundle carries everything once; what the center "
        "has beyond it comes back with its packets."
    ),
    "restored": N_(
        "The data here was restored from a backup. The next bundle carries everything once; what the center has "
        "beyond the backup comes back with its packets."
    ),
    "fell_behind": N_(
        "The data file here is older than it was when the program was last closed: somebody has put back an old file. "
        "The next bundle carries everything once; what the center has beyond it comes back with its packets."
    ),
    "moved": N_(
        "This data came from another PC. Work only here from now on, and tell the center: it asks before it takes in "
        "the first bundle from this PC. That bundle carries everything once."
    ),
    "chosen": N_(
        "The center has decided that this PC is the station. The next bundle carries everything once; what another "
        "copy had sent comes back with the center's packets."
    ),
}


@dataclass(frozen=True, slots=True)
class LifeState:
    """What there is to know of this station's database.

    Attributes:
        copy: The center goes on with another copy of this data.
        words: What that means and what to do; empty when all is in order.
        because: Why the present life began: `restored`, `fell_behind`, `moved`, `chosen`; empty for the first one.
        because_words: The same in words.
        began_at: When it began.
    """

    copy: bool
    words: str
    because: str
    because_words: str
    began_at: str


def state(desk: Desk) -> LifeState:
    """Whether this is a copy, and why its life began. Any role, at a station."""
    desk.require(*Role)
    desk.require_site(SiteKind.STATION)
    with desk.read() as session:
        begun, since = lineage.begun(session), lineage.copy_since(session)
    words = _(
        "This PC holds a copy: the center goes on with another PC's data of this station. What is recorded here is "
        "kept and can still be sent; it is set aside at the center until it was compared. Call the center."
    )
    because, at = begun if begun is not None else ("", "")
    return LifeState(since != "", words if since else "", because, _(_BECAUSE[begun[0]]) if begun else "", at)


@contextmanager
def noting_a_fork(desk: Desk) -> Iterator[None]:
    """While a packet is read: when it shows that the center goes on with another copy, that is kept and shown."""
    try:
        yield
    except Refused as refused:
        if refused.code == "forked":
            with desk.write("life.copy") as work:
                lineage.mark_copy(work.session, desk.clock.stamp())
        raise
