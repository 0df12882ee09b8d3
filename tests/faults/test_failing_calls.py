"""Every call to the operating system fails once, and disks fill up: a refusal in words, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import warnings

import pytest
from tests.faults.figures import FULL, SEED, tell, times

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork, strace and tmpfs")
FLOWS = ("one-save", "one-backup", "one-export")


@pytest.fixture(scope="module")
def tracing():
    """Skips, loudly, where strace is missing or may not attach."""
    if shutil.which("strace") is None:
        warnings.warn("NOT TESTED: failing system calls, since strace is not installed", UserWarning, stacklevel=1)
        pytest.skip("no strace: failing system calls are NOT TESTED here")
    script = (
        "import ctypes, time; ctypes.CDLL(None).prctl(0x59616D61, -1, 0, 0, 0); print('up', flush=True); time.sleep(20)"
    )
    sleeper = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert sleeper.stdout is not None
    sleeper.stdout.readline()
    try:
        tried = subprocess.run(
            ["strace", "-p", str(sleeper.pid), "-e", "trace=none"], capture_output=True, timeout=1, text=True
        )
    except subprocess.TimeoutExpired:
        tried = None  # it is attached
    finally:
        sleeper.kill()
        sleeper.communicate()
    if tried is not None:
        pytest.skip(f"strace may not attach here, failing system calls are NOT TESTED: {tried.stderr[:200]}")


@pytest.mark.parametrize("flow", FLOWS)
def test_one_call_fails(flow, tracing, run_module, fault_folder):
    began = time.monotonic()
    most = () if FULL else ("--most", 3)
    found = run_module("strike", flow, "--folder", fault_folder, "--seed", SEED, *most)
    calls = ", ".join(f"{call} {n}" for call, n in sorted(found["calls"].items()))
    tell(
        f"failing call: {flow}",
        found["tried"],
        lost=len(found["problems"]),
        seconds=time.monotonic() - began,
        words=calls,
    )
    assert found["problems"] == [], f"again: {found['again']}"
    assert found["tried"] > 0


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 12 MiB in memory."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = os.geteuid() == 0 and shutil.which("mount") is not None
    mounted = (
        mounted
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=12m", "none", str(disk)], capture_output=True
        ).returncode
    )
    if not mounted:
        pytest.skip("no disk can be mounted here: a full disk is NOT TESTED")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True, capture_output=True)


@pytest.mark.parametrize("flow", FLOWS)
def test_a_full_disk(flow, small_disk, run_module, fault_folder):
    began = time.monotonic()
    spaces = range(0, 2_000, times(4, 900))
    found = run_module("strike", flow, "--folder", fault_folder, "--disk", small_disk, "--full", *spaces)
    tell(f"full disk: {flow}", found["tried"], lost=len(found["problems"]), seconds=time.monotonic() - began)
    assert found["problems"] == [], f"again: {found['again']}"


def test_a_command_whose_file_cannot_be_written_says_so(tmp_path):
    """A failed write names no file by itself; the command must name it, refuse, and leave nothing."""
    (tmp_path / "in.csv").write_text("sex,age_days,weight_kg\n" + "1,100,6.1\n" * 200, "utf-8")
    script = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); "
    script += "from zhaohu.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "growth", "assess", "in.csv", "--out", "out.csv"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "out.csv" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]
