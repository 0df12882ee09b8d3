"""One table of tokens dresses everything, readably, and nothing else knows a colour."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton

from zhaohu import paths
from zhaohu.ui import icons, theme
from zhaohu.ui.widgets.words import label

SURFACES = ("canvas", "surface", "raised", "sunken")
PAIRS = [
    *((ink, ground) for ink in ("text", "quiet") for ground in (*SURFACES, "accent_soft")),
    *((ink, ground) for ink in ("accent", "danger", "attention", "done") for ground in ("canvas", "surface", "raised")),
    *((ink, f"{ink}_soft") for ink in ("accent", "danger", "attention", "done")),
    *(("text", f"{ink}_soft") for ink in ("danger", "attention", "done")),
    ("on_accent", "accent"),
    ("on_accent", "accent_strong"),
    ("on_danger", "danger"),
]


def luminance(colour: QColor) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [colour.redF(), colour.greenF(), colour.blueF()]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lights = sorted((luminance(QColor(one)), luminance(QColor(other))))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def test_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_every_text_is_readable(name, ink, ground):
    colours = theme.tokens().colours[name]
    assert contrast(colours[ink], colours[ground]) >= 4.5, (name, ink, ground)


@pytest.mark.parametrize("name", [name for name in theme.THEMES if name.endswith("contrast")])
def test_high_contrast_is_higher(name):
    colours = theme.tokens().colours[name]
    assert all(contrast(colours[ink], colours["surface"]) >= 7 for ink in ("text", "quiet", "accent", "danger"))


def test_themes_have_the_same_tokens():
    names = {frozenset(colours) for colours in theme.tokens().colours.values()}
    assert len(names) == 1
    assert set(theme.tokens().colours) == set(theme.THEMES)


@pytest.fixture
def undressed(qapp):
    yield qapp
    theme.apply(qapp, "light", 100)


@pytest.mark.parametrize("scale", theme.SCALES)
@pytest.mark.parametrize("name", theme.THEMES)
def test_style_sheet_is_complete(undressed, name, scale):
    theme.apply(undressed, name, scale)
    assert "$" not in theme.style_sheet()
    assert theme.colour("accent").name().upper() == theme.tokens().colours[name]["accent"]
    assert undressed.palette().window().color() == theme.colour("canvas")
    assert undressed.font().pixelSize() == round(14 * scale / 100)


def test_widgets_grow_with_the_type(undressed, qtbot):
    heights = []
    for scale in (100, 150):
        theme.apply(undressed, "light", scale)
        button = QPushButton("保存")
        qtbot.addWidget(button)
        button.show()
        heights.append(button.sizeHint().height())
    assert heights == [32, 48]


def test_unknown_theme_is_refused(qapp):
    with pytest.raises(ValueError, match="sepia"):
        theme.apply(qapp, "sepia", 100)


def test_fonts_in_order_and_no_character_is_missing(qapp, missing_glyphs):
    assert theme.load_fonts()[0] == "Noto Sans SC"
    assert missing_glyphs("王子涵 2026-03-05 3.25 kg 𠮷𬭚㛃䶮𫖯 ≥37.5℃") == set()
    assert missing_glyphs("\U0010fffd") == {"\U0010fffd"}


def test_labels_show_markup_as_it_is(qtbot):
    words = label("<b>王</b>")
    qtbot.addWidget(words)
    assert words.sizeHint().width() > words.fontMetrics().horizontalAdvance("王") * 3


def test_icons_follow_the_theme(undressed):
    icon = icons.icon("lock", "text")
    light = icon.pixmap(24).toImage()
    theme.apply(undressed, "dark", 100)
    assert icon.pixmap(24).toImage() != light


def test_every_icon_is_drawn_in_current_colour_and_renders(qapp):
    for path in sorted(paths.resource("icons").glob("*.svg")):
        text = path.read_text(encoding="utf-8")
        assert 'viewBox="0 0 24 24"' in text, path.name
        assert 'stroke="currentColor"' in text, path.name
        assert not re.search(r"#[0-9a-fA-F]{3,6}", text), path.name
        image = icons.pixmap(path.stem, "text", pixels=24).toImage()
        seen = sum(image.pixelColor(x, y).alpha() > 40 for x in range(24) for y in range(24))
        assert seen > 20, path.name


def test_unknown_icon_is_refused(qapp):
    with pytest.raises(FileNotFoundError):
        icons.icon("unicorn")


def test_no_colour_and_no_pixel_outside_the_tokens():
    ui = paths.resource("style").parent.parent / "desktop" / "zhaohu" / "ui"
    forbidden = re.compile(
        r"#[0-9A-Fa-f]{6}\b|\b\d+px\b|setStyleSheet|QColor\(\s*[\d\"']|GlobalColor\.(?!transparent)"
        r"|set(ContentsMargins|Spacing|(Fixed|Minimum|Maximum)(Width|Height|Size))\(([^()]*,)?\s*[1-9]\d*\s*[,)]"
    )
    files = [path for path in ui.rglob("*.py") if path.name != "theme.py"]
    assert len(files) > 20
    found = []
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            if forbidden.search(re.sub(r"theme\.space\(\d+\)", "0", line)):
                found.append(f"{path.name}: {line.strip()}")  # noqa: PERF401
    assert found == []
