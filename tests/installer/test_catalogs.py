"""Collecting, updating and compiling the words."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog


def template(**words: str | tuple[str, str]) -> Catalog:
    made = Catalog(domain="zhaohu")
    for place, message in words.items():
        made.add(message, locations=[(f"{place}.py", None)])
    return made


def translate(folder: Path, catalogs, **words: str) -> None:
    """Write translations into the file, as a translator does."""
    path = folder / "zh_CN" / "LC_MESSAGES" / "zhaohu.po"
    text = path.read_text("utf-8")
    for msgid, words_ in words.items():
        text = text.replace(f'msgid "{msgid}"\nmsgstr ""', f'msgid "{msgid}"\nmsgstr "{words_}"')
    path.write_text(text, "utf-8")


def test_new_words_come_empty_known_ones_stay_and_unused_ones_go(catalogs, tmp_path):
    assert catalogs.update(template(a="Save", b="Print"), "zh_CN", tmp_path) == ["Save", "Print"]
    translate(tmp_path, catalogs, Save="保存", Print="打印")
    assert catalogs.update(template(a="Save", c="Close"), "zh_CN", tmp_path) == ["Close"]
    text = (tmp_path / "zh_CN" / "LC_MESSAGES" / "zhaohu.po").read_text("utf-8")
    assert 'msgstr "保存"' in text
    assert "Print" not in text


def test_a_second_update_changes_nothing(catalogs, tmp_path):
    words = template(a="Save", b=("{n} visit", "{n} visits"))
    catalogs.update(words, "zh_CN", tmp_path)
    path = tmp_path / "zh_CN" / "LC_MESSAGES" / "zhaohu.po"
    before = path.read_bytes()
    catalogs.update(words, "zh_CN", tmp_path)
    assert path.read_bytes() == before


def test_what_has_no_translation_falls_back_to_its_words(catalogs, tmp_path):
    catalogs.update(template(a="Save", b="Print"), "zh_CN", tmp_path)
    translate(tmp_path, catalogs, Save="保存")
    assert catalogs.compile_all(tmp_path) == 1
    words = gettext.translation("zhaohu", str(tmp_path), ["zh_CN"])
    assert words.gettext("Save") == "保存"
    assert words.gettext("Print") == "Print"


def test_a_broken_catalog_is_named(catalogs, tmp_path):
    path = tmp_path / "zh_CN" / "LC_MESSAGES" / "zhaohu.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid "Save"\nmsgstr "保存"\nand so on\n', "utf-8")
    with pytest.raises(ValueError, match=r"zhaohu\.po"):
        catalogs.compile_all(tmp_path)


def test_code_and_forms_yield_their_words(catalogs):
    code = catalogs.words_of_code()
    assert "Page {page} of {pages}" in code
    assert code.get("Phone", "sign-in sheet") is not None
    forms = catalogs.words_of_forms()
    assert {"新生儿家庭访视记录表", "未见异常", "次/分钟", "重度低体重"} <= {message.id for message in forms}
