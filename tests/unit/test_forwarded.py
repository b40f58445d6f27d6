"""Whose request it is, behind proxies: one table for ASGI and WSGI."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from scheduler_project.forwarded import apply_forwarded_asgi, apply_forwarded_wsgi

LOCAL = ["127.0.0.1", "::1"]
INSIDE = ["10.0.0.0/8", "fd00::/8"]
CLIENT, LIAR = "203.0.113.7", "198.51.100.9"

CASES = {
    "no proxy": (LOCAL, CLIENT, "", CLIENT),
    "a client that is no proxy says who it is": (LOCAL, CLIENT, LIAR, CLIENT),
    "a proxy on this machine": (LOCAL, "127.0.0.1", CLIENT, CLIENT),
    "by IPv6": (LOCAL, "::1", "2001:db8::7", "2001:db8::7"),
    "what the client wrote itself is further left": (LOCAL, "127.0.0.1", f"{LIAR}, {CLIENT}", CLIENT),
    "a chain of proxies": (INSIDE, "10.0.0.2", f"{LIAR}, {CLIENT}, 10.9.9.9", CLIENT),
    "a client that pretends to be a chain": (INSIDE, "10.0.0.2", f"{LIAR}, 10.0.0.3, {CLIENT}", CLIENT),
    "a client that is inside itself": (INSIDE, "10.0.0.2", "10.1.1.1, 10.0.0.3", "10.1.1.1"),
    "a network of IPv6": (INSIDE, "fd00::2", CLIENT, CLIENT),
    "an IPv4 peer of a socket for both": (INSIDE, "::ffff:10.0.0.2", CLIENT, CLIENT),
    "and such a hop": (INSIDE, "10.0.0.2", f"::ffff:{CLIENT}", CLIENT),
    "every peer is a proxy": (["*"], "192.0.2.1", CLIENT, CLIENT),
    "but not the hops that it was told of": (["*"], "192.0.2.1", f"{LIAR}, {CLIENT}", CLIENT),
    "unless they are named besides": (["*", "10.0.0.0/8"], "192.0.2.1", f"{CLIENT}, 10.0.0.2", CLIENT),
    "with a port": (LOCAL, "127.0.0.1", f"{CLIENT}:4711", CLIENT),
    "IPv6 in brackets": (LOCAL, "127.0.0.1", "[2001:db8::7]", "2001:db8::7"),
    "IPv6 with a port": (LOCAL, "127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
    "with a zone": (LOCAL, "127.0.0.1", "fe80::7%eth0", "fe80::7"),
    "with much room": (LOCAL, "127.0.0.1", f"  {LIAR} ,\t{CLIENT} ", CLIENT),
    "unknown": (LOCAL, "127.0.0.1", "unknown", "127.0.0.1"),
    "nobody goes past what cannot be read": (INSIDE, "10.0.0.2", f"{CLIENT}, unknown, 10.0.0.3", "10.0.0.3"),
    "garbage": (LOCAL, "127.0.0.1", "%$§ <script>", "127.0.0.1"),
    "nothing between commas": (LOCAL, "127.0.0.1", f"{CLIENT}, ,", "127.0.0.1"),
    "a number that is no address": (LOCAL, "127.0.0.1", "999.1.1.1", "127.0.0.1"),
    "a unix socket": (LOCAL, None, CLIENT, CLIENT),
    "a unix socket where this machine is not trusted": (INSIDE, None, CLIENT, None),
    "nobody is trusted": ([], "127.0.0.1", CLIENT, "127.0.0.1"),
}
table = pytest.mark.parametrize(("trusted", "peer", "header", "client"), CASES.values(), ids=CASES.keys())

SCHEMES = {
    "as the proxy says": ("127.0.0.1", "https", "https"),
    "in capitals": ("127.0.0.1", "HTTPS", "https"),
    "the proxy's own word is on the right": ("127.0.0.1", "https, http", "http"),
    "of a websocket": ("127.0.0.1", "wss", "https"),
    "garbage": ("127.0.0.1", "gopher", "http"),
    "nothing": ("127.0.0.1", "", "http"),
    "a client that is no proxy": (CLIENT, "https", "http"),
}
schemes = pytest.mark.parametrize(("peer", "header", "scheme"), SCHEMES.values(), ids=SCHEMES.keys())


def asgi(trusted: list[str], peer: str | None, kind: str = "http", **headers: str) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items() if value]
    scheme = "ws" if kind == "websocket" else "http"
    client = (peer, 4711) if peer else None
    scope = {"type": kind, "client": client, "scheme": scheme, "headers": raw}
    call(trusted, scope, seen)
    return seen


def call(trusted: list[str], scope: dict[str, Any], seen: dict[str, Any]) -> None:
    async def application(scope: dict[str, Any], _receive: Any, _send: Any) -> None:
        seen.update(scope)

    asyncio.run(apply_forwarded_asgi(application, trusted)(scope, None, None))


def wsgi(trusted: list[str], peer: str | None, **headers: str) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    environ = {"REMOTE_ADDR": peer or "", "wsgi.url_scheme": "http"}
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items() if value}
    apply_forwarded_wsgi(lambda environ, _start: seen.update(environ), trusted)(environ, None)
    return seen


@table
def test_the_client_under_asgi(trusted, peer, header, client):
    scope = asgi(trusted, peer, x_forwarded_for=header)
    assert (scope["client"] and scope["client"][0]) == client


@table
def test_the_client_of_a_websocket(trusted, peer, header, client):
    scope = asgi(trusted, peer, "websocket", x_forwarded_for=header)
    assert (scope["client"] and scope["client"][0]) == client


@table
def test_the_client_under_wsgi(trusted, peer, header, client):
    assert (wsgi(trusted, peer, x_forwarded_for=header)["REMOTE_ADDR"] or None) == client


@schemes
def test_the_scheme_under_asgi(peer, header, scheme):
    assert asgi(LOCAL, peer, x_forwarded_proto=header)["scheme"] == scheme
    assert asgi(LOCAL, peer, "websocket", x_forwarded_proto=header)["scheme"] == scheme.replace("http", "ws")


@schemes
def test_the_scheme_under_wsgi(peer, header, scheme):
    assert wsgi(LOCAL, peer, x_forwarded_proto=header)["wsgi.url_scheme"] == scheme


def test_a_header_that_comes_twice_is_one_list():
    seen: dict[str, Any] = {}
    headers = [(b"x-forwarded-for", LIAR.encode()), (b"x-forwarded-for", CLIENT.encode())]
    scope = {"type": "http", "client": ("127.0.0.1", 1), "scheme": "http", "headers": headers}
    call(LOCAL, scope, seen)
    assert seen["client"] == (CLIENT, 0)
