"""What people record at the stations, and children that move from one to another."""

from __future__ import annotations

from datetime import date

from sqlmodel import col, select
from tests.sync.simulator.scene import Scene
from tests.sync.simulator.sites import TODAY, Seat
from tests.sync.work import a_measurement, a_visit, save

from zhaohu.errors import NotAllowed, NotFound, Refused
from zhaohu.records import Child, Household, Measurement, Village, Visit
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import questions
from zhaohu.services.register import incoming, lookup, releases

BORN = date(2026, 3, 1)
_ODD_NAMES = ("㐀𠮷", "阿·依古丽", "e\u0301", "\u202e")


class Working(Scene):
    """Work at a station; who may do what is asked of the services, as on the screen."""

    def work(self) -> None:
        self.work_at(self.station())

    def work_at(self, seat: Seat) -> None:
        """Something is recorded."""
        desk = seat.at
        what = self.throw.choice(["family", "family", "visit", "visit", "rename", "remove", "measure", "sibling"])
        child = self._own_child(desk)
        if what == "family" or child is None:
            child = self._family(desk)
        elif what == "visit":
            self._visit(desk, child)
        elif what == "measure":
            save(desk, a_measurement(desk, child, self.throw.randint(3000, 9000)))
        elif what == "rename":
            self._change(desk, child.id, "name", f"{child.name.split('·')[0]}·{self.throw.randrange(10**6)}")
        elif what == "sibling":
            self._newborn(desk, child.household_id)
        else:
            self._remove(desk, child)
        self.say(seat.name, seat.profile.name, what, child.name)

    def _own_child(self, desk: Desk) -> Child | None:
        """A child that may be worked on here."""
        with desk.read() as session:
            found = session.exec(select(Child).where(Child.owner == desk.site.code)).all()
            ordered = sorted(found, key=lambda child: child.name)
            self.throw.shuffle(ordered)
            for child in ordered[:3]:
                try:
                    return lookup.editable_child(desk, session, child.id)
                except (Refused, NotFound, NotAllowed):
                    continue
        return None

    def _family(self, desk: Desk) -> Child:
        village = desk.make(Village, name=f"村{self.born}")
        household = desk.make(Household, village_id=village.id, address=f"{self.born}号")
        save(desk, village, household)
        return self._newborn(desk, household.id)

    def _newborn(self, desk: Desk, household_id: str | None) -> Child:
        self.born += 1
        name = f"儿{self.born:04d}{self.throw.choice(_ODD_NAMES)}"
        child = desk.make(
            Child, household_id=household_id, name=name, sex=1, birth_date=BORN, registered_on=date(2026, 3, 4)
        )
        save(desk, child)
        return child

    def _visit(self, desk: Desk, child: Child) -> None:
        with desk.read() as session:
            visits = session.exec(select(Visit).where(Visit.child_id == child.id).order_by(col(Visit.id))).all()
        replaced = {visit.replaces_id for visit in visits}
        current = [visit for visit in visits if visit.id not in replaced]
        if current and self.throw.random() < 0.5:
            save(desk, a_visit(desk, child, current[-1].number, replaces=self.throw.choice(current)))
        else:
            save(desk, a_visit(desk, child, len(visits) + 1), a_measurement(desk, child))

    def _remove(self, desk: Desk, child: Child) -> None:
        """Take away a measurement for good, or cross out the child."""
        with desk.write("test.remove") as work:
            found = work.session.exec(
                select(Measurement).where(Measurement.child_id == child.id, Measurement.owner == desk.site.code)
            ).first()
            if found is not None:
                work.session.delete(found)
        if found is None and self.throw.random() < 0.3:
            self._change(desk, child.id, "deleted_at", desk.clock.stamp())

    def _change(self, desk: Desk, child_id: str, column: str, value: str) -> None:
        with desk.write("test.change") as work:
            child = work.session.get_one(Child, child_id)
            former = child.id, child.name
            setattr(child, column, value)
            work.session.add(child)
        if column == "name":
            self.replaced.add(former)

    def release(self) -> None:
        seat = self.throw.choice(self.mains)
        child = self._own_child(seat.at)
        others = [code for code in self.confirmed if code != seat.name]
        if child is None or not others:
            return
        to = self.throw.choice(others)
        try:
            releases.release(seat.at, child.id, to, TODAY, "搬家")
        except (Refused, NotFound, NotAllowed) as refused:
            if refused.code not in ("bad_input", "bad_value", "wrong_status", "clock_suspect"):
                self.say("release refused", refused.code)
            return
        self.say(seat.name, "releases", child.name, "to", to)

    def call_back(self) -> None:
        seat = self.throw.choice(self.mains)
        with seat.at.read() as session:
            pending = list(lookup.pending_transfers(session))
            names = sorted((session.get_one(Child, child_id).name, child_id) for child_id in pending)
        if not names:
            return
        name, child_id = self.throw.choice(names)
        try:
            releases.cancel_release(seat.at, child_id, TODAY, "不搬了")
        except Refused as refused:
            self.say("call back refused", refused.code)
            return
        self.say(seat.name, "calls back", name)

    def decide_offer(self) -> None:
        seat = self.throw.choice(self.mains)
        offers = sorted(incoming.list_offers(seat.at), key=lambda offer: offer.name)
        if offers:
            self.answer_offer(seat, self.throw.choice(offers).transfer_id)

    def answer_offer(self, seat: Seat, transfer_id: str) -> None:
        """Take or refuse a child that is offered."""
        if self.throw.random() < 0.3:
            incoming.refuse(seat.at, transfer_id, "不住这里")
            self.say(seat.name, "refuses", transfer_id[-6:])
            return
        with seat.at.read() as session:
            village = session.exec(
                select(Village).where(Village.owner == seat.at.site.code).order_by(Village.name)
            ).first()
        if village is None:
            village = seat.at.make(Village, name="新村")
            save(seat.at, village)
        incoming.take(seat.at, transfer_id, village.id)
        self.say(seat.name, "takes", transfer_id[-6:])

    def ask(self) -> None:
        seat = self.throw.choice(self.mains)
        questions.ask(self.center.at, text="核对一下", station=seat.name)
        self.say("center asks", seat.name)

    def reply(self) -> None:
        seat = self.throw.choice(self.mains)
        asked = [row for row in questions.list_questions(seat.at) if row.closed_on is None]
        if asked:
            questions.answer(seat.at, asked[0].id, "已核对")
            self.say(seat.name, "answers")
