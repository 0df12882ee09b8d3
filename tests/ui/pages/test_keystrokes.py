"""How many keys a normal visit takes from paper: each key press counts, Enter and shortcuts too, in the real window."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.services.families import enrol
from tests.ui.window_driver import Driver

from zhaohu.rules.forms.starting import all_normal
from zhaohu.services.care import timeline, visits
from zhaohu.services.care.visits import VisitView
from zhaohu.ui.window_pages import make_shell

BORN = date(2026, 11, 9)
BORN_SIX_MONTHS_AGO = date(2026, 5, 15)
ENTER, ALL_NORMAL, SAME = Qt.Key.Key_Return, Qt.Key.Key_F4, "="


class Typist:
    """Presses one key after another on whatever has the keyboard, as somebody does who looks at the paper."""

    def __init__(self, window) -> None:
        self.window = window
        self.keys = 0

    def _on(self):
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the keyboard"
        return widget

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self._on(), key, modifier)
        self.keys += 1

    def type(self, text: str) -> None:
        for sign in text:
            QTest.keyClick(self._on(), sign)
            self.keys += 1

    def answer(self, text: str) -> None:
        """Type and go on."""
        self.type(text)
        self.press(ENTER)

    def save(self) -> None:
        self.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)


@pytest.fixture
def driver(desk, qtbot):
    """The real window on the station's desk."""
    shell = make_shell(desk)
    qtbot.addWidget(shell, before_close_func=lambda window: window.close_now())
    made = Driver(qtbot, shell)
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    return made


def open_form(driver: Driver, child_id: str, form: str) -> Typist:
    driver.shell.open(f"visit-new/{child_id}.{form}")
    driver.settle()
    return Typist(driver.shell)


def here(driver: Driver) -> str:
    """The field that has the keyboard."""
    return driver.shell.page().record.fields.field_of(QApplication.focusWidget())


def saved(driver: Driver, desk, child_id: str, form: str) -> VisitView:
    driver.settle()
    (row,) = [one for one in timeline.list_visits(desk, child_id) if one.form == form]
    assert driver.shell.address() == f"visit/{row.id}"
    return visits.view_visit(desk, row.id)


def newborn(desk) -> str:
    """Registered with what the slip of the hospital says."""
    facts = {"birth_place": "岚山区人民医院", "delivery": "1"}
    return enrol(desk, birth_date=BORN, facts=facts)


def test_a_normal_newborn_visit_takes_at_most_forty_keys(driver, desk):
    child_id = newborn(desk)
    typist = open_form(driver, child_id, "newborn_visit")
    typist.press(ALL_NORMAL)
    typist.answer("1")  # 听力筛查 通过
    typist.answer("2")  # 疾病筛查 均阴性
    typist.answer("365")  # 目前体重 3.65 kg
    typist.answer("1")  # 纯母乳: 吃奶量 need not be filled in
    typist.answer("9")  # 吃奶次数
    typist.answer("4")  # 大便次数
    typist.answer("368")  # 体温 36.8
    typist.answer("132")  # 心率
    typist.answer("42")  # 呼吸频率
    typist.answer("15")  # 前囟 1.5 × 1.5
    typist.answer("15")
    typist.answer("2")  # 脐带 脱落
    typist.type("1234")  # 指导
    typist.save()
    record = saved(driver, desk, child_id, "newborn_visit")
    assert typist.keys <= 40, typist.keys
    measured = {name: record.answers[name] for name in ("weight_kg", "temp_c", "fontanelle_w", "fontanelle_l")}
    assert measured == {"weight_kg": "3.65", "temp_c": "36.8", "fontanelle_w": "1.5", "fontanelle_l": "1.5"}
    assert (record.answers["heart_rate"], record.answers["resp_rate"]) == (132, 42)
    assert (record.answers["milk_times"], record.answers["stool_times"]) == (9, 4)
    assert record.answers["guidance"] == ["1", "2", "3", "4"]
    assert (record.answers["hearing_screen"], record.answers["disease_screen"]) == ("1", ["2"])
    assert (record.answers["feeding"], record.answers["umbilical"]) == ("1", ["2"])
    assert "milk_ml" not in record.answers
    assert (record.visit_date, record.answers["next_date"]) == (date(2026, 11, 20), "2026-12-07")
    assert (record.answers["face"], record.answers["referral"], record.answers["asphyxia"]) == ("1", "1", "1")


def test_one_finding_takes_four_more(driver, desk):
    """Jaundice of face and trunk: back to the field that 全部正常 filled, two digits, on again."""
    child_id = newborn(desk)
    typist = open_form(driver, child_id, "newborn_visit")
    typist.press(ALL_NORMAL)
    for text in ("1", "2", "365", "1", "9", "4", "368", "132", "42"):
        typist.answer(text)
    typist.press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert here(driver) == "jaundice_site"
    typist.answer("23")
    for text in ("15", "15", "2"):
        typist.answer(text)
    typist.type("1234")
    typist.save()
    record = saved(driver, desk, child_id, "newborn_visit")
    assert typist.keys <= 44, typist.keys
    assert (record.answers["jaundice_site"], record.answers["umbilical"]) == (["2", "3"], ["2"])


def three_month_check(desk, child_id: str) -> None:
    entry = visits.start_visit(desk, child_id, "check_1_8")
    answers = {
        **entry.answers,
        "age_column": "3",
        "visit_date": "2026-08-20",
        "weight_kg": "6.30",
        "weight_grade": "2",
        "length_cm": "61.5",
        "length_grade": "2",
        "head_cm": "40.2",
        "fontanelle": "2",
        "fontanelle_w": "1.5",
        "fontanelle_l": "1.5",
        "outdoor_hours": "1.0",
        "vitamin_d_iu": 400,
        "guidance": ["1", "2", "3", "4", "5"],
        "next_date": "2026-11-16",
    }
    visits.record_visit(desk, child_id=child_id, form_id="check_1_8", answers=all_normal(entry.form, answers))


def six_month_check(driver, desk, *, hemoglobin: str) -> tuple[Typist, VisitView]:
    child_id = enrol(desk, birth_date=BORN_SIX_MONTHS_AGO)
    three_month_check(desk, child_id)
    typist = open_form(driver, child_id, "check_1_8")
    assert here(driver) == "weight_kg"  # the column and the day stand there already
    typist.press(ALL_NORMAL)
    typist.answer("785")  # 体重; 上中下 follows
    typist.answer("675")  # 身长
    typist.answer("432")  # 头围
    typist.type(SAME)  # 前囟 未闭, as last time
    typist.answer("1")  # 1 × 1 cm
    typist.answer("1")
    typist.answer("2")  # 出牙数
    typist.answer(hemoglobin)  # measured at 6 or at 8 months
    typist.type(SAME)  # 户外活动
    typist.type(SAME)  # 维生素D
    typist.type(SAME)  # 指导, all five
    typist.press(ENTER)  # on the button that saves
    return typist, visits.view_visit(desk, _newest(driver, desk, child_id))


def _newest(driver: Driver, desk, child_id: str) -> str:
    driver.settle()
    newest = max(timeline.list_visits(desk, child_id), key=lambda row: row.visit_date)
    assert driver.shell.address() == f"visit/{newest.id}"
    return newest.id


def test_a_normal_six_month_check_takes_at_most_twenty_five_keys(driver, desk):
    typist, record = six_month_check(driver, desk, hemoglobin="")
    assert typist.keys <= 25, typist.keys
    assert (record.contact, record.answers["age_column"]) == ("M06", "6")
    sizes = {name: record.answers[name] for name in ("weight_kg", "length_cm", "head_cm")}
    assert sizes == {"weight_kg": "7.85", "length_cm": "67.5", "head_cm": "43.2"}
    assert (record.answers["weight_grade"], record.answers["length_grade"]) == ("2", "2")
    assert (record.answers["fontanelle"], record.answers["fontanelle_w"]) == ("2", "1.0")
    assert (record.answers["outdoor_hours"], record.answers["vitamin_d_iu"]) == ("1.0", 400)
    assert record.answers["guidance"] == ["1", "2", "3", "4", "5"]
    assert "hemoglobin" not in record.answers
    assert record.answers["next_date"] == "2027-01-15"


def test_with_the_blood_test_it_takes_three_more(driver, desk):
    typist, record = six_month_check(driver, desk, hemoglobin="118")
    assert typist.keys <= 28, typist.keys
    assert record.answers["hemoglobin"] == 118


def test_a_slip_is_never_taken_for_the_next_answer(driver, desk):
    """What Enter passes by is only what is filled; a digit too many stays where it was typed."""
    typist = open_form(driver, newborn(desk), "newborn_visit")
    typist.press(ALL_NORMAL)
    typist.type("11")  # a slip: the second digit goes nowhere
    assert here(driver) == "hearing_screen"
    record = driver.shell.page().record
    assert record.fields.fields["disease_screen"].is_empty()
    typist.press(ENTER)
    assert here(driver) == "disease_screen"


def test_digits_without_their_point_are_read_in_words_at_once(driver, desk):
    typist = open_form(driver, newborn(desk), "newborn_visit")
    record = driver.shell.page().record
    record.fields.go_to("temp_c")
    field = record.fields.fields["temp_c"]
    typist.type("368")
    assert field.echo() == "368 读作 36.8 ℃。"
    typist.press(ENTER)
    assert (field.text(), field.echo()) == ("36.8", "368 读作 36.8 ℃。")
    record.fields.go_to("weight_kg")
    typist.type("35")  # not all decimals were typed: likely 3.5, which is offered and waits for a person
    assert record.fields.fields["weight_kg"].echo() == ""
    record.check_now()
    assert record.fields.fields["weight_kg"].problem()[1] == "danger"
    record.fields.go_to("fontanelle_w")
    typist.type("55")  # 5.5 cm would be unusual: then nothing is guessed
    assert record.fields.fields["fontanelle_w"].echo() == ""
    record.check_now()
    assert record.fields.fields["fontanelle_w"].problem()[1] == "danger"
