"""Reads the settings of the provider that signs users in by OpenID Connect from environment variables."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from accounts.roles import Role
from foundation import env

DEFAULT_SCOPES = "openid profile email"
MAX_RECHECK_DAYS = 3650
START_PATH = "/sign-in/oidc/"


@dataclass(frozen=True, slots=True)
class Provider:
    """Holds the settings of the sign-in provider. `roles` are pairs of a group at the provider and the role it gives.

    `default_role` is the role of users in none of these groups; with None they are refused.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    scopes: str
    groups_claim: str
    roles: tuple[tuple[str, Role], ...]
    default_role: Role | None


def read_provider() -> Provider | None:
    """Returns the settings of the sign-in provider, or None if OIDC_ISSUER is not set. Raises BadSetting."""
    provider = Provider(
        issuer=_read_issuer(),
        client_id=_check_text("OIDC_CLIENT_ID", env.text("OIDC_CLIENT_ID")),
        client_secret=_check_text("OIDC_CLIENT_SECRET", env.text("OIDC_CLIENT_SECRET"), shown="..."),
        name=_check_text("OIDC_NAME", env.text("OIDC_NAME", "Single sign-on")),
        scopes=_read_scopes(),
        groups_claim=_check_text("OIDC_GROUPS_CLAIM", env.text("OIDC_GROUPS_CLAIM", "groups")),
        roles=_read_roles(),
        default_role=_read_default_role(),
    )
    if not provider.issuer:
        return None
    if not provider.client_id:
        raise env.BadSetting("OIDC_CLIENT_ID", "", "with OIDC_ISSUER, write the id that the provider gave")
    return provider


def list_providers() -> list[dict[str, str]]:
    """Returns the providers that sign users in: `name` is for people, `url` is the page where that begins."""
    provider: Provider | None = settings.OIDC
    return [{"name": provider.name, "url": START_PATH}] if provider else []


def is_private_enough(address: str) -> bool:
    """Returns whether requests to the address cannot be read on their way: https, or http on this machine only."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or _is_loopback_http(parts))


def _is_loopback_http(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return parts.scheme == "http" and (host == "localhost" or ipaddress.ip_address(host).is_loopback)
    except ValueError:
        return False


def _check_text(name: str, value: str, *, shown: str | None = None) -> str:
    """Returns the value. Raises BadSetting, which shows `shown` instead, if a space or a line's end got into it."""
    if value != value.strip() or not value.isprintable():
        remedy = "leave out spaces before and behind it, and what cannot be printed"
        raise env.BadSetting(name, value if shown is None else shown, remedy)
    return value


def _read_issuer() -> str:
    if not env.text("OIDC_ISSUER"):
        return ""
    return env.url("OIDC_ISSUER", "", schemes=("https", "http"), remedy_of=_find_fault)


def _find_fault(parts: SplitResult) -> str | None:
    if not is_private_enough(parts.geturl()):
        return "an issuer on another machine begins with https://"
    if parts.query or parts.fragment or "@" in parts.netloc:
        return "write the issuer as its discovery document does, without a user, `?` or `#`"
    return None


def _read_scopes() -> str:
    raw = env.text("OIDC_SCOPES", "openid profile email")
    scopes = [scope for scope in re.split(r"[\s,]+", raw) if scope]
    if "openid" not in scopes:
        raise env.BadSetting("OIDC_SCOPES", raw, f"write scopes with openid among them, as {DEFAULT_SCOPES}")
    return " ".join(scopes)


def _read_roles() -> tuple[tuple[str, Role], ...]:
    found = []
    for pair in env.names("OIDC_ROLES"):
        group, _, role = pair.rpartition("=")
        if not group.strip() or role.strip() not in set(Role):
            example = f"ops=operator,dev=editor,root=admin; the roles are {', '.join(Role)}"
            raise env.BadSetting("OIDC_ROLES", pair, f"write pairs of a group and its role, like {example}")
        found.append((group.strip(), Role(role.strip())))
    return tuple(found)


def _read_default_role() -> Role | None:
    raw = env.text("OIDC_DEFAULT_ROLE")
    if not raw:
        return None
    return Role(env.choice("OIDC_DEFAULT_ROLE", "", among=tuple(Role)))
