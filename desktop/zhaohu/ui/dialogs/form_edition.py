"""A new edition of a form, before it is published: what it is, how it looks on the screen and on paper, and a note."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QWidget

from zhaohu.i18n import _, form_term, format_date
from zhaohu.rules.forms.answers import Context
from zhaohu.rules.forms.model import Form
from zhaohu.services.content import form_editions
from zhaohu.services.content.form_editions import Proposed
from zhaohu.services.desk import Desk
from zhaohu.services.district import LONGEST_NOTE
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.papers import show_paper
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form as InputForm
from zhaohu.ui.widgets.layout import STRETCH, column, flow, row
from zhaohu.ui.widgets.record_form import RecordForm
from zhaohu.ui.widgets.words import label, set_kind

if TYPE_CHECKING:
    from zhaohu.ui.pages.loading import LoadingPage


class FormTrial(QDialog):
    """A form to try out: everything answers as at the station, and nothing is saved."""

    def __init__(self, parent: QWidget | None, desk: Desk, shown: Form) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = form_term(shown.title)
        self.setWindowTitle(title)
        set_kind(self, "page")
        self.form = RecordForm(shown, Context(desk.today))
        lead = _("Version {version}. To try out: nothing of it is saved.").format(version=shown.version)
        outer = column(label(title, "title"), label(lead, "soft"), gap=3, margin=6)
        outer.addWidget(self.form, 1)
        outer.addLayout(row(STRETCH, button(_("Close"), self.reject)))
        self.setLayout(outer)
        screen = self.screen().availableGeometry().size()
        self.resize(QSize(screen.width() * 9 // 10, screen.height() * 9 // 10))

    @classmethod
    def show_form(cls, parent: QWidget | None, desk: Desk, shown: Form) -> None:
        """Open it over its parent and go on."""
        trial = cls(parent, desk, shown)
        trial.open()
        trial.form.focus_first()


class EditionDialog(FormDialog):
    """Publishes a form file that was found in order; `saved` tells the edition."""

    def __init__(self, page: LoadingPage, desk: Desk, proposed: Proposed) -> None:
        self._page, self._desk, self._proposed = page, desk, proposed
        form = InputForm()
        card = form.section()
        hint = _("Why there is a new edition; the stations read it.")
        form.add("note", _("Note"), TextField(width="field_long", max_length=LONGEST_NOTE), hint=hint)
        form.finish()
        title = _("Publish “{form}”").format(form=form_term(proposed.form.title))
        super().__init__(
            page.window(), page.runner, form, title=title, do=_("Publish"), save=self._publish, lead=self._words()
        )
        self.screen_button = button(_("As screen"), self.show_screen, icon="eye")
        self.paper_button = button(_("As paper"), self.show_page, icon="paper")
        card.body.addLayout(flow(self.screen_button, self.paper_button))

    def show_screen(self) -> None:
        """The edition to try out."""
        FormTrial.show_form(self, self._desk, self._proposed.form)

    def show_page(self) -> None:
        """The edition as it will be printed."""
        form = self._proposed.form
        title = form_term(form.title)
        make = lambda: form_editions.print_edition(self._desk, form)  # noqa: E731 - named for the reader
        show_paper(self._page, make, title=title, file_name=f"{title}.pdf")

    def _publish(self, values: dict[str, Any]) -> int:
        return form_editions.publish(self._desk, self._proposed, str(values["note"] or ""))

    def _words(self) -> str:
        new, present = self._proposed.form, self._proposed.present
        words = _(
            "Version {version} follows version {present}. Stations have it after their next return packet and use it "
            "for new records from {day} on; records made before keep their version."
        ).format(version=new.version, present=present.version, day=format_date(new.effective_from))
        if new.effective_from > self._desk.today:
            return words
        return _("{words} That day has come: once published, it cannot be withdrawn.").format(words=words)
