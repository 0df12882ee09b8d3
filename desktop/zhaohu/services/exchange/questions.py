"""Quality control by question and answer: the center asks a station about its records, the station answers.

Questions go down in return packets until the station has read them, answers come up in bundles like any record.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _
from zhaohu.records import Answer, Child, Question, Station
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import Peer
from zhaohu.services.desk import WRITERS, Desk, validated
from zhaohu.services.register.lookup import kept_child
from zhaohu.sync import packets
from zhaohu.sync.rows import shapes

LONGEST_TEXT = 1000
LONGEST_NOTE = 200


class QuestionState(StrEnum):
    """How far a question has come."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer, and who gave it."""

    text: str
    answered_on: date
    by: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with what is known of it.

    Attributes:
        station: Code of the station that was asked.
        child_id: The child it is about, if any: the one that stayed, when it was merged; `child_name` is empty where
            that child is not known.
        table: Kind of record that it is about, if any, with `row_id`.
    """

    id: str
    station: str
    station_name: str
    child_id: str
    child_name: str
    table: str
    row_id: str
    text: str
    asked_on: date
    asked_by: str
    state: QuestionState
    answers: tuple[AnswerView, ...]
    closed_on: date | None
    closing_note: str
    must_update: bool
    """At the center: the station's program is too old to read it; it goes down once it is updated."""


def ask(desk: Desk, *, text: str, station: str = "", child_id: str = "", table: str = "", row_id: str = "") -> str:
    """Ask a station; returns the question's id. It travels with the next return packet. Admin, at the center.

    Args:
        text: What the center wants to know.
        station: Its code (`01` or `371103-01`); not needed with a child that the center has.
        child_id: The child that it is about.
        table: Kind of record that it is about, such as `visit`, with its `row_id`.

    Raises:
        BadInput: The question is empty or too long, or the record is not one.
        NotFound: There is no such station, or child.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    words = _clean(text, "text", LONGEST_TEXT)
    if (table or row_id) and (table not in shapes() or not row_id):
        raise BadInput(_("This is no kind of record that can be asked about."), field="table", value=table)
    with desk.write("question.ask") as work:
        number = _station(work.session, station, child_id)
        question = desk.make(
            Question,
            station=number,
            child_id=child_id or None,
            table_name=table or None,
            row_id=row_id or None,
            text=words,
            asked_on=desk.today,
        )
        work.session.add(question)
        work.session.flush()
        work.note(question, station=f"{desk.site.district_code}-{number}")
        return question.id


def answer(desk: Desk, question_id: str, text: str) -> str:
    """Answer a question, or add to an answer; returns the answer's id. Admin or teacher, at a station.

    Raises:
        BadInput: The answer is empty or too long.
        NotFound: There is no such question.
        Refused: `question_closed`: the center has closed it.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    words = _clean(text, "text", LONGEST_TEXT)
    with desk.write("question.answer") as work:
        question = _question(work.session, question_id)
        _require_open(question)
        given = desk.make(Answer, question_id=question.id, text=words, answered_on=desk.today)
        work.session.add(given)
        work.session.flush()
        work.note(given)
        return given.id


def close(desk: Desk, question_id: str, note: str = "") -> None:
    """Close a question, answered or not. Admin, at the center.

    Raises:
        BadInput: The note is too long.
        NotFound: There is no such question.
        Refused: `question_closed`: it is closed already.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    words = _clean(note, "note", LONGEST_NOTE) if note.strip() else None
    with desk.write("question.close") as work:
        question = _question(work.session, question_id)
        _require_open(question)
        question.closed_on, question.closing_note = desk.today, words
        validated(Question, question.model_dump())
        work.session.add(question)
        work.note(question)


def list_questions(desk: Desk, *, child_id: str = "", unsettled: bool = False) -> list[QuestionView]:
    """Questions, those that wait for this site first, newest first. Any role.

    Args:
        child_id: Only those about this child.
        unsettled: Only those that the center has not closed.
    """
    desk.require(*Role)
    with desk.read() as session:
        query = select(Question).where(col(Question.deleted_at).is_(None))
        if unsettled:
            query = query.where(col(Question.closed_on).is_(None))
        questions = list(session.exec(query.order_by(col(Question.asked_on).desc(), col(Question.id).desc())))
        views = _views(session, questions)
        if child_id:
            wanted = _child(session, child_id)[0]
            views = [view for view in views if view.child_id == wanted]
    waiting = _waiting(desk)
    return sorted(views, key=lambda view: (view.state is not waiting, view.state is QuestionState.CLOSED))


def count_open(desk: Desk) -> int:
    """How many questions wait for this site: without an answer at a station, answered and not closed at the center."""
    desk.require(*Role)
    waiting = _waiting(desk)
    return sum(view.state is waiting for view in list_questions(desk, unsettled=True))


def _waiting(desk: Desk) -> QuestionState:
    return QuestionState.OPEN if desk.site.kind is SiteKind.STATION else QuestionState.ANSWERED


def _views(session: Session, questions: list[Question]) -> list[QuestionView]:
    answers: dict[str, list[AnswerView]] = defaultdict(list)
    for given in session.exec(select(Answer).where(col(Answer.deleted_at).is_(None)).order_by(col(Answer.id))):
        answers[given.question_id].append(AnswerView(given.text, given.answered_on, given.recorded_by))
    stations = {row.code: row.name for row in session.exec(select(Station))}
    children = {child_id: _child(session, child_id) for child_id in {one.child_id or "" for one in questions}}
    old = {peer.code for peer in session.exec(select(Peer)) if not packets.takes(peer, str(Question.__tablename__))}
    return [
        QuestionView(
            question.id,
            f"{question.owner}-{question.station}",
            stations.get(question.station, question.station),
            *children[question.child_id or ""],
            question.table_name or "",
            question.row_id or "",
            question.text,
            question.asked_on,
            question.recorded_by,
            _state(question, bool(answers[question.id])),
            tuple(answers[question.id]),
            question.closed_on,
            question.closing_note or "",
            question.closed_on is None and f"{question.owner}-{question.station}" in old,
        )
        for question in questions
    ]


def _child(session: Session, child_id: str) -> tuple[str, str]:
    """Id and name of the child that a question is about."""
    child = session.get(Child, child_id) if child_id else None
    if child is None:
        return child_id, ""
    stayed = kept_child(session, child)
    return stayed.id, stayed.name


def _state(question: Question, answered: bool) -> QuestionState:
    if question.closed_on is not None:
        return QuestionState.CLOSED
    return QuestionState.ANSWERED if answered else QuestionState.OPEN


def _station(session: Session, station: str, child_id: str) -> str:
    """The two digits of the station to ask."""
    child = session.get(Child, child_id) if child_id else None
    if child_id and child is None and not station:
        raise NotFound(_("There is no such child."), child=child_id)
    number = (station or (child.owner if child is not None else "")).rpartition("-")[2]
    if session.exec(select(Station).where(Station.code == number)).first() is None:
        raise NotFound(_("There is no station {code} in this district.").format(code=station), station=station)
    return number


def _question(session: Session, question_id: str) -> Question:
    question = session.get(Question, question_id)
    if question is None or question.deleted_at is not None:
        raise NotFound(_("There is no such question."), question=question_id)
    return question


def _require_open(question: Question) -> None:
    if question.closed_on is not None:
        raise Refused(_("The center has closed this question."), code="question_closed", question=question.id)


def _clean(text: str, field: str, longest: int) -> str:
    words = text.strip()
    if not 1 <= len(words) <= longest:
        message = _("Write 1 to {most} characters.").format(most=longest)
        raise BadInput(message, code="bad_value", field=field)
    return words
