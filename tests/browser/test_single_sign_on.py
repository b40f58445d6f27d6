"""Single sign-on as a person does it: a button on the sign-in page, and a sign-out at the provider."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import find_violations
from tests.browser.conftest import TIMEOUT_MS
from tests.support.provider import CLIENT_ID, CLIENT_SECRET, RealProvider
from tests.support.web import Web, run_web


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
    _database_beside_playwright: None, transactional_db: None, provider: RealProvider, tmp_path: Path
) -> Iterator[Web]:
    settings = {
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "OIDC_NAME": "Example login",
        "OIDC_SCOPES": "openid profile groups",
        "OIDC_ROLES": "ops=operator",
        "LOCAL_SIGN_IN": "0",
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
