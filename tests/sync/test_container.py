"""The sealed file: what goes in comes out, and nothing else does."""

from __future__ import annotations

import hashlib
import io
import struct
import time
import tracemalloc
import zlib

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhaohu.errors import Cancelled, Refused
from zhaohu.sync import container, opening
from zhaohu.sync.container import BUNDLE, MAGIC, PAD, PIECE, SIGNATURE, Hints, Limits, Payload, PayloadWriter
from zhaohu.sync.scratch import Scratch

HINTS = Hints(BUNDLE, "ABCDE-ABCDE-ABCDE-ABCDE-ABCDE", "371103-01", 7)
READER = pyrage.x25519.Identity.generate()
RECOVERY = pyrage.x25519.Identity.generate()


def seal(path, lines, manifest=b"{}", to=(READER, RECOVERY)):
    with Scratch(path.parent) as spool:
        writer = PayloadWriter(spool)
        for line in lines:
            writer.add(line)
        payload = writer.finish()
        container.write(path, HINTS, manifest, b"s" * 64, spool, payload, [one.to_public() for one in to])
    return payload


def unseal(path, payload, limits=None, identity=READER, tick=lambda _size: None):
    limits = limits or Limits()
    found, lines = [], []

    def on_manifest(data, signature):
        found.append((data, signature))
        return payload

    hints = opening.read(path, identity, opening.Inside(limits, on_manifest, lines.append), limits, tick)
    return hints, found[0], [line.decode() for line in lines]


@settings(max_examples=20)
@given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])), max_size=50))
def test_lines_come_out_as_they_went_in(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("seal") / "x.zhb"
    payload = seal(path, lines)
    assert unseal(path, payload) == (HINTS, (b"{}", b"s" * 64), lines)


def test_the_outside_says_only_what_was_agreed(tmp_path):
    seal(tmp_path / "x.zhb", ["张三" * 100])
    data = (tmp_path / "x.zhb").read_bytes()
    outside = b"ZHB 1\nto ABCDE-ABCDE-ABCDE-ABCDE-ABCDE\nfrom 371103-01\nno 7\n"
    assert data.startswith(outside + b"age-encryption.org/v1\n")
    assert "张三".encode() not in data


def test_recovery_key_opens_it_too_and_another_does_not(tmp_path):
    payload = seal(tmp_path / "x.zhb", ["a"])
    assert unseal(tmp_path / "x.zhb", payload, identity=RECOVERY)[2] == ["a"]
    with pytest.raises(Refused) as refused:
        unseal(tmp_path / "x.zhb", payload, identity=pyrage.x25519.Identity.generate())
    assert refused.value.code == "not_for_us"


def test_sizes_tell_little(tmp_path):
    """Anything up to 64 KiB packed has nearly the same size; the rest is the age header's own random filling."""
    sizes = []
    for number, lines in enumerate(([], ["a"], [f"line {n}" for n in range(500)])):
        seal(tmp_path / f"{number}.zhb", lines)
        sizes.append((tmp_path / f"{number}.zhb").stat().st_size // 1024)
    assert max(sizes[1:]) - min(sizes[1:]) <= 1
    assert sizes[2] >= 64


def test_every_byte_counts(tmp_path):
    """Each byte of the outside and of the header, and every 499th of the rest, in two ways; and cuts; and one more."""
    payload = seal(tmp_path / "x.zhb", [f"line {n}" for n in range(300)])
    good = (tmp_path / "x.zhb").read_bytes()
    bad = tmp_path / "bad.zhb"
    dense = good.index(b"\n---") + 120
    places = [*range(dense), *range(dense, len(good), 499), *range(len(good) - 40, len(good))]
    changed = [good[:p] + bytes([good[p] ^ mask]) + good[p + 1 :] for p in places for mask in (0x01, 0xFF)]
    cut = [good[:p] for p in places]
    for data in (*changed, *cut, good + b"\0", good[:500] + b"x" + good[500:]):
        bad.write_bytes(data)
        try:
            hints, _manifest, _lines = unseal(bad, payload)
        except Refused:
            continue
        # The plain lines are only hints: the signed manifest, not the container, holds them to the truth.
        assert hints != HINTS
        assert data[data.index(b"age-") :] == good[good.index(b"age-") :]


def inner(head=b"zhaohu/inner/1\n", length=2, manifest=b"{}", payload=b"", padding=None):
    fill = -len(payload) % 65536 if padding is None else padding
    return head + length.to_bytes(4, "big") + manifest + b"s" * 64 + payload + bytes(fill)


def encrypted(path, inside):
    path.write_bytes(HINTS.lines() + pyrage.encrypt(inside, [READER.to_public()]))
    return path


def packed(raw=b"a\nb\n"):
    data = zlib.compress(raw)
    return data, Payload("zlib", len(data), len(raw), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"head": b"zhaohu/inner/2\n"}, "damaged"),
        ({"length": 2**31}, "too_large"),
        ({"padding": 0}, "damaged"),
        ({"padding": 65536}, "damaged"),
        ({"padding": 10}, "damaged"),
    ],
)
def test_inside_is_held_to_its_form(tmp_path, what, code):
    data, payload = packed()
    path = encrypted(tmp_path / "x.zhb", inner(payload=data, **what))
    with pytest.raises(Refused) as refused:
        unseal(path, payload)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "payload",
    [
        Payload("zlib", 3, 4, "0" * 64),
        Payload("zlib", 12, 4, "0" * 64),
        Payload("zlib", 12, 3, packed()[1].sha256),
        Payload("zlib", 12, 5, packed()[1].sha256),
        Payload("zlib", 13, 4, packed()[1].sha256),
    ],
)
def test_payload_is_held_to_the_manifest(tmp_path, payload):
    path = encrypted(tmp_path / "x.zhb", inner(payload=packed()[0]))
    assert len(packed()[0]) == 12
    with pytest.raises(Refused) as refused:
        unseal(path, payload)
    assert refused.value.code == "damaged"


def test_what_was_held_back_to_the_end_is_looked_at_like_the_rest():
    """A stream that is cut where more comes out than fits at once: its last line is no line."""
    row = b'{"x":"' + b"y" * 57 + b'"}\n'
    count = PIECE // len(row) + 1
    data = zlib.compress(row * count, 9)
    reached = 0
    for cut in range(1, len(data)):
        held, seen = data[:-cut], []

        def on_line(line, seen=seen):
            seen.append(line)
            if len(seen) == count:
                raise ValueError("order")

        payload = Payload("zlib", len(held), len(row) * count, hashlib.sha256(held).hexdigest())
        inside = opening.Inside(Limits(), lambda _manifest, _signature, payload=payload: payload, on_line)
        head = MAGIC + struct.pack(">I", 2) + b"{}" + bytes(SIGNATURE)
        try:
            inside.write(head + held + bytes(-len(held) % PAD))
        except Refused:
            continue
        reached = max(reached, len(seen))
        with pytest.raises(Refused) as refused:
            inside.finish()
        assert refused.value.code == "damaged"
    assert reached == count - 1  # so that one of the cuts left the last line to `finish`


def test_padding_holds_nothing(tmp_path):
    data, payload = packed()
    whole = bytearray(inner(payload=data))
    whole[-5] = 1
    with pytest.raises(Refused):
        unseal(encrypted(tmp_path / "x.zhb", bytes(whole)), payload)


def test_a_last_line_without_end_is_no_line(tmp_path):
    data, payload = packed(b"a\nb")
    with pytest.raises(Refused):
        unseal(encrypted(tmp_path / "x.zhb", inner(payload=data)), payload)


def test_a_line_without_end_does_not_fill_the_memory(tmp_path):
    raw = b"x" * (8 << 20)
    data, payload = packed(raw + b"\n")
    path = encrypted(tmp_path / "x.zhb", inner(payload=data))
    tracemalloc.start()
    with pytest.raises(Refused) as refused:
        unseal(path, payload)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.code == "too_large"
    assert peak < 6 << 20


def test_more_than_announced_is_not_unpacked(tmp_path):
    """A ratio bomb behind an honest-looking manifest stops where the manifest's own size ends."""
    data = zlib.compress(b"a\n" * (20 << 20))
    payload = Payload("zlib", len(data), 1000, hashlib.sha256(data).hexdigest())
    path = encrypted(tmp_path / "x.zhb", inner(payload=data))
    start = time.perf_counter()
    with pytest.raises(Refused) as refused:
        unseal(path, payload)
    assert refused.value.code == "damaged"
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    "header",
    [
        b"age-encryption.org/v1\n" + b"-> X25519 abc\n" * 20_000,
        b"age-encryption.org/v1\n" + b"-> X25519 " + b"a" * 300_000,
        b"age-encryption.org/v1\n-> X25519 abc\n--- short\n" + b"-> X25519 abc\n" * 20_000,
        b"age-encryption.org/v1\n" + b"-> X25519 abc\n" * 400 + b"--- " + b"a" * 43 + b"\n",
        b"something else\n",
        b"",
    ],
)
def test_a_header_without_end_is_refused_at_once(tmp_path, header):
    path = tmp_path / "bomb.zhb"
    path.write_bytes(HINTS.lines() + header)
    start = time.perf_counter()
    with pytest.raises(Refused) as refused:
        unseal(path, packed()[1])
    assert refused.value.code == "damaged"
    assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (b"", "empty"),
        (b"ZHE 1\n{}", "is_enrolment"),
        (b"PK\x03\x04", "wrong_kind"),
        (b"ZHB", "damaged"),
        (b"ZHB 1\nto nobody\n", "damaged"),
        (HINTS.lines().replace(b"ZHB 1", b"ZHB 2"), "update_center"),
        (HINTS.lines().replace(b"no 7", b"no 0"), "damaged"),
        (HINTS.lines().replace(b"no 7", b"no " + b"7" * 300), "damaged"),
        (HINTS.lines().replace(b"371103-01", b"../../etc"), "damaged"),
    ],
)
def test_the_outside_is_held_to_its_form(start, code):
    with pytest.raises(Refused) as refused:
        opening.read_hints(io.BytesIO(start), Limits())
    assert refused.value.code == code


def test_a_large_file_streams_with_little_memory(tmp_path):
    """Some 31 MB; Python's own memory stays far below that."""
    lines = [hashlib.sha256(str(n).encode()).hexdigest() * 16 for n in range(1000)]
    tracemalloc.start()
    with Scratch(tmp_path) as spool:
        writer = PayloadWriter(spool)
        for turn in range(30):
            for line in lines:
                writer.add(f"{turn}{line}")
        payload = writer.finish()
        container.write(tmp_path / "x.zhb", HINTS, b"{}", b"s" * 64, spool, payload, [READER.to_public()])
    size = (tmp_path / "x.zhb").stat().st_size
    counted = 0

    def count(_line):
        nonlocal counted
        counted += 1

    inside = opening.Inside(Limits(), lambda _data, _signature: payload, count)
    opening.read(tmp_path / "x.zhb", READER, inside, Limits(), lambda _size: None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert counted == 30_000
    assert payload.raw_bytes > 30_000_000
    assert peak < 5_000_000
    assert size < payload.raw_bytes


def test_reading_can_be_stopped(tmp_path):
    payload = seal(tmp_path / "x.zhb", ["a"] * 100)

    def stop(_size):
        raise Cancelled

    with pytest.raises(Cancelled):
        unseal(tmp_path / "x.zhb", payload, tick=stop)


def test_scratch_keeps_nothing_plain_and_nothing_behind(tmp_path):
    with Scratch(tmp_path) as spool:
        for n in range(3000):
            spool.add_line("child", str(n), f"张小明{n}")
        spool.add_chunk("张小明".encode())
        assert sum(len(batch) for batch in spool.lines("child")) == 3000
        (file,) = tmp_path.iterdir()
        assert "张小明".encode() not in file.read_bytes()
    assert list(tmp_path.iterdir()) == []
