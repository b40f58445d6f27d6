"""A signed-in page that notes everything its browser complains about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState, expect

from tests.support import chromium
from tests.support.could_not_run import Missing, skip_loudly
from tests.support.platform import Platform

# A page on a busy machine is slower than the five seconds that Playwright gives it.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)
# The browser itself says this of every refused request, also of those that a form is meant to survive.
REFUSED = "Failed to load resource: the server responded with a status of 400"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with chromium.launch_browser() as browser:
            yield browser
    except Missing as missing:
        skip_loudly("the browser tests", missing)


@pytest.fixture
def complaints() -> list[str]:
    """Errors of the console, among them violations of the security policy, and exceptions nobody caught."""
    return []


@pytest.fixture(scope="module")
def signed_in(browser: Browser, platform: Platform) -> StorageState:
    """The cookies of a browser that opened a one-time link."""
    with browser.new_context() as context:
        context.new_page().goto(platform.make_sign_in_link())
        return context.storage_state()


@pytest.fixture
def page(
    browser: Browser, platform: Platform, signed_in: StorageState, complaints: list[str]
) -> Iterator[Page]:
    """Signed in as admin, at the list of jobs. Further pages of its context are listened to as well."""
    with browser.new_context(
        base_url=platform.url, storage_state=signed_in, viewport={"width": 1280, "height": 900}
    ) as context:
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", lambda message: _note(message, complaints))
        context.on("weberror", lambda failure: complaints.append(str(failure.error)))
        page = context.new_page()
        page.goto("/jobs")
        yield page


def _note(message: ConsoleMessage, complaints: list[str]) -> None:
    if message.type == "error" and not message.text.startswith(REFUSED):
        complaints.append(f"{message.text} ({message.location['url']})")
