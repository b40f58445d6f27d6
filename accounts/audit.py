"""Writes entries of the audit trail, which records changes and who made them; no other module writes them."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request

from accounts.models import AuditEntry
from accounts.roles import Actor


def record(
    actor: Actor, action: str, object: str, detail: Mapping[str, Any] | None = None, *, ip: str | None = None
) -> None:
    """Adds an entry to the audit trail; call it in the transaction of the change. `detail` must contain no secrets."""
    AuditEntry.objects.create(
        actor=actor.name, action=action, object=object, detail=dict(detail or {}), ip=ip
    )


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
