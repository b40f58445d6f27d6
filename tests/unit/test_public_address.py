"""Which addresses are public, and that connections go only to a checked address."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from handlers import _public_address as addresses


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "191.255.255.255",
        "223.255.255.255",
        "2606:4700::1111",
        "64:ff9b::808:808",
        "2002:808:808::",
        "::ffff:8.8.8.8",
    ],
)
def test_it_is_public(address: str) -> None:
    assert addresses.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "192.0.0.8",
        "192.0.0.9",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "100::1",
        "2001::1",
        "2001:20::1",
        "2001:0:808:808::1",
        "2001:db8::1",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a00:1:808:808:808:808:808",
    ],
)
def test_it_is_not_public(address: str) -> None:
    assert not addresses.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "2002:808:808::", "10.1.2.3", "fc00::1"])
@pytest.mark.parametrize("other_python", [True, False])
def test_what_this_python_considers_global_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, address: str, other_python: bool
) -> None:
    expected = addresses.is_public(address)
    for kind in (ipaddress.IPv4Address, ipaddress.IPv6Address):
        for opinion in ("is_global", "is_private", "is_reserved"):
            monkeypatch.setattr(kind, opinion, other_python)
    assert addresses.is_public(address) == expected


def resolves_to(monkeypatch: pytest.MonkeyPatch, *lists: list[str]) -> list[str]:
    """Has each resolve-up return the next of these lists. Returns a list that collects the names looked up."""
    asked: list[str] = []
    left = list(lists)

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        family = socket.AF_INET
        return [(family, socket.SOCK_STREAM, 0, "", (address, port)) for address in left.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_a_name_is_resolved_once_and_the_checked_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    asked = resolves_to(monkeypatch, ["127.0.0.1"], ["203.0.113.1"])
    with addresses.connect("rebinding.example", port, timeout=30, private=True) as opened:
        assert opened.getpeername() == ("127.0.0.1", port)
    assert asked == ["rebinding.example"]


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"]])
def test_a_name_with_an_address_that_is_not_public_is_refused(
    monkeypatch: pytest.MonkeyPatch, found: list[str], port: int
) -> None:
    resolves_to(monkeypatch, found)
    with pytest.raises(addresses.NotPublic, match=found[-1]):
        addresses.connect("inside.example", port, timeout=30, private=False)


def test_the_next_address_is_tried_if_one_does_not_answer(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    resolves_to(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    with addresses.connect("two.example", port, timeout=30, private=True) as opened:
        assert opened.getpeername() == ("127.0.0.1", port)
