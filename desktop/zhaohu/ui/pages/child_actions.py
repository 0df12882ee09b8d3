"""What a person can do about a child beside recording: correct it, change how it stands, print, remove."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.records.codes import ChildStatus, Role, SiteKind
from zhaohu.services import printing
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register import register_papers, releases, removal
from zhaohu.services.register.child_overview import ChildOverview
from zhaohu.services.register.child_tabs import PaperKind, PaperRow
from zhaohu.ui.dialogs import consent, question, risk, status
from zhaohu.ui.dialogs.label_sheets import ask_labels
from zhaohu.ui.file_names import file_name
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.child_edit import EditChild
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.papers import show_paper
from zhaohu.ui.pages.removed import ask_removal
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.menu_button import MenuButton
from zhaohu.ui.widgets.words import show_if


class ChildActions(QObject):
    """The buttons of a child's page and what they do; `offer` shows those that fit the child and the person.

    Args:
        page: The page that they stand on.
        desk: Who acts.
        runner: Reads and saves.
        child_id: The child.

    Signals:
        removed: The child was removed from the register.
        unable(sentence): Something cannot be done now, and why.
    """

    removed = Signal()
    unable = Signal(str)

    def __init__(self, page: LoadingPage, desk: Desk, runner: Runner, child_id: str) -> None:
        super().__init__(page)
        self._page, self._desk, self._runner, self._child_id = page, desk, runner, child_id
        self._read: ChildOverview | None = None
        self._at_station = desk.site.kind is SiteKind.STATION
        self.edit_button = button(_("Correct particulars"), self._on_edit, kind="flat", icon="edit", shortcut="Ctrl+E")
        self.print_button = MenuButton(_("Print"))
        self.print_button.add(_("Child's card"), self._on_card, "print")
        self.print_button.add(_("QR label for the handbook"), self._on_label)
        self.print_button.add(_("Consent form"), self._on_consent_form)
        self.more_button = MenuButton(_("Status and moves"))
        add = self.more_button.add
        self.moves = {
            ChildStatus.MOVED_OUT: add(_("Moved away…"), self._on_moved_out),
            ChildStatus.LOST: add(_("Lost to follow-up…"), self._on_lost),
            ChildStatus.DIED: add(_("Died…"), self._on_died),
            ChildStatus.CLOSED_AT_THREE: add(_("Close at three years…"), self._on_close),
        }
        self.back = add(_("Take back onto the register…"), self.take_back, "undo")
        self.strike = add(_("Strike out the last change…"), self._on_strike)
        self.more_button.separate()
        self.release = add(_("To another station…"), self._on_release, "export")
        self.cancel = add(_("Cancel the release…"), self.cancel_release, "undo")
        self.more_button.separate()
        self.consent = add(_("Consent…"), self._on_consent, "check")
        self.risks = add(_("Risk factors…"), self._on_risks, "attention")
        self.more_button.separate()
        self.remove = add(_("Remove…"), self._on_remove, "delete")
        self.ask_button = button(_("Ask the station…"), self._on_ask, kind="flat", icon="help")
        for one in (self.edit_button, self.ask_button, self.print_button, self.more_button):
            show_if(one, False)
            page.add_action(one)

    def offer(self, read: ChildOverview) -> None:
        """Show what can be done about this child."""
        self._read = read
        standing, editable = read.standing, read.view.editable
        writes = self._desk.person.role in WRITERS
        show_if(self.edit_button, editable)
        show_if(self.ask_button, not self._at_station and self._desk.person.role is Role.ADMIN)
        show_if(self.print_button, writes)
        for one, action in self.moves.items():
            action.setVisible(one in standing.choices)
        self.back.setVisible(standing.may_return)
        self.strike.setVisible(standing.may_strike)
        self.release.setVisible(editable and standing.status is ChildStatus.ACTIVE)
        own = writes and self._at_station and read.view.owner == self._desk.site.code
        self.cancel.setVisible(own and standing.pending is not None and standing.pending.asked_back_on is None)
        self.consent.setVisible(editable)
        self.remove.setVisible(editable and self._desk.person.role is Role.ADMIN)
        show_if(self.more_button, True)

    # -- how it stands

    def take_back(self) -> None:
        """Ask since when the child is on the register again."""
        if self._read is not None:
            status.take_back(*self._about(), self._read.standing.status)

    def cancel_release(self) -> None:
        """Ask why the child stays."""
        if self._read is not None:
            status.cancel_release(*self._about())

    def _about(self) -> tuple[QWidget, Desk, Runner, str, str]:
        assert self._read is not None
        return self._page.window(), self._desk, self._runner, self._child_id, self._read.view.row.name

    def _leave(self, wanted: ChildStatus) -> None:
        if self._read is not None:
            status.leave(*self._about(), wanted)

    def _on_moved_out(self) -> None:
        self._leave(ChildStatus.MOVED_OUT)

    def _on_lost(self) -> None:
        self._leave(ChildStatus.LOST)

    def _on_died(self) -> None:
        self._leave(ChildStatus.DIED)

    def _on_close(self) -> None:
        self._leave(ChildStatus.CLOSED_AT_THREE)

    def _on_strike(self) -> None:
        if self._read is not None:
            status.strike_out(*self._about())

    def _on_release(self) -> None:
        self._page.act(
            lambda _context: releases.list_stations(self._desk), self._ask_station, title=_("Reading"), writes=False
        )

    def _ask_station(self, stations: list[tuple[str, str]]) -> None:
        if not stations:
            words = _("No other station is known here yet. They come from the center, with its next receipt.")
            self.unable.emit(words)
        elif self._read is not None:
            status.release(*self._about(), stations)

    def _on_consent(self) -> None:
        if self._read is not None:
            guardians = [(one.name, one.relation) for one in self._read.view.caregivers]
            consent.decide(*self._about(), self._read.consent, guardians)

    def _on_risks(self) -> None:
        if self._read is not None:
            risk.show_risks(*self._about(), self._read.risks, editable=self._read.view.editable)

    def _on_ask(self) -> None:
        if self._read is not None:
            view = self._read.view
            window, desk, runner, child_id, name = self._about()
            question.ask_about(window, desk, runner, station=view.owner, about=name, child_id=child_id)

    def _on_edit(self) -> None:
        dialog = EditChild(self._page.window(), self._desk, self._runner, self._child_id)
        dialog.open()

    def _on_remove(self) -> None:
        if self._read is None:
            return
        dialog = ask_removal(
            self._page.window(),
            self._runner,
            title=_("Remove {name} from the register?").format(name=self._read.view.row.name),
            hides=_(
                "Only for a child that was entered by mistake; who moved away or died stays. The child and all its "
                "records are not shown any more."
            ),
            remove=lambda reason: removal.remove_child(self._desk, self._child_id, reason),
        )
        dialog.saved.connect(self._on_removed)

    def _on_removed(self, _nothing: object) -> None:
        self.removed.emit()

    # -- papers

    def print_paper(self, paper: PaperRow) -> None:
        """Print what the list of papers names."""
        desk, child_id = self._desk, self._child_id
        if paper.kind is PaperKind.LABEL:
            ask_labels(self._page, desk, lambda: [child_id], title=paper.title)
            return
        makers: dict[PaperKind, Callable[[], bytes]] = {
            PaperKind.CARD: lambda: register_papers.print_child_card(desk, child_id),
            PaperKind.CONSENT: lambda: register_papers.print_consent(desk, child_id),
            PaperKind.GROWTH: lambda: printing.print_growth(desk, child_id, None),
            PaperKind.FAMILY: lambda: printing.print_family_growth(desk, child_id),
            PaperKind.VISIT: lambda: printing.print_visit(desk, paper.target),
        }
        self.show(paper.title, makers[paper.kind])

    def show(self, what: str, make: Callable[[], bytes]) -> None:
        """Show a paper of the child before it is printed."""
        name = self._read.view.row.name if self._read else ""
        title = _("{name}: {indicator}").format(name=name, indicator=what)
        # printers and recent files keep the file's name: it names nobody
        suggested = file_name(self._desk.site.code, what, self._child_id[-8:], ending=".pdf")
        show_paper(self._page, make, title=title, file_name=suggested)

    def _on_card(self) -> None:
        self.print_paper(_paper(PaperKind.CARD, _("Child's card")))

    def _on_label(self) -> None:
        self.print_paper(_paper(PaperKind.LABEL, _("QR label for the handbook")))

    def _on_consent_form(self) -> None:
        self.print_paper(_paper(PaperKind.CONSENT, _("Consent form")))


def _paper(kind: PaperKind, title: str) -> PaperRow:
    return PaperRow(kind, title, "", "", "", 0)
