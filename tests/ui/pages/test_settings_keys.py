"""设置: the keys of this site, changed, printed, and joined to a center anew."""

from __future__ import annotations

from PySide6.QtCore import Qt
from tests.sync.district import ADMIN, CLOCK, TOWNSHIPS, WEAK
from tests.ui.pages.conftest import as_role

from zhaohu.records.codes import Role
from zhaohu.services.exchange import setup, site_keys
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.fingerprints import Fingerprints
from zhaohu.ui.pages.settings import settings_page
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


def test_a_station_makes_new_keys_and_reads_them_out(stage, desk, monkeypatch, assert_nothing_clipped):
    page = stage.open(settings_page, desk)
    assert not page.keys.next.isVisible()
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: False)
    page.keys.change()
    stage.settle()
    assert site_keys.site_keys(desk).next_fingerprint == ""
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    page.keys.change()
    stage.settle()
    found = site_keys.site_keys(desk)
    assert page.keys.next.digits() == site_keys.digits(found.next_fingerprint)
    assert (page.keys.own.text(), page.keys.center.text()) == (found.fingerprint, found.center_fingerprint)
    assert not page.keys.change_button.isEnabled()
    assert page.keys.next.y() < page.keys.own.y()  # whoever reads the first one out reads the right one
    assert "不要读" in page.keys.own.accessibleName()
    assert_nothing_clipped(page.keys)
    page.keys.print_letter()
    stage.dialog(PdfDialog).reject()


def test_the_center_sees_who_does_not_know_its_new_keys(stage, center, monkeypatch, assert_nothing_clipped):
    page = stage.open(settings_page, center)
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    page.keys.change()
    stage.settle()
    assert "碑廓镇指导站" in page.keys._behind.text()
    assert not page.keys.join_button.isVisible()
    assert_nothing_clipped(page.keys)


def test_a_station_joins_a_new_center_once_people_have_compared(stage, desk, tmp_path, monkeypatch, qtbot):
    made = setup.init_center(
        tmp_path / "new", district_code="371103", name="新中心", admin=ADMIN, clock=CLOCK, strength=WEAK
    )
    name, township, population = TOWNSHIPS["01"]
    file = tmp_path / "01.zhe"
    setup.add_station(made.desk, code="01", name=name, township=township, population=population, out=file)
    made.desk.close()
    page = stage.open(settings_page, desk)
    before = page.keys.center.text()
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [file])
    page.keys.join()
    dialog = stage.dialog(Fingerprints)
    assert [one.text() for one in dialog.prints] == [made.fingerprint]
    dialog.reject()
    stage.settle()
    assert site_keys.site_keys(desk).center_fingerprint == before
    page.keys.join()
    compared, stranger = file.read_bytes(), tmp_path / "stranger"
    other = setup.init_center(
        stranger, district_code="371103", name="新中心", admin=ADMIN, clock=CLOCK, strength=WEAK
    ).desk
    swapped = tmp_path / "swapped.zhe"
    setup.add_station(other, code="01", name=name, township=township, population=population, out=swapped)
    other.close()
    file.write_bytes(swapped.read_bytes())  # another file since it was compared
    stage.dialog(Fingerprints).accept()
    stage.settle()
    assert site_keys.site_keys(desk).center_fingerprint == before
    file.write_bytes(compared)
    page.keys.join()
    qtbot.mouseClick(stage.dialog(Fingerprints).do_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert page.keys.center.text() == made.fingerprint != before
    assert (tmp_path / "371103-01-reply.zhe").is_file()
    assert "回复" in page.keys.notice.text()
    (tmp_path / "01.zhe").write_bytes(b"ZHE 1\nnonsense")
    page.keys.join()
    stage.settle()
    assert "损坏" in page.keys.notice.text()


def test_only_the_administrator_changes_keys(stage, desk):
    page = stage.open(settings_page, as_role(desk, Role.TEACHER))
    assert page.keys.letter_button.isVisible()
    assert not page.keys.change_button.isVisible()
    assert not page.keys.join_button.isVisible()
