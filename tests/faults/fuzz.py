"""Spreadsheets and CSV files that somebody, or a failing stick, has mangled: each is read or refused, none is a crash.

    python -m tests.faults.fuzz --first N --runs N --seed S [--folder DIR]

A worker (see `fuzz_loop`) reads one mutated roster after another, as far as the judged rows. The reader of .xls,
written in Rust, ends its process when it gets no more memory; then the file is read as the program reads it, in a
process of its own, which must end in a refusal.
"""

from __future__ import annotations

import io
import random
import re
import resource
import time
import warnings
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.faults import fuzz_loop
from tests.faults.kill import Child

from zhaohu.errors import Refused
from zhaohu.exchange.reading import read_apart
from zhaohu.exchange.tables import read_sheets
from zhaohu.rules.duplicates import find_duplicates
from zhaohu.rules.roster import read_roster
from zhaohu.services import reference

SAMPLES = sorted((Path(__file__).parents[1] / "data" / "rosters").iterdir())
MEMORY_BYTES, SECONDS = 1 << 30, 60
TODAY = date(2026, 11, 20)
_TAG = re.compile(rb"<[^>]*>")
_NUMBER = re.compile(rb"\d+")
_ODD_NUMBERS = (b"0", b"-1", b"1e308", b"NaN", b"99999999999999999999", b"2958466", b"60", b"0.5", b"", b"1048577")
_ODD_TEXTS = (
    "=1+1", "'", '"', "\0", "\u202e", "\ufeff", "\ud7ff", "𠮷" * 9, "字" * 40_000, "9" * 400, "37110319000101000X",
    "2026-13-45", "0000-00-00", "二〇二六年", "<&>", "\t", "\r", "\u2028", "١٢٣", "1e400", "-0",
)  # fmt: skip
_KINDS = (b"s", b"b", b"e", b"d", b"n", b"str", b"inlineStr", b"zz")


def mutated(throw: random.Random) -> tuple[str, bytes]:
    """A mangled roster: what it was, and its bytes."""
    sample = throw.choice(SAMPLES)
    data = sample.read_bytes()
    change = {".xlsx": _xlsx, ".xls": _xls, ".csv": _csv}[sample.suffix]
    if throw.random() < 0.1:
        change = _bytes
    return sample.suffix, change(throw, data)


def _bytes(throw: random.Random, data: bytes) -> bytes:
    """Bytes changed, cut out, repeated, or the end lost."""
    changed = bytearray(data)
    for _time in range(throw.randrange(1, 12)):
        at = throw.randrange(len(changed) or 1)
        match throw.randrange(5):
            case 0:
                changed[at : at + 1] = bytes([throw.randrange(256)])
            case 1:
                del changed[at : at + throw.randrange(1, 600)]
            case 2:
                changed[at:at] = changed[at : at + throw.randrange(1, 600)]
            case 3:
                changed[at:at] = throw.randbytes(throw.randrange(1, 9))
            case _ if throw.random() < 0.2:
                del changed[at:]
    return bytes(changed)


def _xlsx(throw: random.Random, data: bytes) -> bytes:
    """Parts changed as XML, dropped, doubled or exchanged; sometimes the archive's own bytes as well."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    for _time in range(throw.randrange(1, 6)):
        at = throw.randrange(len(parts))
        if throw.random() < 0.6:
            at = next((n for n, (name, _data) in enumerate(parts) if "sheet1.xml" in name), at)
        name, content = parts[at]
        match throw.randrange(12):
            case 0:
                parts[at] = (name, _bytes(throw, content))
            case 1 if len(parts) > 1:
                del parts[at]
            case 2:
                parts.append((name, throw.choice(parts)[1]))
            case 3:
                parts[at] = (throw.choice(["../x", "xl/../../y", name.upper(), "x" * 300, name]), content)
            case _:
                parts[at] = (name, _xml(throw, content))
    packed = io.BytesIO()
    method = throw.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2])
    with zipfile.ZipFile(packed, "w", method) as new, warnings.catch_warnings(action="ignore"):  # doubled names
        for name, content in parts:
            new.writestr(zipfile.ZipInfo(name), content, method)
    return _bytes(throw, packed.getvalue()) if throw.random() < 0.15 else packed.getvalue()


def _xml(throw: random.Random, content: bytes) -> bytes:
    """One change that a parser of XML sees."""

    def at_one(pattern: re.Pattern[bytes], put: Callable[[bytes], bytes]) -> bytes:
        found = list(pattern.finditer(content))
        if not found:
            return content
        one = throw.choice(found)
        return content[: one.start()] + put(one[0]) + content[one.end() :]

    def odd(_found: bytes) -> bytes:
        text = throw.choice(_ODD_TEXTS).encode("utf-8", "replace")
        return b">" + text.replace(b"<", b"&lt;").replace(b"\0", b"&#0;") + b"<"

    match throw.randrange(10):
        case 0:
            return at_one(_TAG, lambda _tag: b"")
        case 1:
            return at_one(_TAG, lambda tag: tag * throw.choice([2, 3, 500]))
        case 2 | 3:
            return at_one(_NUMBER, lambda _number: throw.choice(_ODD_NUMBERS))
        case 4:
            return at_one(re.compile(rb' t="\w+"'), lambda _kind: b' t="' + throw.choice(_KINDS) + b'"')
        case 5 | 6:
            return at_one(re.compile(rb">[^<>]+<"), odd)
        case 7:
            return at_one(
                re.compile(rb' r="[A-Z]+\d+"'), lambda _place: throw.choice([b"", b' r="XFD1048576"', b' r="1A"'])
            )
        case 8:
            return at_one(re.compile(rb"<v>"), lambda found: b"<f>1+1</f>" + found)
        case _:
            return at_one(
                _TAG, lambda tag: tag + throw.choice([b"<!--", b"<![CDATA[", b"&x;", b"<!DOCTYPE a>", b"<a "])
            )


def _xls(throw: random.Random, data: bytes) -> bytes:
    """Sectors of the container exchanged, its tables and the records inside changed."""
    changed = bytearray(data)
    sectors = len(changed) // 512
    for _time in range(throw.randrange(1, 8)):
        at = throw.randrange(sectors) * 512
        match throw.randrange(5):
            case 0:
                other = throw.randrange(sectors) * 512
                changed[at : at + 512] = changed[other : other + 512]
            case 1:
                place = throw.randrange(0, len(changed) - 4, 4)
                changed[place : place + 4] = throw.choice(
                    [b"\xff" * 4, b"\xfe\xff\xff\xff", bytes(4), throw.randbytes(4)]
                )
            case 2:
                changed[at : at + 512] = throw.randbytes(512)
            case 3:  # the length of a record
                place = throw.randrange(0, len(changed) - 4, 2)
                changed[place : place + 2] = throw.choice([b"\0\0", b"\xff\xff", b"\x20\x20", throw.randbytes(2)])
            case _:
                return _bytes(throw, bytes(changed))
    return bytes(changed)


def _csv(throw: random.Random, data: bytes) -> bytes:
    """Cells, delimiters, quotation marks, line ends and encodings changed."""
    lines = data.decode("gb18030").split("\n")
    for _time in range(throw.randrange(1, 10)):
        at = throw.randrange(len(lines))
        cells = lines[at].split(",")
        place = throw.randrange(len(cells))
        match throw.randrange(7):
            case 0 | 1 | 2:
                cells[place] = throw.choice(_ODD_TEXTS)
            case 3:
                cells[place] = f'"{cells[place]}'
            case 4:
                cells = cells * throw.choice([2, 5, 200])
            case 5:
                cells = [throw.choice([";", "\t", "|"]).join(cells)]
            case _:
                cells = ["".join(chr(throw.randrange(32, 0xD000)) for _c in range(throw.randrange(1, 40)))]
        lines[at] = ",".join(cells)
    text = throw.choice(["\n", "\r\n", "\r"]).join(lines)
    encoding = throw.choice(["gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "big5"])
    made = text.encode(encoding, "replace")
    return _bytes(throw, made) if throw.random() < 0.3 else made


def read(data: bytes) -> str:
    """What becomes of a file: the code of its refusal, or that it was read."""
    try:
        roster = read_roster(read_sheets(data), reference.roster_columns(), TODAY)
        find_duplicates(roster.rows, [])
    except Refused as refused:
        return refused.code if refused.message else "without words"
    return "read"


def read_as_the_program_does(data: bytes) -> str:
    """The code of the refusal when a file's own process ended badly."""
    try:
        read_apart(data)
    except Refused as refused:
        return refused.code
    return "read"


class Rosters:
    """Reads mutated rosters."""

    seconds = SECONDS

    def made(self, throw: random.Random) -> tuple[str, bytes]:
        return mutated(throw)

    def begin(self, _worker: str) -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))

    def read(self, _kind: str, data: bytes) -> str:
        return read(data)

    def end(self) -> list[str]:
        return []

    def died(self, data: bytes) -> tuple[str, str]:
        """Read once more in a process of its own: that must end in a refusal."""
        again = Child(lambda say: say(read_as_the_program_does(data)))
        answers = list(again.lines(time.monotonic() + 2 * SECONDS))
        again.kill()
        if answers and isinstance(answers[0], str) and answers[0] != "read":
            return f"{answers[0]} (its process ended)", ""
        return "died", f"the process died, then {answers}"


if __name__ == "__main__":
    read(SAMPLES[0].read_bytes())  # everything is imported by now
    fuzz_loop.run(Rosters(), fuzz_loop.arguments())
