"""The folder that is watched at the center: which one, looking into it now, choosing another or none."""

from __future__ import annotations

from collections.abc import Callable

from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import watching
from zhaohu.services.exchange.watching import Watched
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.choice_field import ChoiceField, options_of
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.menu_button import MenuButton


class WatchButton(MenuButton):
    """Names the folder; its menu looks into it, chooses another, or none.

    Args:
        page: The inbox.
        desk: Who sits there.
        look: Called to look into the folder now.
    """

    def __init__(self, page: LoadingPage, desk: Desk, look: Callable[[], object]) -> None:
        super().__init__("")
        self._page, self._desk = page, desk
        self.folder = Watched(None, True)
        self.look_action = self.add(_("Look now"), look, "refresh")
        self.look_action.setShortcut("Ctrl+R")
        page.addAction(self.look_action)  # or its keys are heard in the open menu only
        self.add(_("Watch a folder…"), self.choose, "folder")
        self.stop_action = self.add(_("Watch no more"), self.stop, "close")
        self.set_watched(self.folder)

    def set_watched(self, watched: Watched, *, there: bool = True) -> None:
        """Show which folder is watched, and whether it is `there` now."""
        self.folder = watched
        if watched.folder is None:
            words = _("Watched folder: none")
        else:
            text = _("Watched folder: {name}") if there else _("Watched folder: {name}, not there now")
            words = text.format(name=watched.folder.name or watched.folder)
        self.setText(words)
        advice = _("A watched folder is looked at by itself, and whole bundles in it are taken in.")
        self.setToolTip(advice if watched.folder is None else str(watched.folder))
        self.look_action.setVisible(watched.folder is not None)
        self.stop_action.setVisible(watched.folder is not None)

    def choose(self) -> None:
        """Ask which folder, and whether files that were taken in are moved."""
        folder = ask.folder(self._page.window(), _("Folder to be watched"))
        if folder is None:
            return
        form = Form()
        form.section()
        kinds = options_of(
            [("move", _("into the folder “done” in it")), ("leave", _("stay where they are"))], digits=True
        )
        form.add("after", _("Files that were taken in go"), ChoiceField(kinds), required=True)
        form.load({"after": "move"})
        dialog = FormDialog.ask(
            self._page.window(),
            self._page.runner,
            form.finish(),
            title=_("Watch a folder"),
            do=_("Watch"),
            save=lambda values: watching.watch(self._desk, folder, values["after"] == "move"),
            lead=_("{folder}: it is looked at by itself, and whole bundles in it are taken in once.").format(
                folder=folder
            ),
        )
        dialog.saved.connect(self.set_watched)

    def stop(self) -> None:
        """No folder is watched from now on."""
        self._page.act(
            lambda _context: watching.watch(self._desk, None), self.set_watched, title=_("Watching a folder")
        )
