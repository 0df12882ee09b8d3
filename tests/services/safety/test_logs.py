"""What the log keeps and what it leaves out; crash reports; and that neither is in the way of the work."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.services.families import enrol

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.services.desk import Desk
from zhaohu.services.safety import logs
from zhaohu.services.safety.crash import crash_text, kind_of, save_crash_report

CLOCK = Clock.at(date(2026, 11, 20))
OURS, THEIRS = logging.getLogger("zhaohu.somewhere"), logging.getLogger("sqlalchemy.pool")
SECRETS = ("单芷然", "13812345678", "371103202611020021", "11010519491231002X")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A folder that passes for a profile."""
    folder = tmp_path / "profile"
    folder.mkdir()
    (folder / "keys.json").write_text("{}")
    return folder


@pytest.fixture
def kept(profile: Path) -> Iterator[Callable[[], str]]:
    """The log is kept; call for what stands in it."""
    logs.begin(profile, CLOCK)
    yield lambda: logs.log_file(profile).read_text("utf-8") if logs.log_file(profile).exists() else ""
    logs.end()


def raised(error: BaseException) -> BaseException:
    try:
        try:
            raise KeyError(SECRETS[0])
        except KeyError as cause:
            raise error from cause
    except type(error) as caught:
        return caught


def test_a_line_tells_when_how_grave_where_and_what(kept: Callable[[], str]) -> None:
    OURS.info("taken in %d of %d", 3, 4)
    OURS.debug("not kept")
    assert kept() == f"{CLOCK.now().isoformat(timespec='milliseconds')} INFO zhaohu.somewhere taken in 3 of 4\n"


@pytest.mark.parametrize("secret", SECRETS)
def test_what_somebody_typed_does_not_get_in(kept: Callable[[], str], secret: str) -> None:
    OURS.warning("careless %s", secret)
    THEIRS.error("Invalid row %s", secret)
    OURS.error("bug", exc_info=raised(ValueError(secret)))
    THEIRS.error("bug", exc_info=raised(ValueError(secret)))
    logs._handler.handle(logging.LogRecord("zhaohu", logging.ERROR, __file__, 1, "broken %d", (secret,), None))
    text = kept()
    assert secret not in text
    assert len(text.splitlines()) == 4  # the broken one is dropped
    assert "ValueError | " in text
    assert "KeyError" in text
    assert "test_logs.py:" in text


def test_ids_and_days_stay_readable(kept: Callable[[], str]) -> None:
    row, on = "child/01a200c8-ade9-77f2-84e6-123456789012", "2026-11-20"
    OURS.info("act %s %s", row, on)
    assert f"act {row} {on}" in kept()


def test_warnings_are_kept_by_category_and_place(kept: Callable[[], str], capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(SECRETS[0], UserWarning, stacklevel=1)
    # catch_warnings put pytest's own listener in our place, or ours stood: told in at most one of the two
    assert SECRETS[0] not in kept()
    logs._note_warning(SECRETS[0], UserWarning, __file__, 7)
    assert "WARNING zhaohu.warnings UserWarning at test_logs.py:7" in kept()


def test_old_lines_go_and_nobody_else_may_read(kept: Callable[[], str], profile: Path) -> None:
    for number in range(7):
        OURS.info("%d %s", number, "x" * 900_000)
    files = sorted((profile / "log").glob("zhaohu.log*"))
    assert [file.name for file in files] == ["zhaohu.log", *(f"zhaohu.log.{n}" for n in range(1, 5))]
    assert [file.read_text("utf-8").split()[3] for file in files] == ["6", "5", "4", "3", "2"]
    if os.name != "nt":
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_no_profile_no_log_and_an_unwritable_one_stops_nobody(tmp_path: Path, profile: Path) -> None:
    logs.begin(tmp_path / "nothing", CLOCK)
    OURS.info("begins")
    logs.end()
    assert not (tmp_path / "nothing").exists()
    (profile / "log").write_text("a file is in the way")
    logs.begin(profile, CLOCK)
    OURS.info("begins")
    logs.end()
    logs.end()
    assert OURS.getEffectiveLevel() == logging.WARNING


def test_a_profile_being_made_is_logged_once_it_is_there_to_stay(tmp_path: Path) -> None:
    new = tmp_path / "new"
    logs.begin(new, CLOCK)
    OURS.info("making")
    new.mkdir()
    (new / "keys.json").write_text("{}")
    OURS.info("made")
    assert [file.name for file in new.iterdir()] == ["keys.json"]
    logs.settle()
    OURS.info("at work")
    logs.end()
    assert [line.split()[3:] for line in logs.log_file(new).read_text("utf-8").splitlines()] == [
        ["making"],
        ["made"],
        ["at", "work"],
    ]


def test_acts_are_kept_with_ids_and_counts_only(station_desk: Desk) -> None:
    logs.begin(station_desk.profile, CLOCK)
    try:
        child_id = enrol(station_desk)
        with station_desk.write("children.import") as work:
            work.note(file="李秀梅.xlsx", taken=3, counts={"child": 2, "who": "李"}, rows=[1, 2], again=False)
    finally:
        logs.end()
    text = logs.log_file(station_desk.profile).read_text("utf-8")
    assert f"act child.register child/{child_id}" in text
    assert "act children.import - again=False counts(child=2) rows:2 taken=3\n" in text
    assert "xlsx" not in text


_DIES = """
import faulthandler, sys
from datetime import date
from pathlib import Path
from zhaohu.clock import Clock
from zhaohu.services.safety import logs
import logging
logs.begin(Path(sys.argv[1]), Clock())
logging.getLogger("zhaohu").info("begins")
secret = "13812345678"
faulthandler._sigsegv()
"""


def test_the_interpreter_dying_leaves_where_it_was(profile: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _DIES, str(profile)], capture_output=True, check=False, timeout=60)
    assert done.returncode != 0
    text = (profile / "log" / "fault.txt").read_text("utf-8")
    assert "Segmentation fault" in text or "access violation" in text
    assert 'File "<string>", line 11' in text
    assert "13812345678" not in text


# -- crash reports


def test_a_report_has_types_and_lines_of_all_causes_and_no_values() -> None:
    text = crash_text(raised(Refused(SECRETS[0], field=SECRETS[1])), CLOCK)
    assert "Refused" in text
    assert "KeyError" in text
    assert "services/test_logs.py" not in text  # only the file's own name: folders may name a person
    assert "test_logs.py:" in text
    assert not any(secret in text for secret in SECRETS)


def test_one_kind_is_one_class_at_one_line() -> None:
    first, second = raised(KeyError("a")), raised(KeyError("b"))
    assert kind_of(first) == kind_of(second)
    assert kind_of(KeyError("never raised")) == "KeyError ?"
    with pytest.raises(KeyError) as other:
        {}["a"]
    assert kind_of(other.value) != kind_of(first)


def test_twenty_reports_are_kept_and_those_are_not_written_over(profile: Path) -> None:
    made = [save_crash_report(profile, raised(KeyError("x")), CLOCK) for _time in range(20)]
    assert len(set(made)) == 20
    newest = save_crash_report(profile, raised(ValueError("x")), CLOCK)
    left = sorted((profile / "log").glob("crash-*.txt"))
    assert len(left) == 20
    assert "ValueError" in newest.read_text("utf-8")
    assert sum("ValueError" in file.read_text("utf-8") for file in left) == 1
