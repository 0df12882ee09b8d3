"""How lost data comes back, on paper."""

from __future__ import annotations

from datetime import date

import pytest

from tests.paper.pdfs import fonts, outside, page_texts
from zhaohu.paper.restore_guide import RestoreGuide, restore_guide

LONG = "C:\\Users\\wangmin\\AppData\\Local\\zhaohu\\" + "很长的文件夹名" * 12


@pytest.mark.parametrize("center", ["岚山区托育指导中心", ""])
@pytest.mark.parametrize(
    ("folder", "second"), [("/home/wang/zhaohu/backups", "E:\\照护站备份"), (LONG, LONG), (LONG, "")]
)
def test_one_page_that_names_the_site_and_both_places(imprint, center, folder, second):
    values = RestoreGuide("巨峰镇指导站", "371103-01", center, folder, second, date(2026, 11, 21))
    data = restore_guide(values, imprint)
    (text,) = page_texts(data)
    for words in (
        "如何恢复数据",
        "巨峰镇指导站",
        "371103-01",
        folder,
        second or "未设置",
        center,
        "恢复码单",
        "2026年11月21日",
    ):
        assert words in text
    assert ("指导中心电话" in text) == bool(center)
    assert all(fonts(data).values())
    assert outside(data) == []
