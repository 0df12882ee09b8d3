"""The house rules that no type checker sees: layers at run time, words, resources, row making, the clock."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest
from babel.messages import pofile

from tests.installer.conftest import load

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "desktop" / "zhaohu"
MODULES = sorted(SOURCE.rglob("*.py"))
_EVERYTHING_BUT_THE_SCREEN = [
    ".".join(("zhaohu", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
    for path in MODULES
    if not {"ui", "migrations", "__main__.py"} & set(path.relative_to(SOURCE).parts)
]


def test_everything_but_the_screen_runs_without_qt() -> None:
    script = "import sys; sys.modules['PySide6'] = None\n" + "\n".join(
        f"import {name}" for name in _EVERYTHING_BUT_THE_SCREEN
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def _calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]


def _record_names(path: Path) -> set[str]:
    """The names under which a module imports synced tables."""
    from zhaohu.records import SYNCED_TABLES

    tables = {table.__name__ for table in SYNCED_TABLES}
    imports = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    return {
        alias.asname or alias.name
        for node in imports
        if (node.module or "").startswith("zhaohu.records")
        for alias in node.names
        if alias.name in tables
    }


def test_rows_of_synced_tables_are_made_by_validation_only() -> None:
    made = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in MODULES
        if (names := _record_names(path))
        for call in _calls(path)
        if isinstance(call.func, ast.Name) and call.func.id in names
    ]
    assert made == []


def test_only_the_clock_asks_what_time_it_is() -> None:
    asked = re.compile(r"\b(date\.today|datetime\.now|datetime\.utcnow|time\.time)\(")
    places = [str(path.relative_to(SOURCE)) for path in MODULES if asked.search(path.read_text("utf-8"))]
    assert [place for place in places if place != "clock.py"] == []


def test_only_one_place_connects_to_the_database() -> None:
    places = [
        path.relative_to(SOURCE).as_posix()
        for path in MODULES
        if re.search(r"\bsqlite3\b(?!\.)|sqlcipher3\.connect|create_engine\(", path.read_text("utf-8"))
    ]
    assert places == ["store/engine.py", "sync/scratch.py"]  # the second: throw-away, encrypted, its key in memory only


def _named_resources() -> set[str]:
    found = set()
    for path in [*MODULES, *(ROOT / "installer").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_resource_is_used() -> None:
    folders = {file.parent.name for file in (ROOT / "resources").rglob("*") if file.is_file()}
    words = " ".join(sorted(_named_resources()))
    for folder in folders - {"resources"}:
        assert folder in words, f"nothing reads resources/{folder}"


def _marked_in_f_strings(source: str) -> list[int]:
    """Lines of sentences marked for translation inside an f-string."""
    marks = load("catalogs").KEYWORDS
    return [
        call.lineno
        for text in ast.walk(ast.parse(source))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in marks
        if any(isinstance(argument, ast.Constant) for argument in call.args)
    ]


def test_no_sentence_is_marked_inside_an_f_string() -> None:
    """To Python 3.11 an f-string is one token: what is marked in it comes into no catalog."""
    assert _marked_in_f_strings("f\"{code}-{_('Forms')}.pdf\"") == [1]
    marked = {path.relative_to(ROOT).as_posix(): _marked_in_f_strings(path.read_text("utf-8")) for path in MODULES}
    assert {path: lines for path, lines in marked.items() if lines} == {}


def _catalog(path: Path) -> list[tuple[str, tuple[str, ...], bool]]:
    with path.open("rb") as file:
        catalog = pofile.read_po(file)
    rows = []
    for message in catalog:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            rows.append((ids[-1], tuple(texts), message.fuzzy))
    return rows


CATALOGS = sorted((ROOT / "i18n").glob("*/LC_MESSAGES/*.po"))


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_no_translation_is_missing_doubtful_or_breaks_a_sentence(path: Path) -> None:
    def fields(text: str) -> set[str]:
        return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name is not None}

    rows = _catalog(path)
    assert rows
    assert [source for source, texts, fuzzy in rows if fuzzy or not all(texts)] == []
    broken = [source for source, texts, _fuzzy in rows for text in texts if fields(text) != fields(source)]
    assert broken == []


@pytest.mark.parametrize(("domain", "language"), [("zhaohu", "zh_CN"), ("forms", "en")])
def test_every_word_is_in_its_catalog_and_no_other(domain: str, language: str) -> None:
    catalogs = load("catalogs")
    template = catalogs.words_of_code() if domain == "zhaohu" else catalogs.words_of_forms()
    catalog = catalogs.read(ROOT / "i18n" / language / "LC_MESSAGES" / f"{domain}.po", language, domain)
    wanted = {(message.context, message.id) for message in template if message.id}
    kept = {(message.context, message.id) for message in catalog if message.id}
    assert (wanted - kept, kept - wanted) == (set(), set())
