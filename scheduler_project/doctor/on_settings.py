"""Checks the settings of this process: keys, hosts, proxies, sign-in."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from django.conf import settings

from accounts.models import User
from accounts.roles import Role
from foundation.weak_settings import find_weak_settings
from scheduler_project.doctor.findings import Outcome, ok, problem, warning

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


def check_versions() -> Iterator[Outcome]:
    """Tells the versions of Python and of the platform; older Pythons than it needs could not run this."""
    yield ok(f"Python {'.'.join(map(str, sys.version_info[:3]))}, RestJobScheduler {settings.VERSION}")


def check_keys() -> Iterator[Outcome]:
    """Checks whether keys and passwords are set, long and not publicly known."""
    weak = find_weak_settings()
    for sentence in weak:
        what, _, remedy = sentence.partition(": ")
        yield warning(f"{what}.", f"{remedy[:1].upper()}{remedy[1:]}.")
    if not settings.SECRETS_KEYS:
        yield warning("SECRETS_KEYS is empty: templates with secret fields are refused.", "Set SECRETS_KEYS.")
    elif not weak:
        yield ok(f"SECRET_KEY is set, and SECRETS_KEYS with {len(settings.SECRETS_KEYS)}")


def check_web() -> Iterator[Outcome]:
    """Checks whether the settings of the web process fit each other."""
    yield from list(_contradictions()) or [ok(f"requests for {', '.join(settings.ALLOWED_HOSTS)}")]


def check_sign_in() -> Iterator[Outcome]:
    """Checks whether somebody can sign in, and an admin among them."""
    admins = User.objects.filter(role=Role.ADMIN, is_active=True)
    if not admins.exists():
        yield problem("There is no active admin.", "Run `manage.py create_user NAME --role admin`.")
    elif not settings.LOCAL_SIGN_IN and settings.OIDC is None:
        yield problem(
            "LOCAL_SIGN_IN is off and no provider is set: people can use one-time links only.",
            "Set OIDC_ISSUER, or LOCAL_SIGN_IN=1.",
        )
    else:
        ways = [
            *(["name and password"] if settings.LOCAL_SIGN_IN else []),
            *(["OpenID Connect"] if settings.OIDC else []),
        ]
        yield ok(f"by {' and '.join(ways)}; {admins.count()} active admins")


def _contradictions() -> Iterator[Outcome]:
    if settings.DEBUG:
        yield problem("DEBUG is on: error pages show code and settings.", "Unset DEBUG.")
    if "*" in settings.ALLOWED_HOSTS:
        yield warning(
            "ALLOWED_HOSTS allows every name.", "Name the hosts under which browsers reach the platform."
        )
    is_local = set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS
    if not is_local and not settings.BEHIND_TLS:
        yield warning(
            "Other hosts than this machine's are allowed, without BEHIND_TLS: cookies travel by plain http.",
            "Put a proxy with TLS in front, and set BEHIND_TLS=1.",
        )
    plain = [origin for origin in settings.CSRF_TRUSTED_ORIGINS if origin.startswith("http://")]
    if settings.BEHIND_TLS and plain:
        yield warning(
            f"BEHIND_TLS is set, but {plain[0]} is trusted by plain http.", "Write its https address."
        )
    if "*" in settings.TRUSTED_PROXIES and not is_local:
        yield warning(
            "TRUSTED_PROXIES trusts every peer: who reaches the web process past the proxy names any address.",
            "Name the proxies' addresses, unless nobody else can reach the process.",
        )
