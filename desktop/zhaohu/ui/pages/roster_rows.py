"""The rows of a roster on screen: how each stands, why, what becomes of it, and its cells to be mended in place."""

from __future__ import annotations

from collections import Counter
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from zhaohu.i18n import _, format_number
from zhaohu.records.codes import label as code_label
from zhaohu.rules.names import sort_key
from zhaohu.services.desk import Desk
from zhaohu.services.roster import rosters
from zhaohu.services.roster.roster_preview import Decision, PreviewRow, RosterPreview, RowState
from zhaohu.ui import theme
from zhaohu.ui.pages import roster_words as words
from zhaohu.ui.pages.roster_detail import ReadChild, RowDetail
from zhaohu.ui.pages.roster_work import RosterWork
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.layout import column, flow, panel, row
from zhaohu.ui.widgets.table import Column

_ALL = "all"


class RosterRows(QWidget):
    """Chips by state, the table, and one row whole beside it.

    Args:
        desk: Whose roster it is.
        work: The roster and what is done to it.
        titles: Names of all fields of a roster.
        read_child: Reads a child of the register off the GUI thread, then shows it.

    Signals:
        counted: The rows, their states or the decisions are other ones.
    """

    counted = Signal()

    def __init__(self, desk: Desk, work: RosterWork, titles: dict[str, str], read_child: ReadChild) -> None:
        super().__init__()
        self._desk, self._work, self._titles = desk, work, titles
        self._entered = ""
        chips = [(_ALL, ""), *((str(state), "") for state in RowState)]
        self.table = DataTable(_columns(titles), name=_("Rows of the roster"), chips=chips)
        advice = _("Below its headings the sheet holds no row with a child.")
        self.table.empty.set_words(_("The roster has no rows"), advice)
        self.detail = RowDetail(read_child, self._find)
        self.take_all = QCheckBox()
        self.item = SelectField(width="field")
        self.item.setFixedWidth(theme.size("field"))
        self.item.set_name(_("Only rows with a doubt about"))
        self._offered: dict[str, int] | None = None
        left = column(self.table, panel(flow(self.take_all, self.item, gap=4)), gap=2)
        layout = row(gap=4)
        layout.addLayout(left, 1)
        layout.addWidget(self.detail)
        self.setLayout(layout)
        self.table.view.installEventFilter(self)
        self.table.opened.connect(self._mend)
        self.table.picked.connect(self._show_detail)
        self.table.filtered.connect(self._filter)
        self.detail.decided.connect(self._decide)
        self.detail.typed.connect(self._on_typed)
        self.detail.entered.connect(self._on_entered)
        self.detail.left.connect(self._to_table)
        self.item.changed.connect(self._on_item)
        self.take_all.clicked.connect(self._on_take_all)
        work.begun.connect(self._show_all)
        work.changed.connect(self._follow)

    # -- showing

    def _show_all(self) -> None:
        """Another file, or its columns were taken for something else: begin with what wants a person."""
        counts = self._work.preview.counts
        first = next((str(state) for state in words.WORKED_THROUGH if counts[state]), _ALL)
        self.table.chips.choose(first)
        self._offer_items()
        self._tell()
        self._filter()
        self.detail.setVisible(bool(self._work.preview.rows))

    def _tell(self) -> None:
        preview, counts = self._work.preview, self._work.preview.counts
        self.table.chips.set_words(_ALL, _with_count(_("All rows"), len(preview.rows)))
        for state in RowState:
            self.table.chips.set_words(str(state), _with_count(words.state_title(state), counts[state]))
        doubts = self._doubts()
        text = _("Register {n} doubtful rows without the doubtful items")
        self.take_all.setText(text.format(n=format_number(len(doubts))))
        self.take_all.setVisible(bool(doubts))
        self.take_all.setChecked(bool(doubts) and all(one.decision is Decision.TAKE for one in doubts))
        self.counted.emit()

    def _offer_items(self) -> None:
        """What there is to choose from: every item that is doubtful somewhere, the most frequent first."""
        found = Counter(item for one in self._work.preview.rows for item in words.items(one))
        if found == self._offered:
            return
        self._offered = found
        titles = {**self._titles, words.OTHER: _("perhaps twice")}
        options = [(item, _with_count(titles[item], n)) for item, n in found.most_common()]
        chosen = self.item.value()
        self.item.set_options(options_of([(_ALL, _("Every doubtful item")), *options]))
        self.item.set_value(chosen if chosen in found else _ALL)
        self.item.setVisible(len(found) > 1)

    def _fits_item(self, one: PreviewRow) -> bool:
        item = self.item.value() or _ALL
        return item == _ALL or item in words.items(one)

    def _doubts(self) -> list[PreviewRow]:
        return [one for one in self._work.preview.rows if words.is_doubt(one) and self._fits_item(one)]

    def _filter(self) -> None:
        before = self.table.view.current_row()
        key = self.table.chips.current()
        narrowed = key in (_ALL, RowState.DOUBTFUL, RowState.REFUSED)
        self.item.setEnabled(narrowed)
        wanted = [one for one in self._work.preview.rows if key in (_ALL, one.state)]
        wanted = [one for one in wanted if self._fits_item(one)] if narrowed else wanted
        if wanted or not self._work.preview.rows:
            self.table.empty.set_words(
                _("The roster has no rows"), _("Below its headings the sheet holds no row with a child.")
            )
        else:
            self.table.empty.set_words(_("No row is like this"), _("Choose another state above."))
        self.table.blockSignals(True)  # the detail shows one row after another, not nothing in between
        self.table.view.selectionModel().clearCurrentIndex()
        self.table.set_rows(wanted)
        self.table.blockSignals(False)
        if wanted:
            numbers = [one.row for one in self.table.rows()]
            place = numbers.index(before.row) if before is not None and before.row in numbers else 0
            self.table.view.choose_row(place)
        else:
            self._show_detail(None)

    def _show_detail(self, one: PreviewRow | None) -> None:
        self._entered = ""
        fields = list(dict.fromkeys(each.field for each in self._work.preview.columns if each.field))
        self.detail.show_row(one, self._titles, fields)
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Parts of the detail come and go: Tab still goes from the list through it from top to bottom."""
        for before, after in pairwise((self.item.box, *self.detail.tab_chain())):
            QWidget.setTabOrder(before, after)

    def _find(self, number: int) -> PreviewRow | None:
        return next((one for one in self._work.preview.rows if one.row == number), None)

    def _follow(self, before: RosterPreview) -> None:
        """Show what is different in another preview; rows stay where they are, also when their state is another."""
        preview = self._work.preview
        if preview.columns != before.columns or len(preview.rows) != len(before.rows):
            self._show_all()
            return
        pairs = zip(before.rows, preview.rows, strict=True)
        changed = {new.row: new for old, new in pairs if new is not old and new != old}
        for place, shown in enumerate(self.table.rows()):
            if shown.row in changed:
                self.table.view.table_model.replace_row(place, changed[shown.row])
        here = self.detail.row()
        if here is not None and (here.row in changed or self._entered):
            self.detail.follow_row(changed.get(here.row, here))
            self._order_tabs()
        if any(new.issues is not old.issues for old, new in zip(before.rows, preview.rows, strict=True)):
            self._offer_items()
        self._tell()
        if self._entered:
            self._move_on()

    # -- deciding

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space decides about the marked row, digits choose, as the buttons beside it do."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            one = self.table.view.current_row()
            choices = one.decisions if one is not None else ()
            if event.key() == Qt.Key.Key_Space:
                if len(choices) > 1:
                    self._decide(choices[(choices.index(one.decision) + 1) % len(choices)])
                return True
            if event.text() in "123456789"[: len(choices)] and event.text():
                self._decide(choices[int(event.text()) - 1])
                return True
        return super().eventFilter(watched, event)

    def _decide(self, decision: Decision) -> None:
        one = self.table.view.current_row()
        if one is not None and decision in one.decisions:
            self._work.do(partial(rosters.decide, row=one.row, decision=decision))

    def _on_take_all(self, checked: bool) -> None:
        decision = Decision.TAKE if checked else Decision.LEAVE
        numbers = [one.row for one in self._doubts()]
        self._work.do(partial(rosters.decide, row=numbers, decision=decision))

    def _on_item(self) -> None:
        self._tell()
        self._filter()

    # -- mending

    def _mend(self, _row: PreviewRow) -> None:
        """Enter or a double click: to the cell that is to be mended."""
        fields = self.detail.cells.fields()
        if fields:
            self.detail.cells.focus(self.detail.first_problem() or fields[0])

    def _on_typed(self, field: str, text: str) -> None:
        one = self.detail.row()
        if one is not None:
            self._work.do(partial(self._edited, number=one.row, field=field, text=text), title=_("Reading the row"))

    def _edited(self, preview: RosterPreview, *, number: int, field: str, text: str) -> RosterPreview:
        return rosters.edit(self._desk, preview, number, field, text)

    def _on_entered(self, field: str) -> None:
        self._entered = field
        if not self._work.is_busy():
            self._move_on()

    def _move_on(self) -> None:
        """After Enter: stay where the cell is still wrong, else to the next that is, else back to the table."""
        self._entered, entered = "", self._entered
        target = entered if entered in words.wrong_fields(self.detail.row()) else self.detail.first_problem()
        if target:
            self.detail.cells.focus(target)
        else:
            self._to_table()

    def _to_table(self) -> None:
        self.table.view.setFocus(Qt.FocusReason.OtherFocusReason)


def _columns(titles: dict[str, str]) -> list[Column]:
    return [
        Column(_("Row"), lambda r: r.row, width=4, right=True),
        Column(_("Decision"), words.outcome_words, width=6, tone=lambda r: "done" if words.is_taken(r) else "quiet"),
        words.state_column(),
        Column(_("Name"), lambda r: r.name or None, width=8, sort=lambda r: sort_key(r.name)),
        Column(_("Sex"), lambda r: code_label(r.sex) if r.sex is not None else None, width=4),
        Column(_("Born"), lambda r: r.birth_date, width=10),
        Column(_("Village"), lambda r: r.village or None, width=9, sort=lambda r: sort_key(r.village) or None),
        Column(_("Caregiver"), lambda r: r.caregiver or None, width=7),
        words.remark_column(titles),
    ]


def _with_count(text: str, n: int) -> str:
    return f"{text} {format_number(n)}"
