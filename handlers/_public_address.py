"""Connections to the outside that cannot be led to the inside: the address that was judged is the one connected to."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Written out, because one Python's ipaddress takes for global what another does not.
_SPECIAL = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a carrier's translator
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, a cloud's metadata among them
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocols
        "192.0.2.0/24",  # examples
        "192.88.99.0/24",  # relays to IPv6
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # measurements
        "198.51.100.0/24",  # examples
        "203.0.113.0/24",  # examples
        "224.0.0.0/3",  # multicast, reserved, broadcast
        "2001::/23",  # protocols, Teredo among them
        "2001:db8::/32",  # examples
        "3fff::/20",  # examples
    )
)
# All IPv6 that is given out: loopback, link-local, private, multicast are outside.
_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
# What stands for an IPv4 address, and how many bits follow that: NAT64, mapped, 6to4.
_IPV4_INSIDE = {
    ipaddress.IPv6Network("64:ff9b::/96"): 0,
    ipaddress.IPv6Network("::ffff:0:0/96"): 0,
    ipaddress.IPv6Network("2002::/16"): 80,
}


class NotPublic(Exception):
    """A host's address is none of the public internet's: loopback, private, link-local, multicast or reserved."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} has the address {address}, which is not public")


def is_public(address: str) -> bool:
    """Raises ValueError for a text that is no address."""
    ip = _led_to(ipaddress.ip_address(address.partition("%")[0]))
    return (ip.version == 4 or ip in _GIVEN_OUT) and not any(ip in network for network in _SPECIAL)


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


def _led_to(ip: _Address) -> _Address:
    """The IPv4 address that an IPv6 one stands for; any other address is itself."""
    for network, bits_behind in _IPV4_INSIDE.items():
        if ip in network:
            return ipaddress.IPv4Address(int(ip) >> bits_behind & 0xFFFF_FFFF)
    return ip
