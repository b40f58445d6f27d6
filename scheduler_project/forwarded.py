"""Determines a client's address and scheme from the headers of trusted proxies, the same for ASGI and WSGI."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

AnyApp = Callable[..., Any]
Address = IPv4Address | IPv6Address
EVERY = "*"
_THIS_MACHINE = ip_address("127.0.0.1")


class Proxies:
    """Holds the networks of TRUSTED_PROXIES. `*` trusts every address that connects, but no hop of X-Forwarded-For."""

    def __init__(self, names: Sequence[str]) -> None:
        self._every_peer = EVERY in names
        self._networks = [ip_network(name, strict=False) for name in names if name != EVERY]

    def is_trusted_peer(self, peer: str | None) -> bool:
        """Returns whether the connecting address `peer` is a trusted proxy's. None means a unix socket on this host."""
        if self._every_peer:
            return True
        address = _address(peer) if peer else _THIS_MACHINE
        return address is not None and self._is_trusted(address)

    def client_of(self, forwarded_for: str) -> str | None:
        """Returns the client's address from the X-Forwarded-For header of a trusted proxy; None if its last hop is bad.

        Each proxy appends the address that connected to it, so a hop may be forged unless all hops after it are
        trusted. The hops are read backwards: the client is the first that is not a trusted proxy, else the last valid
        one.
        """
        client: Address | None = None
        for hop in reversed(forwarded_for.split(",")):
            address = _address(hop)
            if address is None:
                break
            client = address
            if not self._is_trusted(address):
                break
        return str(client) if client else None

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def apply_forwarded_asgi(app: AnyApp, trusted: Sequence[str]) -> AnyApp:
    """Wraps an ASGI application so that requests have the client address and scheme that trusted proxies report."""
    proxies = Proxies(trusted)

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        peer = (scope.get("client") or [None])[0]
        if scope["type"] in ("http", "websocket") and proxies.is_trusted_peer(peer):
            _apply_headers(scope, proxies)
        await app(scope, receive, send)

    return application


def _apply_headers(scope: dict[str, Any], proxies: Proxies) -> None:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if client := proxies.client_of(_join_values(headers, b"x-forwarded-for")):
        scope["client"] = (client, 0)
    if scheme := _scheme(_join_values(headers, b"x-forwarded-proto")):
        scope["scheme"] = scheme.replace("http", "ws") if scope["type"] == "websocket" else scheme


def _join_values(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> str:
    return ",".join(value.decode("latin-1") for name, value in headers if name == wanted)


def apply_forwarded_wsgi(app: AnyApp, trusted: Sequence[str]) -> AnyApp:
    """Wraps a WSGI application so that requests have the client address and scheme that trusted proxies report."""
    proxies = Proxies(trusted)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if proxies.is_trusted_peer(environ.get("REMOTE_ADDR")):
            if client := proxies.client_of(environ.get("HTTP_X_FORWARDED_FOR", "")):
                environ["REMOTE_ADDR"] = client
            if scheme := _scheme(environ.get("HTTP_X_FORWARDED_PROTO", "")):
                environ["wsgi.url_scheme"] = scheme
        return app(environ, start_response)  # type: ignore[no-any-return]  # a WSGI application

    return application


def _scheme(forwarded_proto: str) -> str | None:
    """Returns the last scheme of an X-Forwarded-Proto header, as http or https; None for any other scheme."""
    scheme = forwarded_proto.rpartition(",")[2].strip().lower()
    scheme = {"wss": "https", "ws": "http"}.get(scheme, scheme)
    return scheme if scheme in ("http", "https") else None


@lru_cache(maxsize=1024)  # each request needs its peer's
def _address(hop: str) -> Address | None:
    """Returns the IP address of a hop in X-Forwarded-For without brackets, port and zone; None for any other text."""
    text = hop.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    # A dual-stack socket reports IPv4 peers in this form.
    return getattr(address, "ipv4_mapped", None) or address
