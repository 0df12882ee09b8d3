"""Single values that a row of a roster gives."""

from __future__ import annotations

import pytest

from zhaohu.rules.roster_rows import village_of


@pytest.mark.parametrize(
    ("address", "village"),
    [
        ("山东省日照市岚山区巨峰镇土山河村380号", "土山河村"),
        ("山东省日照市岚山区巨峰镇西赵家庄子村299号", "西赵家庄子村"),
        ("巨峰镇大坡社区12号楼", "大坡社区"),
        ("安东卫街道海州湾社区", "海州湾社区"),
        ("巨峰镇", None),
        ("某某路12号", None),
        ("", None),
    ],
)
def test_a_village_is_read_from_the_address(address: str, village: str | None) -> None:
    assert village_of(address) == village
