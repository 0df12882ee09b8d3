"""The fields of a child and its family on a form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from zhaohu.i18n import _, form_term
from zhaohu.records.codes import Residence, Sex, label
from zhaohu.rules.identity import mask_citizen_id, mask_phone
from zhaohu.services import reference
from zhaohu.services.register.children import FATHER, MOTHER
from zhaohu.ui.pages.child_values import CARER_PARTS, CARERS
from zhaohu.ui.widgets.choice_field import ChoiceField, Option, SelectField, options_of
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.fields import Field, TextField
from zhaohu.ui.widgets.folding_form import FoldingForm
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.name_field import NameField
from zhaohu.ui.widgets.number_field import NumberField
from zhaohu.ui.widgets.offered_field import OfferedField
from zhaohu.ui.widgets.personal_field import PersonalField
from zhaohu.ui.widgets.time_field import TimeField

ELSEWHERE = str(int(Residence.NON_REGISTERED))
_LONGEST_ADDRESS, _LONGEST_NAME = 200, 50
_FIRST_RELATION = 50  # below it GB/T 4761 names children and spouses


def add_child_fields(form: Form, today: date) -> None:
    """Name, sex, birth date and the numbers that name a child, in the section that was begun."""
    hint = _("Not named yet: the mother's name and “之男” or “之女”")
    form.add("name", _("Name"), NameField(), required=True, hint=hint)
    sexes = [Option(str(int(sex)), label(sex), str(int(sex))) for sex in (Sex.MALE, Sex.FEMALE)]
    form.add("sex", _("Sex"), ChoiceField(sexes), required=True)
    form.add("birth_date", _("Born"), DateField(today), required=True)
    form.add("citizen_id", _("Citizen id"), PersonalField(mask_citizen_id))


def add_paper_fields(form: Form) -> None:
    """The numbers of a child's papers."""
    hint = _("One letter and nine digits")
    form.add("birth_certificate_no", _("Birth certificate no."), TextField(max_length=20), hint=hint)
    form.add("health_record_no", _("Health record no."), TextField(max_length=24))
    form.add("handbook_no", _("Handbook no."), TextField(max_length=30))
    form.add("ethnicity", _("Ethnicity"), SelectField(_codes("ethnicity")))


def register_form(villages: Sequence[str], today: date) -> FoldingForm:
    """Everything that is asked when a child is registered; what is needed at once stands open."""
    form = FoldingForm()
    form.section(_("Child"))
    add_child_fields(form, today)
    form.fields["citizen_id"].set_hint(_("Typed or pasted whole, it fills in sex and birth date."))
    add_paper_fields(form)
    form.fold(_("Papers and ethnicity"), "birth_certificate_no", "health_record_no", "handbook_no", "ethnicity")
    form.section(_("Family"))
    add_place_fields(form, villages)
    add_residence_fields(form)
    elsewhere = TextField(width="field_long", max_length=_LONGEST_ADDRESS)
    form.add("registered_address", _("Registered address"), elsewhere)
    form.add("came_from", _("Came from"), TextField(width="field_long", max_length=100))
    for name in ("registered_address", "came_from"):
        form.set_shown(name, False)
    form.fold(_("County, township, difficulty in care"), *add_more_place_fields(form))
    form.section(_("Parents"))
    add_carer_fields(form, today)
    form.section(_("Birth"))
    add_birth_fields(form)
    form.fold(_("Twins, time and place of birth"), *add_more_birth_fields(form, today))
    form.finish()
    return form


def add_residence_fields(form: Form) -> None:
    """Whether the child is registered here, and where it came from."""
    kinds = [Option(str(int(kind)), label(kind), str(int(kind))) for kind in Residence]
    form.add("residence", _("Residence"), ChoiceField(kinds))


def add_birth_fields(form: Form) -> None:
    """What is asked first about the birth."""
    form.add("gestation", _("Gestation"), TextField(width="field_short"), hint=_("Weeks and days, such as 39+2"))
    form.add("birth_weight_g", _("Birth weight"), NumberField("g"))
    form.add("birth_length_cm", _("Birth length"), NumberField("cm", decimals=1))
    form.add("delivery", _("Delivery"), ChoiceField(_codes("delivery")))
    form.add("birth_order", _("Birth order"), NumberField(_("of the mother's children")))


def add_more_birth_fields(form: Form, today: date) -> tuple[str, ...]:
    """What is asked less often about the birth; returns the names."""
    several = options_of([("1", _("single")), ("2", _("twins")), ("3", _("triplets")), ("4", _("four"))], digits=True)
    form.add("plurality", _("Children of this birth"), ChoiceField(several))
    form.add("birth_time", _("Time of birth"), TimeField())
    form.add("birth_place", _("Place of birth"), TextField(width="field_long", max_length=100))
    hint = _("The newborn visit is due within a week from this day.")
    form.add("discharged_on", _("Left the birth hospital"), DateField(today), hint=hint)
    return "plurality", "birth_time", "birth_place", "discharged_on"


def add_place_fields(form: Form, villages: Sequence[str]) -> None:
    """Where the family lives."""
    village = OfferedField(max_length=_LONGEST_NAME)
    village.complete_from(villages)
    form.add("village", _("Village"), village)
    form.add("address", _("Address"), TextField(width="field_long", max_length=_LONGEST_ADDRESS))


def add_more_place_fields(form: Form) -> tuple[str, ...]:
    """What is seldom asked about the family's place; returns the names."""
    form.add("county", _("County"), TextField(max_length=_LONGEST_NAME))
    form.add("township", _("Township"), TextField(max_length=_LONGEST_NAME))
    hint = _("Why looking after the children is hard for this family; such families are seen first.")
    form.add("care_difficulty", _("Difficulty in care"), TextField(width="field_long", max_length=200), hint=hint)
    return "county", "township", "care_difficulty"


def relation_options() -> tuple[Option, ...]:
    """Who looks after a child, by GB/T 4761, parents first."""
    known = reference.code_list("relation")
    usual = (MOTHER, FATHER, "62", "61", "64", "63", "58", "57")
    others = (code for code in known if int(code) >= _FIRST_RELATION and code not in usual)
    return tuple(Option(code, form_term(known[code])) for code in (*usual, *others))


def education_options() -> tuple[Option, ...]:
    """文化程度 of the resident form."""
    return tuple(_codes("education"))


def add_carer_fields(form: FoldingForm, today: date) -> None:
    """Mother, father and whoever else looks after the child; their particulars are folded."""
    titles = {"mother": _("Mother's name"), "father": _("Father's name"), "other": _("Another caregiver")}
    phones = {"mother": _("Mother's phone"), "father": _("Father's phone"), "other": _("Their phone")}
    more: list[str] = []
    for who in CARERS:
        form.add(who, titles[who], NameField())
        if who == "other":
            form.add("other_relation", _("Relation"), SelectField(relation_options()[2:]))
            more += ["other", "other_relation", "other_phone"]
        form.add(f"{who}_phone", phones[who], PersonalField(mask_phone))
        more += _add_particulars(form, who, today)
    mains = options_of([("mother", _("Mother")), ("father", _("Father")), ("other", _("The other"))], digits=True)
    form.add("main", _("Main caregiver"), ChoiceField(mains), hint=_("Without a choice it is the mother."))
    form.fold(_("Ids, work, education; another caregiver"), *more, "main")


def _add_particulars(form: Form, who: str, today: date) -> list[str]:
    words = {
        "mother": (_("Mother's id"), _("Mother born"), _("Mother's work"), _("Mother's education")),
        "father": (_("Father's id"), _("Father born"), _("Father's work"), _("Father's education")),
        "other": (_("Their id"), _("Their birth date"), _("Their work"), _("Their education")),
    }[who]
    fields: list[Field] = [
        PersonalField(mask_citizen_id),
        DateField(today),
        TextField(max_length=_LONGEST_NAME),
        SelectField(education_options()),
    ]
    names = [f"{who}_{part}" for part in CARER_PARTS[1:]]
    for name, word, field in zip(names, words, fields, strict=True):
        form.add(name, word, field)
    return names


def _codes(name: str) -> list[Option]:
    return [Option(code, form_term(term), code) for code, term in reference.code_list(name).items()]
