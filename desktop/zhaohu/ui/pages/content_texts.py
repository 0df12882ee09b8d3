"""指导内容: every line by age band and topic, how it is founded, and what the district made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import N_, _
from zhaohu.rules.guidance.library import LONGEST_WORDS, Block
from zhaohu.services.content import texts
from zhaohu.services.content.texts import CHANGED, HIDDEN, OWN, REVIEWED, SHIPPED, TextRow, Texts
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key
from zhaohu.services.guidance.hand_out_words import title as block_title
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.dialogs.hand_out import MARKS
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import column, flow, panel
from zhaohu.ui.widgets.long_text_field import LongTextField
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if

if TYPE_CHECKING:
    from zhaohu.ui.pages.content import ContentPage

_STANDS = {
    SHIPPED: N_("as shipped"),
    REVIEWED: N_("reviewed"),
    CHANGED: N_("changed"),
    HIDDEN: N_("not used"),
    OWN: N_("the district's own"),
}
_TONES = {REVIEWED: "done", CHANGED: "accent", OWN: "accent", HIDDEN: "quiet"}
_ICONS = {REVIEWED: "check", CHANGED: "edit", OWN: "add", HIDDEN: "eye-off"}
_ALL, _DIFFERS, _OPEN = "all", "differs", "open"


class TextsTab(QWidget):
    """The lines of one age band, or of all; an administrator of the center changes them."""

    def __init__(self, desk: Desk, page: ContentPage) -> None:
        super().__init__()
        self._desk, self._page = desk, page
        self._read = Texts((), (), page.nothing)
        self.band = SelectField(options_of([(_ALL, _("All ages"))]), width="field")
        self.band.box.setAccessibleName(_("Month of age"))
        self.edit_button = button(_("Change the words"), self.edit, icon="edit")
        self.review_button = button(_("Reviewed"), self.review, icon="check")
        self.hide_button = button(_("Do not use"), self.hide_or_show, icon="eye-off")
        self.restore_button = button(_("As shipped"), self.restore, icon="undo")
        self.add_button = button(_("Add a line"), self.add, icon="add")
        self.restore_all_button = button(_("All as shipped"), self.restore_all)
        self._standing = label("", "soft", wrap=True)
        self.table = self._make_table()
        self._marked_buttons = (self.edit_button, self.review_button, self.hide_button, self.restore_button)
        bar = flow(self.band, self.add_button, *self._marked_buttons, self.restore_all_button)
        for one in (*self._marked_buttons, self.add_button, self.restore_all_button):
            show_if(one, page.may_change)
        layout = column(panel(bar), self._standing, gap=3)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self.table.filtered.connect(self._show)
        self.band.changed.connect(self._show)
        self._on_picked(None)

    def _make_table(self) -> DataTable:
        return DataTable(
            [
                Column(_("Month of age"), self._ages, width=20),
                Column(_("Block"), lambda one: one.block_title, width=16),
                Column(_("Line"), lambda one: one.words, width=0, hint=_whole),
                Column(_("Only when"), lambda one: one.only_when or None, width=16, hint=lambda one: one.only_when),
                Column(_("Founded on"), lambda one: _(MARKS[one.mark]), width=14),
                Column(
                    _("State"),
                    lambda one: _(_STANDS[one.standing]),
                    width=14,
                    tone=lambda one: _TONES.get(one.standing, ""),
                    icon=lambda one: _ICONS.get(one.standing, ""),
                ),
            ],
            name=_("Texts of guidance"),
            chips=[(_ALL, _("All")), (_OPEN, _("To be reviewed")), (_DIFFERS, _("Changed by the district"))],
            export=list_export(self._page, self._desk, _("Texts of guidance")),
        )

    def read(self) -> Texts:
        """All lines; called off the GUI thread."""
        return texts.list_texts(self._desk)

    def show_read(self, read: Texts) -> None:
        """Show what `read` gave."""
        first = not self._read.bands
        self._read = read
        if first:
            self.band.set_options(options_of([(_ALL, _("All ages")), *read.bands]))
            self.band.set_value(_ALL)
        self._standing.setText(self._page.standing_words(read.standing))
        self.restore_all_button.setEnabled(any(one.standing != SHIPPED for one in read.rows))
        self._show()

    # -- what a person does

    def edit(self) -> None:
        """Other words for the marked line."""
        if marked := self.marked():
            lead = _("Words of the program: {words}").format(words=marked.shipped) if marked.shipped else ""
            self._ask(
                _words_form(marked.words),
                _("Change the words"),
                lead,
                lambda values: texts.change_text(self._desk, marked.id, str(values["words"])),
            )

    def add(self) -> None:
        """A line of the district's own."""
        form = Form()
        form.section()
        form.add("band", _("Month of age"), SelectField(options_of(list(self._read.bands))), required=True)
        blocks = options_of([(str(block), block_title(block)) for block in Block])
        form.add("block", _("Block"), SelectField(blocks), required=True)
        form.add("words", _("Line"), LongTextField(max_length=LONGEST_WORDS), required=True)
        form.finish()
        chosen = self.band.value()
        form.load({"band": None if chosen == _ALL else chosen})
        lead = _("Large plain words, one thing in a line; at most {n} characters.").format(n=LONGEST_WORDS)
        self._ask(
            form,
            _("Add a line"),
            lead,
            lambda values: texts.add_text(self._desk, values["band"], values["block"], str(values["words"])),
        )

    def review(self) -> None:
        """The district stands by the marked line, or takes that back."""
        if marked := self.marked():
            reviewed = marked.standing != REVIEWED
            self._page.change(
                lambda: texts.set_reviewed(self._desk, marked.id, reviewed=reviewed), self.review_button.text()
            )

    def hide_or_show(self) -> None:
        """Leave the marked line out, or take it in again."""
        if marked := self.marked():
            hidden = marked.standing != HIDDEN
            self._page.change(lambda: texts.set_hidden(self._desk, marked.id, hidden=hidden), self.hide_button.text())

    def restore(self) -> None:
        """The program's line again; an own line goes."""
        if marked := self.marked():
            self._page.change(lambda: texts.restore_text(self._desk, marked.id), self.restore_button.text())

    def restore_all(self) -> None:
        """The program's texts again."""
        self._page.restore(Key.GUIDANCE_TEXTS, _("All texts as shipped"))

    def marked(self) -> TextRow | None:
        """The row that is marked."""
        return self.table.view.current_row()

    def _ask(self, form: Form, title: str, lead: str, save) -> None:
        dialog = FormDialog.ask(self.window(), self._page.runner, form, title=title, lead=lead, do=_("Save"), save=save)
        dialog.saved.connect(self._page.told)

    def _show(self, *_changed: object) -> None:
        band, chip = self.band.value(), self.table.chips.current()
        rows = [
            one
            for one in self._read.rows
            if (band in (None, _ALL) or band in one.bands)
            and (chip != _DIFFERS or one.standing not in (SHIPPED, REVIEWED))
            and (chip != _OPEN or (one.mark == "bg" and one.standing == SHIPPED))
        ]
        kept = self.marked()
        self.table.set_rows(rows)
        places = [place for place, one in enumerate(rows) if kept is not None and one.id == kept.id]
        if places:
            self.table.view.choose_row(places[0])
        self._on_picked(self.marked())

    def _ages(self, one: TextRow) -> str:
        titles = dict(self._read.bands)
        known = [titles.get(code, code) for code in one.bands]
        return _("all ages") if len(known) == len(titles) else _(", ").join(known)

    def _on_picked(self, marked: TextRow | None) -> None:
        for one in self._marked_buttons:
            one.setEnabled(marked is not None)
        if marked is None:
            return
        own = marked.standing == OWN
        self.review_button.setEnabled(marked.standing in (SHIPPED, REVIEWED))
        self.review_button.setText(_("Not reviewed") if marked.standing == REVIEWED else _("Reviewed"))
        self.hide_button.setEnabled(not own)
        self.hide_button.setText(_("Take in again") if marked.standing == HIDDEN else _("Do not use"))
        self.restore_button.setEnabled(marked.standing != SHIPPED)
        self.restore_button.setText(_("Remove the line") if own else _("As shipped"))

    def _on_opened(self, _marked: TextRow) -> None:
        if self._page.may_change:
            self.edit()


def _words_form(words: str) -> Form:
    form = Form()
    form.section()
    form.add("words", _("Line"), LongTextField(max_length=LONGEST_WORDS), required=True)
    form.finish()
    form.load({"words": words})
    return form


def _whole(one: TextRow) -> str:
    if one.standing == CHANGED:
        return _("{words}\nWords of the program: {shipped}").format(words=one.words, shipped=one.shipped)
    return one.words
