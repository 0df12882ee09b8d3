"""The guidance hand-out for a family (养育指导单): what is offered for a child on a day, and the page itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.paper.hand_out import HandOut, HandOutBlock, hand_out, spare_lines
from zhaohu.rules.guidance.library import Block, Mark
from zhaohu.rules.guidance.offer import Offered
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.guidance import hand_out_facts, hand_out_words
from zhaohu.services.guidance.hand_out_facts import Basis
from zhaohu.services.prints import imprint
from zhaohu.store import settings

PHONE = "site.phone"
LONGEST_OWN = 200
LONGEST_PHONE = 30
_FOUND = (Block.GOOD, Block.ATTEND)


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line that is offered; `ticked` when it is on the page by itself, `mark` says how well it is founded."""

    id: str
    words: str
    ticked: bool
    mark: Mark


@dataclass(frozen=True, slots=True)
class DraftBlock:
    """The lines under one heading."""

    block: Block
    title: str
    lines: tuple[DraftLine, ...]


@dataclass(frozen=True, slots=True)
class HandOutDraft:
    """What a hand-out would say.

    Args:
        child_id: Whose it is.
        visit_id: The visit it follows; empty for none.
        band: The child's age band, in words.
        signs: Warning signs that were found.
        topics: Official 指导 options that were ticked.
        blocks: What is offered, by heading; none where the family wants no guidance.
        left_out: How many lines are not ticked because the page is full.
        phone: The station's telephone as it was printed last.
        refused: Whether the family refused guidance.
        page: The page without any of the lines.
    """

    child_id: str
    visit_id: str
    band: str
    signs: tuple[str, ...]
    topics: tuple[str, ...]
    blocks: tuple[DraftBlock, ...]
    left_out: int
    phone: str
    refused: bool
    page: HandOut

    @property
    def ticked(self) -> tuple[str, ...]:
        """Ids of the lines that are on the page by themselves."""
        return tuple(line.id for block in self.blocks for line in block.lines if line.ticked)


def offer(desk: Desk, child_id: str, visit_id: str = "") -> HandOutDraft:
    """What can be handed out to a child's family after a visit, or without one today. Admin or teacher.

    Raises:
        NotFound: There is no such child or visit.
        Refused: The fonts have not been fetched.
    """
    desk.require(*WRITERS)
    basis = hand_out_facts.basis_of(desk, child_id, visit_id)
    with desk.read() as session:
        phone = settings.get(session, PHONE) or hand_out_facts.last_phone(session, desk.site.code)
    page = hand_out_words.page_of(desk, basis)
    offered = [one for one in basis.offered if not basis.refused or one.line.block is Block.ATTEND]
    draft = HandOutDraft(
        child_id=child_id,
        visit_id=visit_id,
        band=hand_out_words.band_words(basis.band),
        signs=basis.signs,
        topics=tuple(sorted(basis.topics)),
        blocks=_blocks(offered, {one.line.id for one in offered if one.ticked}),
        left_out=0,
        phone=phone,
        refused=basis.refused,
        page=page,
    )
    return _fitted(draft, basis, offered)


def page_of(draft: HandOutDraft, lines: Collection[str], own_words: str = "", phone: str | None = None) -> HandOut:
    """The page with these lines, in the order of the draft."""
    chosen = {
        block.block: (block.title, tuple(line.words for line in block.lines if line.id in lines))
        for block in draft.blocks
    }
    topics = [HandOutBlock(title, words) for block, (title, words) in chosen.items() if block not in _FOUND and words]
    contact = hand_out_words.contact_words(draft.page.contact, draft.phone if phone is None else phone)
    good, attend = (chosen.get(block, ("", ()))[1] for block in _FOUND)
    return replace(
        draft.page,
        good=good,
        attend=(*draft.page.attend, *attend),
        own=own_words,
        blocks=tuple(topics),
        contact=contact,
    )


def spare(draft: HandOutDraft, lines: Collection[str], own_words: str = "", phone: str | None = None) -> int:
    """How many lines of print the page still holds; below 0: how many are too many."""
    return spare_lines(page_of(draft, lines, own_words, phone))


def print_hand_out(
    desk: Desk,
    child_id: str,
    visit_id: str = "",
    lines: Sequence[str] | None = None,
    own_words: str = "",
    phone: str | None = None,
) -> bytes:
    """The hand-out as one A4 page. Admin or teacher.

    Args:
        desk: Where it is printed.
        child_id: For whose family.
        visit_id: The visit it follows; empty for none.
        lines: Ids of the lines on it; None: those that are offered ticked.
        own_words: What the teacher adds.
        phone: The station's telephone, which is kept for the next one; None: as it was.

    Raises:
        BadInput: The own words or the telephone are too long, or a line is not offered for this child.
        NotFound: There is no such child or visit.
        Refused: It is more than a page (`too_much`), or the fonts have not been fetched.
    """
    draft = offer(desk, child_id, visit_id)
    own, call = " ".join(own_words.split()), None if phone is None else phone.strip()
    _check(own, call)
    offered = {line.id for block in draft.blocks for line in block.lines}
    chosen = draft.ticked if lines is None else tuple(lines)
    unknown = [name for name in chosen if name not in offered]
    if unknown:
        message = _("The line {name} is not offered for this child. Choose the lines again.")
        raise BadInput(message.format(name=unknown[0]), code="no_such_line", field="lines", value=unknown[0])
    number = f"{desk.site.code}-HANDOUT-{child_id[-8:]}"
    qr = "|".join(["ZH1", "handout", visit_id or child_id])
    pdf = hand_out(page_of(draft, chosen, own, call), imprint(desk, number=number, qr=qr))
    with desk.write("print.hand_out") as work:
        work.subject = f"child/{child_id}"
        work.note(rows=len(chosen))
        if call is not None and call != draft.phone:
            settings.put(work.session, PHONE, call)
    return pdf


def _check(own: str, phone: str | None) -> None:
    if len(own) > LONGEST_OWN:
        message = _("Your own words are longer than {n} characters. Shorten them.").format(n=LONGEST_OWN)
        raise BadInput(message, code="too_long", field="own_words")
    if phone is not None and len(phone) > LONGEST_PHONE:
        message = _("The telephone is longer than {n} characters. Shorten it.").format(n=LONGEST_PHONE)
        raise BadInput(message, code="too_long", field="phone")


def _blocks(offered: Sequence[Offered], ticked: Collection[str]) -> tuple[DraftBlock, ...]:
    lines: dict[Block, list[DraftLine]] = {}
    for one in offered:
        line = DraftLine(one.line.id, one.line.words, one.line.id in ticked, one.line.mark)
        lines.setdefault(one.line.block, []).append(line)
    return tuple(DraftBlock(block, hand_out_words.title(block), tuple(found)) for block, found in lines.items())


def _fitted(draft: HandOutDraft, basis: Basis, offered: Sequence[Offered]) -> HandOutDraft:
    """Take ticks off until the page holds what is left: general advice first, from the fullest block."""
    ranks = {one.line.id: one for one in offered}
    ticked = list(draft.ticked)
    while ticked and spare(draft, ticked) < 0:
        most = max(ranks[name].rank for name in ticked)
        blocks = [ranks[name].line.block for name in ticked if ranks[name].rank == most]
        fullest = max(blocks, key=blocks.count)
        ticked.remove(next(n for n in reversed(ticked) if ranks[n].rank == most and ranks[n].line.block is fullest))
    return replace(draft, blocks=_blocks(offered, set(ticked)), left_out=len(draft.ticked) - len(ticked))
