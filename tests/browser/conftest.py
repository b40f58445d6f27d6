"""Fixtures for browser tests: a signed-in page that records all errors of its browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState, expect

from tests.support import chromium
from tests.support.could_not_run import Missing, skip_loudly
from tests.support.platform import Platform

# On a busy machine a page may need longer than Playwright's default of five seconds.
TIMEOUT_MS = 20_000
expect.set_options(timeout=TIMEOUT_MS)
# The browser logs this for every refused request, also for those that a test expects.
REFUSED = tuple(
    f"Failed to load resource: the server responded with a status of {status}" for status in (400, 401, 409)
)
OpenContext = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with chromium.launch_browser() as browser:
            yield browser
    except Missing as missing:
        skip_loudly("the browser tests", missing)


@pytest.fixture
def complaints() -> list[str]:
    """Collects console errors (including violations of the CSP) and uncaught exceptions."""
    return []


@pytest.fixture(scope="module")
def signed_in(browser: Browser, platform: Platform) -> StorageState:
    """Signs in with a one-time link and returns the cookies."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(platform.make_sign_in_link())
        page.get_by_role("button", name="Sign in as admin").click()
        page.wait_for_url(lambda address: "/sign-in/" not in address)
        return context.storage_state()


@pytest.fixture
def open_context(browser: Browser, platform: Platform, complaints: list[str]) -> Iterator[OpenContext]:
    """Opens a browser with nobody's or the given cookies. Complaints of all its pages are recorded."""
    with ExitStack() as opened:

        def open_one(*, storage_state: StorageState | None = None, width: int = 1280) -> BrowserContext:
            context = opened.enter_context(
                browser.new_context(
                    base_url=platform.url,
                    storage_state=storage_state,
                    viewport={"width": width, "height": 900},
                )
            )
            context.set_default_timeout(TIMEOUT_MS)
            context.on("console", lambda message: _record_error(message, complaints))
            context.on("weberror", lambda failure: complaints.append(str(failure.error)))
            return context

        yield open_one


@pytest.fixture
def page(open_context: OpenContext, signed_in: StorageState) -> Page:
    """Opens the list of jobs as admin."""
    page = open_context(storage_state=signed_in).new_page()
    page.goto("/jobs")
    return page


def _record_error(message: ConsoleMessage, complaints: list[str]) -> None:
    if message.type == "error" and not message.text.startswith(REFUSED):
        complaints.append(f"{message.text} ({message.location['url']})")
