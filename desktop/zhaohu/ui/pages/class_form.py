"""The form that plans a class, and beside it the families whose child fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_number, ngettext, sentences
from zhaohu.records.codes import ClassKind, TopicBlock
from zhaohu.records.codes import label as code_label
from zhaohu.rules.ages import age_text, months_and_days
from zhaohu.rules.curriculum import Topic
from zhaohu.services.care.drafts import DraftKind, new_key
from zhaohu.services.desk import Desk
from zhaohu.services.guidance import classes
from zhaohu.services.guidance.classes import NewClass
from zhaohu.services.guidance.proposals import Proposed
from zhaohu.services.guidance.staffing import TeacherRow
from zhaohu.services.register.child_list import ChildRow
from zhaohu.ui.dialogs.form_dialog import FormDialog, SideColumn
from zhaohu.ui.draft_place import DraftPlace
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.check_table import CheckTable
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.fields import Field, TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.offered_field import OfferedField
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.time_field import TimeField
from zhaohu.ui.widgets.words import label, show_if

AGE_BANDS = ((0, 3), (3, 6), (6, 12), (12, 18), (18, 24), (24, 36))
"""Completed months, the second not included: the bands of the curriculum, neighbours of few children put together."""


def plan_class(
    parent: QWidget | None,
    desk: Desk,
    runner: Runner,
    teachers: Sequence[TeacherRow],
    proposed: Proposed,
    topics: Sequence[Topic],
) -> FormDialog:
    """Open the form over a window; `saved` brings the new class's id."""
    form, place = _form(desk, teachers, topics), DraftPlace(desk, new_key(DraftKind.CLASS))
    families = FamilyPicker(proposed, form.fields["held_on"])
    dialog = FormDialog.ask(
        parent,
        runner,
        form,
        title=_("Plan a class"),
        do=_("Plan the class"),
        save=lambda values: _save(desk, values, place.key),
        side=families,
        draft=place,
    )
    families.toggled.connect(dialog.touch)
    return dialog


def _form(desk: Desk, teachers: Sequence[TeacherRow], topics: Sequence[Topic]) -> Form:
    form = Form()
    form.section()
    kinds = options_of([(kind.value, code_label(kind)) for kind in ClassKind], digits=True)
    form.add("kind", _("Kind"), SelectField(kinds), required=True)
    blocks = options_of([(block.value, code_label(block)) for block in TopicBlock], digits=True)
    block, topic = SelectField(blocks), OfferedField(max_length=100)
    form.add("topic_block", _("Topic block"), block, required=True)
    form.add(
        "topic",
        _("Topic"),
        topic,
        required=True,
        hint=_("↓ shows the topics of the district; others may be typed.") if topics else "",
    )
    form.add("held_on", _("Date"), DateField(desk.today), required=True)
    form.add("starts_at", _("Begins"), TimeField(), required=True)
    form.add("ends_at", _("Ends"), TimeField(), required=True)
    form.add("place", _("Place"), TextField(max_length=100), required=True)
    names = options_of([(teacher.id, teacher.name) for teacher in teachers])
    form.add("teacher_id", _("Teacher"), SelectField(names), required=True)
    form.finish()
    _offer_topics(block, topic, topics)
    only = teachers[0].id if len(teachers) == 1 else None
    form.load({"kind": ClassKind.LECTURE.value, "held_on": desk.today, "teacher_id": only})
    return form


def _offer_topics(block: SelectField, topic: OfferedField, topics: Sequence[Topic]) -> None:
    """The district's topics of the chosen block; anything else may be typed too."""

    def offer() -> None:
        topic.complete_from([one.title for one in topics if block.value() in (None, one.block)])

    block.changed.connect(offer)
    offer()


def _save(desk: Desk, values: dict[str, Any], draft: str) -> str:
    new = NewClass(
        kind=ClassKind(values["kind"]),
        topic_block=TopicBlock(values["topic_block"]),
        topic=values["topic"],
        held_on=values["held_on"],
        starts_at=values["starts_at"],
        ends_at=values["ends_at"],
        place=values["place"],
        teacher_id=values["teacher_id"],
    )
    return classes.plan_class(desk, new, values["child_ids"], draft=draft)


class FamilyPicker(SideColumn):
    """Children by age band on the day of the class; those that are ticked are invited.

    Args:
        proposed: Who may be invited, and how many families are left out.
        day: The field with the day of the class; ages are counted on it.
    """

    def __init__(self, proposed: Proposed, day: Field) -> None:
        super().__init__(_("Families to invite"))
        self._children, self._day = proposed.children, day
        self.left_out = label(_left_out(proposed), "note", wrap=True)
        show_if(self.left_out, bool(self.left_out.text()))
        bands = [(f"{low}-{high}", _("{low} to {high} months").format(low=low, high=high)) for low, high in AGE_BANDS]
        self.band = SelectField(options_of([("", _("All ages")), *bands]), width="tile")
        self.band.set_name(_("Age band"))
        self.search = TextField(width="field_short", placeholder=_("Filter"))
        self.search.set_name(_("Filter by child, caregiver or village"))
        self.table = CheckTable(self._columns(), name=_("Families to invite"), key=lambda child: child.id)
        self.toggled = self.table.check_model.toggled
        self._count = label("", "soft")
        self._all = button(_("Invite all shown"), self._on_all, kind="flat", icon="check")
        self._none = button(_("Invite none"), self._on_none, kind="flat")
        self.body.addLayout(row(self.band, self.search, STRETCH))
        self.body.addWidget(self.table, 1)
        self.body.addLayout(column(self.left_out, row(self._count, STRETCH, self._all, self._none)))
        self.setFocusProxy(self.band)
        self.band.changed.connect(self._show)
        self.search.changed.connect(self._show)
        day.changed.connect(self._show)
        self.toggled.connect(self._show_count)
        self._show()

    def values(self) -> dict[str, Any]:
        """The ticked children, in the order of the list."""
        ticked = self.table.check_model.ticked()
        return {"child_ids": [child.id for child in self._children if child.id in ticked]}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Tick the children of a draft that may still be invited."""
        self.table.check_model.set_ticked({child.id for child in self._children} & set(values.get("child_ids", ())))
        self._show()

    def _columns(self) -> list[Column]:
        return [
            Column(_("Child"), lambda child: child.name, width=12),
            Column(_("Age that day"), self._age, width=11, sort=lambda child: -child.birth_date.toordinal()),
            Column(_("Village"), lambda child: child.village, width=0),
            Column(_("Caregiver"), lambda child: child.caregiver, width=9),
        ]

    def _age(self, child: ChildRow) -> str:
        day = self._day.value()
        return age_text(child.birth_date, day) if isinstance(day, date) else ""

    def _show(self) -> None:
        band, words, day = self.band.value(), (self.search.value() or "").casefold(), self._day.value()
        low, high = (int(part) for part in band.split("-")) if band else (0, 0)
        rows = [
            child
            for child in self._children
            if (not band or (isinstance(day, date) and low <= months_and_days(child.birth_date, day)[0] < high))
            and (not words or words in f"{child.name} {child.caregiver} {child.village}".casefold())
        ]
        self.table.check_model.set_rows(rows)
        self._all.setEnabled(bool(rows))
        self._show_count()

    def _show_count(self) -> None:
        n = len(self.table.check_model.ticked())
        text = ngettext("{n} family invited", "{n} families invited", n)
        self._count.setText(text.format(n=format_number(n)))
        self._none.setEnabled(n > 0)

    def _on_all(self) -> None:
        model = self.table.check_model
        model.set_ticked(model.ticked() | {child.id for child in model.rows()})
        self._show_count()

    def _on_none(self) -> None:
        self.table.check_model.set_ticked(())
        self._show_count()


def _left_out(proposed: Proposed) -> str:
    """Which families are not listed, and why."""
    parts = []
    if proposed.refused:
        words = ngettext(
            "{n} family refused guidance and is not listed.",
            "{n} families refused guidance and are not listed.",
            proposed.refused,
        )
        parts.append(words.format(n=format_number(proposed.refused)))
    if proposed.released:
        words = ngettext(
            "{n} child is on its way to another station and is not listed.",
            "{n} children are on their way to another station and are not listed.",
            proposed.released,
        )
        parts.append(words.format(n=format_number(proposed.released)))
    return sentences(parts)
