"""Pictures of the program for the README, made from the demo district; run by `dev.py screenshots`.

The demo of a fixed seed and day is built in a temporary folder, pages are opened without a screen, and what a person
would see is saved under docs/screenshots.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QTabBar, QWidget

from zhaohu import i18n
from zhaohu.clock import Clock
from zhaohu.services.care import timeline
from zhaohu.services.demo import build_demo
from zhaohu.services.desk import Desk
from zhaohu.services.register import child_list
from zhaohu.services.register.child_list import Sort
from zhaohu.services.safety.profile import open_desk
from zhaohu.ui.app import make_app
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.roster_import import RosterPage
from zhaohu.ui.pages.visit_entry import VisitEntryPage
from zhaohu.ui.shell import Shell
from zhaohu.ui.window_pages import make_shell

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "screenshots"
DAY = date(2026, 11, 21)
ROSTER = ROOT / "tests" / "data" / "rosters" / "township_roster.xlsx"
WIDTH, HEIGHT = 1366, 768
SETTLE_MS = 1500


def wait(milliseconds: int = SETTLE_MS) -> None:
    """Let jobs end and widgets paint."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def save(widget: QWidget, name: str) -> None:
    """Grab a widget as a PNG, pressed as small as it goes, so that the checkout stays small."""
    OUT.mkdir(parents=True, exist_ok=True)
    widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888).save(str(OUT / f"{name}.png"), "PNG", 0)
    print(f"docs/screenshots/{name}.png")


def show(desk: Desk, shots: dict[str, tuple[str, Callable[[Shell], None] | None]]) -> None:
    """Open pages of one window and save each."""
    shell = make_shell(desk)
    shell.resize(WIDTH, HEIGHT)
    shell.show()
    for name, (address, act) in shots.items():
        shell.open(address)
        wait()
        if act is not None:
            act(shell)
            wait()
        while shell.runner.active():  # a backup under way would be in the picture
            wait(200)
        wait(200)
        save(shell, name)
    shell.close()
    shell.deleteLater()


def growth_tab(shell: Shell) -> None:
    """Turn to the second tab of a child's page."""
    page = shell.page()
    assert page is not None
    page.findChildren(QTabBar)[0].setCurrentIndex(1)


def read_roster(shell: Shell) -> None:
    """Read the sample roster into the preview."""
    page = shell.page()
    assert isinstance(page, RosterPage)
    page.read(ROSTER)


def fill_in(shell: Shell) -> None:
    """Key in a few answers, press 全部正常, and go to the physical examination."""
    page = shell.page()
    assert isinstance(page, VisitEntryPage)
    assert page.record is not None
    page.record.set_answers({**page.record.answers(), "weight_kg": "3.62", "temp_c": "37.6", "heart_rate": 136})
    page.record.fill_normal()
    page.record.fields.go_to_section("exam")


def discard(*_question: object) -> str:
    """What was keyed in for a picture is not kept, and nobody is there to be asked."""
    return "discard"


def leave(*_question: object, **_words: object) -> bool:
    """Pages that hold something back are left all the same."""
    return True


def main() -> None:
    """Build the demo and take all pictures."""
    i18n.set_language(i18n.DEFAULT)
    ask.unsaved, ask.confirm = discard, leave
    clock = Clock.at(DAY)
    with tempfile.TemporaryDirectory() as folder:
        demo = build_demo(Path(folder) / "demo", children=60, seed=1, clock=clock)
        app = make_app()
        login = demo.logins_of("05")[0]
        place = next(one.profile for one in demo.stations if one.code == "05")
        station = open_desk(place, login.user, login.password, clock)
        newest, *_others = rows = child_list.list_children(station, sort=Sort.BIRTH_DATE, descending=True)
        followed = max(rows, key=lambda child: len(timeline.list_visits(station, child.id)))
        risky = next(child for child in rows if child.risks)
        show(
            station,
            {
                "today": ("today", None),
                "worklist": ("worklist", None),
                "follow-ups": ("follow-ups", None),
                "children": ("children", None),
                "child": (f"child/{risky.id}", None),
                "growth": (f"child/{followed.id}", growth_tab),
                "visit-entry": (f"visit-new/{newest.id}.newborn_visit", fill_in),
                "roster": ("roster/", read_roster),
                "sync": ("sync", None),
            },
        )
        make_app(look="dark")
        show(station, {"children-dark": ("children", None)})
        station.close()
        login = demo.logins_of("center")[0]
        center = open_desk(demo.center_profile, login.user, login.password, clock)
        make_app(look="light")
        show(center, {"overview": ("overview", None), "inbox": ("inbox", None)})
        center.close()
        app.quit()


if __name__ == "__main__":
    main()
