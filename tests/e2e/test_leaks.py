"""Nobody's name, number or password gets out: the demo is worked on, also wrongly, and everything left is searched.

Searched: logs, crash and fault reports, settings, file names, window titles, what commands say on stderr, and on
stdout unless showing somebody is what the command is for (`_SHOWS`); and raw, as UTF-8, UTF-16 and GB 18030, the
database, its write-ahead log, keys, backups, bundles and working copies. Papers and spreadsheets that were asked for
are not: showing people is what they are for.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import text
from sqlmodel import select

from tests.ui.window_driver import PATIENCE_MS, Driver, answering
from zhaohu.cli.app import run
from zhaohu.clock import Clock
from zhaohu.records import Caregiver, Child, Household, ParentingClass, Teacher, Visit
from zhaohu.records.local import Account
from zhaohu.services.demo import build_demo
from zhaohu.services.desk import Desk
from zhaohu.services.safety.profile import open_desk
from zhaohu.store.envelope import Envelope, Strength
from zhaohu.ui.dialogs import crash_report
from zhaohu.ui.shell import Shell
from zhaohu.ui.window import run_window

TODAY = date(2026, 11, 20)
PASSWORD = "Möwe-海鸥-5309-canary"
_ENCODINGS = ("utf-8", "utf-16-le", "gb18030")
_SHORTEST_RAW = 6  # bytes; fewer stand in megabytes of cipher text by chance
_RAW = (".db", ".db-wal", ".zhb", ".zhr", ".zhk", ".damaged")
_SHOWS = {
    ("children", "list"), ("children", "show"), ("children", "search"), ("children", "import"), ("due",), ("staffing",),
    ("user", "list"), ("class", "list"), ("children", "imports"),
}  # fmt: skip


@dataclass(slots=True)
class Scene:
    """A demo that was worked on, what must not be found, and what people saw beside files."""

    folder: Path
    station: Path
    canaries: frozenset[str]
    said: dict[str, str] = field(default_factory=dict)

    @property
    def profiles(self) -> list[Path]:
        return [self.station, *(self.folder / name for name in ("center", "broken", "broken-window"))]


def _open(profile: Path, password: str = PASSWORD) -> Desk:
    return open_desk(profile, "admin", password, Clock.at(TODAY))


def _canaries(desk: Desk) -> Iterator[str | None]:
    with desk.read() as session:
        for child in session.exec(select(Child)):
            yield from (child.name, child.citizen_id)
        for carer in session.exec(select(Caregiver)):
            yield from (carer.name, carer.phone)
        for household in session.exec(select(Household)):
            yield household.address
        for teacher in session.exec(select(Teacher)):
            yield teacher.name
        for account in session.exec(select(Account)):
            yield account.display_name


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The demo of two children a station, its first station and center with a password of our own."""
    folder = tmp_path_factory.mktemp("demo") / "district"
    built = build_demo(folder, children=2, seed=7, clock=Clock.at(TODAY))
    found: set[str | None] = {PASSWORD}
    for profile in (built.stations[0].profile, built.center_profile):
        with closing(_open(profile, built.logins[0].password)) as desk:
            Envelope(profile, Strength(19 * 1024, 2, 1)).add(desk.store.key, "user", "admin", PASSWORD)
            found |= set(_canaries(desk))
    canaries = frozenset(one for one in found if one and len(one) > 1)
    assert len(canaries) > 60
    return Scene(folder, built.stations[0].profile, canaries)


def _ids(station: Path) -> dict[str, str]:
    with closing(_open(station)) as desk, desk.read() as session:
        visit = session.exec(select(Visit)).first()
        held = session.exec(select(ParentingClass)).first()
        assert visit is not None
        assert held is not None
        family = session.get_one(Child, visit.child_id).household_id
        return {"child": visit.child_id, "family": family, "visit": visit.id, "form": visit.form, "class": held.id}


def _break(profile: Path) -> str:
    """Put values into rows that no program of ours writes: a name for a birth date, half a JSON; the child's id."""
    with closing(_open(profile)) as desk, desk.store.write() as session:
        child = session.exec(select(Child)).first()
        assert child is not None
        broken = session.connection().execute
        broken(text("UPDATE child SET birth_date = name WHERE id = :id"), {"id": child.id})
        broken(text('UPDATE visit SET answers = \'{"name": "\' || :name'), {"name": child.name})
        return child.id


def test_commands_done_rightly_and_wrongly(
    scene: Scene, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ids, name = _ids(scene.station), min(scene.canaries - {PASSWORD}, key=len)
    monkeypatch.setenv("ZHAOHU_PASSWORD", PASSWORD)
    monkeypatch.setenv("ZHAOHU_TODAY", TODAY.isoformat())
    table, junk = tmp_path / "roster.csv", tmp_path / "junk.zhb"
    table.write_text(f"儿童姓名,性别,出生日期,身份证号\n{name},女,2026-13-45,123\n{name},?,2026-10-01,\n", "utf-8")
    good = tmp_path / "good.csv"
    good.write_text(f"儿童姓名,性别,出生日期,监护人姓名,联系电话\n{name}宝,女,2026-10-05,{name},13900001234\n", "utf-8")
    junk.write_bytes(name.encode() * 500)
    (tmp_path / "junk.xlsx").write_bytes(b"PK\x03\x04" + name.encode() * 500)
    (tmp_path / "answers.json").write_text(f'{{"mother_name": "{name}", "visit_date": "soon"}}', "utf-8")

    def act(
        *words: object, profile: Path = scene.station, password: str = PASSWORD, code: int = 0, echoes: bool = False
    ) -> None:
        monkeypatch.setenv("ZHAOHU_PASSWORD", password)
        capfd.readouterr()
        line = [str(word) for word in words]
        assert run(["--profile", str(profile), *line], lambda *_where: 0) == code, (line, capfd.readouterr())
        out, err = capfd.readouterr()
        shows = any(tuple(line[: len(kind)]) == kind for kind in _SHOWS)
        if not echoes:  # what the person typed is repeated to that person, and to no log
            scene.said[" ".join(line[:2]) + str(len(scene.said))] = err if shows else out + err

    act("children", "list")
    act("children", "show", ids["child"])
    act("children", "search", name)
    act("class", "list")
    act("due")
    act("staffing")
    act("user", "list")
    act("bundle", "status")
    act("bundle", "export", "--out", tmp_path / "stick")
    act("children", "list", "--query", name, "--status", "all", "--json")
    act("children", "show", ids["child"], "--json")
    act("children", "import", good, "--check")
    act("children", "import", good, "--report", tmp_path / "report.xlsx", "--json")
    act("children", "imports", "--json")
    for paper in (("register",), ("child", "--child", ids["child"]), ("labels", "--child", ids["child"]), ("consent",)):
        act("print", *paper, "--out", tmp_path / f"{paper[0]}.pdf")
    act("print", "consent", "--child", ids["child"], "--out", tmp_path / "consent-of-one.pdf")
    act("print", "signin", ids["class"], "--out", tmp_path / "signin.pdf")
    act("backup", "create")
    act("backup", "list")
    act("check")
    act("print", "visit", ids["visit"], "--out", tmp_path / "v.pdf")
    act("bundle", "import", *(tmp_path / "stick").glob("*.zhb"), profile=scene.folder / "center")
    act("check", profile=scene.folder / "center")
    # wrongly
    act("children", "show", "0", code=1)
    act("children", "list", password=f"{PASSWORD}x", code=1)
    act("children", "list", password=PASSWORD.upper(), profile=scene.folder / "center", code=1)
    act("children", "import", table)
    act("children", "import", tmp_path / "junk.xlsx", code=1)
    act("children", "undo-import", name, code=1)
    act("children", "list", "--village", name, code=2, echoes=True)
    act("children", "list", "--teacher", f"{name}氏", code=2, echoes=True)
    act("print", "register", "--village", name, "--out", tmp_path / "x.pdf", code=1, echoes=True)
    for file in (junk, tmp_path / "answers.json"):
        act("visit", "add", "--child", ids["child"], "--form", ids["form"], "--file", file, code=1)
    act("bundle", "import", junk, profile=scene.folder / "center", code=1)
    act("bundle", "verify", junk, profile=scene.folder / "center", code=1)
    act("receipt", "import", junk, code=1)
    act("backup", "verify", junk, code=1)
    act("print", "visit", ids["visit"], "--out", junk / "below.pdf", code=1)
    act("nonsense", code=2)
    # a bug: rows that cannot be
    broken = scene.folder / "broken"
    shutil.copytree(scene.station, broken)
    child = _break(broken)
    act("children", "show", child, profile=broken, code=3)
    act("print", "visit", ids["visit"], "--out", tmp_path / "w.pdf", profile=broken, code=3)
    assert list((broken / "log").glob("crash-*.txt"))


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path | None]]:
    """Somebody at the window whose password is known; gives the crash reports that are told."""
    told: list[Path | None] = []
    monkeypatch.setenv("ZHAOHU_PASSWORD", PASSWORD)
    monkeypatch.setenv("ZHAOHU_TODAY", TODAY.isoformat())
    monkeypatch.setattr(crash_report, "tell", lambda _parent, report: told.append(report))
    yield told
    instance = QApplication.instance()
    assert isinstance(instance, QApplication)
    instance.setQuitOnLastWindowClosed(True)


def test_every_page_of_the_window(qtbot, qapp, scene: Scene, person, capfd: pytest.CaptureFixture[str]) -> None:
    ids, titles, raw = _ids(scene.station), list[str](), list[bytes]()

    def work(shell: Shell) -> None:
        window = Driver(qtbot, shell)
        for key in list(shell.sidebar.buttons):
            window.go(key)
            titles.append(shell.windowTitle())
        for address in (
            f"child/{ids['child']}",
            f"family/{ids['family']}",
            "duplicates",
            "closing",
            f"visit/{ids['visit']}",
            f"visit-new/{ids['child']}.{ids['form']}",
            f"class/{ids['class']}",
            "roster",
            "child/0",
        ):
            shell.open(address)
            window.settle()
            titles.append(shell.windowTitle())
        raw.append((scene.station / "zhaohu.db-wal").read_bytes())
        shell.close()

    with answering((Shell, work)):
        assert run_window(scene.station, "admin") == 0
    assert len(titles) > 10
    assert raw[0]
    assert _hits_raw(scene, raw[0]) == []
    scene.said["titles"] = "\n".join(titles)
    scene.said["window"] = "".join(capfd.readouterr())


def test_a_page_that_breaks_on_a_row(qtbot, qapp, scene: Scene, person, capfd: pytest.CaptureFixture[str]) -> None:
    broken = scene.folder / "broken-window"
    child = _break(shutil.copytree(scene.station, broken))

    def work(shell: Shell) -> None:
        Driver(qtbot, shell)
        shell.open(f"child/{child}")
        qtbot.waitUntil(lambda: bool(person), timeout=PATIENCE_MS)
        scene.said["broken title"] = shell.windowTitle()
        shell.close()

    with answering((Shell, work)):
        assert run_window(broken, "admin") == 0
    assert all(report is not None and report.is_file() for report in person)
    assert re.search(
        r"job \d+ failed: (ValueError|JSONDecodeError)", (broken / "log" / "zhaohu.log").read_text("utf-8")
    )
    scene.said["broken window"] = "".join(capfd.readouterr())


def test_nothing_of_anybody_is_found(scene: Scene) -> None:
    files = [file for profile in scene.profiles for file in profile.rglob("*") if file.is_file()]
    assert {"zhaohu.log", "tastes.json", "zhaohu.db", "keys.json"} <= {file.name for file in files}
    assert {file.suffix for file in files} >= {".zhk", ".zhb", ".txt", ".log"}
    lines = (scene.station / "log" / "zhaohu.log").read_text("utf-8")
    for event in (
        "log-in as admin",
        "command children list ends with 0",
        "refused wrong_password",
        "act backup.create",
    ):
        assert event in lines
    hits = [f"{file.relative_to(scene.folder)}: {hit}" for file in files for hit in _hits_of_file(scene, file)]
    hits += [f"{where} said {hit}" for where, words in scene.said.items() for hit in _hits(scene, words.encode())]
    hits += [f"name of {file}" for file in files if _hits(scene, file.name.encode())]
    assert len(scene.said) > 25
    assert hits == []


def test_the_search_itself_finds_what_is_there(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"\x00" * 99 + PASSWORD.encode("utf-16-le"))
    (tmp_path / "x.log").write_text(f"hello {min(scene.canaries, key=len)}", "gb18030")
    assert _hits_of_file(scene, tmp_path / "x.db") == [PASSWORD]
    assert _hits_of_file(scene, tmp_path / "x.log")


def _hits_of_file(scene: Scene, file: Path) -> list[str]:
    data = file.read_bytes()
    return _hits_raw(scene, data) if file.suffix in _RAW else _hits(scene, data)


def _hits_raw(scene: Scene, data: bytes) -> list[str]:
    return _search(scene.canaries, data, _SHORTEST_RAW)


def _hits(scene: Scene, data: bytes) -> list[str]:
    return _search(scene.canaries, data, 1)


def _search(canaries: Iterable[str], data: bytes, shortest: int) -> list[str]:
    found = []
    for canary in canaries:
        forms = (canary.encode(encoding, "ignore") for encoding in _ENCODINGS)
        if any(len(form) >= shortest and form in data for form in forms):
            found.append(canary)
    return found
