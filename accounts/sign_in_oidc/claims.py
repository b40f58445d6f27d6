"""Reads from a provider's claims who somebody is: the account, the name, the role and the groups here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.roles import Role
from accounts.sign_in_oidc.settings import Provider

MAX_GROUPS = 200
MAX_NAME_CHARACTERS = 150
NAME_CLAIMS = ("preferred_username", "email")
_NOT_IN_NAMES = re.compile(r"[^\w.@+-]+")
_RANKS = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Identity:
    """Describes somebody whom the provider has signed in. `role` is None if nothing gives the user one.

    `session` is the provider's own name for the session (`sid`), or empty.
    """

    issuer: str
    subject: str
    name: str
    role: Role | None
    groups: tuple[str, ...]
    session: str


def read_identity(provider: Provider, claims: Mapping[str, Any]) -> Identity:
    """Returns whom the claims of a checked ID token, with those of the user info, describe."""
    groups = read_groups(claims.get(provider.groups_claim))
    return Identity(
        issuer=provider.issuer,
        subject=claims["sub"],
        name=choose_name(claims),
        role=choose_role(provider, groups),
        groups=groups,
        session=claims["sid"] if isinstance(claims.get("sid"), str) else "",
    )


def read_groups(value: object) -> tuple[str, ...]:
    """Returns the names of groups in a claim, which is a list or a single text; without what cannot be a name here.

    Returns MAX_GROUPS at most.
    """
    found: Iterable[object] = value if isinstance(value, list) else [value]
    names = (name.strip() for name in found if isinstance(name, str) and name.isprintable())
    usable = dict.fromkeys(name for name in names if 0 < len(name) <= MAX_NAME_CHARACTERS)
    return tuple(usable)[:MAX_GROUPS]


def choose_role(provider: Provider, groups: Iterable[str]) -> Role | None:
    """Returns the highest role that one of the groups gives, else the default role; None if there is none."""
    held = set(groups)
    given = [role for group, role in provider.roles if group in held]
    return max(given, key=_RANKS.__getitem__, default=provider.default_role)


def choose_name(claims: Mapping[str, Any]) -> str:
    """Returns a user name made of preferred_username, else of email; `user` if neither has a usable character.

    What names here cannot have becomes a hyphen, such as the backslash in `DOMAIN\\ann`.
    """
    for claim in NAME_CLAIMS:
        value = claims.get(claim)
        name = _NOT_IN_NAMES.sub("-", value).strip("-") if isinstance(value, str) else ""
        if name:
            return name[:MAX_NAME_CHARACTERS]
    return "user"
