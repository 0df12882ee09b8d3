"""How long until a person can log in, against a bare window of Qt: medians of fresh processes, as a ratio."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

import pytest

RUNS = 7

BARE = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
"""

OURS = """
from zhaohu import i18n
i18n.set_language("zh_CN")
from zhaohu.ui.app import make_app
from zhaohu.ui.dialogs.log_in import LogIn
app = make_app()
window = LogIn("station", lambda user, password: None)
"""

SHOWN = """
from PySide6.QtCore import QTimer
window.show()
QTimer.singleShot(0, app.quit)
app.exec()
window.grab()
import os
os.write(1, b"shown")
os._exit(0)
"""


def seconds(program: str) -> float:
    """From the start of the process until the window was painted."""
    start = time.perf_counter()
    run = subprocess.run([sys.executable, "-c", program + SHOWN], capture_output=True, timeout=60, check=True)
    took = time.perf_counter() - start
    assert run.stdout == b"shown"
    return took


@pytest.mark.benchmark_ratio
@pytest.mark.skipif(not os.environ.get("ZHAOHU_BENCH"), reason="figures are taken by `dev.py bench`")
def test_start_to_log_in_against_a_bare_window(capsys):
    seconds(BARE), seconds(OURS)
    pairs = [(seconds(BARE), seconds(OURS)) for _run in range(RUNS)]  # by turns, so that both see the same machine
    bare, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
    figures = f"{ours * 1000:.0f} ms, bare window {bare * 1000:.0f} ms, ratio {ours / bare:.2f}"
    with capsys.disabled():
        print(f"\nstart to log-in window: {figures}")  # noqa: T201
    assert ours / bare < 3
