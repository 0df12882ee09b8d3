"""The dialog that takes one child into the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QWidget

from zhaohu.i18n import _, form_term, format_date
from zhaohu.records.codes import Sex, label
from zhaohu.rules.ages import months_and_days
from zhaohu.rules.identity import Problem, mask_phone, read_phone
from zhaohu.rules.roster_values import (
    HIGHEST_LENGTH_MM,
    HIGHEST_WEIGHT_G,
    LOWEST_LENGTH_MM,
    LOWEST_WEIGHT_G,
    read_gestation_days,
)
from zhaohu.services import children, reference
from zhaohu.services.children import FATHER, MOTHER, ChildFilter, NewCaregiver, NewChild
from zhaohu.services.desk import Desk
from zhaohu.services.drafts import DraftKind, new_key
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.draft_place import DraftPlace
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.choice_field import ChoiceField, Option
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.fields import ATTENTION, TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.number_field import NumberField
from zhaohu.ui.widgets.personal_field import PersonalField

_ORDERS, _LONGEST_ADDRESS, _LONGEST_NAME = (1, 20), 200, 50
_WEIGHT_G, _LENGTH_MM = (LOWEST_WEIGHT_G, HIGHEST_WEIGHT_G), (LOWEST_LENGTH_MM, HIGHEST_LENGTH_MM)
_FOLLOWED_MONTHS = 36


class RegisterChild(FormDialog):
    """Asks for a child and takes it into the register; `saved` brings its id.

    Args:
        parent: The window it belongs to.
        desk: Where the child is registered, and for finding one who is in the register already.
        runner: Saves.
        villages: Names that are offered while one types.
    """

    def __init__(self, parent: QWidget | None, desk: Desk, runner: Runner, villages: Sequence[str]) -> None:
        place = DraftPlace(desk, new_key(DraftKind.CHILD))
        super().__init__(
            parent,
            runner,
            _make_form(desk, villages),
            title=_("Register a child"),
            do=_("Register"),
            save=lambda values: children.register_child(desk, new_child(values), draft=place.key),
            draft=place,
            scrolls=True,
        )
        self._desk = desk
        self.form.changed.connect(self._on_changed)

    # -- checking

    def problems(self) -> dict[str, str]:
        """What forbids registering, by field."""
        values = self.form.values()
        found = self.form.problems()
        born = values["birth_date"]
        if isinstance(born, date) and born > self._desk.today:
            found["birth_date"] = _("The birth date lies in the future.")
        for name in ("mother", "father"):
            phone = values[f"{name}_phone"]
            read = read_phone(str(phone)) if phone else ""
            if isinstance(read, Problem):
                found[f"{name}_phone"] = read.message
            if phone and not values[name]:
                found[name] = _("Enter the name that belongs to this phone number.")
        gestation = read_gestation_days(str(values["gestation"])).remark if values["gestation"] else None
        if gestation is not None:
            found["gestation"] = gestation.reason
        for name, (low, high), unit in (
            ("birth_weight_g", _WEIGHT_G, 1),
            ("birth_length_cm", _LENGTH_MM, 10),
            ("birth_order", _ORDERS, 1),
        ):
            value = values[name]
            if isinstance(value, int | Decimal) and not low <= value * unit <= high:
                text = _("Must lie between {low} and {high}.")
                found[name] = text.format(low=f"{low / unit:g}", high=f"{high / unit:g}")
        return found

    def may_save(self) -> bool:
        """Go on only with a child that can be registered and is not in the register already."""
        found = self.problems()
        self.form.show_problems(found)
        if found:
            return False
        new = new_child(self.form.values())
        return not self._known(new) or self._wanted_all_the_same(new)

    def _known(self, new: NewChild) -> bool:
        same_name = children.list_children(self._desk, ChildFilter(query=new.name, status=None))
        return any(child.name == new.name and child.birth_date == new.birth_date for child in same_name)

    def _wanted_all_the_same(self, new: NewChild) -> bool:
        text = _("{name}, born on {day}, is in the register already. Register another child of that name and day?")
        return ask.confirm(
            self,
            _("In the register already"),
            text.format(name=new.name, day=format_date(new.birth_date)),
            do=_("Register all the same"),
        )

    def _on_completed(self) -> None:
        """The form is long: Enter in its last field leads to the button, it does not press it."""
        self.do_button.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_changed(self, name: str) -> None:
        born = self.form.fields["birth_date"].value()
        if name == "birth_date" and isinstance(born, date) and born <= self._desk.today:
            old = months_and_days(born, self._desk.today)[0] >= _FOLLOWED_MONTHS
            self.form.fields[name].set_problem(_("Three years or older: check the date.") if old else "", ATTENTION)


def new_child(values: Mapping[str, Any]) -> NewChild:
    """The child that the form's values tell of; they hold no problem."""
    carers = tuple(
        NewCaregiver(str(values[name]), relation, _phone(values[f"{name}_phone"]), is_main=name == main)
        for main in [next((name for name in ("mother", "father") if values[name]), "")]
        for name, relation in (("mother", MOTHER), ("father", FATHER))
        if values[name]
    )
    length = values["birth_length_cm"]
    facts = {
        "gestation_days": read_gestation_days(str(values["gestation"])).value if values["gestation"] else None,
        "birth_weight_g": values["birth_weight_g"],
        "birth_length_mm": int(length * 10) if isinstance(length, Decimal) else None,
        "delivery": values["delivery"],
        "birth_order": values["birth_order"],
    }
    born = values["birth_date"]
    assert isinstance(born, date)
    return NewChild(
        name=str(values["name"]),
        sex=Sex(int(str(values["sex"]))),
        birth_date=born,
        village=str(values["village"] or ""),
        address=str(values["address"] or ""),
        caregivers=carers,
        facts={name: fact for name, fact in facts.items() if fact is not None},
    )


def _phone(typed: object) -> str | None:
    read = read_phone(str(typed)) if typed else None
    return read if isinstance(read, str) else None


def _make_form(desk: Desk, villages: Sequence[str]) -> Form:
    form = Form()
    form.section(_("Child"))
    hint = _("Not named yet: the mother's name and “之男” or “之女”")
    form.add("name", _("Name"), TextField(max_length=_LONGEST_NAME), required=True, hint=hint)
    sexes = [Option(str(int(sex)), label(sex), str(int(sex))) for sex in (Sex.MALE, Sex.FEMALE)]
    form.add("sex", _("Sex"), ChoiceField(sexes), required=True)
    form.add("birth_date", _("Born"), DateField(desk.today), required=True)
    village = form.add("village", _("Village"), TextField(max_length=_LONGEST_NAME))
    completer = QCompleter(list(villages), village)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    village.edit.setCompleter(completer)
    form.add("address", _("Address"), TextField(width="field_long", max_length=_LONGEST_ADDRESS))
    form.section(_("Parents"))
    form.add("mother", _("Mother's name"), TextField(max_length=_LONGEST_NAME))
    form.add("mother_phone", _("Mother's phone"), PersonalField(mask_phone))
    form.add("father", _("Father's name"), TextField(max_length=_LONGEST_NAME))
    form.add("father_phone", _("Father's phone"), PersonalField(mask_phone))
    form.section(_("Birth"))
    form.add("gestation", _("Gestation"), TextField(width="field_short"), hint=_("Weeks and days, such as 39+2"))
    form.add("birth_weight_g", _("Birth weight"), NumberField("g"))
    form.add("birth_length_cm", _("Birth length"), NumberField("cm", decimals=1))
    ways = [Option(code, form_term(term), code) for code, term in reference.code_list("delivery").items()]
    form.add("delivery", _("Delivery"), ChoiceField(ways))
    form.add("birth_order", _("Birth order"), NumberField(_("of the mother's children")))
    return form.finish()
