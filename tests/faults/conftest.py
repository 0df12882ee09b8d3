"""What the fault tests share: a process that runs one of the modules here and answers with one line of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.faults.figures import FULL
from tests.sync.district import make_district

DISTRICT = "ZHAOHU_FAULTS_DISTRICT"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def fault_folder(tmp_path: Path) -> Path:
    """Where the profiles lie; pytest keeps it after a failure."""
    return tmp_path


@pytest.fixture(scope="session")
def made_district(tmp_path_factory) -> Path:
    """A center and two stations, enrolled."""
    return make_district(tmp_path_factory.mktemp("district"))


@pytest.fixture
def run_module(made_district):
    """Run `python -m tests.faults.MODULE` and read its answer."""

    def run(module: str, *arguments: object) -> dict[str, Any]:
        command = [sys.executable, "-m", f"tests.faults.{module}", *map(str, arguments)]
        env = {**os.environ, "PYTHONWARNINGS": "default", DISTRICT: str(made_district)}
        limit = 6 * 3600 if FULL else 240
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=limit)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr[-3000:]}"
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return {**answer, "again": " ".join(command[1:])}

    return run
