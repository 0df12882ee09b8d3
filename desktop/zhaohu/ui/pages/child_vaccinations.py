"""The tab 接种 of a child: what the certificate shows, typed along the vaccines' rows, and what is due in words."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from zhaohu.errors import Refused
from zhaohu.i18n import _, format_date
from zhaohu.rules.vaccination import VaccineState, state_words
from zhaohu.services.care import vaccinations
from zhaohu.services.care.vaccination_views import DoseView, VaccinationView, VaccineView, dose_name, vaccine_name
from zhaohu.services.care.vaccinations import NewDose
from zhaohu.services.desk import Desk
from zhaohu.services.register.moves import LONGEST_REASON
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button, icon_button
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import STRETCH, column, panel, row, scrolled
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.words import label, mark, show_if

_TONES = {VaccineState.OVERDUE: "danger", VaccineState.DUE: "attention"}
LONGEST_PRODUCT = 60


class VaccinationTab(QWidget):
    """The grid of vaccines and doses; a day is typed into an open place, Enter goes on to the next one.

    Args:
        page: The child's page.
        desk: Who looks.
        child_id: The child.
    """

    def __init__(self, page: LoadingPage, desk: Desk, child_id: str) -> None:
        super().__init__()
        self._page, self._desk, self._child_id = page, desk, child_id
        self._open: dict[tuple[str, int], DateField] = {}
        self._products: dict[str, TextField] = {}
        self._due = column(gap=1)
        self.fault = Notice()
        self.seen = DateField(desk.today)
        self.seen.set_name(_("Certificate seen on"))
        self.save_button = button(_("Keep what was entered"), self.save, kind="primary", icon="save", shortcut="Ctrl+S")
        self._bar = panel(row(label(_("Certificate seen on"), "soft"), self.seen, self.save_button, gap=2))
        self._holder = column(gap=2)
        self._grid: QWidget | None = None
        self._view: VaccinationView | None = None
        self._stale = False
        self._foot = label("", "note", wrap=True)
        head = row(panel(self._due), STRETCH, self._bar, gap=3)
        self._holder.addWidget(self._foot)
        self._holder.addStretch(1)
        layout = column(self.fault, head, gap=3)
        layout.addWidget(scrolled(panel(self._holder)), 1)
        self.setLayout(layout)

    # -- reading

    def reload(self) -> None:
        """Read the child's vaccinations anew, once they are looked at; what is typed and not saved stays."""
        self._stale = not self.isVisible()
        if self._stale:
            return
        self._page.fetch(lambda: vaccinations.overview(self._desk, self._child_id), self.show_view, part="vaccinations")

    def showEvent(self, event: QShowEvent) -> None:
        """The grid is many parts, and most who open a child look at something else: it is made when it is opened."""
        super().showEvent(event)
        if self._stale:
            self.reload()

    def show_view(self, view: VaccinationView) -> None:
        """Show what was read; what stands there already is left as it is."""
        if view == self._view:
            return
        self._view = view
        typed = {key: field.text() for key, field in self._open.items() if not field.is_empty()}
        products = {code: field.value() for code, field in self._products.items()}
        self._say_due(view)
        self._open, self._products = {}, {}
        grid = self._make_grid(view)
        if self._grid is not None:
            self._holder.replaceWidget(self._grid, grid)
            self._grid.deleteLater()
        else:
            self._holder.insertWidget(0, grid)
        self._grid = grid
        for key, text in typed.items():
            if key in self._open:
                self._open[key].set_value(text)
        for code, product in products.items():
            if code in self._products:
                self._products[code].set_value(product)
        if self.seen.is_empty():
            self.seen.set_value(self._desk.today)
        show_if(self._bar, view.editable)
        legal = _("Only a reminder: the record that counts is kept in the immunization system.")
        basis = _("Reckoned by {edition}.").format(edition=view.edition)
        self._foot.setText("\n".join([legal, basis, *view.not_known]))

    def _say_due(self, view: VaccinationView) -> None:
        while self._due.count():
            self._due.takeAt(0).widget().deleteLater()
        for words in view.words or (_("Nothing is due."),):
            self._due.addWidget(label(words, "strong", wrap=True))

    def _make_grid(self, view: VaccinationView) -> QWidget:
        most = max((len(one.doses) for one in view.vaccines), default=0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.space(3))
        grid.setVerticalSpacing(theme.space(2))
        titles = [_("Vaccine"), *(_("Dose {number}").format(number=number + 1) for number in range(most))]
        for place, title in enumerate(titles):
            grid.addWidget(label(title, "soft"), 0, place)
        for line, vaccine in enumerate(view.vaccines, start=1):
            grid.addWidget(self._name(vaccine, view.editable), line, 0, Qt.AlignmentFlag.AlignTop)
            for dose in vaccine.doses:
                grid.addWidget(self._cell(dose, view.editable), line, dose.dose, Qt.AlignmentFlag.AlignTop)
        grid.setColumnMinimumWidth(0, theme.size("field_short"))
        grid.setColumnStretch(most + 1, 1)
        return panel(grid)

    def _name(self, vaccine: VaccineView, editable: bool) -> QWidget:
        """The vaccine, and where something can be typed the name of another product that stands for it."""
        name = label(vaccine.name, "strong", wrap=True)
        if not editable or all(dose.id for dose in vaccine.doses):
            return name
        field = TextField(width="field_short", max_length=LONGEST_PRODUCT, placeholder=_("Another product"))
        field.set_name(_("Another product: {vaccine}").format(vaccine=vaccine.name))
        field.editor().setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # the keyboard goes along the doses
        self._products[vaccine.code] = field
        return panel(column(name, field, gap=1))

    def _cell(self, dose: DoseView, editable: bool) -> QWidget:
        if dose.id:
            return self._given(dose, editable)
        words = self._standing(dose)
        if not editable:
            return panel(column(words, gap=1))
        field = DateField(self._desk.today)
        field.set_name(dose_name(dose.vaccine, dose.dose), dose.why)
        field.entered.connect(partial(self._go_on, dose.vaccine, dose.dose))
        self._open[dose.vaccine, dose.dose] = field
        holder = panel(column(field, words, gap=1))
        holder.setToolTip(dose.why)
        return holder

    def _standing(self, dose: DoseView) -> QWidget:
        """How an open dose stands: a mark when something is to be done, else from when."""
        if dose.state in _TONES:
            result = mark(state_words(dose.state), _TONES[dose.state])
        elif dose.state is VaccineState.COMING and dose.opens is not None:
            result = label(_("from {day}").format(day=format_date(dose.opens)), "note")
        else:
            result = label("—", "note")
        result.setToolTip(dose.why)
        return result

    def _given(self, dose: DoseView, editable: bool) -> QWidget:
        day = label(dose.given_on.isoformat() if dose.given_on else "", tone="attention" if dose.doubts else "done")
        hint = [dose.product, *dose.doubts]
        if dose.seen_on is not None:
            hint.append(_("certificate seen on {day}").format(day=format_date(dose.seen_on)))
        line = row(day, gap=1)
        if editable:
            name = _("Strike out: {dose}").format(dose=dose_name(dose.vaccine, dose.dose))
            line.addWidget(icon_button("close", name, partial(self._on_strike, dose)))
        line.addStretch(1)
        lines = column(line, gap=0)
        if dose.doubts or dose.product != vaccine_name(dose.vaccine):
            words = " ".join(dose.doubts) or dose.product
            lines.addWidget(label(words, "note", tone="attention" if dose.doubts else "", wrap=True))
        holder = panel(lines)
        holder.setToolTip("\n".join(hint))
        return holder

    # -- what a person does

    def changed(self) -> bool:
        """Whether something is typed that is not saved."""
        return any(not field.is_empty() for field in self._open.values())

    def may_leave(self) -> bool:
        """Ask what becomes of days that are typed and not saved."""
        if not self.changed():
            return True
        answer = ask.unsaved(self.window(), _("The doses typed from the certificate are not saved yet."))
        if answer == "save":
            self.save()
        return answer == "discard"

    def focus_first(self) -> None:
        """Give the keyboard to the first open place."""
        for field in self._open.values():
            field.setFocus()
            return

    def _go_on(self, vaccine: str, dose: int) -> None:
        """To the next open place; after the last one to the button."""
        keys = list(self._open)
        at = keys.index((vaccine, dose)) + 1
        target = self._open[keys[at]] if at < len(keys) else self.save_button
        target.setFocus()

    def save(self) -> None:
        """Keep everything that is typed, or say at its place what is wrong."""
        typed = {key: field for key, field in self._open.items() if not field.is_empty()}
        wrong = [field for field in typed.values() if field.unread()]
        for field in self._open.values():
            field.set_problem(field.unread())
        if wrong or self.seen.unread():
            self.seen.set_problem(self.seen.unread())
            (wrong[0] if wrong else self.seen).setFocus()
            return
        if not typed:
            self.fault.say(_("Type the days of the certificate first."), "attention")
            return
        days = {key: day for key, field in typed.items() if (day := field.value()) is not None}
        doses = [NewDose(*key, day, self._product_of(key[0])) for key, day in days.items()]
        seen = self.seen.value()
        self.save_button.setEnabled(False)
        self._page.act(
            lambda _context: vaccinations.record(self._desk, self._child_id, doses, seen),
            self._on_saved,
            title=_("Saving"),
            failed=self._on_failed,
        )

    def _product_of(self, vaccine: str) -> str:
        field = self._products.get(vaccine)
        return str(field.value() or "") if field is not None else ""

    def _on_saved(self, doubts: list[str]) -> None:
        self.save_button.setEnabled(True)
        self._open, self._products, self._view = {}, {}, None
        unlikely = _("Kept. Look at the certificate again: {doubts}").format(doubts=" ".join(doubts))
        self.fault.say(unlikely if doubts else "", "attention")
        self.reload()

    def _on_failed(self, error: Exception) -> None:
        self.save_button.setEnabled(True)
        if not isinstance(error, Refused):
            raise error
        problems = error.details.get("problems")
        if not isinstance(problems, list):
            problems = [{"field": error.details.get("field"), "reason": error.message}]
        at_field = {f"{vaccine}.{dose}": field for (vaccine, dose), field in self._open.items()}
        shown = [(at_field[one["field"]], one["reason"]) for one in problems if one["field"] in at_field]
        for field, reason in shown:
            field.set_problem(str(reason))
        if shown:
            shown[0][0].setFocus()
        self.fault.say("" if shown else error.message, "danger")

    def _on_strike(self, dose: DoseView) -> None:
        form = Form()
        form.section()
        form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_REASON), required=True)
        dialog = FormDialog.ask(
            self._page.window(),
            self._page.runner,
            form.finish(),
            title=_("Strike out: {dose}").format(dose=dose_name(dose.vaccine, dose.dose)),
            do=_("Strike out"),
            save=lambda values: vaccinations.strike(self._desk, dose.id, str(values["reason"] or "")),
        )
        dialog.saved.connect(lambda _nothing: self.reload())
