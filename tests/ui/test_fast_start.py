"""The log-in window needs nothing heavy: what it imports is looked at in a process of its own."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "sqlmodel",
    "sqlalchemy",
    "pydantic",
    "alembic",
    "sqlcipher3",
    "reportlab",
    "pypdfium2",
    "pypinyin",
    "openpyxl",
    "babel",
    "cryptography",
    "PySide6.QtPrintSupport",
    "PySide6.QtNetwork",
)

PROGRAM = """
import sys
from zhaohu import i18n
i18n.set_language("zh_CN")
from zhaohu.ui.app import make_app
from zhaohu.ui.dialogs.log_in import LogIn
app = make_app()
dialog = LogIn("station", lambda user, password: None)
dialog.show()
app.processEvents()
print(*sys.modules)
"""

FIRST_START = """
import pathlib, sys
from zhaohu.ui import window
from zhaohu.ui.app import make_app
from zhaohu.ui.entry import LogIn
from zhaohu.ui.single import OneWindow
app = make_app()
only = OneWindow(pathlib.Path(sys.argv[1]))
assert only.take()
dialog = LogIn("station", lambda user, password: None)
dialog.show()
print(*sys.modules)
"""


def modules_after(program: str, *arguments: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    return set(run.stdout.split())


def test_being_the_only_window_costs_nothing_heavy(tmp_path):
    assert modules_after(FIRST_START, str(tmp_path)).isdisjoint(HEAVY)


def test_the_log_in_window_imports_nothing_heavy():
    loaded = modules_after(PROGRAM)
    assert "zhaohu.ui.dialogs.log_in" in loaded
    assert loaded.isdisjoint(HEAVY)
    assert not {name for name in loaded if name.startswith(("zhaohu.store", "zhaohu.services", "zhaohu.records"))}
