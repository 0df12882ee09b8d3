"""The page of a hand-out in words, without the lines of guidance: the child, its growth, what comes next."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from zhaohu.i18n import N_, _, form_term, format_date
from zhaohu.paper.family_growth import FamilyTile
from zhaohu.paper.growth_parts import Particulars
from zhaohu.paper.hand_out import HandOut
from zhaohu.records.codes import FollowUpKind
from zhaohu.rules.ages import age_text
from zhaohu.rules.growth.trend.terms import Urgency
from zhaohu.rules.guidance.library import Band, Block
from zhaohu.rules.schedule import DueState, Track
from zhaohu.services import reference
from zhaohu.services.care import vaccinations
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.follow import follow_up_lists
from zhaohu.services.growth.family_words import family_sheet
from zhaohu.services.growth.growth_papers import Subject
from zhaohu.services.guidance.hand_out_facts import Basis
from zhaohu.services.register import children

_TITLES = {
    Block.GOOD: N_("Well done"),
    Block.ATTEND: N_("Please note"),
    Block.GROWTH: N_("Growth watch"),
    Block.NUTRITION: N_("Food and feeding"),
    Block.PLAY: N_("Talk and play"),
    Block.DAILY_CARE: N_("Care day by day"),
    Block.INJURY: N_("Safety"),
    Block.COMMON_ILLNESS: N_("Common problems"),
    Block.TCM: N_("Chinese medicine"),
}
_ONE_WEEK = timedelta(days=7)
"""Re-checks that are due so soon after one another are told as one way to make."""
_TO_COME = (DueState.OVERDUE, DueState.DUE, DueState.UPCOMING)


def title(block: Block) -> str:
    """A block's short heading."""
    return _(_TITLES[block])


def band_words(band: Band) -> str:
    """An age band in the language in use."""
    return _("{first} to {last} months of age").format(first=band.from_months, last=band.until_months)


def contact_words(station: str, phone: str) -> str:
    """Where to ask; a blank to write on when no telephone is known."""
    return _("Ask us at any time: {station}, telephone {phone}").format(station=station, phone=phone or "_" * 22)


def page_of(desk: Desk, basis: Basis) -> HandOut:
    """The page without lines of guidance; `contact` holds the station's name alone."""
    view = children.view_child(desk, basis.child_id)
    subject = Subject.of(view, basis.measured)
    told = family_sheet(subject, basis.trend, desk.site.name, desk.today)
    on = basis.measured[-1].on if basis.measured else None
    worried = basis.measured and basis.trend.urgency is not Urgency.NONE
    found = (
        [_("Seen this time: {signs}.").format(signs=_("; ").join(map(form_term, basis.signs)))] if basis.signs else []
    )
    signers = [record.signer for record in basis.records if record.signer]
    return HandOut(
        who=Particulars(view.row.name, subject.who.sex, view.row.birth_date),
        on=basis.on,
        age=age_text(view.row.birth_date, basis.on),
        corrected=told.corrected if basis.measured else "",
        tiles=_tiles(told.tiles) if basis.measured else (),
        measured_on=on if on != basis.on else None,
        charts=told.charts if basis.measured else (),
        verdict=told.verdict if basis.measured else "",
        good=(),
        attend=(*(told.sentences[: _sentences_told(basis)] if worried else ()), *found),
        own="",
        blocks=(),
        vaccinations=_vaccinations(desk, basis),
        next_visit=_next_visit(desk, basis, told.next_check if worried else None),
        contact=desk.site.name,
        teacher=signers[0] if signers else desk.person.display_name,
        refused=_refused() if basis.refused else "",
    )


def _sentences_told(basis: Basis) -> int:
    """A referral and the first advice; to a family that wants no guidance only the referral."""
    return int(basis.trend.refer) if basis.refused else 2


def _refused() -> str:
    return _("The family does not want guidance; so this page tells only what the check found.")


def _tiles(tiles: tuple[FamilyTile, ...]) -> tuple[FamilyTile, ...]:
    """Only what was measured."""
    return tuple(tile for tile in tiles if tile.word or tile.meaning)


def _vaccinations(desk: Desk, basis: Basis) -> tuple[str, ...]:
    """What is due; nobody is told to make up for what merely was never looked up on the certificate."""
    found = vaccinations.overview(desk, basis.child_id)
    if found.words and not any(dose.given_on for vaccine in found.vaccines for dose in vaccine.doses):
        return (_("Keep to the days on the vaccination certificate; please bring it along next time."),)
    return found.words


def _next_visit(desk: Desk, basis: Basis, recheck: date | None) -> str:
    """What comes next: what the record says, else what the schedule says; a re-check that comes sooner first."""
    planned = _planned(desk, basis)
    day, titles = _followed(desk, basis.child_id)
    if day is not None and (recheck is None or day <= recheck) and (planned.day is None or day < planned.day):
        again = _("{day}  looked at again: {what}").format(day=format_date(day), what=_(", ").join(titles))
        return _("; ").join(filter(None, (again, planned.words)))
    if recheck is not None and recheck >= desk.today and (planned.day is None or recheck < planned.day):
        return _("{day}  {what}").format(day=format_date(recheck), what=_("growth is looked at again"))
    return planned.words


def _followed(desk: Desk, child_id: str) -> tuple[date | None, tuple[str, ...]]:
    """The first day from today on for which something that was found is to be looked at, and what is due about then."""
    kinds = (FollowUpKind.FINDING, FollowUpKind.CASE)
    rows = [row for row in follow_up_lists.of_child(desk, child_id) if row.outcome is None and row.kind in kinds]
    days = sorted((row.due, row.title) for row in rows if row.due is not None and row.due >= desk.today)
    if not days:
        return None, ()
    first = days[0][0]
    return first, tuple(dict.fromkeys(title for day, title in days if day - first < _ONE_WEEK))


class _Planned(NamedTuple):
    """The next visit: its day, if one is known, and what the page says of it."""

    day: date | None
    words: str


def _planned(desk: Desk, basis: Basis) -> _Planned:
    """The next visit by the record, else by the schedule."""
    agreed = _agreed(basis)
    rows = [row for row in duties.child_duties(desk, basis.child_id) if row.state in _TO_COME]
    rows.sort(key=_rank)
    due = next((row for row in rows if agreed is None or row.due_from <= agreed <= row.due_to), None)
    day = agreed or (due.due_from if due is not None else None)
    if day is None:
        return _Planned(None, "")
    what = form_term(due.title) if due is not None else ""
    known = reference.schedule().by_code.get(due.contact) if due is not None else None
    place = form_term(known.place) if known is not None else ""
    if agreed is None and due is not None:
        span = _("{first} to {last}").format(first=format_date(max(day, desk.today)), last=format_date(due.due_to))
        late = due.due_to < desk.today
        told = _("{day}  {what}").format(day=_("now, as soon as you can") if late else span, what=what)
        return _Planned(day, told + _at(place))
    return _Planned(day, _("{day}  {what}").format(day=format_date(day), what=what).rstrip() + _at(place))


def _rank(row: duties.DueRow) -> int:
    """An open check first, then an open extra visit; what else is due is done with the next check."""
    open_ = row.state is not DueState.UPCOMING
    if row.track == Track.CHECK:
        return 0 if open_ else 2
    return 1 if open_ and row.track in (Track.EXTRA, Track.HIGH_RISK) else 3


def _at(place: str) -> str:
    return _(" ({place})").format(place=place) if place else ""


def _agreed(basis: Basis) -> date | None:
    """The day of the next visit that stands in a record of the day; the earliest of several."""
    days = [str(one.answers["next_date"]) for one in basis.records if one.answers.get("next_date")]
    later = [date.fromisoformat(day) for day in days if date.fromisoformat(day) > basis.on]
    return min(later, default=None)
