"""Papers of guidance classes."""

from __future__ import annotations

from datetime import datetime

from zhaohu.paper.sign_in import Attendee, SignIn, sign_in
from zhaohu.records.codes import label
from zhaohu.rules.ages import months_and_days
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.guidance import classes
from zhaohu.services.prints import QR, imprint, log_print
from zhaohu.services.reference import code_name


def print_sign_in(desk: Desk, class_id: str) -> bytes:
    """The sign-in sheet of a class, with the invited families. Admin or teacher.

    Raises:
        NotAllowed: The account may only look.
        NotFound: There is no such class.
        Refused: The fonts have not been fetched.
    """
    desk.require(*WRITERS)
    held, families = classes.view_class(desk, class_id)
    attendees = tuple(
        Attendee(
            f.child,
            str(months_and_days(f.birth_date, held.held_on)[0]),
            f.caregiver,
            code_name("relation", f.relation),
            f.village,
            f.phone,
        )
        for f in families
    )
    starts, ends = (datetime.fromisoformat(f"{held.held_on}T{clock}") for clock in (held.starts_at, held.ends_at))
    values = SignIn(label(held.kind), held.topic, starts, ends, held.place, held.teacher, attendees)
    pdf = sign_in(values, imprint(desk, qr="|".join([QR, "class", class_id])))
    log_print(desk, "print.sign_in", f"parenting_class/{class_id}", families=len(attendees))
    return pdf
