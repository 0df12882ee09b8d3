"""Records made with a former version of a form, and with one that only a newer program knows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select
from tests.services.care.test_visits import record
from tests.services.families import enrol

from zhaohu import paths
from zhaohu.errors import Refused
from zhaohu.records import Visit
from zhaohu.records.base import new_id
from zhaohu.rules.forms.model import Answer
from zhaohu.services import form_files, printing, reference
from zhaohu.services.care import screening, timeline, visits
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles
from zhaohu.services.growth import growth
from zhaohu.services.guidance import hand_outs
from zhaohu.services.register import removal
from zhaohu.store.audit import canonical_json

FUTURE: dict[str, Answer] = {"visit_date": "2026-11-10", "mood": ["1", "9"], "weight_kg": "3.55", "note": "新内容"}


@pytest.fixture
def with_forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], None]:
    """A program that ships other form files: name below resources/forms, and text."""

    def use(files: dict[str, str]) -> None:
        folder = tmp_path / "forms"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(paths.resource("forms"), folder)
        for name, text in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        book = reference.read_forms(folder)
        monkeypatch.setattr(reference, "form_book", lambda: book)

    return use


def newborn() -> str:
    return paths.resource("forms/newborn_visit.toml").read_text("utf-8")


def next_version() -> str:
    """The form of a coming year: another title, one option reworded, one question more."""
    text = newborn().replace('version = "2017.1"', 'version = "2027.1"')
    text = text.replace("effective_from = 2017-02-28", "effective_from = 2026-11-15")
    text = text.replace('title = "新生儿家庭访视记录表"', 'title = "新生儿家庭访视记录表（2027年版）"')
    text = text.replace('label = "红润"', 'label = "红润有光泽"', 1)
    more = '[[groups.fields]]\nname = "mood"\ntype = "text"\nlabel = "情绪"\npaper = false\n\n'
    return text.replace('[[groups.fields]]\nname = "eyes"', more + '[[groups.fields]]\nname = "eyes"', 1)


def kept(desk: Desk, visit_id: str) -> str:
    with desk.read() as session:
        return session.get_one(Visit, visit_id).answers


def future_record(desk: Desk, child_id: str, form: str = "future_form", version: str = "2030.1") -> str:
    """A record as a bundle or an update that was taken back would leave it."""
    visit_id = new_id()
    with desk.write("visit.record") as work:
        work.session.add(
            desk.make(
                Visit,
                id=visit_id,
                record_id=visit_id,
                number=77,
                version=1,
                child_id=child_id,
                form=form,
                form_version=version,
                visit_date=date(2026, 11, 10),
                signer="王敏",
                answers=canonical_json(FUTURE),
            )
        )
    return visit_id


def test_a_new_version_never_changes_an_old_record(
    station_desk: Desk, with_forms: Callable[[dict[str, str]], None]
) -> None:
    first = record(station_desk, enrol(station_desk))
    before = kept(station_desk, first.id)
    with_forms({"newborn_visit.toml": next_version(), "former/newborn_visit@2017.1.toml": newborn()})

    shown = visits.view_visit(station_desk, first.id)
    assert (shown.form.version, shown.form.title) == ("2017.1", "新生儿家庭访视记录表")
    assert shown.form.field("face").options[0].label == "红润"
    assert (shown.digest, kept(station_desk, first.id)) == (first.digest, before)

    entry = visits.edit_visit(station_desk, first.id)
    assert entry.form.version == "2017.1"
    corrected = visits.correct_visit(
        station_desk, first.id, answers={**entry.answers, "heart_rate": 128}, reason="抄错"
    )
    assert corrected.form.version == "2017.1"
    now = json.loads(kept(station_desk, corrected.id))
    assert now == {**json.loads(before), "heart_rate": 128}

    other = visits.start_visit(station_desk, enrol(station_desk, name="张安"), "newborn_visit")
    assert other.form.version == "2027.1"
    assert other.form.field("mood")


def test_a_version_is_used_from_its_day_on(station_desk: Desk, with_forms: Callable[[dict[str, str]], None]) -> None:
    later = next_version().replace("effective_from = 2026-11-15", "effective_from = 2026-11-21")
    with_forms({"newborn_visit.toml": later, "former/newborn_visit@2017.1.toml": newborn()})
    assert visits.start_visit(station_desk, enrol(station_desk), "newborn_visit").form.version == "2017.1"
    assert reference.forms_in_use(date(2026, 11, 21))["newborn_visit"].version == "2027.1"


def test_the_list_of_forms_names_former_versions(with_forms: Callable[[dict[str, str]], None]) -> None:
    with_forms({"newborn_visit.toml": next_version(), "former/newborn_visit@2017.1.toml": newborn()})
    listed = {one.id: one for one in form_files.list_forms()}["newborn_visit"]
    assert (listed.version, listed.former) == ("2027.1", ("2017.1",))


@pytest.mark.parametrize(("form", "version"), [("future_form", "2030.1"), ("newborn_visit", "2030.1")])
def test_a_newer_programs_record_can_be_read_and_nothing_else(
    station_desk: Desk, center_desk: Desk, tmp_path: Path, form: str, version: str
) -> None:
    child = enrol(station_desk)
    visit_id = future_record(station_desk, child, form, version)
    shown = visits.view_visit(station_desk, visit_id)
    assert (shown.form.is_known, shown.editable, shown.form.version) == (False, False, version)
    assert shown.answers == FUTURE
    assert {one.name for one in shown.form.fields()} == FUTURE.keys()
    for act in (
        lambda: visits.edit_visit(station_desk, visit_id),
        lambda: visits.correct_visit(station_desk, visit_id, answers=FUTURE, reason="试"),
        lambda: printing.print_visit(station_desk, visit_id),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "newer_form"

    # it is listed and counted like any other
    assert [(one.form, one.visit_date) for one in timeline.list_visits(station_desk, child)] == [
        (form, date(2026, 11, 10))
    ]
    assert any(item.on == date(2026, 11, 10) for item in timeline.timeline(station_desk, child))
    assert screening.results(station_desk, child) == []
    assert len(growth.series(station_desk, child)) == 1
    assert hand_outs.offer(station_desk, child, visit_id).child_id == child

    # and goes on to the center byte for byte
    bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    assert kept(center_desk, visit_id) == kept(station_desk, visit_id) == canonical_json(FUTURE)
    assert visits.view_visit(center_desk, visit_id).answers == FUTURE

    removal.remove_visit(station_desk, visit_id, "试录")
    assert visits.view_visit(station_desk, visit_id).removed


def test_other_records_of_the_child_are_not_hurt_by_it(station_desk: Desk) -> None:
    child = enrol(station_desk)
    future_record(station_desk, child, "newborn_visit", "2030.1")
    mine = record(station_desk, child, visit_date="2026-11-12", next_date="2026-11-30")
    assert printing.print_visit(station_desk, mine.id).startswith(b"%PDF")
    assert visits.edit_visit(station_desk, mine.id).form.is_known


def test_unknown_answers_of_a_known_version_survive_a_correction(station_desk: Desk) -> None:
    saved = record(station_desk, enrol(station_desk))
    stranger = {**saved.answers, "face": "8", "face_text": "紫", "mood": ["1", "9"]}
    with station_desk.write("visit.record") as work:
        work.session.get_one(Visit, saved.id).answers = canonical_json(stranger)
    shown = visits.view_visit(station_desk, saved.id)
    assert shown.form.is_known
    assert shown.editable
    entry = visits.edit_visit(station_desk, saved.id)
    typed = {name: value for name, value in entry.answers.items() if name not in ("mood", "face", "face_text")}
    corrected = visits.correct_visit(station_desk, saved.id, answers={**typed, "heart_rate": 128}, reason="抄错")
    assert corrected.answers == {**stranger, "heart_rate": 128}
    with station_desk.read() as session:
        assert len(session.exec(select(Visit)).all()) == 2
