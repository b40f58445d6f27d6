"""Writes the audit trail; no other module does."""

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
    """Records a change; call it in the change's transaction. `detail` must hold no secrets."""
    AuditEntry.objects.create(
        actor=actor.name, action=action, object=object, detail=dict(detail or {}), ip=ip
    )


def client_ip(request: HttpRequest | Request) -> str | None:
    """Returns the client's address; None for unix sockets. Headers count only from trusted proxies (forwarded.py)."""
    try:
        # Link-local IPv6 peers come with a zone ("%eth0"), which Postgres' inet type refuses.
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "").partition("%")[0]))
    except ValueError:
        return None
