"""The one guarded way out over HTTP.

Addresses that people enter must not reach what only this machine can reach. Each connection
resolves the name itself, refuses everything that is not a public address, and connects to the
very address it checked, so that a name that changes its mind in between gains nothing. No
proxies from the environment, no redirects, a short patience, a bounded answer.

Hosts of one's own (an intranet robot) are named in ``PEAKEND_OUTBOUND_HOSTS``.
"""

import ipaddress
import logging
import socket
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

CONNECT_SECONDS = 5
READ_SECONDS = 10
WHOLE_SECONDS = 20
MOST_BYTES = 64 * 1024

# At debug level these would log addresses with the tokens in them.
for _name in ("urllib3", "apprise"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True)
class Patience:
    """How long an answer may take and how long it may be."""

    read_seconds: float = READ_SECONDS
    whole_seconds: float = WHOLE_SECONDS
    most_bytes: int = MOST_BYTES


class AddressRefused(ValueError):
    """The address leads where messages must not go. No OSError: urllib3 would try it again."""


def is_own(host: str, port: int) -> bool:
    """Whether the installation names this host as one of its own."""
    own = {entry.lower() for entry in getattr(settings, "OUTBOUND_HOSTS", ())}
    return host.lower() in own or f"{host.lower()}:{port}" in own


def is_public(address: str) -> bool:
    """Whether an IP address is reachable by anybody, whichever way it is written."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def permitted_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, all of which may be connected to.

    Raises:
        AddressRefused: any of them is private, loopback, link-local or otherwise not public.
        OSError: the name cannot be resolved.
    """
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not is_own(host, port) and not all(is_public(address) for address in addresses):
        raise AddressRefused("not a public address")
    return addresses


class _GuardedConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        host, port = self._dns_host, int(self.port)
        try:
            addresses = permitted_addresses(host, port)
        except OSError as error:
            raise NameResolutionError(host, self, socket.gaierror(str(error))) from error
        last: OSError | None = None
        for address in addresses:
            try:
                return create_connection(
                    (address, port),
                    self.timeout,
                    source_address=self.source_address,
                    socket_options=self.socket_options,
                )
            except OSError as error:
                last = error
        raise NewConnectionError(self, f"no address of the host answered: {last}")


class _GuardedSecureConnection(_GuardedConnection, HTTPSConnection):
    """As above under TLS: the certificate is checked against the name, not the address."""


class _GuardedPool(HTTPConnectionPool):
    ConnectionCls = _GuardedConnection


class _GuardedSecurePool(HTTPSConnectionPool):
    ConnectionCls = _GuardedSecureConnection


class _GuardedAdapter(HTTPAdapter):
    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        self.poolmanager = PoolManager(
            num_pools=connections, maxsize=maxsize, block=block, **pool_kwargs
        )
        self.poolmanager.pool_classes_by_scheme = {
            "http": _GuardedPool,
            "https": _GuardedSecurePool,
        }


class GuardedSession(requests.Session):
    """A session whose every request goes through the guard."""

    def __init__(self, patience: Patience | None = None) -> None:
        super().__init__()
        self.patience = patience or Patience()
        self.trust_env = False
        self.adapters.clear()
        self.mount("https://", _GuardedAdapter())
        self.mount("http://", _GuardedAdapter())

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send one request; plain HTTP only to hosts of one's own."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if parts.scheme != "https" and not is_own(parts.hostname or "", port):
            raise AddressRefused("only https")
        options.update(
            timeout=(CONNECT_SECONDS, self.patience.read_seconds),
            allow_redirects=False,
            stream=True,
            verify=True,
            proxies={},
        )
        response = super().request(method, url, **options)
        _read_bounded(response, self.patience)
        return response


def _read_bounded(response: requests.Response, patience: Patience) -> None:
    """Read no more and no longer than patience lasts; the rest is nobody's concern."""
    deadline = time.monotonic() + patience.whole_seconds
    body = b""
    try:
        for chunk in response.iter_content(8192):
            body += chunk
            if len(body) >= patience.most_bytes or time.monotonic() > deadline:
                break
    finally:
        response.close()
    response._content = body[: patience.most_bytes]
    response._content_consumed = True
