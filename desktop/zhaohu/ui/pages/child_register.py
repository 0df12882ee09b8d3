"""The dialog that takes one child into the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from zhaohu.i18n import _
from zhaohu.rules.ages import months_and_days
from zhaohu.rules.child_checks import Finding, Weight
from zhaohu.rules.identity import CitizenId, read_citizen_id
from zhaohu.services.care.drafts import DraftKind, new_key
from zhaohu.services.desk import Desk
from zhaohu.services.duplicates.duplicates import Alike
from zhaohu.services.register import children, families, record_numbers
from zhaohu.services.register.children import NewChild
from zhaohu.services.register.families import FamilyHit
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.draft_place import DraftPlace
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages import child_form
from zhaohu.ui.pages.child_doubts import DoubtQuestion
from zhaohu.ui.pages.child_edit import EditChild
from zhaohu.ui.pages.child_values import CARERS, named_carers, new_child, shape_problems
from zhaohu.ui.pages.family_offers import AlikeOffers, FamilyOffers, find_alike, find_families
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.fields import ATTENTION, TextField

__all__ = ["EditChild", "RegisterChild"]

PAUSE_MS = 400
_FOLLOWED_MONTHS = 36
_OF_THE_CHILD = ("name", "sex", "birth_date", "citizen_id", "birth_certificate_no", "mother", "mother_phone")
_OF_THE_FAMILY = tuple(f"{who}{part}" for who in CARERS for part in ("", "_phone", "_id"))
_PLACE = ("village", "address", "county", "township", "registered_address", "care_difficulty")
_NOT_THE_TWINS = (
    *("name", "sex", "citizen_id", "birth_certificate_no", "health_record_no", "handbook_no"),
    *("birth_weight_g", "birth_length_cm", "birth_time"),
)


class RegisterChild(FormDialog):
    """Asks for a child and takes it into the register; `saved` brings its id.

    Args:
        parent: The window it belongs to.
        desk: Where the child is registered, and for finding one who is in the register already.
        runner: Saves.
        villages: Names that are offered while one types.

    Signals:
        wanted(child_id): A child of the register is to be looked at instead; what was typed is kept as a draft.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None, desk: Desk, runner: Runner, villages: Sequence[str]) -> None:
        place = DraftPlace(desk, new_key(DraftKind.CHILD))
        self._desk, self._villages = desk, frozenset(villages)
        self._family: FamilyHit | None = None
        self._twin_next = False
        self._number = ""
        self.folds = child_form.register_form(villages, desk.today)
        super().__init__(
            parent,
            runner,
            self.folds,
            title=_("Register a child"),
            do=_("Register"),
            save=lambda values: children.register_child(desk, self._new(values), draft=place.key),
            draft=place,
            scrolls=True,
        )
        self._place_offers()
        county, township = families.usual_place(desk)
        self.form.load({"county": county, "township": township})
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look_up)
        self.form.changed.connect(self._on_changed)
        self._doubts = DoubtQuestion(self, self.form, _("It is so, register"), self._field)
        village = self.form.fields["village"]
        assert isinstance(village, TextField)
        village.edit.editingFinished.connect(self._propose_number)
        self.form.fields["health_record_no"].offered.connect(self._take_number)
        QShortcut(QKeySequence("Ctrl+M"), self).activated.connect(self._unfold_all)
        if self.keeper is not None:
            self.keeper.taken.connect(self._on_taken_up)

    def _place_offers(self) -> None:
        self.families, self.alike = FamilyOffers(), AlikeOffers(self._open_other)
        self.families.joined.connect(self.join)
        self.families.left.connect(self._leave)
        self.twin_button = button(_("Register, then a twin"), self._save_for_twin, hint=_("Keeps family and birth."))
        outer = self.layout()
        assert isinstance(outer, QVBoxLayout)
        place = outer.indexOf(self.notice) + 1
        outer.insertWidget(place, self.alike)
        outer.insertWidget(place + 1, self.families)
        buttons = outer.itemAt(outer.count() - 1).layout()
        assert isinstance(buttons, QHBoxLayout)
        buttons.insertWidget(buttons.indexOf(self.do_button), self.twin_button)
        self.setTabOrder(self.twin_button, self.do_button)

    # -- checking

    def problems(self) -> dict[str, str]:
        """What forbids registering, by field."""
        return {**shape_problems(self.form.values()), **self.form.problems()}

    def may_save(self) -> bool:
        """Go on only with a child that can be, and that is not in the register already."""
        self.folds.unfold()
        found = self.problems()
        self.form.show_problems(found)
        if found:
            return False
        new = self._new(self.form.values())
        findings = children.check_new(self._desk, new)
        refused = {self._field(one): one.message for one in findings if one.weight is Weight.REFUSED}
        doubts = [one for one in findings if one.weight is Weight.DOUBT]
        if refused:
            self.form.show_problems(refused)
            return False
        return self._doubts.is_so(doubts) and self._is_another(self._alike(sure_only=True))

    def _is_another(self, found: Sequence[Alike]) -> bool:
        if not found:
            return True
        text = "\n".join(f"· {one.child.name}: {one.reason}" for one in found)
        title = _("In the register already")
        return ask.confirm(self, title, text, do=_("Register all the same"), danger=True)

    def _field(self, finding: Finding) -> str:
        """The input of a finding; a caregiver's are named by their place."""
        if finding.field in self.form.fields:
            return finding.field
        _carers, place, name = finding.field.split(".")
        who = named_carers(self.form.values())[int(place)]
        part = {"birth_date": "_born", "citizen_id": "_id"}.get(name, "")
        return who + part

    def _alike(self, *, sure_only: bool = False) -> list[Alike]:
        return [one for one in find_alike(self._desk, self.form.values()) if one.sure or not sure_only]

    # -- while it is filled in

    def _on_completed(self) -> None:
        """The form is long: Enter in its last field leads to the button, it does not press it."""
        self.do_button.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_changed(self, name: str) -> None:
        field = self.form.fields[name]
        born = self.form.fields["birth_date"].value()
        if name == "birth_date" and isinstance(born, date) and born <= self._desk.today:
            old = months_and_days(born, self._desk.today)[0] >= _FOLLOWED_MONTHS
            field.set_problem(_("Three years or older: check the date.") if old else "", ATTENTION)
        elif name == "citizen_id":
            self._fill_from_id(str(field.value() or ""))
        elif name == "residence":
            self._show_residence()
        elif name == "village":
            typed = str(field.value() or "")
            new = typed and typed not in self._villages
            field.set_hint(_("A new village: it comes onto the station's list.") if new else "")
        if name in _OF_THE_CHILD or name in _OF_THE_FAMILY:
            self._pause.start()

    def _fill_from_id(self, typed: str) -> None:
        read = read_citizen_id(typed)
        if isinstance(read, CitizenId) and read.birth_date <= self._desk.today:
            values = {"birth_date": read.birth_date, "sex": str(int(read.sex))}
            for name, value in values.items():
                if self.form.fields[name].is_empty():
                    self.form.fields[name].set_value(value)

    def _show_residence(self) -> None:
        elsewhere = self.form.fields["residence"].value() == child_form.ELSEWHERE
        if self._family is None:
            self.form.set_shown("registered_address", elsewhere)
        self.form.set_shown("came_from", elsewhere)

    def _look_up(self) -> None:
        values, desk = self.form.values(), self._desk

        def work(_context: object) -> tuple[list[FamilyHit], list[Alike]]:
            return find_families(desk, values), find_alike(desk, values)

        self._runner.run(work, title="", on_result=self._show_found)

    def _show_found(self, found: tuple[list[FamilyHit], list[Alike]]) -> None:
        if self.isVisible():
            if self._family is None:
                self.families.offer(found[0])
            self.alike.offer(found[1])

    def _propose_number(self) -> None:
        village = str(self.form.fields["village"].value() or "")
        if village in self._villages and self.form.fields["health_record_no"].is_empty():
            work = partial(_proposed, self._desk, village)
            self._runner.run(work, title="", on_result=self._show_number)

    def _show_number(self, number: str) -> None:
        field = self.form.fields["health_record_no"]
        words = _("Take the next free number {number}")
        field.set_offers([words.format(number=number)] if number else [])
        self._number = number

    def _take_number(self, _place: int) -> None:
        field = self.form.fields["health_record_no"]
        field.set_value(self._number)
        field.set_offers([])

    def _unfold_all(self) -> None:
        self.folds.unfold(every=True)

    def _on_taken_up(self, _draft: object) -> None:
        self.folds.unfold()
        self._show_residence()
        self._pause.start()

    # -- families, twins, other children

    def _new(self, values: Mapping[str, Any]) -> NewChild:
        """The child; in a known family only who belongs to it already is completed by what was typed."""
        family = self._family
        if family is None:
            return new_child(values)
        new = new_child(values, family.id)
        known = (one for one in new.caregivers if family.has(one.name, one.relation))
        return replace(new, caregivers=tuple(known))

    def join(self, family: FamilyHit) -> None:
        """The child belongs to a family that is known: where it lives and who belongs to it is not asked."""
        self._family = family
        self.families.say_joined(family)
        self.folds.put_away(
            [*_PLACE, *(name for name in self.form.fields if name.partition("_")[0] in (*CARERS, "main"))]
        )
        self.form.go_to("gestation" if self.form.fields["name"].value() else "name")

    def _leave(self) -> None:
        self._family = None
        self.folds.bring_back()
        self._pause.start()

    def _save_for_twin(self) -> None:
        self._twin_next = True
        self.try_save()
        self._twin_next = self._busy

    def _on_saved(self, result: object) -> None:
        if not self._twin_next:
            super()._on_saved(result)
            return
        self._twin_next = False
        desk, child_id = self._desk, str(result)
        self._runner.run(
            lambda _context: families.family_of(desk, child_id), title=_("Reading"), on_result=self._begin_twin
        )

    def _begin_twin(self, family: FamilyHit) -> None:
        name = self.form.fields["name"].value()
        kept = {key: value for key, value in self.form.values().items() if key not in _NOT_THE_TWINS}
        order = kept.get("birth_order")
        kept["birth_order"] = order + 1 if isinstance(order, int) else None
        kept["plurality"] = kept["plurality"] if kept["plurality"] not in (None, "1") else "2"
        self._set_busy(False)
        self.form.load(kept)
        self.folds.unfold()
        self.join(family)
        self.alike.offer(())
        self._touched = False
        if self.keeper is not None:
            self.keeper.resume()
        self.notice.say(_("{name} is registered. Now the other child of this birth.").format(name=name), "done")
        self.form.go_to("name", top=True)

    def _open_other(self, child_id: str) -> None:
        if self.keeper is not None and not self._leave_draft(self.keeper, "keep"):
            return
        self.done(0)
        self.wanted.emit(child_id)


def _proposed(desk: Desk, village: str, _context: object) -> str:
    return record_numbers.propose(desk, village)
