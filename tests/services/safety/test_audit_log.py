"""The audit log as people read it: every act in words, found by what one remembers, and where it was tampered with."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlmodel import select
from tests.services.care.test_visits import record
from tests.services.families import enrol
from tests.services.register.test_removal import as_role

import zhaohu
from zhaohu.errors import NotAllowed
from zhaohu.records.codes import Role
from zhaohu.records.local import AuditLine
from zhaohu.services import exports, printing, reference
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles
from zhaohu.services.register import child_list, children
from zhaohu.services.register.children import RevealField
from zhaohu.services.safety import audit_log
from zhaohu.services.safety.audit_actions import ACTIONS, GROUPS, Group, group_of
from zhaohu.services.safety.audit_log import AuditQuery, Tamper
from zhaohu.services.safety.audit_words import detail_words
from zhaohu.store import audit
from zhaohu.store.audit import Damage

SOURCE = Path(zhaohu.__file__).parent
_DYNAMIC = {"services/desk.py", "services/demo/events.py"}  # they hand on what they were given


def _action(call: ast.Call) -> ast.expr | None:
    """The expression that names the action of an act, None for another call."""
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr == "write":
        owner = function.value
        name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
        return call.args[0] if name.endswith("desk") and call.args else None
    if isinstance(function, ast.Name) and function.id == "_log" and len(call.args) > 1:
        return call.args[1]
    if isinstance(function, ast.Attribute) and function.attr == "append":
        return next((keyword.value for keyword in call.keywords if keyword.arg == "action"), None)
    return None


def _written() -> Iterator[tuple[str, ast.expr]]:
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE).as_posix()
        if place in _DYNAMIC:
            continue
        module = ast.parse(path.read_text("utf-8"))
        constants = {
            target.id: node.value
            for node in module.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and (action := _action(node)) is not None:
                yield place, constants.get(action.id, action) if isinstance(action, ast.Name) else action


def _reveals() -> set[str]:
    """What can be shown in clear: the register's numbers, and the personal fields of the forms."""
    fields = [one for form in reference.forms().values() for one in form.fields() if one.personal]
    return {f"reveal.{which}" for which in [*get_args(RevealField), *(one.format for one in fields)]}


def test_every_act_that_is_written_down_has_words() -> None:
    found = list(_written())
    assert len(found) > 30
    for place, action in found:
        if isinstance(action, ast.Constant):
            assert action.value in ACTIONS, f"{place} writes “{action.value}”; give it words in audit_actions.ACTIONS"
        elif isinstance(action, ast.JoinedStr):
            assert ast.unparse(action).startswith("f'reveal."), f"{place}: {ast.unparse(action)}"
        elif not (isinstance(action, ast.Name) and action.id == "action"):
            pytest.fail(f"{place}: {ast.unparse(action)} is no action that can be looked up")
    assert _reveals() <= ACTIONS.keys()


def test_every_act_has_a_group_and_every_group_an_act() -> None:
    assert {group_of(action) for action in ACTIONS} == set(Group) == set(GROUPS)


@pytest.fixture
def busy(station_desk: Desk) -> Desk:
    """A morning's work."""
    child_id = enrol(station_desk, facts={"citizen_id": "371103202611020022"})
    enrol(station_desk, "王浩然")
    visit = record(station_desk, child_id)
    children.reveal(station_desk, child_id, "citizen_id")
    children.reveal(station_desk, children.view_child(station_desk, child_id).caregivers[0].id, "phone")
    printing.print_visit(station_desk, visit.id)
    with station_desk.write("account.role") as work:
        work.note(account="lihua", role="teacher")
    return station_desk


def words(desk: Desk, **query: object) -> list[str]:
    page = audit_log.search(desk, AuditQuery(**query))
    assert page.total == len(page.rows)
    return [row.action for row in page.rows]


def test_lines_come_newest_first_in_words(busy: Desk) -> None:
    page = audit_log.search(busy)
    assert [row.no for row in page.rows] == list(range(page.total, 0, -1))
    role, printed, phone, shown, recorded = page.rows[:5]
    assert (role.words, role.detail, role.subject) == ("更改了角色", "账户：lihua · 角色：指导教师", "")
    assert (printed.words, printed.subject) == ("打印了访视记录", "单芷然 · 371103-01-000001")
    assert (phone.words, phone.subject) == ("查看了电话号码", "单芷然的监护人")
    assert (shown.words, shown.subject) == ("查看了身份证号", "单芷然")
    assert "新生儿家庭访视记录表" in recorded.detail
    assert (shown.account, shown.person, shown.at[:10]) == ("admin", "管理员", "2026-11-20")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("身份证", ["reveal.citizen_id"]),
        ("角色", ["account.role"]),
        ("reveal.", ["reveal.phone", "reveal.citizen_id"]),
        ("lihua", ["account.role"]),
        ("王浩然", ["child.register"]),
        ("单芷然", ["print.visit", "reveal.phone", "reveal.citizen_id", "visit.record", "child.register"]),
        ("%", []),
        ("'; DROP TABLE audit_line", []),
        ("没有这个词", []),
    ],
)
def test_lines_are_found_by_what_one_remembers(busy: Desk, typed: str, found: list[str]) -> None:
    assert words(busy, text=typed) == found


def test_lines_are_found_by_who_did_them(busy: Desk) -> None:
    everything = audit_log.search(busy).total
    assert len(words(busy, text="管理")) == everything
    assert len(words(busy, account="admin")) == everything
    assert words(busy, account="adm") == []


@pytest.mark.parametrize(
    ("group", "found"),
    [
        (Group.REVEALS, {"reveal.phone", "reveal.citizen_id"}),
        (Group.PAPERS, {"print.visit"}),
        (Group.RECORDS, {"visit.record", "child.register"}),
        (Group.ACCOUNTS, {"account.role"}),
        (Group.UPKEEP, {"profile.create"}),
        (Group.ENTRY, {"account.log_in"}),
        (Group.EXCHANGE, set()),
    ],
)
def test_chips_show_one_group(busy: Desk, group: Group, found: set[str]) -> None:
    assert set(words(busy, group=group)) == found


def test_days_and_a_child_narrow_the_log(busy: Desk) -> None:
    everything = audit_log.search(busy).total
    today = busy.today
    assert len(words(busy, since=today)) == everything
    assert words(busy, since=today + timedelta(days=1)) == []
    assert words(busy, until=today - timedelta(days=1)) == []
    assert len(words(busy, until=today)) == everything
    with busy.read() as session:
        subject = session.exec(select(AuditLine.subject).where(AuditLine.action == "reveal.citizen_id")).one()
    assert words(busy, child_id=subject.partition("/")[2]) == words(busy, text="单芷然")


def test_a_long_log_is_read_in_pages(busy: Desk) -> None:
    everything = audit_log.search(busy)
    first, second = (audit_log.search(busy, limit=3, offset=offset) for offset in (0, 3))
    assert first.rows + second.rows == everything.rows[:6]
    assert first.total == second.total == everything.total


def test_the_center_reads_record_numbers_and_no_names(busy: Desk, center_desk: Desk, tmp_path: Path) -> None:
    written = bundles.export_bundle(busy, tmp_path)
    bundles.import_bundles(center_desk, [written.file])
    (child_id,) = [row.id for row in child_list.search(center_desk, "单芷然")]
    (visit_id,) = [row.subject.partition("/")[2] for row in _lines(busy) if row.action == "print.visit" and row.subject]
    printing.print_growth(center_desk, child_id)
    printing.print_visit(center_desk, visit_id)
    auditor = as_role(center_desk, Role.AUDITOR)
    visit, growth = audit_log.search(auditor, limit=2).rows
    assert visit.subject == "371103-01-000001"
    assert child_id in growth.subject
    assert words(auditor, text="单芷然") == []
    assert "单芷然" not in repr(audit_log.search(auditor))


def _lines(desk: Desk) -> list[AuditLine]:
    with desk.read() as session:
        return list(session.exec(select(AuditLine).order_by(AuditLine.no)))


def test_every_kind_of_detail_can_be_told() -> None:
    told = detail_words(
        audit.canonical_json(
            {
                "counts": {"child": {"new": 2, "changed": 1}, "visit": 1200, "teacher": 0},
                "form": "no_such_form",
                "role": "auditor",
                "needs_care": ["disk", "clock"],
                "again": True,
                "clock_suspect": False,
                "station": "",
                "of_tomorrow": 3,
            }
        )
    )
    assert told == (
        "再次 · 记录数：儿童 3、访视与体检 1,200 · 表单：no_such_form · 需处理：disk、clock · "
        "of_tomorrow：3 · 角色：审计员"
    )


def test_a_whole_log_says_so_and_a_changed_one_says_where(busy: Desk) -> None:
    assert audit_log.first_tampered(busy) is None
    before = _lines(busy)[2].at
    with busy.store.write() as session:
        session.connection().execute(text("UPDATE audit_line SET account = 'x' WHERE no = 4"))
    assert audit_log.first_tampered(busy) == Tamper(4, before, Damage.CHANGED)
    with busy.store.write() as session:
        session.connection().execute(text("DELETE FROM audit_line WHERE no = 1"))
    assert audit_log.first_tampered(busy) == Tamper(1, "", Damage.MISSING)


def test_the_log_is_saved_as_a_spreadsheet_in_which_nothing_runs(busy: Desk, tmp_path: Path) -> None:
    exports.export_list(busy, name="=1+1", headings=["a"], rows=[["b"]], place=tmp_path / "x.xlsx")
    query = AuditQuery(group=Group.PAPERS)
    place = tmp_path / "log.xlsx"
    assert audit_log.export(busy, query, place) == 2
    sheet = load_workbook(place).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[4] for row in rows] == ["操作", "导出了列表", "打印了访视记录"]
    assert "=1+1" in rows[1][6]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n"}
    assert audit_log.search(busy, limit=1).rows[0].action == "export.audit"


@pytest.mark.parametrize("role", [Role.TEACHER, Role.VIEWER])
def test_only_administrators_and_auditors_read_the_log(station_desk: Desk, role: Role, tmp_path: Path) -> None:
    other = as_role(station_desk, role)
    with pytest.raises(NotAllowed):
        audit_log.search(other)
    with pytest.raises(NotAllowed):
        audit_log.first_tampered(other)
    with pytest.raises(NotAllowed):
        audit_log.export(other, AuditQuery(), tmp_path / "x.xlsx")
    assert not (tmp_path / "x.xlsx").exists()


def test_a_hundred_thousand_lines_answer_at_once(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    with station_desk.store.write() as session:
        start = audit.head(session)[1]
        actions = sorted(ACTIONS)
        session.connection().execute(
            text(
                "INSERT INTO audit_line (no, at, account, action, subject, detail, previous, digest) "
                "VALUES (:no, :at, 'admin', :action, :subject, :detail, '', '')"
            ),
            [
                {
                    "no": start + n,
                    "at": f"{date(2020, 1, 1) + timedelta(days=n // 60)}T09:00:00+08:00",
                    "action": actions[n % len(actions)],
                    "detail": audit.canonical_json({"file": f"371103-01-{n}.zhb", "no": n}),
                    "subject": f"child/{child_id}" if n % 1000 == 0 else None,
                }
                for n in range(1, 100_001)
            ],
        )
    slowest = 0.0
    for query in (
        AuditQuery(),
        AuditQuery(text="zhb"),
        AuditQuery(text="没有这个词"),
        AuditQuery(text="单芷然"),
        AuditQuery(group=Group.EXCHANGE),
        AuditQuery(since=date(2021, 1, 1), until=date(2021, 2, 1)),
        AuditQuery(child_id=child_id),
    ):
        began = time.perf_counter()
        audit_log.search(station_desk, query)
        slowest = max(slowest, time.perf_counter() - began)
    assert slowest < 5
