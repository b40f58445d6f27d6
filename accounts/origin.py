"""Says from where somebody acts: by which door, from which address, and who or what stands behind the actor."""

from __future__ import annotations

import enum
import ipaddress
from dataclasses import dataclass

from django.http import HttpRequest
from rest_framework.request import Request


class Via(enum.StrEnum):
    """Lists the doors through which changes come."""

    API = "api"  # programs with a token
    UI = "ui"  # people with a session
    ADMIN = "admin"  # Django's admin
    CLI = "cli"  # commands on a machine of the platform
    HOOK = "hook"  # signed requests of other systems
    MCP = "mcp"  # assistants
    SYSTEM = "system"  # the platform's own processes


@dataclass(frozen=True, slots=True)
class Origin:
    """Holds the door of a change, the client's address if it has one, and who or what stands behind the actor.

    `on_behalf_of` is like `token:7` (the API token of the request), `cli:ann` (who typed `--as`) or `operation:UUID`
    (the platform does what the actor asked for); blank if nothing stands behind the actor.
    """

    via: Via = Via.SYSTEM
    address: str | None = None
    on_behalf_of: str = ""


def origin_of(request: HttpRequest | Request, via: Via) -> Origin:
    """Returns the origin of what a request does."""
    return Origin(via, client_ip(request))


def client_ip(request: HttpRequest | Request) -> str | None:
    """Returns the client's IP address; None for a client on a unix socket.

    X-Forwarded-For, which names a proxy's client, is respected only from trusted proxies (forwarded.py).
    """
    return parse_address(request.META.get("REMOTE_ADDR", ""))


def parse_address(text: str) -> str | None:
    """Returns the IP address in the text as it can be stored; None if the text is none."""
    try:
        # Link-local IPv6 peers come with a zone ("%eth0"), which Postgres' inet type refuses.
        return str(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return None
