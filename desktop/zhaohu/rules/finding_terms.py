"""A finding that is to be followed, and the program's own notes on how following it ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from zhaohu.rules.forms.model import HintKind

_ASKS = (HintKind.REFER_NOW, HintKind.REFER, HintKind.CASE)


class OwnNote(StrEnum):
    """What the program writes by itself when it closes what is followed; official words, shown through `form_term`."""

    CORRECTED = "更正后不再成立"
    WITH_STATUS = "随档案状态结案"
    ANSWERED = "按回转单结案"
    WITH_CASE = "随专案结案"
    NOT_NEEDED = "随访已结束"


@dataclass(frozen=True, slots=True)
class FoundHint:
    """One finding of a form that is filled in.

    Args:
        name: What it is, the same from visit to visit.
        kind: What it asks for.
        message: The advice in the language in use.
        rule: The rule in words.
        source: Where the rule comes from, with a mark where that is not a document that was read.
        recheck_days: After how many days it is looked at again; None when nothing says so.
        case: The category (体弱儿分类) of a special case; None when the rules ask for none.
    """

    name: str
    kind: HintKind
    message: str
    rule: str
    source: str
    recheck_days: int | None = None
    case: str | None = None

    @property
    def followed(self) -> bool:
        """Whether it stays in the lists until somebody gives it an outcome."""
        return self.kind in _ASKS or self.recheck_days is not None
