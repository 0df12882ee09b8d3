"""One parenting class: what, when and where, and which families came."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from zhaohu.errors import Refused
from zhaohu.i18n import _, format_date, format_number, pgettext
from zhaohu.records.codes import SiteKind
from zhaohu.records.codes import label as code_label
from zhaohu.rules.ages import age_text
from zhaohu.services import printing, reference
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.guidance import classes
from zhaohu.services.guidance.classes import AttendanceRow, ClassRow
from zhaohu.services.register import removal
from zhaohu.ui.dialogs import ask
from zhaohu.ui.file_names import file_name
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.papers import show_paper
from zhaohu.ui.pages.removed import ask_removal
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.check_table import CheckTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if

_CAME_COLUMN = 5


def class_page(desk: Desk, hub: Hub, runner: Runner, class_id: str) -> Page:
    """The page, for the shell; `class_id` is the argument of its address."""
    return ClassPage(desk, hub, runner, class_id)


class ClassPage(LoadingPage):
    """Details, and a list of families in which who came is ticked."""

    tables = frozenset({"parenting_class", "attendance", "child", "caregiver", "teacher"})

    def __init__(self, desk: Desk, hub: Hub, runner: Runner, class_id: str) -> None:
        super().__init__(hub, runner)
        self._desk, self._class_id = desk, class_id
        self._held: ClassRow | None = None
        self._names: dict[str, str] = {}
        self._kept: dict[str, str | None] = {}
        self._writes = desk.site.kind is SiteKind.STATION and desk.person.role in WRITERS
        self.notice = Notice(closable=True)
        self._count = label("", "soft")
        self._hint = label(_("Space ticks a family, F2 changes who came.") if self._writes else "", "note")
        self._everybody = button(_("Everybody came"), self._on_everybody, kind="flat", icon="check")
        self.table = CheckTable(
            self._columns(), name=_("Families invited"), key=lambda line: line.id, writable=_CAME_COLUMN
        )
        self.table.check_model.locked = not self._writes
        self.empty = EmptyState(
            _("No family was invited"), _("Families are chosen when a class is planned."), icon="family"
        )
        self.remove_button = button(_("Remove…"), self._on_remove, kind="flat", icon="delete")
        show_if(self.remove_button, self._writes)
        self.add_action(self.remove_button)
        if desk.person.role in WRITERS:
            self.add_action(button(_("Print the sign-in sheet"), self._on_print, icon="print", shortcut="Ctrl+P"))
        self.save_button: QPushButton | None = None
        if self._writes:
            self.save_button = button(_("Save attendance"), self.save, kind="primary", icon="save", shortcut="Ctrl+S")
            self.set_primary(self.save_button)
        self.body.addWidget(self.notice)
        self.body.addLayout(row(self._count, self._hint, STRETCH, self._everybody, gap=4))
        show_if(self._everybody, self._writes)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.empty, 1)
        self.table.check_model.toggled.connect(self._on_toggled)
        self.table.check_model.written.connect(self._on_written)

    def refresh(self) -> None:
        """Read the class anew; entries that are not saved stay."""
        self.fetch(lambda: classes.view_class(self._desk, self._class_id), self._take)

    def first_focus(self):
        """The list of families."""
        return self.table

    def save(self) -> None:
        """Keep who came."""
        present = self._present()

        def work(_context: object) -> dict[str, str | None]:
            classes.mark_attendance(self._desk, self._class_id, present)
            return present

        self._set_savable(False)
        self.act(work, self._on_saved, title=_("Saving attendance"), failed=self._on_failed)

    def may_leave(self) -> bool:
        """Ask what becomes of ticks that are not saved."""
        if not self._changed():
            return True
        answer = ask.unsaved(self.window(), _("Who came to this class is not saved yet."))
        if answer == "save":
            classes.mark_attendance(self._desk, self._class_id, self._present())
        return answer != "stay"

    def unreadable(self, error: Exception) -> None:
        """A class that is not there is told on the page."""
        if not isinstance(error, Refused):
            raise error
        self.say_gone(error, _("To the classes"), "classes")

    def _take(self, found: tuple[ClassRow, list[AttendanceRow]]) -> None:
        held, lines = found
        self._held = held
        moment = f"{format_date(held.held_on)} {held.starts_at}–{held.ends_at}"
        parts = [code_label(held.kind), code_label(held.topic_block), moment, held.place, held.teacher]
        self.set_heading(held.topic, "  ·  ".join(parts))
        unsaved = self._present() if self._changed() else {}
        self._kept = {line.id: line.attended_by or line.caregiver if line.present else None for line in lines}
        now = {**self._kept, **{key: name for key, name in unsaved.items() if key in self._kept}}
        self._names = {line.id: now[line.id] or line.caregiver for line in lines}
        model = self.table.check_model
        model.set_rows(lines)
        model.set_ticked(key for key, name in now.items() if name is not None)
        self.table.setVisible(bool(lines))
        self.empty.setVisible(not lines)
        self._show_count()
        if lines and not self.table.currentIndex().isValid():
            self.table.choose_row(0)

    def _present(self) -> dict[str, str | None]:
        ticked = self.table.check_model.ticked()
        return {line.id: self._names[line.id] if line.id in ticked else None for line in self.table.check_model.rows()}

    def _changed(self) -> bool:
        return self._writes and self._present() != self._kept

    def _show_count(self) -> None:
        invited, present = len(self._kept), len(self.table.check_model.ticked())
        self._count.setText(
            _("{present} of {invited} families came").format(
                present=format_number(present), invited=format_number(invited)
            )
        )
        self._set_savable(self._changed())

    def _set_savable(self, savable: bool) -> None:
        if self.save_button is not None:
            self.save_button.setEnabled(savable)

    def _on_toggled(self, _line: AttendanceRow) -> None:
        self.notice.say("")
        self._show_count()

    def _on_written(self, line: AttendanceRow, name: str) -> None:
        """Somebody's name stands only where somebody came."""
        self._names[line.id] = name or line.caregiver
        self.table.check_model.set_ticked(self.table.check_model.ticked() | {line.id})
        self._show_count()

    def _on_everybody(self) -> None:
        self.table.check_model.set_ticked(self._kept)
        self._show_count()

    def _on_saved(self, present: dict[str, str | None]) -> None:
        self._kept = {**self._kept, **present}
        self._show_count()
        self.notice.say(_("Attendance is saved."), "done")

    def _on_failed(self, error: Exception) -> None:
        self._show_count()
        raise error

    def _on_remove(self) -> None:
        if self._held is None:
            return
        dialog = ask_removal(
            self.window(),
            self._runner,
            title=_("Remove the class “{topic}”?").format(topic=self._held.topic),
            hides=_("The class and its list of families are not shown and not counted any more."),
            remove=lambda reason: removal.remove_class(self._desk, self._class_id, reason),
        )
        dialog.saved.connect(self._on_removed)

    def _on_removed(self, _nothing: None) -> None:
        self._kept = self._present()  # ticks that were not saved went with the class
        self.go.emit("classes")

    def _on_print(self) -> None:
        if self._held is None:
            return
        title = _("Sign-in sheet")
        show_paper(
            self,
            lambda: printing.print_sign_in(self._desk, self._class_id),
            title=title,
            file_name=file_name(self._held.held_on, title, ending=".pdf"),
        )

    def _columns(self) -> list[Column]:
        return [
            Column(_("Came / child"), lambda line: line.child, width=16),
            Column(_("Age"), self._age, width=13, sort=lambda line: -line.birth_date.toordinal()),
            Column(_("Village"), lambda line: line.village, width=0),
            Column(_("Caregiver"), _caregiver, width=18),
            Column(_("Phone"), lambda line: line.phone, width=14),
            Column(_("Who came"), self._came, width=16, hint=lambda _line: _("F2 or a double click writes a name")),
        ]

    def _age(self, line: AttendanceRow) -> str:
        return age_text(line.birth_date, self._held.held_on) if self._held is not None else ""

    def _came(self, line: AttendanceRow) -> str:
        return self._names.get(line.id, "") if line.id in self.table.check_model.ticked() else ""


def _caregiver(line: AttendanceRow) -> str:
    relation = reference.code_name("relation", line.relation)
    if not relation:
        return line.caregiver
    return pgettext("caregiver and relation", "{name} ({relation})").format(name=line.caregiver, relation=relation)
