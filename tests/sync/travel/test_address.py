"""Addresses as people type them, and names of files at places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.errors import BadInput
from zhaohu.sync.travel import names, s3
from zhaohu.sync.travel.address import parse


@pytest.mark.parametrize(
    ("typed", "kind", "url", "user", "server", "path"),
    [
        ("/srv/share", "folder", "/srv/share", "", "", "/srv/share"),
        ("file:///srv/a%20b", "folder", "/srv/a b", "", "", "/srv/a b"),
        (
            "https://u@Cloud.example/dav/巨峰/",
            "webdav",
            "https://Cloud.example/dav/巨峰",
            "u",
            "cloud.example",
            "/dav/巨峰",
        ),
        ("davs://cloud.example:8443", "webdav", "davs://cloud.example:8443", "", "cloud.example:8443", "/"),
        ("http://127.0.0.1:80/x", "webdav", "http://127.0.0.1:80/x", "", "127.0.0.1", "/x"),
        ("sftp://st%40tion@[::1]:2222/up", "sftp", "sftp://[::1]:2222/up", "st@tion", "[::1]:2222", "/up"),
        ("https://host/dav/me@x", "webdav", "https://host/dav/me@x", "", "host", "/dav/me@x"),
        ("https://host:81/me%40x", "webdav", "https://host:81/me%40x", "", "host:81", "/me@x"),
        ("https://[::1]/me@x", "webdav", "https://[::1]/me@x", "", "[::1]", "/me@x"),
        (
            "/run/gvfs/dav:host=a,user=me@x",
            "folder",
            "/run/gvfs/dav:host=a,user=me@x",
            "",
            "",
            "/run/gvfs/dav:host=a,user=me@x",
        ),
        ("s3://s3.example/bucket/a", "s3", "s3://s3.example/bucket/a", "", "s3.example", "/bucket/a"),
    ],
)
def test_an_address_is_taken_apart(typed, kind, url, user, server, path):
    found = parse(typed)
    assert (found.kind, found.url, found.user, found.path) == (kind, url, user, path)
    if kind != "folder":
        assert found.server == server


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "unknown"),
        ("ftp://host/x", "unknown"),
        ("ftp://u:canary@host/x", "unknown"),
        ("https://", "unknown"),
        ("https://host:abc/", "unknown"),
        ("https://host/a?key=canary", "unknown"),
        ("sftp://host/a/../b", "unknown"),
        ("sftp://host..example/a", "unknown"),
        ("sftp://u:canary", "unknown"),
        ("https://u:canary?@host/x", "unknown"),
        ("u:canary@host", "password"),
        ("u:canary@host/x", "password"),
        ("u:can/canary@host/x", "password"),
        ("u:can\\canary@host", "password"),
        ("file://u:canary@host/x", "password"),
        ("file://[canary", "unknown"),
        ("https://u:12/canary@host/x", "unclear"),
        ("https://u:/canary@host/x", "unclear"),
        ("sftp://u:12#canary@host", "unclear"),
        ("sftp://[::1]:22/canary@host", "unclear"),
        ("https://host/canary/../x", "unknown"),
        ("https://u:canary@host/x", "password"),
        ("sftp://u:canary@host", "password"),
        ("http://example.org/x", "insecure"),
        ("s3+http://10.1.1.1/bucket", "insecure"),
        ("s3://host", "bucket"),
    ],
)
def test_what_cannot_be_used_is_refused_without_repeating_a_secret(typed, why):
    with pytest.raises(BadInput) as refused:
        parse(typed)
    assert (refused.value.code, refused.value.details["why"]) == ("bad_address", why)
    assert "canary" not in refused.value.message + str(refused.value.details)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_an_address_or_refused(typed):
    try:
        found = parse(typed)
    except BadInput:
        return
    assert found.kind == "folder" or found.host


HASH = "0123456789abcdef" * 4


@given(st.integers(1, 10**9), st.sampled_from(["zhb", "zhr"]))
def test_a_name_at_a_place_says_what_was_put_into_it(no, kind):
    said = names.read_name(names.name_at_place(f"371103-01-{no:06d}.{kind}", HASH))
    assert said == names.TravelName("371103-01", no, kind, HASH[:16])


@pytest.mark.parametrize(
    ("name", "no"),
    [
        ("371103-01-000007.zhb", 7),
        ("371103-01-000007 (2).zhb", 7),
        ("371103-01-000007.zhb.part", None),
        ("371103-01-000007-0123456789abcdef.zhb.part", None),
        ("371103-01-0000079.zhr.tmp", None),
        ("../371103-01-000007.zhb", None),
        ("371103-01-000007 /../x.zhb", None),
        ("371103-01-000007\\x.zhb", None),
        ("371103-01-000007 :stream.zhb", None),
        ("371103-01-000007 \x00.zhb", None),
        ("371103-01-000007 \udcff.zhb", None),
        (f"371103-01-000007 {'x' * 200}.zhb", None),
        ("holiday.jpg", None),
        (".zhb", None),
    ],
)
def test_only_whole_files_of_the_exchange_are_seen(name, no):
    said = names.read_name(name)
    assert (said.no if said else None) == no


def test_a_file_fits_its_name_only_with_its_content():
    name = names.name_at_place("371103-01-000007.zhb", HASH)
    assert names.fits(name, HASH)
    assert not names.fits(name, "f" + HASH[1:])
    assert names.fits("371103-01-000007.zhb", HASH)


def test_the_region_is_read_from_the_host():
    assert s3.region("s3.cn-north-1.amazonaws.com.cn") == "cn-north-1"
    assert s3.region("oss-cn-qingdao.aliyuncs.com") == "cn-qingdao"
    assert s3.region("cos.ap-guangzhou.myqcloud.com") == "ap-guangzhou"
    assert s3.region("my-store.office.example") == "us-east-1"
