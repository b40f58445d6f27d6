"""Who the client is and which scheme it used, behind proxies: one rule for ASGI and WSGI."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

AnyApp = Callable[..., Any]
Address = IPv4Address | IPv6Address
EVERY = "*"
_THIS_MACHINE = ip_address("127.0.0.1")


class Proxies:
    """The networks of TRUSTED_PROXIES. `*` trusts whoever connects, but not what that one was told by others."""

    def __init__(self, names: Sequence[str]) -> None:
        self._every_peer = EVERY in names
        self._networks = [ip_network(name, strict=False) for name in names if name != EVERY]

    def trust_peer(self, peer: str | None) -> bool:
        """`peer` as the server names it. One without an address came by a unix socket: from this machine."""
        if self._every_peer:
            return True
        address = _address(peer) if peer else _THIS_MACHINE
        return address is not None and self._trust(address)

    def client_of(self, forwarded_for: str) -> str | None:
        """The right-most hop that no trusted proxy is; None if there is none that can be read.

        `forwarded_for` came from a trusted peer. Each proxy adds, on the right, who connected to it. So a hop is true
        as long as all hops on its right are trusted proxies; what is further left anybody may have written.
        """
        client: Address | None = None
        for hop in reversed(forwarded_for.split(",")):
            address = _address(hop)
            if address is None:
                break
            client = address
            if not self._trust(address):
                break
        return str(client) if client else None

    def _trust(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def behind_proxies_asgi(app: AnyApp, trusted: Sequence[str]) -> AnyApp:
    proxies = Proxies(trusted)

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        peer = (scope.get("client") or [None])[0]
        if scope["type"] in ("http", "websocket") and proxies.trust_peer(peer):
            _take_from_headers(scope, proxies)
        await app(scope, receive, send)

    return application


def _take_from_headers(scope: dict[str, Any], proxies: Proxies) -> None:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if client := proxies.client_of(_joined(headers, b"x-forwarded-for")):
        scope["client"] = (client, 0)
    if scheme := _scheme(_joined(headers, b"x-forwarded-proto")):
        scope["scheme"] = scheme.replace("http", "ws") if scope["type"] == "websocket" else scheme


def _joined(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> str:
    return ",".join(value.decode("latin-1") for name, value in headers if name == wanted)


def behind_proxies_wsgi(app: AnyApp, trusted: Sequence[str]) -> AnyApp:
    proxies = Proxies(trusted)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if proxies.trust_peer(environ.get("REMOTE_ADDR")):
            if client := proxies.client_of(environ.get("HTTP_X_FORWARDED_FOR", "")):
                environ["REMOTE_ADDR"] = client
            if scheme := _scheme(environ.get("HTTP_X_FORWARDED_PROTO", "")):
                environ["wsgi.url_scheme"] = scheme
        return app(environ, start_response)  # type: ignore[no-any-return]  # a WSGI application

    return application


def _scheme(forwarded_proto: str) -> str | None:
    """The right-most: what the peer itself says."""
    scheme = forwarded_proto.rpartition(",")[2].strip().lower()
    scheme = {"wss": "https", "ws": "http"}.get(scheme, scheme)
    return scheme if scheme in ("http", "https") else None


def _address(hop: str) -> Address | None:
    """An address with or without brackets, port and zone; None for anything else ("unknown", a name, garbage)."""
    text = hop.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    # A socket for both families names IPv4 peers so.
    return getattr(address, "ipv4_mapped", None) or address
