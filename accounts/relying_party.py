"""Finds for which host passkeys of a request's page are made: WebAuthn's relying party."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

from accounts.services.passkeys import Site
from foundation.errors import Conflict, Problem


def find_site(request: HttpRequest) -> Site | None:
    """Returns the host's name and the origins that may use its passkeys; None on an IP address.

    Origins are the request's own, and those that CSRF_TRUSTED_ORIGINS trusts on the same host, such as the public one
    of a proxy that does not tell the scheme.
    """
    own = request.get_host().lower()
    name = split_domain_port(own)[0]
    if _is_address(name):
        return None
    trusted = (origin for origin in settings.CSRF_TRUSTED_ORIGINS if _host_of(origin) == name)
    return Site(name, frozenset({f"{request.scheme}://{own}", *trusted}))


def require_site(request: HttpRequest) -> Site:
    """Returns the same. Raises Conflict (passkeys_need_a_name) on an IP address."""
    site = find_site(request)
    if site is None:
        detail = (
            "Browsers make passkeys for host names only, not for IP addresses: open the platform by its name, "
            "on this machine http://localhost."
        )
        raise Conflict(Problem("passkeys_need_a_name", detail))
    return site


def _host_of(origin: str) -> str:
    return split_domain_port(origin.partition("://")[2])[0]


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
