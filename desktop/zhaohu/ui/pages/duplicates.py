"""重复儿童: pairs of the register that may be one child, what to do about them, and what was decided before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from zhaohu.i18n import _, ngettext, sentences
from zhaohu.records.codes import label as code_label
from zhaohu.rules.duplicates import Grade
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.duplicates import duplicates, merging
from zhaohu.services.duplicates.duplicate_rows import OneChild
from zhaohu.services.duplicates.duplicates import Pair, ToldApart
from zhaohu.services.duplicates.merging import Comparison, MergeRow, Undone
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.merge import GRADE_TONES, MergeDialog
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import JobContext, Runner
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.tabs import Tabs

_GRADE_ICONS = {Grade.SURE: "danger", Grade.LIKELY: "attention", Grade.POSSIBLE: ""}


@dataclass(frozen=True, slots=True)
class _Decision:
    """A merge, or two children told apart."""

    id: str
    merged: bool
    what: str
    reason: str
    at: str
    by: str
    undone: str
    problem: str


def duplicates_page(desk: Desk, hub: Hub, runner: Runner, _argument: str = "") -> Page:
    """The page, for the shell; there is but one of it."""
    return DuplicatesPage(desk, hub, runner)


class DuplicatesPage(LoadingPage):
    """The register is looked through when the page is opened, and again when somebody changed it."""

    tables = frozenset({"child", "caregiver", "household", "not_duplicate", "child_merge"})

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._pairs: list[Pair] = []
        self._scans = 0
        self.notice = Notice(closable=True)
        self.again_button = button(_("Look again"), self.refresh, icon="refresh")
        self.open_button = button(_("Compare"), self.compare, kind="primary", shortcut="Ctrl+Return")
        self.open_button.setEnabled(False)
        self.undo_button = button(_("Undo"), self.undo, icon="undo")
        self.undo_button.setEnabled(False)
        self._none = EmptyState(_("Looking through the register"), "", icon="children")
        self.table = DataTable(
            _pair_columns(),
            name=_("Possible duplicates"),
            chips=[("", _("All")), *((str(grade), duplicates.grade_label(grade)) for grade in Grade)],
            empty=self._none,
        )
        self.table.tools.addWidget(self.again_button)
        self.earlier = DataTable(
            _decision_columns(),
            name=_("Earlier decisions"),
            empty=EmptyState(
                _("Nothing was decided yet"), _("Merges, and children who were told apart, stand here."), icon="history"
            ),
        )
        self.earlier.tools.addWidget(self.undo_button)
        self.tabs = Tabs(_("Duplicates"))
        self.tabs.add(self.table, _("Possible duplicates"))
        self.tabs.add(self.earlier, _("Earlier decisions"))
        self.body.addWidget(self.notice)
        self.body.addWidget(self.tabs, 1)
        self.set_heading(lead=_("Who may be in the register twice. Twins are left out as far as they can be told."))
        self.set_primary(self.open_button)
        self.table.filtered.connect(self._show_pairs)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._open)
        self.earlier.picked.connect(self._on_decision)
        self.tabs.currentChanged.connect(self._on_tab)

    def refresh(self) -> None:
        """Look through the register, off the GUI thread; a scan that was asked for before is dropped."""
        self._scans += 1
        scan = self._scans
        self.again_button.setEnabled(False)
        self._none.set_words(_("Looking through the register"), _("This takes a moment where there are many children."))
        self.fetch(lambda: _decisions(self._desk), self._show_decisions, part="decisions")

        def look(context: JobContext) -> list[Pair]:
            return duplicates.find_all(self._desk, context.progress, context.cancelled)

        self._runner.run(
            look,
            title=_("Looking for duplicates"),
            on_result=lambda found: self._take(scan, found),
            on_error=lambda error: self._on_failed(scan, error),
            on_cancelled=lambda: self._on_stopped(scan),
        )

    def first_focus(self):
        """The list of pairs."""
        return self.table.view

    def compare(self) -> None:
        """Show the marked pair side by side."""
        marked = self.table.view.current_row()
        if marked is not None:
            self._open(marked)

    def undo(self) -> None:
        """Take the marked decision back."""
        marked = self.earlier.view.current_row()
        if marked is None:
            return
        if not marked.merged:
            self.act(
                lambda _context: duplicates.forget_apart(self._desk, marked.id),
                lambda _nothing: self.notice.say(_("The two are looked at again."), "done"),
                title=_("Taking a decision back"),
            )
            return
        question = _(
            "The two records become two children again, each with its own records. What was recorded since stays with "
            "the one that was kept."
        )
        if ask.confirm(self.window(), _("Undo this merge?"), question, do=_("Undo the merge")):
            self.act(
                lambda _context: merging.undo_merge(self._desk, marked.id), self._on_undone, title=_("Undoing a merge")
            )

    def _take(self, scan: int, found: list[Pair]) -> None:
        if self._gone or scan != self._scans:
            return
        self._pairs = found
        self.again_button.setEnabled(True)
        self._show_pairs()

    def _on_failed(self, scan: int, error: Exception) -> None:
        self._on_stopped(scan)
        raise error

    def _on_stopped(self, scan: int) -> None:
        if self._gone or scan != self._scans:
            return
        self.again_button.setEnabled(True)
        self._none.set_words(_("The search was stopped"), _("“Look again” starts it anew."))

    def _show_pairs(self) -> None:
        wanted = self.table.chips.current()
        self._none.set_words(
            _("No duplicates here") if not self._pairs else _("None of this kind"),
            _("Nobody seems to be in the register twice.") if not self._pairs else "",
        )
        self.table.set_rows([pair for pair in self._pairs if not wanted or pair.grade == wanted])
        if self.table.rows() and self.table.view.current_row() is None:
            self.table.view.choose_row(0)

    def _show_decisions(self, rows: Sequence[_Decision]) -> None:
        self.earlier.set_rows(rows)

    def _on_picked(self, pair: Pair | None) -> None:
        self.open_button.setEnabled(pair is not None)

    def _on_tab(self, _place: int) -> None:
        """The primary button is about the pairs."""
        self._on_picked(self.table.view.current_row() if self.table.isVisible() else None)

    def _on_decision(self, row: _Decision | None) -> None:
        may = self._desk.person.role in WRITERS
        self.undo_button.setEnabled(may and row is not None and not row.undone and not row.problem)
        self.undo_button.setToolTip(row.problem if row is not None else "")

    def _open(self, pair: Pair) -> None:
        self.notice.say("")

        def show(found: Comparison) -> None:
            MergeDialog.ask(self.window(), self._desk, self._runner, pair, found, partial(self._on_decided, pair))

        self.fetch(lambda: merging.compare(self._desk, pair.one.id, pair.other.id), show, part="compare")

    def _on_decided(self, pair: Pair, words: str) -> None:
        """The pair goes at once; looking through the register anew takes a while."""
        self._pairs = [one for one in self._pairs if one != pair]
        self._show_pairs()
        self.notice.say(words, "done")

    def _on_undone(self, undone: Undone) -> None:
        said = [_("The two are two children again.")]
        if undone.stayed:
            said.append(_("Changed since, and left as it is: {fields}.").format(fields=_(", ").join(undone.stayed)))
        if undone.caregivers:
            words = _("Caregivers who were changed since stay with both: {names}.")
            said.append(words.format(names=_(", ").join(undone.caregivers)))
        if undone.since:
            words = ngettext(
                "{n} record from after the merge stays with the child that was kept.",
                "{n} records from after the merge stay with the child that was kept.",
                undone.since,
            )
            said.append(words.format(n=undone.since))
        self.notice.say(sentences(said), "done" if len(said) == 1 else "attention")


def _decisions(desk: Desk) -> list[_Decision]:
    rows = [_of_merge(row) for row in merging.list_merges(desk)]
    rows += [_of_apart(row) for row in duplicates.list_told_apart(desk)]
    return sorted(rows, key=lambda row: (row.at, row.id), reverse=True)


def _of_merge(row: MergeRow) -> _Decision:
    one, other = f"{row.name} {row.birth_date}", f"{row.merged_name} {row.merged_birth_date}"
    what = _("{other} was merged into {one}").format(other=other, one=one)
    undone = _("undone by {name}").format(name=row.undone_by) if row.undone_at else ""
    return _Decision(row.id, True, what, "", row.at, row.by, undone, "" if undone else row.problem)


def _of_apart(row: ToldApart) -> _Decision:
    what = _("{one} and {other} are two children").format(one=row.one, other=row.other)
    return _Decision(row.id, False, what, row.reason, row.at, row.by, "", "")


def _child_words(child: OneChild) -> str:
    return f"{child.name} · {code_label(child.sex)} · {child.birth_date}"


def _family_words(child: OneChild) -> str:
    return " ".join(part for part in (child.village, child.caregiver, child.phone) if part)


def _home_words(child: OneChild) -> str:
    return " ".join(part for part in (child.village, child.caregiver) if part)


def _pair_columns() -> list[Column]:
    return [
        Column(
            _("How sure"),
            lambda pair: duplicates.grade_label(pair.grade),
            width=11,
            tone=lambda pair: GRADE_TONES[pair.grade],
            icon=lambda pair: _GRADE_ICONS[pair.grade],
            sort=lambda pair: pair.grade.rank,
        ),
        Column(
            _("Registered first"),
            lambda pair: _child_words(pair.one),
            width=28,
            hint=lambda pair: _family_words(pair.one),
        ),
        Column(
            _("Registered later"),
            lambda pair: _child_words(pair.other),
            width=28,
            hint=lambda pair: _family_words(pair.other),
        ),
        Column(
            _("Family"), lambda pair: _home_words(pair.other), width=19, hint=lambda pair: _family_words(pair.other)
        ),
        Column(_("Why"), lambda pair: pair.reason, width=0, hint=lambda pair: pair.reason),
    ]


def _decision_columns() -> list[Column]:
    return [
        Column(_("Decision"), lambda row: row.what, width=0, hint=lambda row: row.what),
        Column(_("Reason"), lambda row: row.reason, width=18, hint=lambda row: row.reason),
        Column(_("Decided by"), lambda row: row.by, width=12),
        Column(_("At"), lambda row: row.at[:16].replace("T", " "), width=17),
        Column(_("State"), lambda row: row.undone or row.problem, width=26, hint=lambda row: row.undone or row.problem),
    ]
