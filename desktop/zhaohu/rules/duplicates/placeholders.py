"""Names that a newborn has for the time being: 李静之子, 李静之大女, 张婴, 王宝宝, 未取名."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ORDER = "[大小长次一二三四甲乙双AB1-4]?"
_OF_PARENT = re.compile(f"(?P<parent>.{{1,8}})之(?P<which>{_ORDER})(?P<what>[子女男婴儿孩宝]|儿子|女儿|婴儿|男婴|女婴)")
_CALLED = re.compile(
    f"(?P<parent>.{{1,8}}?)(?P<which>{_ORDER})(?P<what>男婴儿|女婴儿|男婴|女婴|男孩|女孩|新生儿|婴儿|儿子|女儿|宝宝|宝贝|毛毛|婴)"
)
_UNNAMED = re.compile(
    "(?P<parent>)(?P<which>)(?P<what>未取名|未起名|未命名|未上户|待取名|无名|无名氏|新生儿|宝宝|婴儿)"
)
_AFTER = re.compile(r"[（(]?([0-9A-D甲乙大小])[）)]?$")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name for the time being.

    Args:
        parent: The name of a parent, or a surname alone; empty when none is named.
        which: 大, 二 …: one of several.
        what: 子, 女, 婴 …
    """

    parent: str
    which: str
    what: str


def placeholder(name: str) -> Placeholder | None:
    """What a name for the time being says; None for a name that is meant to last.

    Args:
        name: Normalised for matching.
    """
    after = _AFTER.search(name)
    bare = name[: after.start()] if after and len(name) > len(after.group()) else name
    for pattern in (_UNNAMED, _OF_PARENT, _CALLED):
        found = pattern.fullmatch(bare)
        if found:
            which = found["which"] or (after.group(1) if after and bare != name else "")
            return Placeholder(found["parent"], which, found["what"])
    return None
