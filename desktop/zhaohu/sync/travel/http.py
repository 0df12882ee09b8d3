"""What WebDAV and S3 have in common: one client with verified encryption and time limits, and its errors' meaning."""

from __future__ import annotations

import contextlib
import re
import ssl
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

import httpx

from zhaohu.sync.travel.address import Address
from zhaohu.sync.travel.faults import Fault, fault
from zhaohu.sync.travel.place import CONNECT_S, SILENCE_S, Place
from zhaohu.sync.travel.stopping import end
from zhaohu.sync.travel.tls import context

_STATUS: dict[int, Fault] = {
    401: "place_login",
    403: "place_read_only",
    404: "place_missing",
    405: "place_missing",
    409: "place_missing",
    413: "place_full",
    423: "place_read_only",
    507: "place_full",
}


_ANSWER_BYTES = 16 << 20
"""Of an answer that is taken whole: a listing of ten thousand files needs half of it."""
_ERROR_BYTES = 64 << 10
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")

Check = Callable[[], None]
"""Called often; raises when the person wants it to stop."""


class HttpPlace(Place):
    """A place behind an HTTP server.

    Args:
        root: As of every place.
        address: Of the server and folder.
        login: User and password, or access key and secret key.
        confirmed: Fingerprint of the server's certificate that a person compared.
    """

    def __init__(self, root: str, address: Address, login: tuple[str, str], confirmed: str) -> None:
        super().__init__(root)
        self._address, self._login, self._confirmed = address, login, confirmed
        self._guarded: _Guarded | None = None

    def options(self) -> dict[str, Any]:
        """How the client of httpx shall connect."""
        verify: ssl.SSLContext | bool = False
        if self._address.scheme == "https":
            verify = context(self._address.host, self._address.port, self._confirmed)
        # variables of the environment do not lead it elsewhere
        inner = httpx.HTTPTransport(verify=verify, trust_env=False)
        self._guarded = _Guarded(self._address, inner, lambda: self.check())
        return {
            "timeout": httpx.Timeout(SILENCE_S, connect=CONNECT_S),
            "trust_env": False,
            "headers": {"accept-encoding": "identity"},  # what is not packed cannot be a bomb
            "transport": self._guarded,
        }

    def hang_up(self) -> None:
        """End the line of the request that is under way."""
        if self._guarded is not None:
            self._guarded.hang_up()

    def meaning(self, error: Exception) -> Fault | None:
        """What an error of httpx means."""
        return meaning(error)

    def let_go(self) -> None:
        """Close the connections kept open."""
        if self._guarded is not None:
            self._guarded.close()
        super().let_go()


class _Guarded(httpx.BaseTransport):
    """Believes a server as little as the files on it: it is not led elsewhere, and takes no more than it asked for."""

    def __init__(self, address: Address, inner: httpx.BaseTransport, check: Check) -> None:
        self._origin = httpx.URL(f"{address.scheme}://{address.server}")
        self._inner, self._check = inner, check
        self._line: Any = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request, to this server only, with an answer of a bounded size."""
        self._check()
        if not self._is_ours(request.url):
            raise fault("place_missing")  # a redirection, maybe to a line without encryption
        request.extensions["trace"] = self._note
        answer = self._inner.handle_request(request)
        assert isinstance(answer.stream, httpx.SyncByteStream)
        if answer.headers.get("content-encoding", "identity") != "identity":
            answer.close()
            raise httpx.DecodingError("packed")
        bounded = _Bounded(answer.stream, _most(request), self._check)
        stream: httpx.SyncByteStream = bounded
        if answer.status_code == httpx.codes.MULTI_STATUS:
            try:
                stream = httpx.ByteStream(without_entities(b"".join(bounded)))
            finally:
                bounded.close()
        return httpx.Response(answer.status_code, headers=answer.headers, stream=stream, extensions=answer.extensions)

    def close(self) -> None:
        """Close the connections kept open."""
        self._inner.close()

    def hang_up(self) -> None:
        """End the line under a request that is under way."""
        if self._line is not None:
            end(self._line)

    def _note(self, event: str, told: dict[str, Any]) -> None:
        """The only way to a line before its first answer."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._line = told["return_value"].get_extra_info("socket")

    def _is_ours(self, url: httpx.URL) -> bool:
        same = (url.scheme, url.port) == (self._origin.scheme, self._origin.port)
        return same and (url.host == self._origin.host or url.host.endswith(f".{self._origin.host}"))


class _Bounded(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, most: int | None, check: Check) -> None:
        self._stream, self._most, self._check = stream, most, check

    def __iter__(self) -> Iterator[bytes]:
        taken = 0
        try:
            for piece in self._stream:
                self._check()
                taken += len(piece)
                if self._most is not None and taken > self._most:
                    raise httpx.DecodingError("too much")
                yield piece
        except (httpx.TimeoutException, httpx.NetworkError) as error:
            # webdav4 would ask a server that falls silent again and again, without end
            raise httpx.RemoteProtocolError("broke off") from error

    def close(self) -> None:
        self._stream.close()


def _most(request: httpx.Request) -> int | None:
    """The largest answer that makes sense; None for a file that is read piece by piece and counted there."""
    found = _RANGE.fullmatch(request.headers.get("range", ""))
    if found is not None:
        return max(int(found[2]) - int(found[1]) + 1, _ERROR_BYTES)
    return None if request.method == "GET" and not request.url.query else _ANSWER_BYTES


def without_entities(data: bytes) -> bytes:
    """XML that declares nothing of its own; what is no XML at all is for the reader to refuse.

    Raises:
        httpx.DecodingError: It has a document type, in which a few bytes can be made to stand for gigabytes.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    with contextlib.suppress(expat.ExpatError):
        parser.Parse(data, True)
    return data


def _refuse(*_declared: object) -> None:
    raise httpx.DecodingError("document type")


def meaning(error: BaseException) -> Fault | None:
    """What an error of httpx, or one that came of it, means."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, httpx.HTTPStatusError):
            return status(seen.response.status_code)
        if isinstance(seen, httpx.ConnectError | httpx.ConnectTimeout | httpx.InvalidURL):
            return "place_unreachable"
        if isinstance(seen, httpx.HTTPError | httpx.StreamError):
            return "place_cut"
        seen = seen.__cause__ or seen.__context__
    return None


def status(code: int) -> Fault:
    """What an HTTP status means."""
    return _STATUS.get(code, "place_cut")
