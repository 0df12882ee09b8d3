"""By which way the exchange goes: a stick that was found, a place that was saved, the folder used last, another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import N_, _, format_number
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import travel
from zhaohu.services.exchange.travel import PlaceInfo, Stick
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.layout import row
from zhaohu.ui.widgets.menu_button import MenuButton

_LOOK_MS = 4_000
_GB = 1_000_000_000
_KINDS = {
    "folder": N_("shared folder"),
    "webdav": N_("WebDAV server"),
    "sftp": N_("SFTP server"),
    "s3": N_("S3 server"),
}


@dataclass(frozen=True, slots=True)
class Routes:
    """The ways there are now; `last` is the one used last, empty for none."""

    places: tuple[PlaceInfo, ...] = ()
    sticks: tuple[Stick, ...] = ()
    last: str = ""


def read_routes(desk: Desk) -> Routes:
    """Look for the ways there are now."""
    return Routes(tuple(travel.list_places(desk)), tuple(travel.sticks()), travel.last_place(desk))


class RouteBar(QWidget):
    """A button that names the way and offers the others; sticks are looked for while it is seen.

    Args:
        page: The page that it stands on.
        desk: Who sits there.

    Signals:
        found(stick): A stick was put in.
    """

    found = Signal(object)

    def __init__(self, page: LoadingPage, desk: Desk) -> None:
        super().__init__()
        self._page, self._desk = page, desk
        self._routes = Routes()
        self._chosen, self._picked = "", False
        self.button = MenuButton("")
        self.button.menu_.aboutToShow.connect(self.fill_menu)
        self.setLayout(row(self.button))
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self.set_routes(self._routes)

    def chosen(self) -> str:
        """Name of the place, or the folder, that the exchange goes through; empty while there is none."""
        return self._chosen

    def set_routes(self, routes: Routes) -> None:
        """Offer these ways; the one that was picked stays, else the last one, else a stick, else the first place."""
        known = {str(stick.folder) for stick in self._routes.sticks}
        new = [stick for stick in routes.sticks if str(stick.folder) not in known]
        self._routes = routes
        there = [*(place.name for place in routes.places), *(str(stick.folder) for stick in routes.sticks)]
        if not (self._picked and self._is_there(self._chosen, there)):
            self._picked = False
            wanted = [routes.last, *(str(stick.folder) for stick in routes.sticks), *there]
            self._chosen = next((one for one in wanted if self._is_there(one, there)), "")
        self._show()
        for stick in new:
            self.found.emit(stick)

    def choose_folder(self) -> None:
        """Ask for another folder."""
        folder = ask.folder(self._page.window(), _("Folder for the exchange, such as a stick"))
        if folder is not None:
            self.choose(str(folder))

    def choose(self, route: str) -> None:
        """Go this way from now on."""
        self._chosen, self._picked = route, True
        self._show()

    def look(self) -> None:
        """Look for sticks that were put in or pulled."""
        self._page.fetch(lambda: read_routes(self._desk), self.set_routes, part="routes")

    def words(self) -> str:
        """The way in words."""
        if not self._chosen:
            return _("no way chosen yet")
        named = next((words for route, words, _icon in self._entries() if route == self._chosen), "")
        return named or _("folder {name}").format(name=Path(self._chosen).name or self._chosen)

    def showEvent(self, event: QShowEvent) -> None:
        """Sticks are looked for while it is seen."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    @staticmethod
    def _is_there(route: str, offered: Sequence[str]) -> bool:
        return bool(route) and (route in offered or Path(route).is_dir())

    def _entries(self) -> list[tuple[str, str, str]]:
        sticks = [
            (str(one.folder), _("stick {name}, {n} GB free").format(name=one.name, n=_gigabytes(one)), "save")
            for one in self._routes.sticks
        ]
        places = [
            (
                one.name,
                _("{name}, {kind}").format(name=one.name, kind=_(_KINDS.get(one.kind, one.kind))),
                "folder" if one.kind == "folder" else "sync",
            )
            for one in self._routes.places
        ]
        return [*sticks, *places]

    def _show(self) -> None:
        words = _("Through: {way}").format(way=self.words())
        self.button.ensurePolished()
        room, middle = theme.size("detail"), Qt.TextElideMode.ElideMiddle  # which kind of way it is stands at the end
        self.button.setText(self.button.fontMetrics().elidedText(words, middle, room))
        self.button.setToolTip(self._chosen)
        self.button.setAccessibleName(words)

    def fill_menu(self) -> None:
        """Offer the ways there are now; done when the menu opens, for an entry must not go while it is pressed."""
        self.button.menu_.clear()
        entries = self._entries()
        for route, words, icon in entries:
            self.button.add(words, partial(self.choose, route), icon)
        if entries:
            self.button.separate()
        self.button.add(_("Another folder…"), self.choose_folder, "folder")
        self.button.add(_("Places of the exchange…"), self._on_manage, "settings")

    def _on_manage(self) -> None:
        self._page.go.emit("settings/travel")


def _gigabytes(stick: Stick) -> str:
    return format_number(stick.free_bytes / _GB, 1)
