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


def test_the_log_in_window_imports_nothing_heavy():
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True)
    loaded = set(run.stdout.split())
    assert "zhaohu.ui.dialogs.log_in" in loaded
    assert loaded.isdisjoint(HEAVY)
    assert not {name for name in loaded if name.startswith(("zhaohu.store", "zhaohu.services", "zhaohu.records"))}
