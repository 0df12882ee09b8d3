"""What a station does around visits, at random: findings, referrals, cases, plans, attempts, doses, sheets."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import col, select
from tests.services.families import enrol, newborn_answers
from tests.services.follow import following
from tests.services.test_derived import Walk

from zhaohu.errors import Refused
from zhaohu.records import Attempt, Child, ExtraContact, FollowUp, Vaccination, Visit
from zhaohu.records.base import new_id
from zhaohu.records.codes import AttemptOutcome, AttemptWay, CaseOutcome, ChildStatus, FollowUpKind
from zhaohu.records.local import PrintedSheet
from zhaohu.rules.forms.starting import all_normal
from zhaohu.services.care import screening, timeline, vaccinations, visits
from zhaohu.services.desk import Desk
from zhaohu.services.due import appointments, attempts, duties, extra_contacts
from zhaohu.services.follow import follow_ups
from zhaohu.services.guidance import staffing
from zhaohu.services.guidance.staffing import NewTeacher
from zhaohu.services.printing import sheet_rows, sheets
from zhaohu.services.register import child_overview, child_tabs, moves
from zhaohu.services.register.lookup import editable_child

PRINTED_CONTACTS = ("NB1", "FM", "M03", "M06", "M08", "M12")


class CareWalk(Walk):
    """A `Walk` that also does what belongs to visits."""

    seldom = ("remove_child", "release", "roster", "undo_roster", "leave")

    def step(self) -> None:
        names = sorted(name for name in dir(self) if name.startswith("do_") and getattr(self, name))
        around = self.dice.random() < 0.65
        wanted = [name for name in names if (name not in dir(Walk)) is around]
        name = self.dice.choice(wanted).removeprefix("do_")
        if name in self.seldom and self.dice.random() < 0.7:
            return
        try:
            getattr(self, f"do_{name}")()
        except (Refused, IndexError):
            return
        self.done[name] += 1

    def _day(self, back: int = 30, ahead: int = 0) -> date:
        return self.desk.today + timedelta(days=self.dice.randrange(-back, ahead + 1))

    def _follow_up(self, *conditions: object) -> str:
        return self._any(FollowUp, *conditions)

    def _whose(self, follow_up_id: str) -> str:
        with self.desk.read() as session:
            return session.get_one(FollowUp, follow_up_id).child_id

    def _contact(self, child_id: str) -> str:
        with self.desk.read() as session:
            extras = session.exec(select(ExtraContact.id).where(ExtraContact.child_id == child_id)).all()
        return self.dice.choice([*PRINTED_CONTACTS, "HR05", "TCM06", "FA06", *extras])

    def do_register_infant(self) -> None:
        name = self.dice.choice(("秦子墨", "戴雨", "祝小宝"))
        born = self.desk.today - timedelta(days=self.dice.randrange(5, 400))
        enrol(self.desk, name, birth_date=born, facts={"gestation_days": self.dice.choice((240, 275))})

    def do_visit_with_findings(self) -> None:
        rate = self.dice.choice((130, 172))
        declined = {name: "家长不同意" for name in ("heart_rate", "heart", "temp") if self.dice.random() < 0.3}
        following.record_newborn(
            self.desk, self._child(), declined, heart_rate=rate, visit_date=self._day(9).isoformat()
        )

    def do_correct_finding(self) -> None:
        entry = visits.edit_visit(self.desk, self._any(Visit, Visit.form == "newborn_visit"))
        answers = {**entry.answers, "heart_rate": self.dice.choice((128, 131, 172, 180))}
        declined = self.dice.choice((None, {}, {"heart_rate": "已处理"}))
        visits.correct_visit(self.desk, entry.visit_id, answers=answers, reason="抄错", declined=declined)

    def do_blood(self) -> None:
        following.blood(self.desk, self._child(), self.dice.choice((55, 85, 100, 120)), self._day().isoformat())

    def do_refer(self) -> None:
        about = self._follow_up(FollowUp.kind == FollowUpKind.FINDING)
        following.refer(self.desk, self._whose(about), about, visit_date=self._day().isoformat())

    def do_answer(self) -> None:
        about = self._follow_up(FollowUp.kind == FollowUpKind.REFERRAL)
        outcome = self.dice.choice("1236")
        following.answer(self.desk, self._whose(about), about, outcome=outcome, visit_date=self._day().isoformat())

    def do_correct_answer(self) -> None:
        entry = visits.edit_visit(self.desk, self._any(Visit, Visit.form == "referral_answer"))
        answers = {**entry.answers, "outcome": self.dice.choice("1236")}
        visits.correct_visit(self.desk, entry.visit_id, answers=answers, reason="抄错")

    def do_open_case(self) -> None:
        about = self._follow_up(FollowUp.kind == FollowUpKind.FINDING)
        days = {"visit_date": self._day().isoformat(), "next_date": self._day(0, 30).isoformat()}
        category = self.dice.choice(("01", "02", "04"))
        self._record_about(about, "special_case", category=category, diagnosis="贫血", treatment="补铁", **days)

    def do_review_case(self) -> None:
        about = self._follow_up(FollowUp.kind == FollowUpKind.CASE)
        days = {"visit_date": self._day().isoformat(), "next_date": self._day(0, 30).isoformat()}
        self._record_about(about, "case_review", age_months=8, feeding="添加红肉", treatment="补铁", **days)

    def _record_about(self, about: str, form_id: str, **answers: object) -> None:
        following.record(self.desk, self._whose(about), form_id, about, **answers)

    def do_future_record(self) -> None:
        """As a restored station gets it back that a newer program wrote for."""
        record_id = new_id()
        with self.desk.write("test") as work:
            child = editable_child(self.desk, work.session, self._child())
            form, version = self.dice.choice((("newborn_visit", "99"), ("future_form", "1"), ("check_1_8", "77")))
            work.session.add(
                self.desk.make(
                    Visit,
                    id=record_id,
                    record_id=record_id,
                    child_id=child.id,
                    number=90_000 + len(self.done),
                    version=1,
                    form=form,
                    form_version=version,
                    contact=self.dice.choice((None, "NB1", "ZZ9")),
                    visit_date=self._day(3),
                    signer="王敏",
                    answers='{"later":["x",{"a":1}],"asphyxia":["2"],"birth_situation":"5"}',
                )
            )

    def do_look(self) -> None:
        look_at_all(self.desk, self._child())

    def do_close(self) -> None:
        outcome = self.dice.choice((CaseOutcome.RECOVERED, CaseOutcome.IMPROVED, CaseOutcome.RULED_OUT))
        follow_ups.close(self.desk, self._follow_up(), outcome, self.desk.today, "已看")

    def do_decline(self) -> None:
        follow_ups.decline(self.desk, self._follow_up(), "家长不同意")

    def do_reopen(self) -> None:
        follow_ups.reopen(self.desk, self._follow_up(col(FollowUp.outcome).is_not(None)))

    def do_recheck(self) -> None:
        follow_ups.set_recheck(self.desk, self._follow_up(), self._day(0, 40))

    def do_record_recheck(self) -> None:
        with self.desk.read() as session:
            extra = self.dice.choice(session.exec(select(ExtraContact).order_by(ExtraContact.id)).all())
        answers = {"visit_date": self.desk.today.isoformat()}
        if extra.form == "hemoglobin_test":
            following.blood(self.desk, extra.child_id, 112, self.desk.today.isoformat())
        elif extra.form == "newborn_visit":
            following.record_newborn(self.desk, extra.child_id, **answers)
        else:
            following.record(self.desk, extra.child_id, extra.form, **answers)

    def do_add_extra(self) -> None:
        opens = self._day(3, 20)
        form = self.dice.choice(("newborn_visit", "hemoglobin_test", "check_1_8"))
        extra_contacts.add(
            self.desk, self._child(), title="加访", form=form, due_from=opens, due_to=opens + timedelta(days=14)
        )

    def do_remove_extra(self) -> None:
        extra_contacts.remove(self.desk, self._any(ExtraContact), "不需要")

    def do_plan(self) -> None:
        child_id = self._child()
        appointments.plan(self.desk, [(child_id, self._contact(child_id))], planned_on=self._day(0, 30))

    def do_give_to_teacher(self) -> None:
        child_id = self._child()
        teachers = [teacher.id for teacher in staffing.list_teachers(self.desk)]
        if not teachers:
            teachers = [staffing.add_teacher(self.desk, NewTeacher("王敏", date(2024, 1, 1)))]
        given = self.dice.choice([*teachers, None])
        appointments.plan(self.desk, [(child_id, self._contact(child_id))], teacher_id=given)

    def do_leave_out(self) -> None:
        child_id = self._child()
        appointments.leave_out(self.desk, child_id, self._contact(child_id), "不需要")

    def do_bring_back(self) -> None:
        child_id = self._child()
        appointments.bring_back(self.desk, child_id, self._contact(child_id))

    def do_attempt(self) -> None:
        child_id, outcome = self._child(), self.dice.choice(list(AttemptOutcome))
        agreed = outcome in (AttemptOutcome.AGREED, AttemptOutcome.NOT_AT_HOME)
        attempts.note_attempt(
            self.desk,
            child_id,
            self._contact(child_id),
            tried_on=self._day(3),
            way=self.dice.choice(list(AttemptWay)),
            outcome=outcome,
            reason="打不通",
            next_on=self._day(0, 20) if agreed else None,
            confirmed=True,
        )

    def do_strike_attempt(self) -> None:
        attempts.strike(self.desk, self._any(Attempt), "记错了")

    def do_strike_status(self) -> None:
        moves.strike_out(self.desk, self._any(Child, Child.status != ChildStatus.ACTIVE), "记错了")

    def do_vaccinate(self) -> None:
        vaccine, dose = self.dice.choice((("HepB", 1), ("HepB", 2), ("BCG", 1)))
        vaccinations.record(self.desk, self._child(), [vaccinations.NewDose(vaccine, dose, self._day(10))])

    def do_strike_dose(self) -> None:
        vaccinations.strike(self.desk, self._any(Vaccination), "看错了")

    def do_number_sheet(self) -> None:
        with self.desk.write("test") as work:
            child = editable_child(self.desk, work.session, self._child())
            sheet_rows.numbered(self.desk, work.session, child.id, "newborn_visit", "NB1", self.desk.today)

    def do_key_sheet(self) -> None:
        with self.desk.read() as session:
            sheet = self.dice.choice(session.exec(select(PrintedSheet).order_by(PrintedSheet.no)).all())
        entry = visits.start_visit(self.desk, sheet.child_id, "newborn_visit")
        answers = all_normal(
            entry.form, {**entry.answers, **newborn_answers(visit_date=self._day(9).isoformat(), heart_rate=172)}
        )
        visits.record_visit(
            self.desk, child_id=sheet.child_id, form_id="newborn_visit", answers=answers, sheet=sheet.no
        )

    def do_strike_sheet(self) -> None:
        with self.desk.read() as session:
            no = self.dice.choice(session.exec(select(PrintedSheet.no).order_by(PrintedSheet.no)).all())
        sheets.strike(self.desk, no, "丢了")


def look_at_all(desk: Desk, child_id: str) -> None:
    """Open what shows a child and its station: nothing recorded may keep a view from opening."""
    child_overview.overview(desk, child_id)
    child_tabs.list_papers(desk, child_id)
    timeline.timeline(desk, child_id)
    screening.results(desk, child_id)
    for visit in timeline.list_visits(desk, child_id):
        visits.view_visit(desk, visit.id)
    for row in follow_ups.of_child(desk, child_id):
        follow_ups.history(desk, row.id)
    duties.child_plan(desk, child_id)
    vaccinations.overview(desk, child_id)
    duties.due_list(desk)
    duties.missed_list(desk)
    sheets.outstanding(desk)
    assert follow_ups.counts(desk).open == len(follow_ups.list_open(desk))
    follow_ups.list_closed(desk)


def contradictions(desk: Desk) -> list[str]:
    """What no act may leave behind, in words; the children that are there."""
    said = []
    with desk.read() as session:
        children = {one.id: one for one in session.exec(select(Child).where(col(Child.deleted_at).is_(None)))}
        records = {one.record_id: one for one in session.exec(select(Visit))}
        rows = {one.id: one for one in session.exec(select(FollowUp).where(col(FollowUp.deleted_at).is_(None)))}
        for row in rows.values():
            child = children.get(row.child_id)
            if child is not None and child.status is not ChildStatus.ACTIVE and row.outcome is None:
                said.append(f"open of a child off the register: {row.kind} {row.subject} {child.status}")
            if (row.outcome is None) != (row.closed_on is None):
                said.append(f"outcome without day: {row.kind}")
            if row.record_id and records[row.record_id].child_id != row.child_id:
                said.append(f"{row.kind} of another child's record")
            if row.declined_reason and row.outcome is not CaseOutcome.DECLINED:
                said.append(f"declined and not: {row.outcome}")
        for extra in session.exec(select(ExtraContact)):
            if extra.follow_up_id and rows[extra.follow_up_id].child_id != extra.child_id:
                said.append("re-check of another child's finding")
            if extra.follow_up_id and extra.deleted_at is None and rows[extra.follow_up_id].outcome is not None:
                recorded = [one for one in records.values() if one.contact == extra.id]
                if not recorded:
                    said.append("re-check planned of what is closed")
        said += [
            "sheet of another child's record"
            for sheet in session.exec(select(PrintedSheet))
            if sheet.record_id and records[sheet.record_id].child_id != sheet.child_id
        ]
    return said
