"""A family's page: where it lives, who looks after the children, and the children with what is due for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from zhaohu.i18n import _, format_date, format_number
from zhaohu.records.codes import ChildStatus, SiteKind
from zhaohu.records.codes import label as code_label
from zhaohu.rules.ages import age_text
from zhaohu.rules.schedule import DueState
from zhaohu.services import reference
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.due import duties
from zhaohu.services.due.duties import DueRow
from zhaohu.services.register import caregivers, children, families, villages
from zhaohu.services.register.children import RevealField
from zhaohu.services.register.families import FamilyCarer, FamilyChild, FamilyView
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.child_head import STATE_LOOKS, next_due, window_words
from zhaohu.ui.pages.child_register import RegisterChild
from zhaohu.ui.pages.family_forms import CaregiverDialog, JoinDialog, ask_place, ask_removal_of
from zhaohu.ui.pages.family_offers import clear
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, Card, column, panel, row, rule, scrolled
from zhaohu.ui.widgets.masked import MaskedLabel
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import IconLabel, label, mark, show_if


def family_page(desk: Desk, hub: Hub, runner: Runner, household_id: str) -> FamilyPage:
    """For the shell."""
    return FamilyPage(desk, hub, runner, household_id)


@dataclass(frozen=True, slots=True)
class _ChildLine:
    child: FamilyChild
    due: DueRow | None


class FamilyPage(LoadingPage):
    """One household."""

    tables = frozenset({"household", "caregiver", "child", "village", "transfer", "status_change", "visit"})

    def __init__(self, desk: Desk, hub: Hub, runner: Runner, household_id: str) -> None:
        super().__init__(hub, runner)
        self._desk, self._id = desk, household_id
        self._family: FamilyView | None = None
        self._may_reveal = desk.person.role in WRITERS and desk.site.kind is SiteKind.STATION
        self._frozen = Notice()
        self._place = column(gap=1)
        self._carers = column(gap=2)
        self.place_button = button(_("Correct the address"), self.correct_place, icon="edit")
        self.add_button = button(_("Add a caregiver"), self.add_carer, icon="add")
        self.sibling_button = button(_("Register another child"), self.register_sibling, icon="add")
        self.join_button = button(_("Move to another family"), self.join_family, icon="family")
        self.split_button = button(_("Make a family of its own"), self.split_family)
        self.table = self._children_table()
        place = Card(_("Address"))
        where = row(gap=4)
        where.addLayout(self._place, 1)
        where.addWidget(self.place_button, 0, Qt.AlignmentFlag.AlignTop)
        place.body.addLayout(where)
        carers = Card(_("Caregivers"))
        carers.body.addLayout(self._carers)
        carers.body.addLayout(row(self.add_button, STRETCH))
        self.table.setMinimumHeight(theme.size("search"))
        whole = column(self._frozen, place, carers, gap=4)
        whole.addWidget(self.table, 1)
        self.body.addWidget(scrolled(panel(whole)), 1)

    def _children_table(self) -> DataTable:
        today = self._desk.today
        table = DataTable(
            [
                Column(_("Name"), lambda line: line.child.name, width=14),
                Column(_("Sex"), lambda line: code_label(line.child.sex), width=8),
                Column(_("Born"), lambda line: line.child.birth_date, width=12),
                Column(_("Age"), lambda line: line.child.ages_from, text=lambda born: age_text(born, today), width=12),
                Column(_("Birth order"), lambda line: line.child.birth_order, width=9, right=True),
                Column(_("Status"), _status, width=10),
                Column(
                    _("Next due"),
                    _due_words,
                    width=0,
                    icon=lambda line: STATE_LOOKS[line.due.state][0] if line.due else "",
                    tone=lambda line: STATE_LOOKS[line.due.state][1] if line.due else "",
                    hint=_due_words,
                ),
            ],
            name=_("Children of this family"),
            empty=EmptyState(_("No child of the register belongs to this family any more"), icon="children"),
        )
        for one in (self.sibling_button, self.join_button, self.split_button):
            table.tools.addWidget(one)
        table.opened.connect(self._open)
        table.picked.connect(self._on_picked)
        return table

    # -- reading

    def refresh(self) -> None:
        """Read the family and what is due for its children."""
        self.fetch(self._read, self._show)

    def first_focus(self) -> QWidget:
        """The children."""
        return self.table.view

    def _read(self) -> tuple[FamilyView, list[_ChildLine]]:
        family = families.view_family(self._desk, self._id)
        lines = [_ChildLine(child, next_due(duties.child_duties(self._desk, child.id))) for child in family.children]
        return family, lines

    def _show(self, found: tuple[FamilyView, list[_ChildLine]]) -> None:
        family, lines = found
        self._family = family
        main = next((one.name for one in family.caregivers if one.is_main), "")
        self.set_heading(_("Family of {name}").format(name=main) if main else _("Family"))
        released = any(child.released for child in family.children)
        words = _("A child of this family is on its way to another station: until then nothing is changed here.")
        self._frozen.say(words if released else "", "attention")
        self._show_place(family)
        self._show_carers(family)
        self.table.set_rows(lines)
        for one in (self.place_button, self.add_button, self.sibling_button, self.join_button, self.split_button):
            show_if(one, family.editable)
        self._on_picked(self.table.view.current_row())

    def _show_place(self, family: FamilyView) -> None:
        clear(self._place)
        parts = (family.county, family.township, family.village, family.address)
        self._place.addWidget(_fact("map", " · ".join(part for part in parts if part) or _("No address yet")))
        if family.registered_address:
            words = _("Registered at {address}").format(address=family.registered_address)
            self._place.addWidget(_fact("info", words))
        if family.care_difficulty:
            flag = mark(_("Difficulty in care"), "attention")
            self._place.addWidget(_line(flag, family.care_difficulty))

    def _show_carers(self, family: FamilyView) -> None:
        clear(self._carers)
        for place, carer in enumerate(family.caregivers):
            if place:
                self._carers.addWidget(rule())
            self._carers.addWidget(self._carer_line(carer, family))
        if not family.caregivers:
            self._carers.addWidget(label(_("No caregiver is recorded."), "soft"))

    def _carer_line(self, carer: FamilyCarer, family: FamilyView) -> QWidget:
        name = label(f"{reference.code_name('relation', carer.relation)} {carer.name}", "strong")
        line = row(name, gap=3)
        if carer.is_main:
            line.addWidget(mark(_("Main caregiver"), "accent"))
        if carer.phone:
            line.addWidget(self._number(_("Phone of {who}"), carer, "phone", carer.phone))
        if carer.citizen_id:
            line.addWidget(self._number(_("Citizen id of {who}"), carer, "citizen_id", carer.citizen_id))
        born = _("born {day}").format(day=format_date(carer.birth_date)) if carer.birth_date else ""
        education = reference.code_name("education", carer.education)
        more = "  ·  ".join(part for part in (born, carer.occupation, education) if part)
        line.addWidget(label(more, "soft"))
        line.addStretch(1)
        if family.editable:
            for one in self._carer_buttons(carer):
                line.addWidget(one)
        whole = panel(line)
        whole.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        return whole

    def _number(self, words: str, carer: FamilyCarer, which: RevealField, masked: str) -> MaskedLabel:
        reveal = partial(children.reveal, self._desk, carer.id, which) if self._may_reveal else None
        return MaskedLabel(words.format(who=carer.name), masked, reveal)

    def _carer_buttons(self, carer: FamilyCarer) -> list[QPushButton]:
        verbs = [
            (_("Correct"), self._correct_carer, "edit"),
            *([] if carer.is_main else [(_("Make main"), self._make_main, "")]),
            (_("Take out"), self._remove_carer, ""),
        ]
        made = []
        for words, slot, icon in verbs:
            one = button(words, partial(slot, carer), kind="flat", icon=icon)
            one.setAccessibleName(f"{words}: {carer.name}")
            made.append(one)
        return made

    # -- what a person does

    def correct_place(self) -> None:
        """Ask where the family lives."""
        family = self._family
        if family is not None:
            self.act(
                lambda _context: villages.open_names(self._desk),
                lambda names: ask_place(self.window(), self._desk, self._runner, family, names),
                title=_("Reading"),
                writes=False,
            )

    def add_carer(self) -> None:
        """Ask for another caregiver."""
        self._open_dialog(CaregiverDialog(self.window(), self._desk, self._runner, self._id))

    def register_sibling(self) -> None:
        """Ask for another child of this family."""
        dialog = RegisterChild(self.window(), self._desk, self._runner, ())
        dialog.saved.connect(self._on_registered)
        dialog.wanted.connect(self._on_registered)
        if self.table.rows():
            dialog.join(families.family_of(self._desk, self.table.rows()[0].child.id))
        self._open_dialog(dialog)

    def join_family(self) -> None:
        """Ask which family the marked child belongs to."""
        line = self.table.view.current_row()
        if line is not None:
            child = line.child
            self._open_dialog(JoinDialog(self.window(), self._desk, self._runner, child.id, child.name))

    def split_family(self) -> None:
        """Give the marked child a family of its own."""
        line = self.table.view.current_row()
        if line is None:
            return
        child = line.child
        text = _("{name} gets a family of its own with the same address and a copy of the caregivers.")
        do = _("Make a family of its own")
        if ask.confirm(self, do + "?", text.format(name=child.name), do=do):
            self.act(
                lambda _context: families.split_household(self._desk, child.id),
                self._on_split,
                title=do,
            )

    def _correct_carer(self, carer: FamilyCarer) -> None:
        self._open_dialog(CaregiverDialog(self.window(), self._desk, self._runner, self._id, carer))

    def _make_main(self, carer: FamilyCarer) -> None:
        self.act(
            lambda _context: caregivers.correct_caregiver(self._desk, carer.id, {"is_main": True}),
            lambda _nothing: self.reload(),
            title=_("Make main"),
        )

    def _remove_carer(self, carer: FamilyCarer) -> None:
        ask_removal_of(self.window(), self._desk, self._runner, carer)

    def _open_dialog(self, dialog) -> None:
        dialog.open()
        dialog.focus_first()

    def _on_registered(self, child_id: str) -> None:
        self.go.emit(f"child/{child_id}")

    def _on_split(self, household_id: str) -> None:
        self.go.emit(f"family/{household_id}")

    def _on_picked(self, line: _ChildLine | None) -> None:
        several = len(self.table.rows()) > 1
        self.join_button.setEnabled(line is not None)
        self.split_button.setEnabled(line is not None and several)

    def _open(self, line: _ChildLine) -> None:
        self.go.emit(f"child/{line.child.id}")


def _status(line: _ChildLine) -> str:
    return _("on the way elsewhere") if line.child.released else code_label(line.child.status)


def _due_words(line: _ChildLine) -> str:
    if line.due is None or line.child.status is not ChildStatus.ACTIVE:
        return ""
    late = line.due.state is DueState.OVERDUE
    when = _("{n} days late").format(n=format_number(line.due.days_late)) if late else window_words(line.due)
    return f"{line.due.title}  ·  {when}"


def _fact(icon: str, words: str) -> QWidget:
    return _line(IconLabel(icon, size="icon_small"), words)


def _line(before: QWidget, words: str) -> QWidget:
    line = row(before, gap=1)
    line.addWidget(label(words, wrap=True), 1)
    return panel(line)
