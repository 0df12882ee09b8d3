"""Views of the list of children: a few that everybody needs, and those that a person saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from zhaohu.i18n import N_, _
from zhaohu.services import preferences
from zhaohu.services.desk import Desk
from zhaohu.services.preferences import LONGEST_NAME, SavedView
from zhaohu.ui import icons, theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.buttons import PushButton
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form

PAGE = "list.children"
_WHO = ("name", "sex", "age", "village")
_PRESETS: dict[str, tuple[str, Mapping[str, Any]]] = {
    "all": (N_("Everybody on the register"), {}),
    "high_risk": (
        N_("High-risk children"),
        {"filter": {"marks": ["high_risk"]}, "shown": [*_WHO, "caregiver", "phone", "risks", "due"]},
    ),
    "overdue": (
        N_("Overdue"),
        {
            "filter": {"marks": ["overdue"]},
            "sort": ["due_to", False],
            "shown": [*_WHO, "caregiver", "phone", "due", "due_to", "teacher"],
        },
    ),
    "growth": (
        N_("Growth problems"),
        {"filter": {"marks": ["growth"]}, "shown": [*_WHO, "caregiver", "growth", "risks", "due"]},
    ),
    "no_consent": (
        N_("Consent form not signed"),
        {"filter": {"consent": ["missing"]}, "shown": [*_WHO, "caregiver", "phone", "consent", "status"]},
    ),
}
"""By key: the words, and what is shown; what is not said is as usual, the columns as the person likes them."""


class ViewsButton(PushButton):
    """The button with the views; it shows the name of the one that was chosen last.

    Args:
        parent: For the windows that ask.
        desk: Whose views they are.
        runner: Saves.
        content: Gives the view as it is on screen, to be saved.

    Signals:
        chosen(content): Show this view.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget, desk: Desk, runner: Runner, content: Callable[[], Mapping[str, Any]]) -> None:
        super().__init__()
        self._parent, self._desk, self._runner, self._content = parent, desk, runner, content
        self._views: list[SavedView] = []
        self._current = ""
        self.setIcon(icons.icon("eye"))
        self.setIconSize(QSize(theme.size("icon"), theme.size("icon")))
        self.menu_ = QMenu(self)
        self.menu_.aboutToShow.connect(self.fill)
        self.setMenu(self.menu_)
        self._show_name()

    def set_views(self, views: Sequence[SavedView]) -> None:
        """The views that the person saved."""
        self._views = list(views)
        if self._current not in {view.name for view in views}:
            self._current = ""
        self._show_name()

    def actions_by_text(self) -> dict[str, QAction]:
        """What the menu offers."""
        self.fill()
        return {action.text(): action for action in self.menu_.actions() if action.text()}

    def _show_name(self) -> None:
        self.setText(_("View: {name}").format(name=self._current) if self._current else _("Views"))

    def fill(self) -> None:
        """Offer the views there are now; done when the menu opens, for an entry must not go while it is pressed."""
        self.menu_.clear()
        for words, content in _PRESETS.values():
            self.menu_.addAction(_(words), partial(self._choose, "", content))
        if self._views:
            self.menu_.addSeparator()
        group = QActionGroup(self.menu_)
        for view in self._views:
            action = self.menu_.addAction(view.name, partial(self._choose, view.name, view.content))
            action.setCheckable(True)
            action.setChecked(view.name == self._current)
            group.addAction(action)
        self.menu_.addSeparator()
        self.menu_.addAction(_("Save this view…"), self._ask_name)
        if self._current:
            named = {"name": self._current}
            self.menu_.addAction(_("Save “{name}” as it is now").format(**named), self._save_again)
            self.menu_.addAction(_("Rename “{name}”…").format(**named), self._ask_new_name)
            self.menu_.addAction(_("Delete “{name}”").format(**named), self._drop)

    def _choose(self, name: str, content: Mapping[str, Any]) -> None:
        self._current = name
        self._show_name()
        self.chosen.emit(content)

    # -- saving

    def _ask_name(self) -> None:
        content = dict(self._content())

        def save(values: dict[str, Any]) -> str:
            return preferences.save_view(self._desk, PAGE, values["name"] or "", content).name

        self._ask(_("Save this view"), _("Save"), save)

    def _ask_new_name(self) -> None:
        old = self._current

        def save(values: dict[str, Any]) -> str:
            preferences.rename_view(self._desk, PAGE, old, values["name"] or "")
            return " ".join((values["name"] or "").split())

        self._ask(_("Rename the view"), _("Rename"), save, old)

    def _ask(self, title: str, do: str, save: Callable[[dict[str, Any]], str], name: str = "") -> None:
        form = Form()
        form.add("name", _("Name of the view"), TextField(max_length=LONGEST_NAME), required=True)
        form.finish()
        form.load({"name": name})
        lead = _("It keeps the filters, the order and the columns; not what was typed into the line.")
        dialog = FormDialog.ask(self._parent.window(), self._runner, form, title=title, do=do, save=save, lead=lead)
        dialog.saved.connect(self._on_saved)

    def _save_again(self) -> None:
        name, content = self._current, dict(self._content())
        self._run(lambda: preferences.save_view(self._desk, PAGE, name, content))

    def _drop(self) -> None:
        name = self._current
        text = _("The children stay as they are; only the view “{name}” goes.").format(name=name)
        if ask.confirm(self._parent.window(), _("Delete this view?"), text, do=_("Delete"), danger=True):
            self._run(lambda: preferences.drop_view(self._desk, PAGE, name))

    def _run(self, work: Callable[[], object]) -> None:
        def then(_context: object) -> list[SavedView]:
            work()
            return preferences.saved_views(self._desk, PAGE)

        self._runner.run(then, title=_("Saving"), on_result=self.set_views, writes=True)

    def _on_saved(self, name: str) -> None:
        self._current = name
        self._run(lambda: None)
