"""Accounts and the recovery sheet by command: locked out, let in by the paper, and the paper replaced."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

from tests.e2e.commands import Person


def code_on(sheet: Path) -> str:
    """The recovery code as a person reads it off the paper."""
    document = pypdfium2.PdfDocument(sheet.read_bytes())
    try:
        text = document[0].get_textpage().get_text_range()
    finally:
        document.close()
    return " ".join(re.findall(r"(?<![A-Z0-9])[A-Z2-9]{4}(?![A-Z0-9])|(?<![A-Z0-9])[A-Z2-9]{2}(?![A-Z0-9])", text)[:9])


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory) -> tuple[Person, Path]:
    """A center of its own, and its recovery sheet."""
    person = Person(tmp_path_factory.mktemp("center") / "profile")
    made = person.json("center", "init", "--district-code", "371103", "--name", "岚山区婴幼儿照护服务指导中心")
    return person, Path(made["recovery_sheet"])


def test_an_account_is_disabled_enabled_and_given_a_role(center: tuple[Person, Path], tmp_path: Path) -> None:
    person, _sheet = center
    person.json("user", "add", "wangmin", "--role", "viewer")
    person.json("user", "disable", "wangmin")
    enabled = person.json("user", "enable", "wangmin")
    assert enabled["disabled"] is False
    assert person.json("user", "role", "wangmin", "auditor") == {"name": "wangmin", "role": "auditor"}
    (tmp_path / "new").write_text("my own choice", "utf-8")
    auditor = {"user": "wangmin", "password": enabled["first_password"]}
    person.json("user", "password", "wangmin", "--new-password-file", tmp_path / "new", **auditor)
    users = person.json("user", "list", user="wangmin", password="my own choice")["users"]
    assert {row["name"]: row["role"] for row in users} == {"admin": "admin", "wangmin": "auditor"}


def test_the_sheet_lets_in_whom_the_waits_keep_out_and_is_replaced(center: tuple[Person, Path], tmp_path: Path) -> None:
    person, first = center
    (tmp_path / "code").write_text(code_on(first), "utf-8")
    (tmp_path / "new").write_text("found again", "utf-8")
    words = ("user", "recover", "--code-file", tmp_path / "code", "--new-password-file", tmp_path / "new")
    assert person.json(*words, code=1)["error"]["code"] == "file_exists"  # the first sheet lies there still
    second = tmp_path / "second.pdf"
    assert person.json(*words, "--recovery-sheet", second) == {"name": "admin", "recovery_sheet": str(second)}
    again = person.json(*words, "--recovery-sheet", tmp_path / "third.pdf", code=1)["error"]
    assert again["code"] == "wrong_password"
    assert not (tmp_path / "third.pdf").exists()
    third = person.json("user", "recovery-sheet", "--out", tmp_path / "third.pdf", password="found again")
    assert len({code_on(sheet) for sheet in (first, second, Path(third["recovery_sheet"]))}) == 3
