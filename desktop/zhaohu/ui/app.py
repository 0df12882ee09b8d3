"""The application object: names, language of Qt itself, look; no window and nothing heavy."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from zhaohu import __version__, i18n
from zhaohu.ui import icons, theme

_qt_words = QTranslator()


def make_app(argv: Sequence[str] = (), *, look: str = "light", scale: int = 100) -> QApplication:
    """The one application, made or taken over, dressed and speaking the language of `zhaohu.i18n`.

    Args:
        argv: For Qt's own options.
        look: A key of `theme.THEMES`.
        scale: The type size in percent, one of `theme.SCALES`.
    """
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["zhaohu", *argv])
    app.setApplicationName("zhaohu")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("zhaohu")
    speak(app)
    theme.apply(app, look, scale)
    app.setApplicationDisplayName(i18n._("Zhaohu"))
    app.setWindowIcon(icons.icon("logo", "accent"))
    return app


def speak(app: QApplication) -> None:
    """Make Qt's own buttons, dialogs and calendars speak the language in use; again after a change of language."""
    QLocale.setDefault(QLocale(i18n.language()))
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    app.removeTranslator(_qt_words)
    if _qt_words.load(QLocale(i18n.language()), "qtbase", "_", folder):
        app.installTranslator(_qt_words)
