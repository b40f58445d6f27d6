"""Fixtures for tests of single sign-on: a real provider, and a browser that walks between it and the platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import httpx
import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.roles import Role
from accounts.sign_in_oidc.provider import clear_caches
from accounts.sign_in_oidc.settings import DEFAULT_SCOPES, Provider
from tests.support.provider import CLIENT_ID, CLIENT_SECRET, RealProvider

START, CALLBACK = "/sign-in/oidc/", "/sign-in/oidc/callback/"
ROLES = (("ops", Role.OPERATOR), ("dev", Role.EDITOR), ("root", Role.ADMIN))


def make_settings(issuer: str, **changes: Any) -> Provider:
    """Returns settings as they are read from the environment."""
    usual = {
        "issuer": issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "name": "Example login",
        "scopes": f"{DEFAULT_SCOPES} groups",
        "groups_claim": "groups",
        "roles": ROLES,
        "default_role": None,
    }
    return Provider(**{**usual, **changes})


class Browser:
    """Follows redirects like a browser: at the platform with Django's client, at the provider with a real one."""

    def __init__(self) -> None:
        self.platform = Client()
        self._web = httpx.Client(trust_env=False, timeout=20)

    def sign_in(self, **query: str) -> Any:
        """Returns the platform's answer to the user whom the provider sends back."""
        return self.platform.get(self.go_to_provider(**query))

    def go_to_provider(self, **query: str) -> str:
        """Begins a sign-in and returns the address to which the provider sends the user back."""
        begun = self.platform.get(START, query)
        assert begun.status_code == 302, begun.content.decode()
        address = begun["Location"]
        for _ in range(10):
            answer = self._web.get(address)
            assert answer.is_redirect, answer.text
            address = str(answer.headers["Location"])
            if CALLBACK in address:
                return address
            address = str(answer.request.url.join(address))
        raise AssertionError("the provider does not send the user back")

    def who(self) -> dict[str, str] | None:
        """Returns who is signed in at the platform: name and role."""
        user = self.platform.get("/api/v1/session/").json()["user"]
        return user and {name: user[name] for name in ("username", "role")}

    def close(self) -> None:
        self._web.close()


@pytest.fixture
def provider(provider_process: RealProvider, settings: Settings, db: None) -> RealProvider:
    """A provider that knows Ann, in the group ops, and platform settings that trust it."""
    provider_process.reset()
    clear_caches()
    settings.OIDC = make_settings(provider_process.issuer)
    return provider_process


@pytest.fixture
def open_browser(provider: RealProvider) -> Iterator[Callable[[], Browser]]:
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(Browser()))


@pytest.fixture
def browser(open_browser: Callable[[], Browser]) -> Browser:
    return open_browser()
