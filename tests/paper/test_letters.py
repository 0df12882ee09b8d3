"""Recovery sheet and fingerprint letter."""

from __future__ import annotations

from datetime import date

import pytest
import segno

from tests.paper.pdfs import fonts, large_square, outside, page_texts
from zhaohu.paper.key_letter import KeyLetter, key_letter
from zhaohu.paper.recovery_sheet import RecoverySheet, recovery_sheet

GROUPS = ("7K3M", "Q9WD", "ABCD", "2345", "6789", "GHJK", "MNPQ", "WWWW", "X7Z2")
FINGERPRINT = ("WWWWW", "MMMMM", "KLMNO", "PQRST", "UVWX2")
DIGITS = ("7036", "1482", "9900", "5213", "6471", "0085", "3306", "9127", "4850", "2619")


def documents(imprint) -> dict[str, tuple[bytes, tuple[str, ...]]]:
    sheet = RecoverySheet("巨峰镇指导站", "371103-01", GROUPS, "王敏", date(2026, 11, 21))
    letter = KeyLetter("巨峰镇指导站", "371103-01", "岚山区指导中心", FINGERPRINT, DIGITS, date(2026, 11, 21))
    return {
        "recovery": (recovery_sheet(sheet, imprint), GROUPS),
        "key": (key_letter(letter, imprint), FINGERPRINT),
    }


@pytest.mark.parametrize("kind", ["recovery", "key"])
def test_one_page_with_the_groups_in_order(imprint, kind):
    data, groups = documents(imprint)[kind]
    (text,) = page_texts(data)
    for code in (groups, DIGITS) if kind == "key" else (groups,):
        places = [text.index(group) for group in code]
        assert places == sorted(places)
    for words in ("巨峰镇指导站", "371103-01", "2026年11月21日", "签名"):
        assert words in text
    assert all(fonts(data).values())
    assert outside(data) == []
    assert documents(imprint)[kind][0] == data


@pytest.mark.parametrize("kind", ["recovery", "key"])
def test_the_large_qr_code_holds_the_whole_code(imprint, kind):
    data, groups = documents(imprint)[kind]
    expected = [[bool(module) for module in row] for row in segno.make("-".join(groups), error="m", micro=False).matrix]
    assert large_square(data, len(expected)) == expected


def test_the_centers_bundle_key_has_a_page_of_its_own(imprint):
    key = "AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQ9ABCD"
    sheet = RecoverySheet("岚山区指导中心", "371103", GROUPS, "李主任", date(2026, 11, 21), key)
    first, second = page_texts(recovery_sheet(sheet, imprint))
    assert "AGESEC" not in first
    assert GROUPS[0] not in second
    for start in range(0, 72, 6):
        assert key.replace("-", "")[start : start + 6] in second
