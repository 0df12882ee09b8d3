"""A folder in a bucket of an S3 service.

A file system of fsspec over the http client that WebDAV brings anyway. The ready ones were weighed: s3fs adds 50 MB in
fifteen packages, obstore has no wheel for the ARM machines that offices use. What is needed of S3 here is four requests
and their signature.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import httpx
from fsspec import AbstractFileSystem
from fsspec.spec import AbstractBufferedFile

from zhaohu.clock import Clock
from zhaohu.sync.travel import http
from zhaohu.sync.travel.address import Address
from zhaohu.sync.travel.place import PIECE, Counted, Upload

_REGION = "us-east-1"  # of services in an office; clouds say theirs in the host
_CLOUDS = (".amazonaws.com", ".amazonaws.com.cn", ".aliyuncs.com", ".myqcloud.com")
"""Services that want the bucket before their host, not in the path."""
_EMPTY = hashlib.sha256(b"").hexdigest()
_MOST_PAGES = 20
"""A page has a thousand files; a service may say for ever that there are more."""


class S3FileSystem(AbstractFileSystem):  # type: ignore[misc]
    """Files of one bucket, `bucket/key`, at one service.

    Args:
        address: Of the service.
        login: Access key and secret key.
        options: For the http client.
        clock: Requests are good for a quarter of an hour.
    """

    protocol = "s3"
    cachable = False

    def __init__(self, address: Address, login: tuple[str, str], options: dict[str, Any], clock: Clock) -> None:
        super().__init__()
        self._address, self._login, self._clock = address, login, clock
        self.client = httpx.Client(**options)

    def ls(self, path: str, detail: bool = True, **_kwargs: Any) -> list[Any]:
        """The files directly in a folder."""
        bucket, _slash, prefix = path.strip("/").partition("/")
        query = {"list-type": "2", "prefix": f"{prefix}/" if prefix else "", "delimiter": "/"}
        found: list[dict[str, Any]] = []
        for _page in range(_MOST_PAGES):
            page = self._listing(bucket, query)
            for item in page.iterfind("{*}Contents"):
                name, size, stamp = (item.findtext(f"{{*}}{word}", "") for word in ("Key", "Size", "LastModified"))
                etag = item.findtext("{*}ETag", "")
                found.append({"name": f"{bucket}/{name}", "size": int(size), "type": "file", "etag": etag + stamp})
            if page.findtext("{*}IsTruncated") != "true":
                break
            query = {**query, "continuation-token": page.findtext("{*}NextContinuationToken", "")}
        return found if detail else [one["name"] for one in found]

    def info(self, path: str, **_kwargs: Any) -> dict[str, Any]:
        """Size of one file."""
        answer = self.request("HEAD", path)
        return {"name": path, "size": int(answer.headers["Content-Length"]), "type": "file"}

    def rm_file(self, path: str) -> None:
        """Take a file away."""
        self.request("DELETE", path)

    def upload(self, path: str, source: Counted, upload: Upload) -> None:
        """Write a file; the service refuses what does not have this hash, and shows nothing before the last byte."""
        content = iter(lambda: source.read(PIECE), b"")
        length = {"Content-Length": str(upload.size)}
        self.request("PUT", path, headers=length, content=content, sha256=upload.sha256)

    def request(self, method: str, path: str, *, sha256: str = _EMPTY, **more: Any) -> httpx.Response:
        """One signed request, with its whole answer.

        Raises:
            FileNotFoundError: There is no such file.
            httpx.HTTPStatusError: The service refused.
        """
        query: dict[str, str] = more.pop("query", {})
        given = more.pop("headers", {})
        server, target = self.where(path)
        headers = {**given, **self.signature(method, path, query, sha256)}
        url = f"{self._address.scheme}://{server}{target}"
        answer = self.client.request(method, f"{url}?{_query(query)}" if query else url, headers=headers, **more)
        if answer.status_code == 404 and b"NoSuchBucket" not in answer.content:
            raise FileNotFoundError(path)
        return answer.raise_for_status()

    def where(self, path: str) -> tuple[str, str]:
        """Which server is asked for a file, and for what."""
        if self._address.host.endswith(_CLOUDS):
            bucket, _slash, key = path.partition("/")
            return f"{bucket}.{self._address.server}", f"/{quote(key, safe='/~')}"
        return self._address.server, f"/{quote(path, safe='/~')}"

    def signature(self, method: str, path: str, query: dict[str, str], sha256: str) -> dict[str, str]:
        """The headers of AWS Signature Version 4."""
        key, secret = self._login
        server, target = self.where(path)
        stamp = self._clock.now().astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
        headers = {"host": server, "x-amz-content-sha256": sha256, "x-amz-date": stamp}
        names = ";".join(headers)
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        canonical = "\n".join((method, target, _query(query), lines, names, sha256))
        scope = f"{stamp[:8]}/{region(self._address.host)}/s3/aws4_request"
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        signing = f"AWS4{secret}".encode()
        for word in scope.split("/"):
            signing = hmac.digest(signing, word.encode(), "sha256")
        signed = hmac.digest(signing, f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashed}".encode(), "sha256").hex()
        value = f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signed}"
        return {**headers, "authorization": value}

    def _listing(self, bucket: str, query: dict[str, str]) -> ElementTree.Element:
        answer = self.request("GET", bucket, query=query)
        try:
            return ElementTree.fromstring(http.without_entities(answer.content))  # noqa: S314 - nothing to expand
        except ElementTree.ParseError:
            raise httpx.DecodingError("listing") from None

    def _open(self, path: str, mode: str = "rb", **_kwargs: Any) -> _S3File:
        return _S3File(self, path, mode, block_size=PIECE, cache_type="readahead")


class _S3File(AbstractBufferedFile):  # type: ignore[misc]
    def _fetch_range(self, start: int, end: int) -> bytes:
        """Bytes from `start` up to before `end`."""
        wanted = {"Range": f"bytes={start}-{end - 1}"}
        data: bytes = self.fs.request("GET", self.path, headers=wanted).content
        return data


class S3Place(http.HttpPlace):
    """A file appears whole or not at all, so it gets its name at once; it is read back all the same.

    Args:
        address: Service, bucket and folder.
        user: The access key.
        password: The secret key.
        confirmed: Fingerprint of the server's certificate that a person compared.
        clock: What time it is.
    """

    part = ""

    def __init__(self, address: Address, user: str, password: str, confirmed: str, clock: Clock) -> None:
        super().__init__(address.path.strip("/"), address, (user, password), confirmed)
        self._clock = clock

    def connect(self) -> Any:
        """The file system above."""
        return S3FileSystem(self._address, self._login, self.options(), self._clock)

    def write(self, path: str, source: Counted, upload: Upload) -> None:
        """One PUT."""
        self.fs.upload(path, source, upload)


def region(host: str) -> str:
    """The region that a cloud's host names: s3.cn-north-1.amazonaws.com.cn, oss-cn-qingdao.aliyuncs.com."""
    named = [word for word in host.split(".") if "-" in word] if host.endswith(_CLOUDS) else []
    return named[0].removeprefix("oss-").removeprefix("s3-") if named else _REGION


def _query(query: dict[str, str]) -> str:
    pairs: Iterator[tuple[str, str]] = iter(sorted(query.items()))
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
