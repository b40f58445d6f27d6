"""Single sign-on as people do it, also with another role than before, and while the provider is down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from accounts.roles import Role
from accounts.services.users import create_user
from tests.browser.accessibility import find_violations
from tests.browser.conftest import TIMEOUT_MS
from tests.browser.people import PASSWORD, send_password
from tests.support.provider import CLIENT_ID, CLIENT_SECRET, RealProvider
from tests.support.web import Web, run_web

# Besides single sign-on, people sign in by password, and operators among them need a second factor.
BOTH_WAYS = {"LOCAL_SIGN_IN": "1", "REQUIRE_SECOND_FACTOR": "operator"}


@pytest.fixture(autouse=True)
def _database_beside_playwright(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright runs an event loop in this thread, in which Django's database would refuse to work."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def provider(provider_process: RealProvider) -> RealProvider:
    provider_process.reset()
    return provider_process


@pytest.fixture
def web(
    _database_beside_playwright: None,
    transactional_db: None,
    provider: RealProvider,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Web]:
    """Without a parameter people sign in by the provider alone."""
    settings = {
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "OIDC_NAME": "Example login",
        "OIDC_SCOPES": "openid profile groups",
        "OIDC_ROLES": "ops=operator,dev=editor",
        "LOCAL_SIGN_IN": "0",
        "SECRETS_KEYS": ",".join(django_settings.SECRETS_KEYS),
        **getattr(request, "param", {}),
    }
    with run_web(tmp_path, **settings) as web:
        provider.set(origin=web.url)
        yield web


@pytest.fixture
def page(browser: Browser, web: Web) -> Iterator[Page]:
    with browser.new_context(base_url=web.url) as context:
        context.set_default_timeout(TIMEOUT_MS)
        yield context.new_page()


def test_a_click_signs_in_and_a_sign_out_at_the_provider_signs_out(
    page: Page, provider: RealProvider
) -> None:
    page.goto("/series?paused=true")
    button = page.get_by_role("link", name="Example login")
    expect(button).to_be_visible()
    expect(page.get_by_label("Password")).to_have_count(0)
    assert find_violations(page) == []
    button.click()
    expect(page).to_have_url(re.compile(r"/series\?paused=true$"))
    expect(page.get_by_role("button", name="ann")).to_be_visible()
    provider.log_out(sub="sub-ann", sid=provider.last_sid())
    ended = page.get_by_role("dialog", name="Your session has ended")
    expect(ended.get_by_role("link", name="Example login")).to_be_visible()


def test_the_role_follows_the_provider_at_the_next_sign_in(page: Page, provider: RealProvider) -> None:
    new_template = page.get_by_role("link", name="New template")
    sign_in_by_provider(page)
    expect(page.get_by_role("heading", name="Templates", exact=True)).to_be_visible()
    expect(new_template).to_have_count(0)
    provider.set(claims={"preferred_username": "ann", "groups": ["dev"]})
    page.reload()
    expect(page.get_by_role("heading", name="Templates", exact=True)).to_be_visible()
    expect(new_template).to_have_count(0)

    sign_out(page)
    sign_in_by_provider(page)
    expect(new_template).to_be_visible()
    page.get_by_role("button", name="Account: ann").click()
    expect(page.get_by_text("editor", exact=True)).to_be_visible()

    provider.set(claims={"preferred_username": "ann", "groups": ["guests"]})
    page.keyboard.press("Escape")
    sign_out(page)
    page.goto("/templates")
    page.get_by_role("link", name="Example login").click()
    expect(page.get_by_text("none of your groups there has a role here")).to_be_visible()


@pytest.mark.parametrize("web", [BOTH_WAYS], indirect=True)
def test_a_second_factor_is_due_for_a_password_and_not_for_the_provider(page: Page) -> None:
    create_user(name="lena", role=Role.OPERATOR, password=PASSWORD)
    page.goto("/templates")
    send_password(page, "lena")
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("User name")).to_be_visible()
    sign_in_by_provider(page)
    expect(page.get_by_role("button", name="Account: ann")).to_be_visible()
    page.goto("/settings")
    expect(page.get_by_text("The provider that signs you in keeps your password")).to_be_visible()


@pytest.mark.parametrize("web", [BOTH_WAYS], indirect=True)
def test_while_the_provider_is_down_a_password_or_a_link_opens_the_door(
    page: Page, web: Web, provider: RealProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    create_user(name="vera", role=Role.VIEWER, password=PASSWORD)
    create_user(name="rescue", role=Role.ADMIN)
    provider.set(away="/.well-known/", how="error")
    page.goto("/templates")
    page.get_by_role("link", name="Example login").click()
    expect(page.get_by_role("heading", name="The sign-in did not succeed")).to_be_visible()
    expect(page.get_by_text("The sign-in provider")).to_be_visible()
    assert find_violations(page) == []
    page.get_by_role("link", name="start page").click()
    send_password(page, "vera")
    expect(page.get_by_role("button", name="Account: vera")).to_be_visible()

    sign_out(page)
    call_command("sign_in_link", "rescue")
    page.goto(web.url + capsys.readouterr().out.strip())
    page.get_by_role("button", name="Sign in as rescue").click()
    expect(page.get_by_role("link", name="Access")).to_be_visible()


def sign_in_by_provider(page: Page) -> None:
    page.goto("/templates")
    page.get_by_role("link", name="Example login").click()
    page.wait_for_url("**/templates")


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Account:").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Example login")).to_be_visible()
