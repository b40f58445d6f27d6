"""A signed-in page that notes everything its browser complains about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.support import chromium
from tests.support.could_not_run import Missing, skip_loudly
from tests.support.platform import Platform

# The browser itself says this of every refused request, also of those that a form is meant to survive.
REFUSED = "Failed to load resource: the server responded with a status of 400"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with chromium.running() as browser:
            yield browser
    except Missing as missing:
        skip_loudly("the browser tests", missing)


@pytest.fixture
def complaints() -> list[str]:
    """Errors of the console, among them violations of the security policy, and exceptions nobody caught."""
    return []


@pytest.fixture
def page(browser: Browser, platform: Platform, complaints: list[str]) -> Iterator[Page]:
    """Signed in as admin, at the list of jobs."""
    with browser.new_context(base_url=platform.url, viewport={"width": 1280, "height": 900}) as context:
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("console", lambda message: _note(message, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(platform.fresh_sign_in_link())
        yield page


def _note(message: ConsoleMessage, complaints: list[str]) -> None:
    if message.type == "error" and not message.text.startswith(REFUSED):
        complaints.append(message.text)
