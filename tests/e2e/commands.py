"""Commands as a person at a keyboard or a scheduler gives them: each in a process of its own, with real files.

Where the system can fork, the process is forked from one that has loaded the program already: a test run gives several
hundred commands, and a second of loading each would be most of it. `test_commands` compares with the program itself.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path
from typing import Any

PASSWORD = "correct horse"
TODAY = "2026-11-20"
PATIENCE_S = 120
Done = subprocess.CompletedProcess[str]


class Person:
    """Somebody at a profile's command line."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile

    def run(self, *words: object, user: str = "admin", password: str = PASSWORD, today: str = TODAY) -> Done:
        return command(*self._words(user, words), folder=Path.cwd(), environment=self._environment(password, today))

    def run_anew(self, *words: object, user: str = "admin", password: str = PASSWORD, today: str = TODAY) -> Done:
        """The same, by the program itself."""
        return started_anew(self._words(user, words), Path.cwd(), self._environment(password, today))

    def json(self, *words: object, code: int = 0, **who: str) -> Any:
        done = self.run(*words, "--json", **who)
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(done.stdout)

    def _words(self, user: str, words: tuple[object, ...]) -> list[str]:
        return ["--profile", str(self.profile), "--user", user, *map(str, words)]

    @staticmethod
    def _environment(password: str, today: str) -> dict[str, str]:
        return {"ZHAOHU_PASSWORD": password, "ZHAOHU_TODAY": today}


def command(*words: str, folder: Path, environment: dict[str, str]) -> Done:
    """One command in `folder`; of the caller's environment it sees all but what is meant for the program."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return started_anew(list(words), folder, environment)
    with tempfile.TemporaryDirectory() as own:
        out, errors = Path(own) / "out", Path(own) / "errors"
        process = _processes().Process(
            target=_carry_out, args=(list(words), str(folder), _whole(environment), str(out), str(errors))
        )
        process.start()
        process.join(PATIENCE_S)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(list(words), PATIENCE_S)
        return Done(list(words), process.exitcode, out.read_text("utf-8"), errors.read_text("utf-8"))


def started_anew(words: list[str], folder: Path, environment: dict[str, str]) -> Done:
    """One command by the program itself."""
    return subprocess.run(
        [sys.executable, "-m", "zhaohu", *words],
        cwd=folder,
        env=_whole(environment),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )


def _whole(environment: dict[str, str]) -> dict[str, str]:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("ZHAOHU_")}
    return {**outside, "PYTHONWARNINGS": "error", **environment}


@cache
def _processes() -> multiprocessing.context.ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.e2e.loaded"])
    return context


def _carry_out(words: list[str], folder: str, environment: dict[str, str], out: str, errors: str) -> None:
    """In the new process: what the system does when it starts the program, then the program, then its end."""
    import warnings

    from zhaohu.__main__ import main

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    warnings.simplefilter("error")
    for number, file in ((1, out), (2, errors)):
        opened = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = io.TextIOWrapper(io.BytesIO())
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
    sys.argv = ["zhaohu", *words]
    code: Any = 1
    try:
        code = main()
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    sys.exit(code)
