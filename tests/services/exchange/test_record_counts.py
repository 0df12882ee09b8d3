"""What is counted now, and what the sheet about restoring says, agree with the backups."""

from __future__ import annotations

import io

import pypdfium2
from tests.services.families import enrol

from zhaohu.services import printing
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.record_counts import count_records
from zhaohu.services.safety import backups


def test_records_are_counted_as_backups_count_them(station_desk: Desk) -> None:
    enrol(station_desk, "单芷然")
    made = backups.create_backup(station_desk)
    assert count_records(station_desk) == made.counts
    enrol(station_desk, "王浩然", village="西小庄村")
    now = count_records(station_desk)
    assert now["child"] == made.counts["child"] + 1
    assert now["village"] == made.counts["village"] + 1


def test_the_sheet_names_where_the_backups_lie(station_desk: Desk, center_desk: Desk, tmp_path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    backups.set_second_place(station_desk, stick)
    for desk, words in ((station_desk, [str(stick), station_desk.site.center_name]), (center_desk, ["未设置"])):
        document = pypdfium2.PdfDocument(io.BytesIO(printing.print_restore_guide(desk)))
        text = "".join(document[0].get_textpage().get_text_range().split())
        document.close()
        for word in (*words, desk.site.code, str(desk.profile / "backups")):
            assert "".join(word.split()) in text
