"""Second factors as people use them: set up in the settings, asked for at each sign-in, removed again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.api.factor_steps import code_of
from tests.browser.accessibility import find_violations
from tests.browser.conftest import TIMEOUT_MS
from tests.browser.people import PASSWORD, make_person, open_as, send_password
from tests.support.platform import Platform

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def stranger(browser: Browser, platform: Platform) -> Iterator[Page]:
    """A page on localhost of somebody who has not signed in, and whose browser can make passkeys."""
    with browser.new_context(base_url=platform.url.replace("127.0.0.1", "localhost")) as context:
        context.set_default_timeout(TIMEOUT_MS)
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        page.goto("/settings")
        yield page


def find_panel(page: Page) -> Locator:
    return page.get_by_role("region", name="Second factor")


def click(place: Page | Locator, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).click()


def enter_password(page: Page) -> None:
    """Answers the dialog that asks who changes second factors for the password."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your current password").fill(PASSWORD)
    click(dialog, "Go on")


def take_codes(page: Page) -> list[str]:
    """Reads the recovery codes, which are shown once."""
    box = page.get_by_role("region", name="Your recovery codes")
    codes = box.get_by_role("group").inner_text().split()
    click(box, "Done, hide it")
    expect(box).to_have_count(0)
    return codes


def test_a_passkey_or_a_recovery_code_completes_the_sign_in(
    stranger: Page, browser: Browser, platform: Platform
) -> None:
    make_person(platform, "pat")
    send_password(stranger, "pat")
    panel = find_panel(stranger)
    panel.get_by_label("Name of a new passkey").fill("laptop")
    click(panel, "Add a passkey")
    enter_password(stranger)
    codes = take_codes(stranger)
    expect(panel.get_by_role("row").filter(has_text="laptop")).to_contain_text("localhost")

    stranger.context.clear_cookies()
    stranger.goto("/jobs")
    send_password(stranger, "pat")
    click(stranger, "Use a passkey")
    expect(stranger.get_by_role("button", name="Account: pat")).to_be_visible()

    with browser.new_context(base_url=platform.url) as context:
        page = context.new_page()
        page.goto("/jobs")
        send_password(page, "pat")
        # Opened by its address instead of its name, the page offers no passkey.
        page.get_by_label("Recovery code").fill(codes[0])
        click(page, "Sign in")
        expect(page.get_by_role("button", name="Account: pat")).to_be_visible()


def test_an_authenticator_app_is_set_up_asked_for_and_removed(open_context, platform: Platform) -> None:
    make_person(platform, "otto")
    here = open_as(open_context, "otto", "/settings")
    panel = find_panel(here)
    click(panel, "Set up an app")
    enter_password(here)
    secret = panel.get_by_role("code").first.inner_text()
    first_code = panel.get_by_label("First code of the app")
    first_code.fill("000000")
    click(panel, "Confirm")
    expect(first_code).to_have_attribute("aria-invalid", "true")
    assert find_violations(here) == []
    first_code.fill(code_of(secret, -1))
    click(panel, "Confirm")
    codes = take_codes(here)
    expect(panel.get_by_text(f"{len(codes)} left")).to_be_visible()

    there = open_context().new_page()
    there.goto("/jobs")
    send_password(there, "otto")
    code = there.get_by_label("Code of your authenticator app")
    code.fill("000000")
    click(there, "Sign in")
    expect(there.get_by_role("alert")).to_be_visible()
    code.fill(code_of(secret))
    click(there, "Sign in")
    expect(there.get_by_role("button", name="Account: otto")).to_be_visible()

    click(panel, "Make new codes")
    click(here.get_by_role("dialog", name="Make new recovery codes?"), "Make new codes")
    assert set(take_codes(here)).isdisjoint(codes)
    click(panel, "Remove app")
    click(here.get_by_role("dialog", name="Remove the authenticator app?"), "Remove app")
    expect(panel.get_by_text("None is set up.")).to_be_visible()
    open_as(open_context, "otto")
