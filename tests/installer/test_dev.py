"""The one command of a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installer.conftest import ROOT

COMMANDS = ("setup", "demo", "run", "test", "bench", "faults", "fonts", "i18n", "screenshots")


def dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run dev.py with the standard library only."""
    command = [sys.executable, "-I", "-S", str(ROOT / "installer" / "dev.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [(), ("help",), ("--help",)])
def test_help_names_every_command(arguments):
    done = dev(*arguments)
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")] == list(COMMANDS)


def test_an_unknown_command_is_wrong_usage():
    done = dev("tset")
    assert done.returncode == 2
    assert "'tset'" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_ci_script_calls_the_test_command_and_nothing_else():
    script = ROOT / ".ci" / "run"
    assert script.read_text("utf-8") == "#!/usr/bin/env bash\npython3 installer/dev.py test\n"
    if os.name != "nt":
        assert os.access(script, os.X_OK)


def test_no_command_shows_a_traceback_when_packages_cannot_come(tmp_path: Path):
    for name in ("installer/dev.py", "installer/environment.py", "installer/requirements.txt", "pyproject.toml"):
        place = tmp_path / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes((ROOT / name).read_bytes())
    (tmp_path / "installer" / "requirements-dev.txt").write_text("a-package-nobody-has==1\n", "utf-8")
    env = {**os.environ, "PIP_NO_INDEX": "1"}
    command = [sys.executable, "installer/dev.py", "fonts"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "a-package-nobody-has" in done.stderr
    assert "Check the network" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / ".venv" / "zhaohu-packages").exists()
