"""Whom an encrypted connection may trust: the authorities of the system, or one certificate that a person compared."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import socket
import ssl

from zhaohu.sync.travel.faults import fault
from zhaohu.sync.travel.place import CONNECT_S


def fingerprint(data: bytes) -> str:
    """As ssh and browsers show it: SHA256 and the hash in base64 without padding."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(data).digest()).decode("ascii").rstrip("=")


def context(host: str, port: int, confirmed: str) -> ssl.SSLContext:
    """What a connection to a server is verified by.

    Args:
        host: The server.
        port: Of the server.
        confirmed: Fingerprint of the certificate that a person compared; empty when the authorities vouch for it.

    Raises:
        PlaceFault: `host_unknown`: no authority vouches for the server; `host_changed`: its certificate is not the one
            that was compared; `place_unreachable`.
    """
    trusted = _by_authorities()
    if not confirmed:
        _require_vouched(host, port, trusted)
        return trusted
    certificate = _certificate(host, port)
    if fingerprint(certificate) != confirmed:
        raise fault("host_changed", fingerprint=fingerprint(certificate))
    only = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    only.minimum_version = ssl.TLSVersion.TLSv1_2
    only.check_hostname = False  # the certificate itself was compared; offices name their servers as they like
    only.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    only.load_verify_locations(cadata=certificate)
    return only


def _by_authorities() -> ssl.SSLContext:
    trusted = ssl.create_default_context()
    with contextlib.suppress(ImportError, OSError):  # comes with the http library; the system's own list may be empty
        import certifi

        trusted.load_verify_locations(certifi.where())
    return trusted


def _require_vouched(host: str, port: int, trusted: ssl.SSLContext) -> None:
    try:
        with _socket(host, port) as plain, trusted.wrap_socket(plain, server_hostname=host):
            return
    except ssl.SSLCertVerificationError:
        raise fault("host_unknown", fingerprint=fingerprint(_certificate(host, port))) from None
    except OSError:
        raise fault("place_unreachable") from None


def _certificate(host: str, port: int) -> bytes:
    """The server's certificate; nothing is said on this connection, and nothing on it is believed."""
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.check_hostname, asking.verify_mode = False, ssl.CERT_NONE
    try:
        with _socket(host, port) as plain, asking.wrap_socket(plain, server_hostname=host) as wrapped:
            return wrapped.getpeercert(binary_form=True) or b""
    except OSError:
        raise fault("place_unreachable") from None


def _socket(host: str, port: int) -> socket.socket:
    return socket.create_connection((host, port), CONNECT_S)
