"""Papers of the register: the register itself, a child's card, labels for handbooks, and the consent form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput
from zhaohu.i18n import _, format_date, pgettext
from zhaohu.paper.child_card import child_card
from zhaohu.paper.consent import ConsentForm, consent
from zhaohu.paper.labels import STOCKS, Label, labels
from zhaohu.paper.register import Register, RegisterRow, register
from zhaohu.records import Caregiver, Child, Household
from zhaohu.records.codes import ChildStatus, ConsentScope, SiteKind, label
from zhaohu.rules.ages import months_and_days
from zhaohu.rules.identity import mask_phone
from zhaohu.rules.names import sort_key
from zhaohu.rules.paper_code import child_code
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.prints import imprint, log_print
from zhaohu.services.reference import code_name
from zhaohu.services.register import child_list, consents
from zhaohu.services.register.card_words import card_values
from zhaohu.services.register.child_list import ChildFilter, ChildRow, Sort
from zhaohu.services.register.family_records import present_carers
from zhaohu.services.register.filter_words import filter_words
from zhaohu.services.register.lookup import present_child, station_name

_AT_ONCE = 1000


def print_register(
    desk: Desk,
    wanted: ChildFilter,
    sort: Sort = Sort.NAME,
    descending: bool = False,
    *,
    progress: Callable[[int, int], object] = lambda _done, _total: None,
) -> bytes:
    """The register (儿童台账) of the children that fit a filter, by village. Admin or teacher.

    Phones stand there in full where the child is this station's and contact was not refused.

    Args:
        desk: Where it is printed.
        wanted: Which children.
        sort: In which order within a village; villages come by name.
        descending: The other way round.
        progress: Told after each page how many of how many are drawn; may raise to give up.

    Raises:
        NotAllowed: The account may only look.
        Refused: The fonts have not been fetched.
    """
    desk.require(*WRITERS)
    rows = child_list.list_children(desk, wanted, sort=sort, descending=descending)
    with desk.read() as session:
        listed = filter_words(session, wanted, desk.today)
        phones = _phones(desk, session, [row.id for row in rows])
        silent = consents.refused(session, None, ConsentScope.CONTACT)
    villages = sorted(rows, key=lambda row: (not row.village, sort_key(row.village)))
    printed = tuple(_register_row(desk, row, phones, silent) for row in villages)
    values = Register(desk.site.name, listed, format_date(desk.today), printed)
    pdf = register(values, imprint(desk), progress)
    log_print(desk, "print.register", None, children=len(printed))
    return pdf


def _register_row(desk: Desk, row: ChildRow, phones: Mapping[str, tuple[str, str]], silent: set[str]) -> RegisterRow:
    phone, relation = phones.get(row.id, ("", ""))
    return RegisterRow(
        village=row.village,
        name=row.name,
        sex=label(row.sex),
        birth_date=row.birth_date.isoformat(),
        age="" if row.status is ChildStatus.DIED else str(months_and_days(row.birth_date, desk.today)[0]),
        address=row.address,
        guardian=_("{name} ({relation})").format(name=row.caregiver, relation=relation) if relation else row.caregiver,
        phone=_("no contact wanted") if row.id in silent else phone,
        gestation=gestation_text(row.gestation_days),
        birth_weight=str(row.birth_weight_g or ""),
        risks=_(", ").join(map(label, row.risks)),
        consent=_CONSENTS[row.consent](),
        status=_("released to {station}").format(station=row.goes_to) if row.released_to else label(row.status),
    )


_CONSENTS = {
    "given": lambda: pgettext("consent form", "agreed"),
    "missing": lambda: pgettext("consent form", "not signed"),
    "refused": lambda: pgettext("consent form", "partly refused"),
}


def gestation_text(days: int | None) -> str:
    """Weeks and days of pregnancy as the field writes them; nothing when they are not known."""
    return "" if days is None else "{}+{}".format(*divmod(days, 7))


def _phones(desk: Desk, session: Session, child_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Phone and relation of each child's first caregiver, as lists choose it; other stations' phones are masked."""
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(child_ids), _AT_ONCE):
        statement = (
            select(Child.id, Child.owner, Caregiver.phone, Caregiver.relation)
            .join(Caregiver, col(Caregiver.household_id) == Child.household_id)
            .where(col(Child.id).in_(child_ids[start : start + _AT_ONCE]), col(Caregiver.deleted_at).is_(None))
            .order_by(col(Caregiver.is_main).desc(), col(Caregiver.id))
        )
        for child_id, owner, phone, relation in session.exec(statement):
            shown = phone or "" if owner == desk.site.code else mask_phone(phone or "")
            found.setdefault(child_id, (shown, code_name("relation", relation)))
    return found


def print_child_card(desk: Desk, child_id: str) -> bytes:
    """A child's card (儿童信息卡): all that the register knows of it on one page. Admin or teacher.

    Numbers stand there in full where the child is this station's, as the printed record has them.

    Raises:
        NotAllowed: The account may only look.
        NotFound: There is no such child.
        Refused: The fonts have not been fetched.
    """
    desk.require(*WRITERS)
    values = card_values(desk, child_id)
    pdf = child_card(values, imprint(desk))
    log_print(desk, "print.child_card", f"child/{child_id}")
    return pdf


def print_labels(desk: Desk, child_ids: Sequence[str], stock: str = "3x8", first: int = 1) -> bytes:
    """Labels with QR codes for the children's handbooks. Admin or teacher.

    Args:
        desk: Where they are printed.
        child_ids: The children, in the order of the labels.
        stock: Which sheets are in the printer: 3x8 or 2x7.
        first: The first label that is still on the first sheet, from 1.

    Raises:
        NotAllowed: The account may only look.
        NotFound: There is no such child.
        BadInput: No child, no such sheets, or no such label on them.
        Refused: The fonts have not been fetched.
    """
    desk.require(*WRITERS)
    if not child_ids:
        raise BadInput(_("Choose at least one child to print labels for."), field="child_ids")
    if stock not in STOCKS:
        known = ", ".join(STOCKS)
        raise BadInput(_("There are no such label sheets. Known: {known}.").format(known=known), field="stock")
    sheet = STOCKS[stock]
    if not 1 <= first <= sheet.labels:
        message = _("The first label is one of 1 to {n}.").format(n=sheet.labels)
        raise BadInput(message, field="first")
    with desk.read() as session:
        children = [present_child(session, child_id) for child_id in child_ids]
        values = [
            Label(child_code(child.id), child.name, child.birth_date, _keeper(desk, session, child.owner))
            for child in children
        ]
    pdf = labels(values, imprint(desk), sheet, first)
    subject = f"child/{child_ids[0]}" if len(child_ids) == 1 else None
    log_print(desk, "print.labels", subject, children=len(values))
    return pdf


def print_consent(desk: Desk, child_id: str | None = None) -> bytes:
    """The notice with the guardian's consent, for the station and for the family; blank without a child.

    Admin or teacher.

    Raises:
        NotAllowed: The account may only look.
        NotFound: There is no such child.
        Refused: The fonts have not been fetched.
    """
    desk.require(*WRITERS)
    values = ConsentForm(desk.site.name, _center(desk))
    if child_id is not None:
        with desk.read() as session:
            child = present_child(session, child_id)
            household = session.get(Household, child.household_id)
            carers = present_carers(session, household.id) if household else []
            values = ConsentForm(
                _keeper(desk, session, child.owner),
                _center(desk),
                child.name,
                label(child.sex),
                format_date(child.birth_date),
                carers[0].name if carers else "",
                code_name("relation", carers[0].relation) if carers else "",
                child_code(child.id),
            )
    pdf = consent(values, imprint(desk))
    log_print(desk, "print.consent", f"child/{child_id}" if child_id else None)
    return pdf


def _center(desk: Desk) -> str:
    return desk.site.center_name if desk.site.kind is SiteKind.STATION else desk.site.name


def _keeper(desk: Desk, session: Session, owner: str) -> str:
    """The name of the station that keeps a record."""
    return desk.site.name if owner == desk.site.code else station_name(session, owner.partition("-")[2])
