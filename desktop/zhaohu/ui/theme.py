"""The look: tokens from `resources/style`, applied as palette, style sheet and fonts; the only place with values.

Painters ask `colour("accent")`, layouts ask `space(2)` or `size("row")`. Nothing else knows a colour or a pixel.
"""

from __future__ import annotations

import string
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PySide6.QtCore import QTemporaryDir
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from zhaohu import paths
from zhaohu.i18n import N_

THEMES = {
    "light": N_("Light"),
    "dark": N_("Dark"),
    "light_contrast": N_("Light, high contrast"),
    "dark_contrast": N_("Dark, high contrast"),
}
SCALES = (100, 112, 125, 150)
FONT_FILES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf", "ZhaohuRare.ttf")

_IMAGES = {  # small marks a style sheet can only take from files: icon name and colour token
    "down": ("chevron-down", "quiet"),
    "up": ("chevron-up", "quiet"),
    "check": ("check", "on_accent"),
    "tick": ("check", "accent"),
}


@dataclass(frozen=True, slots=True)
class Tokens:
    """The table of the look as it stands in `tokens.toml`."""

    colours: dict[str, dict[str, str]]
    type: dict[str, int]
    size: dict[str, int]
    shape: dict[str, int]
    frame: dict[str, int]


@cache
def tokens() -> Tokens:
    """The tokens, read once."""
    data = tomllib.loads(paths.resource("style/tokens.toml").read_text(encoding="utf-8"))
    return Tokens(data["colour"], data["type"], data["size"], data["shape"], data["frame"])


class _State:
    name = "light"
    scale_percent = 100
    families: tuple[str, ...] = ()
    images: QTemporaryDir | None = None


def name() -> str:
    """The theme in use, a key of `THEMES`."""
    return _State.name


def scale_percent() -> int:
    """The type size in use, one of `SCALES`."""
    return _State.scale_percent


def colour(token: str) -> QColor:
    """A colour of the theme in use, for painters.

    Raises:
        KeyError: There is no such token.
    """
    return QColor(tokens().colours[_State.name][token])


def scaled(pixels: int) -> int:
    """A length that grows with the type size in use."""
    return round(pixels * _State.scale_percent / 100)


def size(token: str) -> int:
    """A length of `[size]` in pixels at the type size in use."""
    return scaled(tokens().size[token])


def type_size(token: str) -> int:
    """A type size of `[type]` in pixels at the type size in use."""
    return scaled(tokens().type[token])


def space(steps: int) -> int:
    """A gap of so many steps of the grid, in pixels."""
    return tokens().shape["step"] * steps


def shape(token: str) -> int:
    """A radius or line width of `[shape]` in pixels."""
    return tokens().shape[token]


def frame(token: str) -> int:
    """A measure of the window of `[frame]` in pixels."""
    return tokens().frame[token]


def font(size_: str = "body", *, bold: bool = False) -> QFont:
    """The program's font at a type size, for painters and views that take a font."""
    result = QFont()
    if _State.families:
        result.setFamilies(list(_State.families))
    result.setPixelSize(type_size(size_))
    result.setBold(bold)
    return result


def load_fonts() -> tuple[str, ...]:
    """Give Qt the shipped fonts once, in order of preference; a checkout without them uses the system's."""
    if _State.families:
        return _State.families
    families: list[str] = []
    try:
        folder = paths.resource("fonts")
    except FileNotFoundError:
        return ()
    for file in FONT_FILES:
        path = folder / file
        if not path.is_file():
            continue
        for family in QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path))):
            if family not in families:
                families.append(family)
    _State.families = tuple(families)
    return _State.families


def apply(app: QApplication, theme: str = "light", scale: int = 100) -> None:
    """Dress the whole program; may be called again at any time to change theme or type size.

    Args:
        app: The running application.
        theme: A key of `THEMES`.
        scale: The type size in percent, one of `SCALES`.

    Raises:
        ValueError: There is no such theme or size.
    """
    if theme not in THEMES or scale not in SCALES:
        raise ValueError((theme, scale))
    _State.name, _State.scale_percent = theme, scale
    load_fonts()
    app.setStyle("Fusion")
    app.setPalette(_palette())
    app.setFont(font())
    app.setStyleSheet(style_sheet())


def style_sheet() -> str:
    """The style sheet of the theme and type size in use."""
    template = string.Template(paths.resource("style/zhaohu.qss.in").read_text(encoding="utf-8"))
    control, option, chip = size("control"), size("option"), size("chip")
    line, focus = shape("line"), shape("focus")
    values: dict[str, object] = dict(tokens().colours[_State.name])
    values |= {f"type_{key}": type_size(key) for key in tokens().type}
    values |= {f"size_{key}": size(key) for key in tokens().size}
    values |= {f"shape_{key}": value for key, value in tokens().shape.items()}
    values |= {  # style sheets measure inside the border, tokens with it
        "inner_control": control - 2 * line,
        "focus_control": control - 2 * focus,
        "focus_control_flat": control - 2 * focus - space(2),
        "inner_option": option - 2 * line,
        "focus_option": option - 2 * focus,
        "inner_chip": chip - 2 * line,
        "focus_chip": chip - 2 * focus,
        "half_chip": chip // 2,
    }
    values |= {f"image_{key}": path.as_posix() for key, path in _images().items()}
    return template.substitute(values)


def _images() -> dict[str, Path]:
    if _State.images is None:
        _State.images = QTemporaryDir()
    folder = Path(_State.images.path())
    made = {key: folder / f"{_State.name}-{key}.svg" for key in _IMAGES}
    for key, (icon, token) in _IMAGES.items():
        if not made[key].exists():
            svg = paths.resource(f"icons/{icon}.svg").read_text(encoding="utf-8")
            made[key].write_text(svg.replace("currentColor", colour(token).name()), encoding="utf-8")
    return made


def _palette() -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, token in {
        roles.Window: "canvas",
        roles.WindowText: "text",
        roles.Base: "surface",
        roles.AlternateBase: "sunken",
        roles.Text: "text",
        roles.Button: "surface",
        roles.ButtonText: "text",
        roles.BrightText: "danger",
        roles.ToolTipBase: "raised",
        roles.ToolTipText: "text",
        roles.Highlight: "accent",
        roles.HighlightedText: "on_accent",
        roles.Accent: "accent",
        roles.Link: "accent",
        roles.LinkVisited: "accent",
        roles.PlaceholderText: "quiet",
        roles.Light: "raised",
        roles.Midlight: "sunken",
        roles.Mid: "line",
        roles.Dark: "line_strong",
        roles.Shadow: "line_strong",
    }.items():
        palette.setColor(role, colour(token))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, colour("disabled"))
    return palette
