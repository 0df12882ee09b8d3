"""设置, 往来途径: places are saved, tried out and removed; an unknown server is compared first; the quiet exchange."""

from __future__ import annotations

import socket
from datetime import date

import paramiko
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtCore import Qt
from tests.sync.travel.servers import PASSWORD, USER, Faulty, sftp_server
from tests.sync.work import a_family
from tests.ui.pages.conftest import as_role, unnamed_controls, write

from zhaohu.clock import Clock
from zhaohu.records.codes import Role
from zhaohu.services.exchange import history, travel
from zhaohu.services.safety import checkup
from zhaohu.sync.travel.tls import fingerprint
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.place_forms import PlaceDialog
from zhaohu.ui.pages.settings import settings_page
from zhaohu.ui.quiet_sync import QuietSync


@pytest.fixture
def share(tmp_path):
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


@pytest.fixture
def opened(stage):
    """Call with a desk: its settings with the places in front."""

    def make(desk):
        page = stage.open(settings_page, desk)
        page.take_argument("travel")
        stage.settle()
        return page, page.travel

    return make


def fill(page, **values: str) -> PlaceDialog:
    (dialog,) = [one for one in page.window().findChildren(PlaceDialog) if one.isVisible()]
    for name, value in values.items():
        dialog.form.fields[name].set_value(value)
    return dialog


def test_a_place_is_saved_tried_out_and_removed(
    stage, desk, opened, share, monkeypatch, assert_nothing_clipped, missing_glyphs
):
    page, tab = opened(desk)
    assert page.tabs.tabText(page.tabs.currentIndex()) == "往来途径"
    assert tab.table.empty.isVisible()
    assert not tab.check_button.isEnabled()
    tab.add()
    dialog = fill(page, name="共享文件夹", url=str(share / "missing"))
    dialog.try_save()
    stage.settle()
    assert dialog.notice.property("tone") == "danger"
    fill(page, url=str(share)).try_save()
    stage.settle()
    (row,) = tab.table.rows()
    assert (row.name, row.kind, row.last) == ("共享文件夹", "folder", None)
    tab.table.view.choose_row(0)
    tab.check()
    stage.settle()
    assert tab.notice.property("tone") == "done"
    assert list(share.iterdir()) == []
    travel.exchange(desk, "共享文件夹")
    page.refresh()
    stage.settle()
    assert tab.table.rows()[0].last.code == ""
    assert_nothing_clipped(page)
    assert missing_glyphs(page) == set()
    assert unnamed_controls(page) == []
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    tab.table.view.choose_row(0)
    tab.remove()
    stage.settle()
    assert list(tab.table.rows()) == []


def test_a_new_place_does_not_replace_one_of_its_name(stage, desk, opened, share, tmp_path, assert_nothing_clipped):
    travel.save_place(desk, "共享文件夹", str(share))
    page, tab = opened(desk)
    tab.add()
    dialog = fill(page, name="共享文件夹", url=str(tmp_path))
    dialog.try_save()
    stage.settle()
    assert dialog.isVisible()
    said = "已有名为“共享文件夹”的往来途径。请换一个名称，或选中它再修改。"
    assert dialog.form.fields["name"].problem() == (said, "danger")
    assert [one.url for one in travel.list_places(desk)] == [str(share)]
    assert_nothing_clipped(dialog)
    fill(page, name="另一个").try_save()
    stage.settle()
    assert [one.url for one in tab.table.rows()] == [str(share), str(tmp_path)]
    tab.table.view.choose_row(0)
    tab.change()
    dialog = fill(page, url=str(tmp_path / "share"))
    assert dialog.form.fields["name"].is_read_only()
    dialog.try_save()
    stage.settle()
    assert tab.notice.property("tone") == "done"


def test_the_folder_of_a_place_is_chosen_with_a_button(stage, desk, opened, share, monkeypatch, assert_nothing_clipped):
    page, tab = opened(desk)
    tab.add()
    dialog = fill(page, name="共享文件夹")
    field = dialog.form.fields["url"]
    assert field.choose_button.text() == "选择文件夹…"
    monkeypatch.setattr(ask, "folder", lambda *_args: None)
    field.choose_button.click()
    assert field.value() is None
    monkeypatch.setattr(ask, "folder", lambda *_args: share)
    field.choose_button.click()
    assert field.value() == str(share)
    assert_nothing_clipped(dialog)
    assert unnamed_controls(dialog) == []
    dialog.try_save()
    stage.settle()
    assert [(one.url, one.kind) for one in tab.table.rows()] == [(str(share), "folder")]


def test_key_and_hints_stand_only_where_the_address_has_a_use_for_them(
    stage, desk, opened, tmp_path, assert_nothing_clipped
):
    page, tab = opened(desk)
    tab.add()
    dialog = fill(page, name="服务器")
    user, address = dialog.form.fields["user"], dialog.form.fields["url"]
    seen = {}
    for url in ("", str(tmp_path), "https://server/x", "s3://server/bucket", "sftp://server/x"):
        write(address, url)
        dialog.form.changed.emit("url")
        seen[url.partition(":")[0]] = dialog.form.is_shown("key_file"), user.editor().accessibleDescription()
        assert_nothing_clipped(dialog)
    assert {key for key, (with_key, _hint) in seen.items() if with_key} == {"sftp"}
    assert {key for key, (_with_key, hint) in seen.items() if hint} == {"s3"}


def test_a_key_that_was_chosen_before_the_address_became_a_folder_is_not_used(stage, desk, opened, share, tmp_path):
    page, tab = opened(desk)
    tab.add()
    dialog = fill(page, name="共享文件夹", url=str(share), key_file=tmp_path / "id_ed25519")
    dialog.try_save()
    stage.settle()
    assert [one.has_key for one in tab.table.rows()] == [False]


@pytest.mark.parametrize(
    ("name", "field", "words"),
    [
        ("id", "password", "私钥的口令不对或没有填。请在“密码”处填私钥的口令。"),
        ("missing", "key_file", "读不到这个文件。请重新选择。"),
        ("id.pub", "key_file", "这是公钥。请选不带 .pub 的那个文件。"),
    ],
)
def test_what_is_wrong_with_a_key_stands_beside_what_is_to_be_changed(
    stage, desk, opened, tmp_path, name, field, words
):
    key = Ed25519PrivateKey.generate()
    seal = serialization.BestAvailableEncryption(b"of-the-key")
    (tmp_path / "id").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, seal)
    )
    (tmp_path / "id.pub").write_bytes(
        key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    )
    page, tab = opened(desk)
    tab.add()
    write(fill(page, name="服务器").form.fields["url"], "sftp://127.0.0.1:1/x")
    dialog = fill(page, user=USER, password="another", key_file=tmp_path / name)
    dialog.form.changed.emit("url")
    dialog.try_save()
    stage.settle()
    assert dialog.form.fields[field].problem() == (words, "danger")
    assert dialog.form.is_shown(field)


def test_removing_says_so_and_warns_of_the_automatic_exchange(stage, desk, opened, share, tmp_path, monkeypatch):
    travel.save_place(desk, "甲", str(share))
    travel.save_place(desk, "乙", str(tmp_path))
    travel.set_quiet_plan(desk, "乙")
    _page, tab = opened(desk)
    asked = []
    monkeypatch.setattr(ask, "confirm", lambda _parent, _title, text, **_more: asked.append(text) or True)
    share.rmdir()
    for name in ("甲", "乙"):
        tab.table.view.choose_row([one.name for one in tab.table.rows()].index(name))
        tab.check()
        stage.settle()
        assert tab.notice.property("tone") == ("danger" if name == "甲" else "done")
        tab.remove()
        stage.settle()
        assert (tab.notice.text(), tab.notice.property("tone")) == (f"已删除“{name}”。", "done")
    assert ["自动往来" in text for text in asked] == [False, True]
    assert travel.quiet_plan(desk).place == ""
    assert tab.plan.values()["place"] in ("", None)


def test_an_unknown_server_is_compared_by_the_person_first(stage, desk, opened, tmp_path, monkeypatch):
    key, shown, answers = paramiko.ECDSAKey.generate(), [], [False, True]

    def confirm(_parent, _title, text, **_more):
        shown.append(text)
        return answers.pop(0)

    monkeypatch.setattr(ask, "confirm", confirm)
    page, tab = opened(desk)
    with sftp_server(tmp_path, key, Faulty()) as url:
        tab.add()
        dialog = fill(page, name="服务器", url=url, user=USER, password=PASSWORD)
        dialog.try_save()
        stage.settle()
        assert dialog.isVisible()
        assert travel.list_places(desk) == []
        dialog.try_save()
        stage.settle()
    assert len(shown) == 2
    assert all(fingerprint(key.asbytes()) in text for text in shown)
    (place,) = travel.list_places(desk)
    assert (place.user, place.has_password, place.fingerprint) == (USER, True, fingerprint(key.asbytes()))
    assert [one.name for one in tab.table.rows()] == ["服务器"]


def test_a_server_that_says_nothing_is_given_up_at_once(stage, desk, opened, qtbot):
    page, tab = opened(desk)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        tab.add()
        dialog = fill(
            page, name="服务器", url=f"http://127.0.0.1:{silent.getsockname()[1]}/x", user=USER, password=PASSWORD
        )
        dialog.try_save()
        with silent.accept()[0]:
            (job,) = stage.runner.active()
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)
            with qtbot.waitSignal(job.finished, timeout=3_000):  # half a minute by itself, three times
                pass
    assert dialog.isVisible()
    assert dialog.do_button.isEnabled()
    dialog.reject()


def test_a_teacher_may_try_out_and_nothing_else(stage, desk, opened, share):
    travel.save_place(desk, "共享文件夹", str(share))
    _page, tab = opened(as_role(desk, Role.TEACHER))
    assert [one.isVisible() for one in (tab.add_button, tab.change_button, tab.remove_button)] == [False] * 3
    assert tab.check_button.isVisible()
    assert tab.plan.fields["place"].is_read_only()


def test_the_plan_is_kept_and_the_window_exchanges_by_itself(stage, desk, opened, share):
    travel.save_place(desk, "共享文件夹", str(share))
    _page, tab = opened(desk)
    tab.plan.fields["every"].set_value("15")
    tab.plan.fields["place"].set_value("共享文件夹")
    tab.plan.changed.emit("place")
    stage.settle()
    assert travel.quiet_plan(desk) == travel.QuietPlan("共享文件夹", 15)
    a_family(desk)
    quiet = QuietSync(desk, stage.runner)
    for _time in range(2):
        quiet.look()
        stage.settle()
    runs = [(line.quiet, line.records) for line in history.list_history(desk) if line.kind == "run"]
    assert runs == [(True, 1)]
    assert len(list(share.iterdir())) == 1
    quiet.stop()


def test_the_doctor_tells_when_nothing_was_exchanged_for_days(desk, share):
    travel.save_place(desk, "共享文件夹", str(share))
    travel.set_quiet_plan(desk, "共享文件夹", 60)
    travel.exchange(desk, "共享文件夹", quiet=True)
    share.rmdir()
    for day in (21, 24):
        desk.clock = Clock.at(date(2026, 11, day))
        with pytest.raises(Exception, match="文件夹"):
            travel.exchange(desk, "共享文件夹", quiet=True)
        (finding,) = [one for one in checkup.check_up(desk) if one.name == "travel"]
        assert finding.ok == (day == 21)
    assert "4" in finding.advice
