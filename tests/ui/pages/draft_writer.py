"""A program to be killed: opens a form on a profile, types into it, says when that was kept, and waits for its end.

Run as `python -m tests.ui.pages.draft_writer PROFILE CHILD`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtTest import QTest
from tests.sync.district import ADMIN, CLOCK

from zhaohu.services.safety.profile import open_desk
from zhaohu.ui.app import make_app
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.visit_entry import new_visit_page


def main(profile: str, child_id: str) -> None:
    app = make_app()
    desk = open_desk(Path(profile), ADMIN.name, ADMIN.password, CLOCK)
    page = new_visit_page(desk, Hub(), Runner(), f"{child_id}.newborn_visit")
    page.show()
    page.activateWindow()
    while page.record is None or page.keeper is None:
        app.processEvents()
    fields = page.record.fields.fields
    QTest.keyClicks(fields["weight_kg"].editor(), "3.4x")  # unreadable: a draft keeps what is typed as it is
    QTest.keyClicks(fields["temp_c"].editor(), "36.8")
    while not page.keeper.note.text():
        QTest.qWait(20)
    sys.stdout.write("kept\n")
    sys.stdout.flush()
    app.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
