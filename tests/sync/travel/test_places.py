"""Laying down and fetching at every kind of place, each a real server on this PC."""

from __future__ import annotations

import base64
import hashlib
import ssl
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from tests.sync.travel.servers import LOCAL, PASSWORD, USER, webdav_server

from zhaohu.clock import Clock
from zhaohu.errors import Cancelled, Refused
from zhaohu.services.exchange import travel
from zhaohu.sync.delivery import hand_out
from zhaohu.sync.travel import tls
from zhaohu.sync.travel.address import parse
from zhaohu.sync.travel.names import name_at_place
from zhaohu.sync.travel.opening import open_place
from zhaohu.sync.travel.place import Entry
from zhaohu.sync.travel.s3 import S3FileSystem, region


def quiet(_size: int) -> None:
    pass


def only(place, name: str) -> Entry:
    (entry,) = [entry for entry in place.entries() if entry.name == name]
    return entry


def test_what_is_sent_is_fetched_the_same(served, bundle, tmp_path):
    file, name = bundle
    place = served.place()
    moved: list[int] = []
    assert place.entries() == []
    assert place.send(file, name, moved.append)
    assert sum(moved) >= file.stat().st_size
    assert [(entry.name, entry.size) for entry in place.entries()] == [(name, file.stat().st_size)]
    assert not place.send(file, name, quiet)
    place.fetch(only(place, name), tmp_path / "came", quiet)
    assert (tmp_path / "came").read_bytes() == file.read_bytes()
    place.remove(name)
    place.remove(name)
    assert place.entries() == []
    place.close()


@pytest.mark.parametrize("served", ["webdav", "sftp"], indirect=True)
def test_a_wrong_password_is_refused_without_being_repeated(served):
    with closing(served.place(password="other-canary-55")) as place, pytest.raises(Refused) as refused:
        place.entries()
    assert refused.value.code == "place_login"
    assert "canary" not in f"{refused.value.message} {refused.value.details}"


@pytest.mark.parametrize("served", ["folder", "webdav", "sftp"], indirect=True)
def test_a_folder_that_is_not_there_is_told(served, bundle):
    served.root.rmdir()
    with closing(served.place()) as place, pytest.raises(Refused) as refused:
        place.send(*bundle, quiet)
    assert refused.value.code == "place_missing"


def test_what_came_changed_is_neither_kept_nor_left(served, bundle, tmp_path):
    file, name = bundle
    place = served.place()
    place.send(file, name, quiet)
    entry = only(place, name)
    wrong = Entry(name_at_place(file.name, "0" * 64), entry.size, entry.stamp)
    there = place.path(name)
    place.path = lambda _name: there
    with pytest.raises(Refused) as refused:
        place.fetch(wrong, tmp_path / "came", quiet)
    assert refused.value.code == "damaged"
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".part") or one.name == "came"] == []
    place.close()


def test_a_download_that_was_cancelled_goes_on_where_it_stopped(served, bundle, tmp_path, monkeypatch):
    monkeypatch.setattr("zhaohu.sync.travel.place.PIECE", 100_000)
    file, name = bundle
    place = served.place()
    place.send(file, name, quiet)
    entry, moved = only(place, name), []

    def stop_halfway(size: int) -> None:
        moved.append(size)
        if sum(moved) >= 300_000:
            raise Cancelled

    with pytest.raises(Cancelled):
        place.fetch(entry, tmp_path / "came", stop_halfway)
    assert not (tmp_path / "came").exists()
    (part,) = tmp_path.glob("*.part")
    kept = part.stat().st_size
    assert 0 < kept < entry.size
    again: list[int] = []
    place.fetch(entry, tmp_path / "came", again.append)
    assert again[0] == kept
    assert sum(again) == entry.size
    assert (tmp_path / "came").read_bytes() == file.read_bytes()
    place.close()


def test_an_upload_that_was_cancelled_leaves_no_file_of_that_name(served, bundle):
    file, name = bundle

    def stop(size: int) -> None:
        if size:
            raise Cancelled

    place = served.place()
    with pytest.raises(Cancelled):
        place.send(file, name, stop)
    assert name not in [entry.name for entry in place.entries()]
    place.close()


def test_nothing_is_laid_into_a_folder_once_nobody_wants_it_any_more(tmp_path, bundle):
    file, name = bundle
    asked = []

    def stop_at_the_end(size: int) -> None:
        asked.append(size)
        if not size:  # all is copied and proven: whoever waited for a share that hung has gone by now
            raise Cancelled

    with pytest.raises(Cancelled):
        hand_out(file, tmp_path / "share", name, stop_at_the_end)
    assert sum(asked) == file.stat().st_size
    assert list((tmp_path / "share").iterdir()) == []


def test_sftp_goes_on_after_the_line_was_cut_both_ways(sftp, bundle, tmp_path, monkeypatch):
    monkeypatch.setattr("zhaohu.sync.travel.place._PAUSES_S", (0.01, 0.01))
    file, name = bundle
    (sftp.root / "cuts").mkdir(exist_ok=True)
    served = type(sftp)(f"{sftp.url}/cuts", sftp.root / "cuts", fingerprint=sftp.fingerprint, faulty=sftp.faulty)
    sftp.faulty.moved, sftp.faulty.cuts = 0, [400_000]
    place = served.place()
    written: list[int] = []
    write = place.write
    place.write = lambda path, source, upload: (written.append(upload.offset), write(path, source, upload))
    assert place.send(file, name, quiet)
    assert sftp.faulty.cuts == []
    assert written[0] == 0
    assert 0 < written[1] < file.stat().st_size
    assert (sftp.root / "cuts" / name).read_bytes() == file.read_bytes()
    sftp.faulty.moved, sftp.faulty.cuts = 0, [300_000]
    place.fetch(only(place, name), tmp_path / "came", quiet)
    assert sftp.faulty.cuts == []
    assert (tmp_path / "came").read_bytes() == file.read_bytes()
    place.close()


def test_half_a_file_that_the_server_spoilt_is_sent_again_from_its_beginning(sftp, bundle, monkeypatch):
    monkeypatch.setattr("zhaohu.sync.travel.place._PAUSES_S", (0.01, 0.01))
    file, name = bundle
    (sftp.root / "spoilt").mkdir(exist_ok=True)
    place = type(sftp)(f"{sftp.url}/spoilt", None, fingerprint=sftp.fingerprint).place()
    (sftp.root / "spoilt" / (name + place.part)).write_bytes(b"\0" * 300_000)
    assert place.send(file, name, quiet)
    assert (sftp.root / "spoilt" / name).read_bytes() == file.read_bytes()
    place.close()


def test_what_a_server_stores_wrong_is_noticed_and_taken_away(sftp, bundle):
    file, name = bundle
    (sftp.root / "flips").mkdir(exist_ok=True)
    sftp.faulty.flips = True
    place = type(sftp)(f"{sftp.url}/flips", None, fingerprint=sftp.fingerprint).place()
    try:
        with pytest.raises(Refused) as refused:
            place.send(file, name, quiet)
    finally:
        sftp.faulty.flips = False
    assert refused.value.code == "place_differs"
    assert place.entries() == []
    place.close()


def test_a_server_that_nobody_confirmed_gets_no_password(sftp):
    for confirmed, code in (("", "host_unknown"), ("SHA256:other", "host_changed")):
        with closing(sftp.place(fingerprint=confirmed)) as place, pytest.raises(Refused) as refused:
            place.entries()
        assert refused.value.code == code
        assert refused.value.details["fingerprint"] == sftp.fingerprint


def test_a_certificate_that_nobody_vouches_for_is_compared_by_a_person(tmp_path, certificate, bundle):
    asked: list[str] = []

    def wrap(app):
        def noting(environ, start_response):
            asked.append(environ["REQUEST_METHOD"])
            return app(environ, start_response)

        return noting

    shown = tls.fingerprint(ssl.PEM_cert_to_DER_cert(certificate[0].read_text()))
    with webdav_server(tmp_path, certificate, wrap) as url:
        for confirmed, code in (("", "host_unknown"), ("SHA256:other", "host_changed")):
            with pytest.raises(Refused) as refused:
                open_place(parse(url), USER, PASSWORD, confirmed, Clock()).entries()
            assert (refused.value.code, refused.value.details["fingerprint"]) == (code, shown)
        assert asked == []
        place = open_place(parse(url), USER, PASSWORD, shown, Clock())
        assert place.send(*bundle, quiet)
        place.close()


def test_a_server_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr("zhaohu.sync.travel.place._PAUSES_S", ())
    for url in (f"http://{LOCAL}:9", f"sftp://{LOCAL}:9", f"s3+http://{LOCAL}:9/bucket"):
        with closing(open_place(parse(url), "u", "p", "", Clock())) as place, pytest.raises(Refused) as refused:
            place.entries()
        assert refused.value.code == "place_unreachable"


def test_a_full_and_a_read_only_place_are_told(bundle, tmp_path, monkeypatch):
    monkeypatch.setattr("zhaohu.sync.travel.place._PAUSES_S", ())
    for status, code in (("507 Full", "place_full"), ("403 No", "place_read_only"), ("503 Busy", "place_cut")):

        def wrap(app, status=status):
            def refusing(environ, start_response):
                if environ["REQUEST_METHOD"] != "PUT":
                    return app(environ, start_response)
                environ["wsgi.input"].read()
                start_response(status, [("Content-Length", "0")])
                return [b""]

            return refusing

        with webdav_server(tmp_path, wrap=wrap) as url:
            place = open_place(parse(url), USER, PASSWORD, "", Clock())
            with pytest.raises(Refused) as refused:
                place.send(*bundle, quiet)
            assert refused.value.code == code
            assert bundle[1] not in [entry.name for entry in place.entries()]
            place.close()


def test_what_is_no_webdav_server_is_told(tmp_path):
    for status in ("200 OK", "207 Multi-Status", "405 No"):

        def wrap(_app, status=status):
            def page(_environ, start_response):
                start_response(status, [("Content-Type", "text/html"), ("Content-Length", "10")])
                return [b"<p>hello</"]

            return page

        with (
            webdav_server(tmp_path, wrap=wrap) as url,
            closing(open_place(parse(url), USER, PASSWORD, "", Clock())) as place,
            pytest.raises(Refused) as refused,
        ):
            place.entries()
        assert refused.value.code == "place_missing"


def test_a_server_without_ranges_gives_the_file_from_its_beginning(bundle, tmp_path, monkeypatch):
    monkeypatch.setattr("zhaohu.sync.travel.place.PIECE", 100_000)

    def wrap(app):
        def without(environ, start_response):
            environ.pop("HTTP_RANGE", None)

            def start(status, headers, exc_info=None):
                return start_response(status, [one for one in headers if one[0].lower() != "accept-ranges"], exc_info)

            return app(environ, start)

        return without

    file, name = bundle
    with (
        webdav_server(tmp_path, wrap=wrap) as url,
        closing(open_place(parse(url), USER, PASSWORD, "", Clock())) as place,
    ):
        place.send(file, name, quiet)
        moved: list[int] = []

        def stop_halfway(size: int) -> None:
            moved.append(size)
            if sum(moved) >= 300_000:
                raise Cancelled

        with pytest.raises(Cancelled):
            place.fetch(only(place, name), tmp_path / "came", stop_halfway)
        place.fetch(only(place, name), tmp_path / "came", quiet)
    assert (tmp_path / "came").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("served", ["folder", "webdav", "sftp"], indirect=True)
def test_half_written_and_foreign_files_are_let_be(served, bundle):
    file, name = bundle
    (served.root / "holiday.jpg").write_bytes(b"x")
    (served.root / "371103-02-000001.zhb.part").write_bytes(b"half")
    place = served.place()
    place.send(file, name, quiet)
    place.remove(name)
    assert sorted(path.name for path in Path(served.root).iterdir()) == ["371103-02-000001.zhb.part", "holiday.jpg"]
    place.close()


@pytest.mark.parametrize(
    ("server", "bucket_in_host"), [("s3.cn-north-1.amazonaws.com.cn", True), ("storage.office.example:9000", False)]
)
def test_the_signature_of_s3_is_the_one_that_amazons_library_makes(server, bucket_in_host):
    address = parse(f"s3://{server}/bucket")
    ours = S3FileSystem(address, ("AKID", "SECRET"), {}, Clock())
    body = hashlib.sha256(b"body").hexdigest()
    for method, path, query in (
        ("PUT", "bucket/a b/照.zhb", {}),
        ("GET", "bucket", {"list-type": "2", "prefix": "a b/", "delimiter": "/", "continuation-token": "x+/="}),
    ):
        made = ours.signature(method, path, query, body)
        host, target = ours.where(path)
        assert (host, target.startswith("/bucket")) == ("bucket." * bucket_in_host + server, not bucket_in_host)
        request = AWSRequest(method=method, url=f"https://{host}{target}", params=query or None)
        request.headers["X-Amz-Content-SHA256"] = body
        request.headers["x-amz-date"] = request.context["timestamp"] = made["x-amz-date"]
        signer = S3SigV4Auth(Credentials("AKID", "SECRET"), "s3", region(address.host))
        text = signer.string_to_sign(request, signer.canonical_request(request))
        assert made["authorization"].endswith(f"Signature={signer.signature(text, request)}")


def written(key, passphrase: str = "", form: str = "OpenSSH") -> str:
    seal = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, getattr(serialization.PrivateFormat, form), seal).decode()


@pytest.mark.parametrize(
    ("made", "form"),
    [
        (ed25519.Ed25519PrivateKey.generate, "OpenSSH"),
        (lambda: ec.generate_private_key(ec.SECP256R1()), "PKCS8"),
        (lambda: rsa.generate_private_key(65537, 2048), "TraditionalOpenSSL"),
    ],
    ids=["ed25519", "ecdsa", "rsa"],
)
def test_sftp_lets_in_by_key_and_never_sees_its_passphrase(sftp, made, form):
    key = made()
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    sftp.faulty.let_in[:] = [base64.b64decode(public.split()[1])]

    def listed(text: str, passphrase: str) -> str:
        with closing(open_place(parse(sftp.url), USER, passphrase, sftp.fingerprint, Clock(), text)) as place:
            try:
                place.entries()
            except Refused as refused:
                return refused.code
        return ""

    assert listed(written(key, "", form), "") == ""
    assert listed(written(key, "of-the-key", form), "of-the-key") == ""
    assert listed(written(key, "", form), "of-no-key") == ""
    assert listed(written(key, "of-the-key", form), "another") == "place_key_locked"
    assert listed(written(key, "of-the-key", form), "") == "place_key_locked"
    assert listed("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", "") == "place_key"
    assert listed(written(ec.generate_private_key(ec.SECP256K1()), "", "PKCS8"), "") == "place_key"  # no curve of SSH
    sftp.faulty.let_in.clear()
    # the server would let this password in: it must not be shown to it
    assert listed(written(key, PASSWORD, form), PASSWORD) == "place_login"


def test_a_key_is_kept_with_its_place_until_another_login_takes_its_place(district, sftp, tmp_path):
    key = ed25519.Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    sftp.faulty.let_in[:] = [base64.b64decode(public.split()[1])]
    file = tmp_path / "id_ed25519"
    file.write_text(written(key, "of-the-key"))
    save = partial(travel.save_place, district.one, "医院", sftp.url, USER, fingerprint=sftp.fingerprint)
    assert save(password="of-the-key", key_file=file).has_key
    file.unlink()
    assert save().has_key
    travel.check_place(district.one, "医院")
    assert not save(password=PASSWORD).has_key
    with pytest.raises(Refused) as refused:
        save(key_file=file)
    assert (refused.value.code, refused.value.details["field"]) == ("place_key_unread", "key_file")
    file.write_text(written(key, "of-the-key"))
    with pytest.raises(Refused) as refused:
        save(key_file=file, password="another")
    assert (refused.value.code, refused.value.details["field"]) == ("place_key_locked", "password")
    file.write_text(written(key))
    with pytest.raises(Refused) as refused:
        travel.save_place(district.one, "盘", str(tmp_path), key_file=file)
    assert refused.value.code == "key_not_used"


@pytest.mark.parametrize("kind", [ed25519.Ed25519PrivateKey.generate, lambda: ec.generate_private_key(ec.SECP256R1())])
def test_a_public_key_is_told_from_a_private_one_that_cannot_be_used(tmp_path, kind):
    file, public = tmp_path / "id.pub", kind().public_key()
    line = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    for data in (line + " 王敏@电脑\n".encode(), pem, b'---- BEGIN SSH2 PUBLIC KEY ----\nComment: ""\n'):
        file.write_bytes(data)
        with pytest.raises(Refused) as refused:
            travel.read_key_file(file)
        assert (refused.value.code, refused.value.details["field"]) == ("place_key_public", "key_file")
    file.write_bytes(b"\x89PNG\r\n")
    with pytest.raises(Refused) as refused:
        travel.read_key_file(file)
    assert refused.value.code == "place_key"


def test_a_new_place_takes_no_name_and_no_login_of_another(district, webdav, tmp_path):
    travel.save_place(district.one, "医院", webdav.url, webdav.user, webdav.password)
    (before,) = travel.list_places(district.one)
    with pytest.raises(Refused) as refused:
        travel.save_place(district.one, " 医院 ", str(tmp_path / "missing"), new=True)
    assert (refused.value.code, refused.value.details["field"]) == ("name_taken", "name")
    assert travel.list_places(district.one) == [before]
    travel.check_place(district.one, "医院")
    travel.save_place(district.one, "医院", str(tmp_path))
    assert [one.url for one in travel.list_places(district.one)] == [str(tmp_path)]


def test_a_name_that_is_taken_while_a_new_place_is_reached_is_refused(district, tmp_path):
    (tmp_path / "first").mkdir()

    def meanwhile() -> bool:
        if not travel.list_places(district.one):
            travel.save_place(district.one, "盘", str(tmp_path / "first"))
        return False

    with pytest.raises(Refused) as refused:
        travel.save_place(district.one, "盘", str(tmp_path), cancelled=meanwhile, new=True)
    assert refused.value.code == "name_taken"
    assert [one.url for one in travel.list_places(district.one)] == [str(tmp_path / "first")]
