"""Says where a secret may go: reads the `hosts` of a secret, and finds out to which of them a URL leads.

An entry names a host (`api.example.org`), all hosts below a domain (`*.example.org`) or an IP address, with a port or
without one, which means any. The URL must be https; plain http is for loopback hosts and for entries that begin with
`http://`. A URL that programs could read in more than one way leads nowhere: what is doubtful is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

MAX_HOSTS = 50
MAX_LENGTH = 300
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]{{2,45}}\]"
_PORT = r"(?::([0-9]{1,5}))?"
# ASCII: without it, ignoring case would take letters such as the Kelvin sign for ours.
_FLAGS = re.ASCII | re.IGNORECASE
# No name and password, no backslash, no white space: programs disagree about the host behind these.
_URL = re.compile(rf"(https?)://({_HOST}){_PORT}(?:[/?#][!-\[\]-~]*)?", _FLAGS)
_ENTRY = re.compile(rf"(http://)?(\*\.)?({_HOST}){_PORT}", _FLAGS)
# Such a name is an IPv4 address to some programs, in one of many spellings.
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)", _FLAGS)
_OWN_PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Holds where a request to a URL goes: scheme, host (an IPv6 address without brackets) and port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        own = self.port == _OWN_PORTS[self.scheme]
        return f"{self.scheme}://{host}" if own else f"{self.scheme}://{host}:{self.port}"


class _Entry(NamedTuple):
    host: str
    is_wildcard: bool
    port: int | None
    takes_http: bool


def origin_of(url: str) -> Origin | None:
    """Returns where a request to the URL goes; None if it is no http address, or programs could disagree about it."""
    parts = _URL.fullmatch(url)
    host = parts and _normalize(parts[2])
    if not parts or not host:
        return None
    scheme = parts[1].lower()
    port = int(parts[3]) if parts[3] else _OWN_PORTS[scheme]
    return Origin(scheme, host, port) if 0 < port < 2**16 else None


def is_allowed(url: str, hosts: Iterable[str]) -> bool:
    """Returns whether the URL leads to one of the `hosts`, entries that `find_fault` has nothing against."""
    origin = origin_of(url)
    return origin is not None and any(_matches(origin, _read_entry(entry)) for entry in hosts)


def find_fault(entry: str) -> str | None:
    """Returns what to write instead of an entry that cannot be one of the `hosts` of a secret; None if it can."""
    if not entry.isascii():
        return f"Write it as requests have it, in letters of ASCII{_in_ascii(entry)}."
    if "://" in entry and not entry.lower().startswith("http://"):
        return "Leave out what stands before the host: https is meant anyway."
    if entry.endswith("."):
        return "Leave out the dot at its end."
    if "@" in entry or "/" in entry.lower().removeprefix("http://"):
        return "Write the host alone, such as api.example.org or *.example.org:8443."
    read = _read_entry(entry)
    if read is None:
        return "Write a host such as api.example.org, *.example.org, 192.0.2.7 or [2001:db8::7], maybe with :8443."
    if read.is_wildcard and ("." not in read.host or ":" in read.host or _NUMERIC.fullmatch(read.host)):
        return "Name a domain of two parts or more behind the star, such as *.example.org."
    return None


@lru_cache(maxsize=4096)
def _read_entry(entry: str) -> _Entry | None:
    parts = _ENTRY.fullmatch(entry) if len(entry) <= MAX_LENGTH else None
    host = parts and _normalize(parts[3])
    if not parts or not host or (parts[4] and not 0 < int(parts[4]) < 2**16):
        return None
    return _Entry(host, bool(parts[2]), int(parts[4]) if parts[4] else None, bool(parts[1]))


def _normalize(host: str) -> str | None:
    """Returns the host in its one spelling; None for what is no host, or an IP address in a spelling of its own."""
    host = host.lower()
    try:
        if host.startswith("["):
            return IPv6Address(host[1:-1]).compressed
        return str(IPv4Address(host)) if _NUMERIC.fullmatch(host) else host
    except ValueError:
        return None


def _matches(origin: Origin, entry: _Entry | None) -> bool:
    if entry is None or (entry.port is not None and entry.port != origin.port):
        return False
    if origin.scheme == "http" and not entry.takes_http and not _is_loopback(origin.host):
        return False
    return origin.host.endswith(f".{entry.host}") if entry.is_wildcard else origin.host == entry.host


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or (_NUMERIC.fullmatch(host) is not None and host.startswith("127."))


def _in_ascii(entry: str) -> str:
    try:
        return f": {entry.encode('idna').decode()}"
    except UnicodeError:
        return ""
