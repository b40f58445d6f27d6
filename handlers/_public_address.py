"""Connects job handlers to hosts, and guards against server-side request forgery (SSRF).

Resolves the host's name once, refuses private addresses unless they are allowed, and connects to a checked address.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Listed here, because `is_global` of the ipaddress module differs between versions of Python.
_SPECIAL = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, a cloud's metadata among them
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocols
        "192.0.2.0/24",  # examples
        "192.88.99.0/24",  # relays to IPv6
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # examples
        "203.0.113.0/24",  # examples
        "224.0.0.0/3",  # multicast, reserved, broadcast
        "2001::/23",  # protocols, Teredo among them
        "2001:db8::/32",  # examples
        "3fff::/20",  # examples
    )
)
# All global unicast addresses of IPv6. Loopback, link-local, private and multicast ones are outside.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# Networks whose addresses contain an IPv4 address (NAT64, mapped, 6to4), and how many bits follow that.
_IPV4_INSIDE = {
    ipaddress.IPv6Network("64:ff9b::/96"): 0,
    ipaddress.IPv6Network("::ffff:0:0/96"): 0,
    ipaddress.IPv6Network("2002::/16"): 80,
}


class NotPublic(Exception):
    """Raised for a host that has a non-public address: loopback, private, link-local, multicast or reserved."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} has the address {address}, which is not public")


def is_public(address: str) -> bool:
    """Returns whether an IP address belongs to the public internet. Raises ValueError if it is not an IP address."""
    ip = _unwrap_ipv4(ipaddress.ip_address(address.partition("%")[0]))
    return (ip.version == 4 or ip in _GLOBAL_UNICAST) and not any(ip in network for network in _SPECIAL)


def is_private_literal(host: str) -> bool:
    """Returns whether the host is written as an IP address that is not public; False for a host name."""
    try:
        return not is_public(host)
    except ValueError:
        return False


def connect(host: str, port: int, *, timeout: float, private: bool) -> socket.socket:
    """Connects to one of the host's addresses, resolving its name only once, and returns the connected socket.

    Raises NotPublic if any of the addresses is not public, unless `private` is true; OSError if none can be reached.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, sockaddr in found:
        if not private and not is_public(str(sockaddr[0])):
            raise NotPublic(host, str(sockaddr[0]))
    failure: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, sockaddr in found:
        try:
            return _open_socket(family, kind, protocol, sockaddr, timeout)
        except OSError as exc:
            failure = exc
    raise failure


def _open_socket(family: int, kind: int, protocol: int, sockaddr: Any, timeout: float) -> socket.socket:
    one = socket.socket(family, kind, protocol)
    try:
        one.settimeout(timeout)
        one.connect(sockaddr)
    except BaseException:
        one.close()
        raise
    return one


def _unwrap_ipv4(ip: _Address) -> _Address:
    """Returns the IPv4 address that is embedded in an IPv6 address; returns any other address unchanged."""
    for network, bits_behind in _IPV4_INSIDE.items():
        if ip in network:
            return ipaddress.IPv4Address(int(ip) >> bits_behind & 0xFFFF_FFFF)
    return ip
