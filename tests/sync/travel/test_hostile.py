"""Servers that lie: nothing is believed of them, nothing runs on without end, and nobody else gets the password."""

from __future__ import annotations

import base64
import socket
import threading
import time
from contextlib import closing

import httpx
import pytest
from tests.sync.travel.servers import LOCAL, PASSWORD, USER, webdav_server
from tests.sync.work import a_family

from zhaohu.clock import Clock
from zhaohu.errors import Cancelled, Refused
from zhaohu.services.exchange import places, travel
from zhaohu.sync.travel import http
from zhaohu.sync.travel.address import parse
from zhaohu.sync.travel.opening import open_place
from zhaohu.sync.travel.stopping import Waiting


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr("zhaohu.sync.travel.place._PAUSES_S", ())


def answering(method: str, status: str, headers: list[tuple[str, str]], body, asked: list[str] | None = None):
    """A server that answers one method in its own way."""

    def wrap(app):
        def lying(environ, start_response):
            if asked is not None:
                asked.append(environ["REQUEST_METHOD"])
            if environ["REQUEST_METHOD"] != method:
                return app(environ, start_response)
            start_response(status, headers)
            return body()

        return lying

    return wrap


def place_at(url: str):
    return closing(open_place(parse(url), USER, PASSWORD, "", Clock()))


def s3_at(url: str):
    return place_at(f"s3+{url}/bucket/f")


def refusal_of(folder, *lie) -> str:
    with webdav_server(folder, wrap=answering(*lie)) as url, place_at(url) as place:
        return refused_by(place)


def refused_by(place) -> str:
    with pytest.raises(Refused) as refused:
        place.entries()
    return refused.value.code


XML = [("Content-Type", "application/xml; charset=utf-8")]
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "' + b"x" * 1000 + b'">]><d:multistatus xmlns:d="DAV:"><d:response>'
    b"<d:href>/</d:href><d:propstat><d:prop><d:displayname>" + b"&a;" * 50 + b"</d:displayname></d:prop></d:propstat>"
    b"</d:response></d:multistatus>"
)


def test_entities_packed_and_endless_listings_are_not_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(http, "_ANSWER_BYTES", 1 << 20)
    multi = "207 Multi-Status"
    plain = BOMB.replace(b"&a;", b"").replace(b'<!DOCTYPE m [<!ENTITY a "' + b"x" * 1000 + b'">]>', b"")
    with (
        webdav_server(tmp_path, wrap=answering("PROPFIND", multi, XML, lambda: [plain])) as url,
        place_at(url) as place,
    ):
        place.entries()  # the same without its document type is a listing
    assert refusal_of(tmp_path, "PROPFIND", multi, XML, lambda: [BOMB]) == "place_cut"
    assert refusal_of(tmp_path, "PROPFIND", multi, XML, lambda: iter(lambda: b" " * 65_536, b"")) == "place_cut"
    packed = [*XML, ("Content-Encoding", "gzip")]
    assert refusal_of(tmp_path, "PROPFIND", multi, packed, lambda: [b"\x1f\x8b"]) == "place_cut"
    nameless = b'<d:multistatus xmlns:d="DAV:"><d:response/></d:multistatus>'
    assert refusal_of(tmp_path, "PROPFIND", multi, XML, lambda: [nameless]) == "place_missing"


def test_a_place_does_not_lead_to_another_server(tmp_path):
    asked: list[str] = []
    with webdav_server(tmp_path, wrap=answering("NONE", "", [], list, asked)) as other:
        moved = [("Location", f"{other}/"), ("Content-Length", "0")]
        assert refusal_of(tmp_path, "PROPFIND", "302 Found", moved, lambda: [b""]) == "place_missing"
    assert asked == []


def test_reading_back_ends_though_the_server_does_not(tmp_path):
    file = tmp_path / "371103-01-000001.zhb"
    file.write_bytes(b"x" * 1000)
    (tmp_path / "there").mkdir()
    endless = answering("GET", "200 OK", [], lambda: iter(lambda: b"x" * 65_536, b""))
    with webdav_server(tmp_path / "there", wrap=endless) as url, place_at(url) as place:
        with pytest.raises(Refused) as refused:
            place.send(file, file.name, lambda _size: None)
        assert refused.value.code == "place_differs"
        assert place.entries() == []


def test_a_listing_of_s3_that_says_for_ever_that_there_is_more_ends(tmp_path):
    asked: list[str] = []
    page = b"<r><IsTruncated>true</IsTruncated><Contents><Key>f/a.zhb</Key><Size>1</Size></Contents></r>"
    with (
        webdav_server(tmp_path, wrap=answering("GET", "200 OK", XML, lambda: [page], asked)) as url,
        s3_at(url) as place,
    ):
        assert {entry.name for entry in place.entries()} == {"a.zhb"}
    assert len(asked) == 20
    broken = page.replace(b"<Size>1<", b"<Size>many<")
    with webdav_server(tmp_path, wrap=answering("GET", "200 OK", XML, lambda: [broken])) as url, s3_at(url) as place:
        assert refused_by(place) == "place_missing"


def test_a_server_that_falls_silent_is_not_asked_for_ever():
    class Silent(httpx.SyncByteStream):
        def __iter__(self):
            yield b"x"
            raise httpx.ReadTimeout("silent")

    with pytest.raises(httpx.RemoteProtocolError):  # what webdav4 does not try again by itself
        list(http._Bounded(Silent(), None, lambda: None))


def test_who_wants_to_stop_is_not_kept_by_further_attempts(tmp_path):
    def stop() -> None:
        raise Cancelled

    with webdav_server(tmp_path) as url, place_at(url) as place:
        place.check = stop
        with pytest.raises(Cancelled):
            place.entries()


def test_a_file_that_is_not_given_does_not_keep_the_others(district, tmp_path):
    a_family(district.one)
    a_family(district.two)
    share = tmp_path / "share"
    share.mkdir()
    for desk in (district.one, district.two):
        travel.exchange(desk, share)
    secret = next(path.name for path in share.iterdir() if path.name.startswith(district.one.site.code))
    forbidden: list[str] = [secret]

    def wrap(app):
        def guarding(environ, start_response):
            if environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"].strip("/") in forbidden:
                start_response("403 No", [("Content-Length", "0")])
                return [b""]
            return app(environ, start_response)

        return guarding

    with webdav_server(share, wrap=wrap) as url:
        travel.save_place(district.center, "网盘", url, USER, PASSWORD)
        first = travel.exchange(district.center, "网盘", quiet=True)
        assert [one.station for one in first.imports] == [district.two.site.code]
        assert [(one.name, one.code) for one in first.fetched if one.result == "refused"] == [(secret, "unreadable")]
        forbidden.clear()
        again = travel.exchange(district.center, "网盘", quiet=True)
        assert [one.station for one in again.imports] == [district.one.site.code]


def test_a_kept_password_is_not_shown_to_another_server(district, tmp_path):
    seen: list[str] = []

    def wrap(app):
        def noting(environ, start_response):
            seen.append(environ.get("HTTP_AUTHORIZATION", ""))
            return app(environ, start_response)

        return noting

    with webdav_server(tmp_path) as url:
        travel.save_place(district.one, "网盘", url, USER, PASSWORD)
        travel.save_place(district.one, "网盘", f"{url}/", USER, None)
    with webdav_server(tmp_path, wrap=wrap) as other, pytest.raises(Refused) as refused:
        travel.save_place(district.one, "网盘", other, USER, None)
    word = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    assert refused.value.code == "place_login"
    assert seen
    assert not any(word in one for one in seen)
    with district.one.read() as session:
        assert places.known_place(session, "网盘")[2].password == PASSWORD


def test_a_full_disk_is_this_pcs_and_told_so(tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "371103-01-000001.zhb").write_bytes(b"x" * 100)
    monkeypatch.setattr("zhaohu.sync.travel.place._SPARE_BYTES", 1 << 60)
    with closing(open_place(parse(str(tmp_path / "there")), "", "", "", Clock())) as place:
        (entry,) = place.entries()
        with pytest.raises(Refused) as refused:
            place.fetch(entry, tmp_path / "came", lambda _size: None)
    assert refused.value.code == "no_space"


@pytest.mark.parametrize("scheme", ["http", "s3+http", "sftp"])
def test_a_line_that_hangs_is_left_within_a_second(scheme):
    with socket.create_server((LOCAL, 0)) as silent:
        asked = threading.Event()

        def say_nothing():
            with silent.accept()[0] as line:
                if line.recv(1 << 16):
                    asked.set()
                line.settimeout(10)
                while line.recv(1 << 16):
                    pass

        server = threading.Thread(target=say_nothing, daemon=True)
        server.start()
        url = f"{scheme}://{LOCAL}:{silent.getsockname()[1]}/bucket"
        began = []

        def stop_once_asked() -> None:
            if asked.is_set():
                began.append(time.monotonic())
                raise Cancelled

        place = open_place(parse(url), "u", "p", "", Clock())
        place.check = stop_once_asked
        with closing(place), pytest.raises(Cancelled):
            place.entries()
        assert time.monotonic() - began[0] < 1.5
        server.join(5)
        assert not server.is_alive()  # the line itself was ended, not only left


def test_a_share_that_does_not_answer_is_left_behind_and_freed_later(tmp_path):
    asked, wake, freed = threading.Event(), threading.Event(), threading.Event()
    waiting = Waiting(lambda: None, freed.set)

    def hang() -> None:
        asked.set()
        wake.wait()

    def stop() -> None:
        if asked.is_set():
            raise Cancelled

    with pytest.raises(Cancelled):
        waiting.run(hang, stop)
    waiting.close()
    assert not freed.is_set()  # whoever still hangs there uses it
    wake.set()
    assert freed.wait(5)


def test_a_listing_without_end_is_cut_and_hides_no_bundle(sftp, monkeypatch):
    monkeypatch.setattr("zhaohu.sync.travel.place._MOST_FILES", 3)
    folder = sftp.root / "crowded"
    folder.mkdir()
    for number in range(1, 6):
        (folder / f"{number}.jpg").write_bytes(b"x")
    names = {f"371103-01-{number:06}.zhb" for number in range(1, 4)}
    for name in names:
        (folder / name).write_bytes(b"x")
    with closing(type(sftp)(f"{sftp.url}/crowded", None, fingerprint=sftp.fingerprint).place()) as place:
        listed = [entry.name for entry in place.entries()]
        assert len(listed) == 6
        assert names < set(listed)
        monkeypatch.setattr("zhaohu.sync.travel.sftp._MOST_LISTED", 2)
        assert len(place.entries()) == 2
        place.remove("1.jpg")  # answers that were not waited for do not confuse what comes after
    assert not (folder / "1.jpg").exists()


def test_a_file_that_is_shorter_than_its_listing_does_not_keep_the_others(district, tmp_path, sftp, monkeypatch):
    monkeypatch.setattr("zhaohu.sync.travel.place._PAUSES_S", (0.01,))
    a_family(district.one)
    a_family(district.two)
    share = sftp.root / "short"
    share.mkdir()
    for desk in (district.one, district.two):
        travel.exchange(desk, share)
    lied = next(path.name for path in share.iterdir() if path.name.startswith(district.one.site.code))
    sftp.faulty.longer = lied
    travel.save_place(district.center, "网盘", f"{sftp.url}/short", USER, PASSWORD, sftp.fingerprint)
    first = travel.exchange(district.center, "网盘", quiet=True)
    assert [one.station for one in first.imports] == [district.two.site.code]
    assert [(one.name, one.code) for one in first.fetched if one.result == "refused"] == [(lied, "place_short")]
    sftp.faulty.longer = ""
    again = travel.exchange(district.center, "网盘", quiet=True)
    assert [one.station for one in again.imports] == [district.one.site.code]
