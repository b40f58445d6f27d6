"""Connections to the outside that cannot be led to the inside: the address that was judged is the one connected to."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# A translator's own: what counts is the IPv4 address inside.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# What some Pythons take for global.
_NOT_GLOBAL = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv6Network("fec0::/10"))


class NotPublic(Exception):
    """A host's address is none of the public internet's: loopback, private, link-local, multicast or reserved."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} has the address {address}, which is not public")


def is_public(address: str) -> bool:
    """Raises ValueError for a text that is no address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    return all(
        one.is_global and not (one.is_multicast or one.is_reserved or any(one in net for net in _NOT_GLOBAL))
        for one in _led_to(ip)
    )


def is_private_literal(host: str) -> bool:
    """Whether the host is an address, no name, and not public."""
    try:
        return not is_public(host)
    except ValueError:
        return False


def connect(host: str, port: int, *, timeout: float, private: bool) -> socket.socket:
    """A connection to one of the host's addresses, resolved once. Raises NotPublic unless all are, or `private`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, sockaddr in found:
        if not private and not is_public(str(sockaddr[0])):
            raise NotPublic(host, str(sockaddr[0]))
    failure: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, sockaddr in found:
        try:
            return _connected(family, kind, protocol, sockaddr, timeout)
        except OSError as exc:
            failure = exc
    raise failure


def _connected(family: int, kind: int, protocol: int, sockaddr: Any, timeout: float) -> socket.socket:
    one = socket.socket(family, kind, protocol)
    try:
        one.settimeout(timeout)
        one.connect(sockaddr)
    except BaseException:
        one.close()
        raise
    return one


def _led_to(ip: _Address) -> list[_Address]:
    """The address and, of an IPv6 one that stands for IPv4, those it leads to."""
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    if ip in _NAT64:
        return [ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)]
    return [ip, *(one for one in (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())) if one is not None)]
