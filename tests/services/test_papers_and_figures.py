"""Papers, overview, doctor: what is shown agrees with the records behind it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import text
from sqlmodel import select
from tests.services.care.test_visits import record
from tests.services.families import enrol
from tests.services.guidance.test_classes import a_class

from zhaohu.clock import Clock
from zhaohu.errors import NotFound, Refused
from zhaohu.records.exchange import OwnKey
from zhaohu.records.local import AuditLine
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.services import printing
from zhaohu.services.care import visits
from zhaohu.services.desk import Desk
from zhaohu.services.growth.growth_words import growth_lines
from zhaohu.services.guidance import classes, overview
from zhaohu.services.register import child_list
from zhaohu.services.register.child_list import ChildFilter
from zhaohu.services.safety import checkup
from zhaohu.services.safety.profile import open_desk


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def last_action(desk: Desk) -> str:
    with desk.read() as session:
        return session.exec(select(AuditLine.action).order_by(AuditLine.no.desc())).first()


def test_the_printed_visit_says_what_was_recorded(station_desk: Desk) -> None:
    saved = record(station_desk, enrol(station_desk, "赖𠮷"))
    printed = words_of(printing.print_visit(station_desk, saved.id))
    for said in ("新生儿家庭访视记录表", "赖𠮷", "3.55", "36.8", saved.record_number, "岚山区人民医院"):
        assert said in printed
    assert last_action(station_desk) == "print.visit"


def test_a_former_version_prints_as_it_was(station_desk: Desk) -> None:
    first = record(station_desk, enrol(station_desk))
    visits.correct_visit(station_desk, first.id, answers={**first.answers, "weight_kg": "3.99"}, reason="核对")
    assert "3.55" in words_of(printing.print_visit(station_desk, first.id))


def test_the_growth_chart_lists_all_measurements(station_desk: Desk) -> None:
    child_id = enrol(station_desk, facts={"gestation_days": 245})
    record(station_desk, child_id)
    printed = words_of(printing.print_growth(station_desk, child_id, Indicator.WFA, Standard.WHO))
    for said in ("单芷然", "3.30", "3.55", "2026年11月10日", f"371103-01-WFA-{child_id[-8:]}"):
        assert said in printed
    assert last_action(station_desk) == "print.growth"


def test_the_sign_in_sheet_lists_the_invited(station_desk: Desk) -> None:
    class_id = classes.plan_class(station_desk, a_class(station_desk), [enrol(station_desk, name) for name in "甲乙"])
    printed = words_of(printing.print_sign_in(station_desk, class_id))
    assert "辅食添加要点" in printed
    assert "李秀梅" in printed
    assert "13812345678" not in printed


def test_what_is_not_there_is_not_printed(station_desk: Desk) -> None:
    for attempt in (printing.print_visit, printing.print_growth, printing.print_sign_in):
        with pytest.raises(NotFound):
            attempt(station_desk, "0" * 36)


def test_a_recovery_sheet_is_never_overwritten(tmp_path: Path) -> None:
    place = printing.recovery_sheet_place(tmp_path / "profile", None)
    assert place == tmp_path / "profile-recovery.pdf"
    place.write_bytes(b"the only one")
    with pytest.raises(Refused):
        printing.recovery_sheet_place(tmp_path / "profile", None)


def test_growth_in_words_names_value_grade_and_both_standards(station_desk: Desk) -> None:
    saved = record(station_desk, enrol(station_desk))
    line = growth_lines(saved.growth)[-1]
    for said in ("2026年11月10日", "3.55 kg", "WS/T 423", "WHO"):
        assert said in line


def test_the_overview_counts_what_the_lists_show(station_desk: Desk) -> None:
    child = enrol(station_desk, "甲")
    enrol(station_desk, "乙", birth_date=date(2026, 10, 1))
    first = record(station_desk, child)
    visits.correct_visit(station_desk, first.id, answers={**first.answers, "weight_kg": "3.65"}, reason="核对")
    classes.plan_class(station_desk, a_class(station_desk, held_on=date(2026, 3, 1)))
    here, district = overview.overview(station_desk)
    assert (here.children, here.visits, here.classes) == (2, 1, 1)
    assert (district.children, district.visits, district.overdue) == (2, 1, here.overdue)


def test_the_doctor_names_what_is_wrong(station_desk: Desk) -> None:
    assert all(finding.ok for finding in checkup.check_up(station_desk))
    (station_desk.profile / "keys.copy.json").unlink()
    with station_desk.store.write() as session:
        session.connection().execute(text("DROP TRIGGER child_journal_update"))
        session.connection().execute(text("UPDATE audit_line SET action = 'x' WHERE no = 1"))
        session.delete(session.get_one(OwnKey, "sign"))
    wrong = {finding.name for finding in checkup.check_up(station_desk) if not finding.ok}
    assert wrong == {"journal", "audit", "keys"}


def test_a_clock_set_back_is_noticed(station_desk: Desk) -> None:
    from zhaohu.clock import Clock

    station_desk.clock = Clock.at(date(2025, 1, 1))
    assert "clock" in {finding.name for finding in checkup.check_up(station_desk) if not finding.ok}


def test_a_visit_counts_in_the_year_it_was_corrected_to(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2025, 12, 20))
    first = record(station_desk, child_id, visit_date="2026-01-02", next_date="2026-01-30")
    enrol(station_desk, "王浩然", birth_date=date(2026, 10, 2))
    enrol(station_desk, "徐子涵", birth_date=date(2023, 11, 20))  # three today
    assert overview.overview(station_desk)[0].visits == 1
    assert overview.managed_here(station_desk) == (1, 2)
    corrected = {**first.answers, "visit_date": "2025-12-28"}
    visits.correct_visit(station_desk, first.id, answers=corrected, reason="日期写错")
    here, in_all = overview.overview(station_desk)
    assert here.visits == 0
    assert here.managed == in_all.managed == (0, 2)
    unseen = child_list.list_children(station_desk, ChildFilter(unseen=True))
    assert {row.name for row in unseen} == {"单芷然", "王浩然"}


def test_logging_in_does_not_hide_a_clock_set_back(station_desk: Desk) -> None:
    profile = station_desk.profile
    station_desk.close()
    again = open_desk(profile, "admin", "correct horse", Clock.at(date(2026, 11, 1)))
    assert "clock" in [finding.name for finding in checkup.check_up(again) if not finding.ok]
    again.close()
