"""设置, 往来途径: places are saved, tried out and removed; an unknown server is compared first; the quiet exchange."""

from __future__ import annotations

import socket
from datetime import date

import paramiko
import pytest
from PySide6.QtCore import Qt
from tests.sync.travel.servers import PASSWORD, USER, Faulty, sftp_server
from tests.sync.work import a_family
from tests.ui.pages.conftest import as_role, unnamed_controls

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
