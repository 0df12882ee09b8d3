"""What every test stands on: no screen, the Chinese catalogs, and nothing of Qt left behind."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from zhaohu import i18n

settings.register_profile("patient", deadline=None)  # what takes long on a busy machine is no failure
settings.load_profile("patient")

gc.disable()  # until all is imported: thousands of modules' objects stay for good, and were searched again and again


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """From here on the collector runs as in the program: rarely, and never through what was there from the start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def cheap_keys():
    """Logging in costs next to nothing."""
    from tests.light_keys import light_keys

    with light_keys():
        yield


@pytest.fixture(autouse=True)
def chinese():
    """Every test begins in the default language."""
    i18n.set_language(i18n.DEFAULT)
    yield
    i18n.set_language(i18n.DEFAULT)


@pytest.fixture(scope="session", autouse=True)
def own_settings(tmp_path_factory):
    """What a profile leaves in the user's settings stays in a folder of this run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("settings")))
        yield


@pytest.fixture(scope="session")
def qapp():
    """The application as the program makes it: dressed, and with Qt itself in Chinese."""
    from zhaohu.ui.app import make_app

    i18n.set_language(i18n.DEFAULT)
    return make_app()


@pytest.fixture(autouse=True)
def no_leaks(request):
    """Fails a test of screens that leaves a window, a running timer or a busy thread pool behind."""
    if "qapp" not in request.fixturenames:
        yield
        return
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    before = {id(widget) for widget in QApplication.topLevelWidgets()}
    gc.freeze()  # what is there already need not be searched again after each test
    yield
    left, windows = _left_behind(before)
    if left:  # perhaps garbage that hangs together with something older
        gc.unfreeze()
        left, windows = _left_behind(before)
    for widget in windows:
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not left


def _left_behind(before):
    """The windows, running timers and busy pools that are there now and were not before, in words; and the windows."""
    from PySide6.QtCore import QCoreApplication, QEvent, QThreadPool, QTimer
    from PySide6.QtWidgets import QApplication
    from shiboken6 import isValid

    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    windows = [widget for widget in QApplication.topLevelWidgets() if id(widget) not in before]
    objects = [one for one in gc.get_objects() if type(one) in (QTimer, QThreadPool) and isValid(one)]
    busy = [one for one in objects if (one.isActive() if isinstance(one, QTimer) else one.activeThreadCount() > 0)]
    words = [f"window {widget!r}" for widget in windows] + [f"{one!r} of {one.parent()!r}" for one in busy]
    return words, windows
