"""Questions return values, and a button that destroys is never the one Enter presses."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel

from zhaohu import __version__
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.about import About


def press(qapp, key):
    QTimer.singleShot(50, lambda: QTest.keyClick(qapp.activeModalWidget(), key))


def click(qapp, text):
    def look():
        button = next(one for one in qapp.activeModalWidget().buttons() if one.text().startswith(text))
        button.click()

    QTimer.singleShot(50, look)


@pytest.mark.parametrize(("danger", "answer"), [(False, True), (True, False)])
def test_enter_confirms_only_what_destroys_nothing(qapp, danger, answer):
    press(qapp, Qt.Key.Key_Return)
    assert ask.confirm(None, "删除草稿？", "王子涵的草稿会丢失。", do="删除", danger=danger) is answer


def test_escape_declines(qapp):
    press(qapp, Qt.Key.Key_Escape)
    assert ask.confirm(None, "导入？", "共 12 条。", do="导入") is False


def test_the_verb_confirms(qapp):
    click(qapp, "删除")
    assert ask.confirm(None, "删除草稿？", "会丢失。", do="删除", danger=True) is True


@pytest.mark.parametrize(("text", "answer"), [("保存", "save"), ("丢弃", "discard"), ("取消", "stay")])
def test_unsaved_work(qapp, text, answer):
    click(qapp, text)
    assert ask.unsaved(None, "访视记录还没有保存。") == answer


@pytest.mark.parametrize(
    ("text", "answer"), [("保留为草稿", "keep"), ("保存", "save"), ("丢弃", "discard"), ("取消", "stay")]
)
def test_unsaved_work_that_may_stay_a_draft(qapp, text, answer):
    click(qapp, text)
    assert ask.unsaved(None, "访视记录还没有保存。", True) == answer


@pytest.mark.parametrize(("key", "answer"), [(Qt.Key.Key_Return, "keep"), (Qt.Key.Key_Escape, "stay")])
def test_enter_keeps_the_draft_and_escape_stays(qapp, key, answer):
    press(qapp, key)
    assert ask.unsaved(None, "访视记录还没有保存。", True) == answer


def test_files(qapp, monkeypatch, tmp_path):
    name = str(tmp_path / "a.pdf")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (name, ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *args: ([name, name], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: str(tmp_path))
    assert ask.save_file(None, "t", "a.pdf", "*") == tmp_path / "a.pdf"
    assert ask.open_files(None, "t", "*") == []
    assert len(ask.open_files(None, "t", "*", many=True)) == 2
    assert ask.folder(None, "t") == tmp_path


def test_about_names_the_version_and_the_folder(shown, assert_nothing_clipped):
    dialog = shown(About(None, "/data/zhaohu"))
    assert_nothing_clipped(dialog)
    words = " ".join(one.text() for one in dialog.findChildren(QLabel))
    assert __version__ in words
    assert "/data/zhaohu" in words


def test_about_closes(qapp):
    press(qapp, Qt.Key.Key_Escape)
    About.show_for(None, "/data/zhaohu")
