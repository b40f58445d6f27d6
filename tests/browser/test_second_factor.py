"""A passkey, in an authenticator that the browser itself plays, completes a sign-in at the UI."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TIMEOUT_MS
from tests.support.platform import Platform

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
PASSWORD = "correct-horse-battery"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
# Adds a passkey as a page of the platform can: begin, let the browser make it, store it.
ADD_PASSKEY = """async (password) => {
    const { csrf_token } = await (await fetch("/api/v1/session/")).json();
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf_token };
    const post = async (path, body) => {
        const sent = { method: "POST", headers, body: JSON.stringify(body) };
        return (await fetch(`/api/v1/session/factors/${path}`, sent)).json();
    };
    const { passkey_options } = await post("passkeys/begin/", { password });
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(passkey_options);
    const made = await navigator.credentials.create({ publicKey });
    return post("passkeys/", { name: "laptop", passkey: made.toJSON() });
}"""


@pytest.fixture
def stranger(browser: Browser, platform: Platform) -> Iterator[Page]:
    """A page on localhost of somebody who has not signed in, and whose browser can make passkeys."""
    with browser.new_context(base_url=platform.url.replace("127.0.0.1", "localhost")) as context:
        context.set_default_timeout(TIMEOUT_MS)
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        page.goto("/jobs")
        yield page


def send_password(page: Page) -> None:
    page.get_by_label("User name").fill("pat")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_or_a_recovery_code_completes_the_sign_in(
    stranger: Page, browser: Browser, platform: Platform
) -> None:
    with platform.api("admin") as api:
        user = {"name": "pat", "role": "operator", "password": PASSWORD}
        api.post("users/", json=user).raise_for_status()
    send_password(stranger)
    account = stranger.get_by_role("button", name="Account: pat")
    expect(account).to_be_visible()
    added = stranger.evaluate(ADD_PASSKEY, PASSWORD)
    assert (added["name"], added["host"]) == ("laptop", "localhost")

    stranger.context.clear_cookies()
    stranger.goto("/jobs")
    send_password(stranger)
    stranger.get_by_role("button", name="Use a passkey").click()
    expect(account).to_be_visible()

    with browser.new_context(base_url=platform.url) as context:
        page = context.new_page()
        page.goto("/jobs")
        send_password(page)
        # Opened by its address instead of its name, the page offers no passkey.
        page.get_by_label("Recovery code").fill(added["recovery_codes"][0])
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("button", name="Account: pat")).to_be_visible()
