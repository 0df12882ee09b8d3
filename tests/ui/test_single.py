"""A second start of the same profile, with real processes: the first window comes forward, the second program ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from tests.sync.district import ADMIN, CLOCK, make_district

from zhaohu.errors import Refused
from zhaohu.services.exchange.setup import init_center
from zhaohu.services.safety.one_window import LOCK_FILE, hold_window
from zhaohu.ui import single
from zhaohu.ui.single import OneWindow

PROGRAM = """
import sys
from zhaohu.ui import single, window

def told(desktop, before=window.Desktop.come_forward):
    before(desktop)
    print("forward", desktop.app.activeModalWidget().isActiveWindow(), flush=True)

window.Desktop.come_forward = told
listen = single.OneWindow._listen
single.OneWindow._listen = lambda one: (listen(one), print("ready", flush=True))
sys.exit(window.run_window())
"""


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    """A station's folder; nobody logs in here."""
    return make_district(tmp_path_factory.mktemp("district")) / "01"


@pytest.fixture
def start(profile):
    """Call to start the program in a process of its own."""
    running = []
    environment = {**os.environ, "ZHAOHU_PROFILE": str(profile), "ZHAOHU_TODAY": CLOCK.today().isoformat()}
    environment.pop("ZHAOHU_PASSWORD", None)

    def begin(program: str = PROGRAM) -> subprocess.Popen[str]:
        process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment)
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def test_the_second_start_brings_the_first_window_forward_even_after_a_kill(start):
    first = start()
    assert first.stdout.readline() == "ready\n"
    second = start()
    assert second.wait(30) == 0
    assert first.stdout.readline() == "forward True\n"
    first.send_signal(signal.SIGKILL)
    first.wait(30)
    third = start()  # the socket of the killed one still lies there
    assert third.stdout.readline() == "ready\n"
    assert start().wait(30) == 0
    assert third.stdout.readline() == "forward True\n"
    assert third.poll() is None


def test_whoever_does_not_answer_is_named_within_seconds(qapp, tmp_path):
    (tmp_path / "profile").mkdir()
    hold = hold_window(tmp_path / "profile")
    began = time.monotonic()
    try:
        with pytest.raises(Refused) as refused:
            OneWindow(tmp_path / "profile").take()
    finally:
        hold.release()
    assert refused.value.code == "no_answer"
    assert "没有响应" in refused.value.message
    assert time.monotonic() - began < single.PATIENCE_S + 2


def test_two_profiles_have_two_windows(qapp, qtbot, tmp_path):
    both = [OneWindow(tmp_path / name) for name in ("one", "two")]
    assert [one.take() for one in both] == [True, True]
    qtbot.waitUntil(lambda: all(one._server is not None and one._server.isListening() for one in both))
    for one in both:
        one.release()


def test_a_stranger_at_the_socket_is_sent_away(qapp, qtbot, tmp_path):
    from PySide6.QtNetwork import QLocalSocket

    one, called = OneWindow(tmp_path), []
    one.wanted.connect(lambda: called.append(True))
    assert one.take()
    qtbot.waitUntil(lambda: one._server is not None)
    stranger = QLocalSocket()
    stranger.connectToServer(one._name)
    stranger.write(b"x" * 100_000 + b"\n")
    qtbot.waitUntil(lambda: stranger.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert called == []
    one.release()


def test_a_profile_that_may_not_lie_there_is_refused_in_words(day, tmp_path, monkeypatch):
    from zhaohu.ui import window
    from zhaohu.ui.dialogs import ask

    told = []
    monkeypatch.setattr(ask, "message", lambda _parent, title, text, **_more: told.append((title, text)))
    place = tmp_path / "坚果云" / "zhaohu"
    assert window.run_window(place) == 1
    ((title, text),) = told
    assert title == "照护站无法打开"
    assert str(place) in text
    assert not place.exists()


def test_taking_a_profile_back_leaves_the_window_its_lock(tmp_path):
    hold = hold_window(tmp_path / "new")
    try:
        with pytest.raises(Refused):
            init_center(tmp_path / "new", district_code="0", name="岚山区", admin=ADMIN, clock=CLOCK)
        assert (tmp_path / "new" / LOCK_FILE).exists()
    finally:
        hold.release()


@pytest.fixture
def day(qapp, monkeypatch):
    monkeypatch.delenv("ZHAOHU_PASSWORD", raising=False)
    monkeypatch.delenv("ZHAOHU_LANG", raising=False)
    yield
    qapp.setQuitOnLastWindowClosed(True)
