"""One report of many files."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook
from tests.paper.pdfs import page_texts
from tests.sync.work import a_family

from zhaohu.errors import BadInput
from zhaohu.services.exchange import bundles
from zhaohu.services.exchange.batch_report import save_report


@pytest.fixture
def reports(station_desk, second_station_desk, center_desk, tmp_path):
    """One accepted with a held record, one had already, one refused."""
    child = a_family(station_desk, "单芷然")
    with station_desk.store.write() as session:
        session.connection().exec_driver_sql("UPDATE child SET birth_order = 77 WHERE id = ?", (child.id,))
    a_family(second_station_desk)
    one = bundles.export_bundle(station_desk, tmp_path).file
    two = bundles.export_bundle(second_station_desk, tmp_path).file
    (tmp_path / "坏.zhb").write_bytes(two.read_bytes()[:-1])
    return bundles.import_bundles(center_desk, [one, two, two, tmp_path / "坏.zhb"])


def test_as_a_spreadsheet(center_desk, reports, tmp_path):
    place = save_report(center_desk, reports, tmp_path / "报告.xlsx")
    heading, *rows = [[cell.value for cell in row] for row in load_workbook(place).active.iter_rows()]
    assert len(heading) == 10
    assert [row[0] for row in rows] == [report.file.name for report in reports]
    assert [row[3] for row in rows] == ["已接收", "已接收", "已收过", "拒收"]  # as on the screen
    assert heading[5] == "变更"
    assert [row[4:9] for row in rows] == [[2, 0, 0, 0, 1], [3, 0, 0, 0, 0], [0] * 5, [0] * 5]
    assert [row[1] for row in rows[:2]] == ["巨峰镇指导站", "碑廓镇指导站"]
    assert rows[3][9] == reports[3].message
    assert "(1)" in rows[0][9] or "（1）" in rows[0][9]


def test_on_paper(center_desk, reports, tmp_path):
    place = save_report(center_desk, reports, tmp_path / "报告.pdf")
    (words,) = page_texts(place.read_bytes())
    for report in reports:
        assert report.file.name in words
    assert "巨峰镇指导站" in words
    assert all(word in words for word in ("已接收", "已收过", "变更"))
    assert "单芷然" not in words


def test_many_files_make_many_pages(center_desk, reports, tmp_path):
    place = save_report(center_desk, reports * 40, tmp_path / "多.pdf")
    pages = page_texts(place.read_bytes())
    assert len(pages) > 3
    assert "".join(pages).count("碑廓镇指导站") == 120  # a refused file is told with the name of its station, too


def test_another_ending_is_refused(center_desk, reports, tmp_path):
    with pytest.raises(BadInput) as refused:
        save_report(center_desk, reports, tmp_path / "报告.docx")
    assert refused.value.code == "bad_ending"
    assert not (tmp_path / "报告.docx").exists()
