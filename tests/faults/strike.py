"""One call to the operating system fails, once: the n-th write, sync, opening or renaming of something a person does.

    python -m tests.faults.strike FLOW --folder DIR [--most N] [--seed S]

A warm process forks a worker for each case; when that is ready, strace attaches to it and lets the n-th call fail.
Then the profile is opened anew. The answer must be the result or a refusal in words, and nothing may be lost. With
`--full KIB…` the disk is full instead, with so much space left. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.faults import flows
from tests.faults.kill import CHECKED_WITHIN_S, READY_WITHIN_S, Child
from tests.light_keys import light_keys

from zhaohu.errors import Refused

ERRORS = {
    "write": ("ENOSPC", "EIO"),
    "pwrite64": ("ENOSPC", "EIO"),
    "fsync": ("EIO", "ENOSPC"),
    "fdatasync": ("EIO",),
    "ftruncate": ("EIO",),
    "openat": ("EACCES", "EMFILE", "ENOSPC"),
    "rename": ("EACCES", "EIO"),
    "unlink": ("EACCES",),
    "mkdir": ("ENOSPC",),
}
"""What each call may answer on an old PC with a full disk, a failing stick, or a virus scanner."""
_CALL = re.compile(r"^\d+\s+(\w+)\(", re.MULTILINE)
_ANYBODY_MAY_TRACE = (0x59616D61, -1)


class Worker:
    """A forked worker that waits when it is ready until it is told to go on; it speaks by a socket that never fails."""

    def __init__(self, flow: flows.Flow, place: Path, seed: str) -> None:
        self._socket, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.pid = os.fork()
        if self.pid == 0:
            self._socket.close()
            try:
                _may_be_traced()
                flow.work(place, lambda word: _say(inside, word), random.Random(seed))
                inside.send(json.dumps({"end": True}).encode())
            except Refused as refused:
                inside.send(json.dumps({"refused": [refused.code, refused.message]}).encode())
            except BaseException:
                inside.send(json.dumps({"crash": traceback.format_exc()[-3000:]}).encode())
            finally:
                os._exit(0)
        inside.close()
        self._socket.settimeout(READY_WITHIN_S)

    def hear(self) -> Any:
        """Its next word; None when it is dead or silent."""
        try:
            return json.loads(self._socket.recv(1 << 16) or b"null")
        except OSError:
            return None

    def go(self) -> None:
        """Let it work."""
        self._socket.send(b"go")

    def end(self) -> None:
        """Take it away."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        self._socket.close()


def _say(inside: socket.socket, word: Any) -> None:
    inside.send(json.dumps(word).encode())
    if word == flows.READY:
        inside.recv(8)


def _may_be_traced() -> None:
    import ctypes

    ctypes.CDLL(None).prctl(*_ANYBODY_MAY_TRACE, 0, 0, 0)


def trace(worker: Worker, *options: str) -> subprocess.Popen[bytes]:
    """Attach strace; returns once it holds the worker."""
    command = ["strace", "-f", "-p", str(worker.pid), "-e", f"trace={','.join(ERRORS)}", *options]
    tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while "TracerPid:\t0\n" in Path(f"/proc/{worker.pid}/status").read_text():
        if time.monotonic() > until or tracer.poll() is not None:
            raise RuntimeError("strace could not attach")
        time.sleep(0.002)
    return tracer


def one_case(
    flow: flows.Flow, place: Path, seed: str, options: list[str] | None, before: Callable[[], Callable[[], None]]
) -> list[str]:
    """Let a worker do its work while something fails; what is wrong afterwards."""
    worker = Worker(flow, place, seed)
    told: list[Any] = []
    answer: Any = worker.hear()
    problems = []
    if answer != flows.READY:
        worker.end()
        return [f"never ready: {answer}"]
    tracer = trace(worker, *options) if options is not None else None
    after = before()
    worker.go()
    while isinstance(answer := worker.hear(), list | str):
        told.append(answer)
    worker.end()
    after()
    if tracer is not None:
        tracer.wait(20)
    if answer is None or "crash" in answer:
        problems.append(f"no answer in words: {answer['crash'] if answer else 'it died'}")
    elif "refused" in answer and len(answer["refused"][1]) < 8:
        problems.append(f"no advice: {answer}")
    checker = Child(lambda say: say(flow.check(place, told)))
    checked = list(checker.lines(time.monotonic() + CHECKED_WITHIN_S))
    checker.kill()
    return problems + (checked[0] if checked and isinstance(checked[0], list) else [f"not opened: {checked}"])


def count_calls(flow: flows.Flow, template: Path, folder: Path) -> Counter[str]:
    """How often the work makes each call when nothing fails."""
    shutil.copytree(template, folder / "whole")
    log = folder / "calls.txt"
    problems = one_case(flow, folder / "whole", "0", ["-o", str(log)], lambda: lambda: None)
    if problems:
        raise RuntimeError("\n".join(problems))
    shutil.rmtree(folder / "whole")
    return Counter(call for call in _CALL.findall(log.read_text("utf-8", "replace")) if call in ERRORS)


def cases(calls: Counter[str], most: int | None, throw: random.Random) -> list[tuple[str, str, int]]:
    """Every call with every error, or some of them."""
    every = [(call, error, n) for call in sorted(calls) for error in ERRORS[call] for n in range(1, calls[call] + 1)]
    return every if most is None or most >= len(every) else sorted(throw.sample(every, most))


def fail_calls(flow: flows.Flow, template: Path, folder: Path, most: int | None, seed: int) -> dict[str, Any]:
    """Let calls fail, each case on a fresh copy."""
    found: dict[str, Any] = {"tried": 0, "calls": {}, "problems": []}
    calls = count_calls(flow, template, folder)
    found["calls"] = dict(calls)
    for call, error, n in cases(calls, most, random.Random(seed)):
        place = folder / f"{call}-{error}-{n}"
        shutil.copytree(template, place)
        fault = ["-o", "/dev/null", "-e", f"inject={call}:error={error}:when={n}"]
        problems = one_case(flow, place, "0", fault, lambda: lambda: None)
        found["tried"] += 1
        found["problems"] += [f"{call} {error} {n} ({place}): {problem}" for problem in problems]
        if not problems:
            shutil.rmtree(place)
    return found


def fill_disk(flow: flows.Flow, template: Path, disk: Path, spaces: list[int]) -> dict[str, Any]:
    """Do the work on a small disk with so many KiB left."""
    found: dict[str, Any] = {"tried": 0, "problems": []}
    for kib in spaces:
        place, filler = disk / "place", disk / "filler"
        shutil.copytree(template, place)

        def before(kib: int = kib, filler: Path = filler) -> Callable[[], None]:
            free = shutil.disk_usage(disk).free - kib * 1024
            with filler.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, max(1, free))
            return filler.unlink

        problems = one_case(flow, place, "0", None, before)
        found["tried"] += 1
        found["problems"] += [f"{kib} KiB left: {problem}" for problem in problems]
        shutil.rmtree(place)
    return found


def main() -> None:
    """All cases of one flow."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("flow", choices=sorted(flows.FLOWS))
    arguments.add_argument("--folder", type=Path, required=True)
    arguments.add_argument("--most", type=int)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--full", type=int, nargs="*", help="KiB left on a small disk, instead of failing calls")
    arguments.add_argument("--disk", type=Path, help="the small disk")
    given = arguments.parse_args()
    flow = flows.FLOWS[given.flow]()
    template = given.folder / "template"
    flow.prepare(template)
    shutil.copytree(template, given.folder / "warm")
    flow.work(given.folder / "warm", lambda _word: None, random.Random(0))  # everything is imported and read by now
    shutil.rmtree(given.folder / "warm")
    if given.full is None:
        found = fail_calls(flow, template, given.folder, given.most, given.seed)
    else:
        found = fill_disk(flow, template, given.disk, given.full)
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    with light_keys():
        main()
