"""Which font draws what, and what is said when none can."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zhaohu
from tests.paper.conftest import RARE
from zhaohu.paper.fonts import RARE as RARE_FONT
from zhaohu.paper.fonts import REGULAR, Run, faces, missing_glyphs, printable, runs, text_width

UNKNOWN = "\U0002a6d6"  # the last of extension B, which neither font draws


def test_rare_characters_stand_in_their_own_runs():
    assert runs("王𠮷明") == [Run(REGULAR, "王"), Run(RARE_FONT, "𠮷"), Run(REGULAR, "明")]
    assert runs("") == []


@given(st.text(st.sampled_from("王小明Ab1。（𠮷𬭚" + UNKNOWN), max_size=30))
def test_runs_keep_the_text_and_its_width(text):
    assert "".join(run.text for run in runs(text)) == text
    assert text_width(text, 10) == pytest.approx(sum(text_width(character, 10) for character in text))


def test_a_chinese_character_is_as_wide_as_the_type_is_large():
    assert text_width("照护站", 9) == 27


def test_every_character_of_gbk_and_extension_a_can_be_drawn():
    gbk = {bytes([a, b]).decode("gbk", "ignore") for a in range(0x81, 0xFF) for b in range(0x40, 0xFF)}
    chinese = {text for text in gbk if len(text) == 1 and "\u3400" <= text <= "\u9fff"}
    assert len(chinese) > 20_900
    extension_a = "".join(map(chr, range(0x3400, 0x4DB6)))
    assert missing_glyphs("".join(chinese) + extension_a + RARE) == set()


def test_what_no_font_has_is_named():
    assert missing_glyphs(f"王{UNKNOWN}\u200b 明\n") == {UNKNOWN}


def test_characters_without_a_shape_are_left_out_and_spaces_are_alike():
    assert printable("王\u200b明\ufe00\U000e0101\x07a\u2009b\u3000c") == "王明a b\u3000c"


def test_without_fetched_fonts_the_command_is_named(tmp_path: Path):
    package = Path(zhaohu.__file__).parent
    shutil.copytree(package, tmp_path / "desktop" / "zhaohu", ignore=shutil.ignore_patterns("__pycache__", "ui"))
    (tmp_path / "resources").mkdir()
    program = (
        "from zhaohu.errors import Refused\nfrom zhaohu.paper.fonts import missing_glyphs\n"
        "try: missing_glyphs('王')\nexcept Refused as error: print(error.code, error.message)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(tmp_path / "desktop"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.startswith("fonts_missing")
    assert "python3 installer/dev.py fonts" in done.stdout


@given(st.lists(st.floats(-9999, 9999) | st.integers(-999, 999), min_size=1, max_size=6))
def test_numbers_are_written_as_reportlab_writes_them(numbers):
    from reportlab.lib.rl_accel import fp_str
    from reportlab.pdfgen import canvas, pathobject, textobject

    faces()
    for module in (canvas, pathobject, textobject):
        assert module.fp_str is not fp_str
        assert module.fp_str(*numbers) == module.fp_str(numbers) == fp_str(*numbers)
