#!/usr/bin/env python3
"""Everything that is done with a checkout, by one command; needs only Python, on Linux and Windows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).resolve().parent))

from environment import ROOT, Environment, Stop, check_python, ensure_libraries

INSTALLER = ROOT / "installer"


class Checkout:
    """The steps that the commands are made of, each announced in one line."""

    def __init__(self) -> None:
        self.environment = Environment(ROOT)

    def step(self, name: str, work) -> None:
        """Do one piece of preparation and say what came of it."""
        began = time.monotonic()
        outcome = work()
        print(f"{name:<12} {outcome} ({time.monotonic() - began:.1f} s)", flush=True)

    def call(self, *command: str | Path, **variables: str) -> int:
        """Run a program of the environment in front of the person; its exit code."""
        env = {**os.environ, "PYTHONIOENCODING": "utf-8", **variables}
        return subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=False).returncode

    def python(self, *arguments: str | Path, **variables: str) -> int:
        """Run the environment's Python."""
        return self.call(self.environment.python, *arguments, **variables)

    def prepare(self) -> None:
        """Libraries, packages, fonts and catalogs: whatever is not there yet."""
        self.step("libraries", ensure_libraries)
        self.step("packages", self.environment.ensure)
        self.step("fonts", self.fonts)
        self.step("catalogs", self.catalogs)

    def fonts(self) -> str:
        """Fetch and cut the fonts unless they are there."""
        if self.python(INSTALLER / "fonts.py"):
            raise Stop("The fonts are missing, so nothing Chinese could be shown or printed.")
        return "ready"

    def catalogs(self) -> str:
        """Compile the translations."""
        if self.python(INSTALLER / "catalogs.py", "compile"):
            raise Stop("The translations could not be compiled; the message above names the file.")
        return "compiled"


def without_machine_fonts(environment: Environment) -> str:
    """A fontconfig file that knows only a Latin font, so that a Chinese font that was not loaded shows as tofu.

    Without any font at all Qt draws boxes that a test cannot tell from glyphs.
    """
    folder = environment.folder / "fontconfig"
    folder.mkdir(parents=True, exist_ok=True)
    latin = next(environment.folder.glob("lib/python*/site-packages/reportlab/fonts"), "")
    file = folder / "latin.conf"
    places = f"<dir>{escape(str(latin))}</dir><cachedir>{escape(str(folder))}</cachedir>"
    file.write_text(f'<?xml version="1.0"?>\n<fontconfig>{places}</fontconfig>\n', "utf-8")
    return str(file)


def offscreen(here: Checkout) -> dict[str, str]:
    """The variables under which tests and pictures are the same on every machine."""
    return {"QT_QPA_PLATFORM": "offscreen", "FONTCONFIG_FILE": without_machine_fonts(here.environment)}


def setup(here: Checkout, arguments: list[str]) -> int:
    """Make the environment: packages, libraries, fonts, translations."""
    here.prepare()
    return 0


def demo(here: Checkout, arguments: list[str]) -> int:
    """Build the made-up district and open the program on it (--out DIR, --no-open …)."""
    here.prepare()
    headless = sys.platform.startswith("linux") and not (
        {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"} & os.environ.keys()
    )
    if headless and "--no-open" not in arguments and "--help" not in arguments:
        print("No screen here: the district is built, the window is not opened.", flush=True)
        arguments = [*arguments, "--no-open"]
    return here.python("-m", "zhaohu", "demo", *arguments)


def run(here: Checkout, arguments: list[str]) -> int:
    """Start the program, or one of its commands."""
    here.prepare()
    return here.python("-m", "zhaohu", *arguments)


_ROOM_BYTES = 4 * 2**30
_SPREAD = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
"""Over two processes; the files with few but long tests (the command line) come early, not last on one of them."""


@contextmanager
def databases_in_memory() -> Iterator[dict[str, str]]:
    """The variables that let tests put their files into memory, where Linux has room there, and take them away after.

    Each of their commits, tens of thousands, waits for a disk otherwise.
    """
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < _ROOM_BYTES:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="zhaohu-tests-", dir=memory, ignore_cleanup_errors=True) as folder:
        yield {"PYTEST_DEBUG_TEMPROOT": folder}


def test(here: Checkout, arguments: list[str]) -> int:
    """Check format, style, types, import contracts, and run the tests (arguments go to pytest)."""
    here.prepare()
    checks = {
        "format": [here.environment.python, "-m", "ruff", "format", "--check", "--output-format", "concise", "."],
        "style": [here.environment.python, "-m", "ruff", "check", "--quiet", "."],
        "types": [here.environment.python, "-m", "mypy"],
        "contracts": [here.environment.scripts / "lint-imports"],
    }
    for name, command in checks.items():
        print(f"-- {name}", flush=True)
        if code := here.call(*command):
            return code
    print("-- tests", flush=True)
    with databases_in_memory() as memory:
        return here.python("-m", "pytest", *_SPREAD, *arguments, **offscreen(here), **memory)


def bench(here: Checkout, arguments: list[str]) -> int:
    """Measure the figures of tests/benchmarks and print them as ratios."""
    here.prepare()
    return here.python("-m", "pytest", "tests/benchmarks", "-s", *arguments, **offscreen(here), ZHAOHU_BENCH="1")


_FAULTS = (
    "tests/faults",
    "tests/services/due/test_year.py",
    "tests/store/test_journal.py",
    "tests/rules/test_roster_fuzz.py",
    "tests/rules/test_schedule_oracle.py",
    "tests/rules/duplicates",
    "tests/rules/growth/curves",
    "tests/rules/growth/trend",
)
"""Everything of which an ordinary run tries only some cases."""


def faults(here: Checkout, arguments: list[str]) -> int:
    """Kill, fill, break and mangle, with full counts (hours): a table of what was lost; arguments go to pytest."""
    here.prepare()
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table"
        variables = {**offscreen(here), "ZHAOHU_FAULTS": "1", "ZHAOHU_FAULTS_TABLE": str(table)}
        seed = variables.setdefault("ZHAOHU_FAULTS_SEED", os.environ.get("ZHAOHU_FAULTS_SEED") or str(int(time.time())))
        print(f"seed {seed} (set ZHAOHU_FAULTS_SEED to repeat it)", flush=True)
        code = here.python("-m", "pytest", *_FAULTS, "-rs", *arguments, **variables)
        lines = [json.loads(line) for line in table.read_text("utf-8").splitlines()] if table.exists() else []
    print(f"\n{'what':<34}{'tried':>10}{'lost':>6}{'unreadable':>12}{'seconds':>9}  seed {seed}")
    for line in lines:
        words = f"  {line['words']}" if line["words"] else ""
        print(
            f"{line['what']:<34}{line['tried']:>10,}{line['lost']:>6}{line['unreadable']:>12}{line['seconds']:>9.0f}{words}"
        )
    return code


def fonts(here: Checkout, arguments: list[str]) -> int:
    """Fetch and cut the fonts."""
    here.step("packages", here.environment.ensure)
    here.step("fonts", here.fonts)
    return 0


def i18n(here: Checkout, arguments: list[str]) -> int:
    """Collect the words from code and forms, bring the catalogs up to date, compile them."""
    here.step("packages", here.environment.ensure)
    return here.python(INSTALLER / "catalogs.py", "update")


def screenshots(here: Checkout, arguments: list[str]) -> int:
    """Make the pictures of the README from demo data."""
    here.prepare()
    return here.python(INSTALLER / "screenshots.py", *arguments, **offscreen(here))


COMMANDS = {f.__name__: f for f in (setup, demo, run, test, bench, faults, fonts, i18n, screenshots)}


def usage() -> str:
    """What can be said after `dev.py`, one line each."""
    lines = [f"  {name:<12} {command.__doc__.splitlines()[0]}" for name, command in COMMANDS.items()]
    return "\n".join([__doc__.splitlines()[0], "", "python3 installer/dev.py COMMAND", "", *lines])


def main(arguments: list[str]) -> int:
    """Do the command that was named; its exit code, or 1 with a sentence when something must be mended."""
    name, *rest = arguments or ["help"]
    if name in ("help", "--help", "-h"):
        print(usage())
        return 0
    if name not in COMMANDS:
        print(f"There is no command {name!r}.\n\n{usage()}", file=sys.stderr)
        return 2
    try:
        check_python()
        return COMMANDS[name](Checkout(), rest)
    except Stop as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
