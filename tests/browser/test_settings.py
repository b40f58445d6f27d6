"""What people set for themselves: password, sessions, API tokens. Second factors have a file of their own."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import find_violations
from tests.browser.people import PASSWORD, make_person, open_as
from tests.support.platform import Platform

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
NEW_PASSWORD = "staple-battery-horse"


@pytest.fixture(autouse=True)
def _nothing_to_complain_about(complaints):
    yield
    assert complaints == []


def find_panel(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def click(place: Page | Locator, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).click()


def test_a_changed_password_ends_the_other_sessions(platform, open_context):
    make_person(platform, "petra")
    here, there = (open_as(open_context, "petra", address) for address in ("/settings", "/jobs"))
    panel = find_panel(here, "Password")
    current, new, again = (
        panel.get_by_label(label, exact=True)
        for label in ("Current password", "New password", "New password again")
    )
    current.fill("not-my-password")
    new.fill(NEW_PASSWORD)
    again.fill("something-else-again")
    click(panel, "Change password")
    expect(again).to_have_accessible_description("This is not the same as the new password")
    again.fill(NEW_PASSWORD)
    click(panel, "Change password")
    expect(current).to_have_attribute("aria-invalid", "true")
    current.fill(PASSWORD)
    click(panel, "Change password")
    expect(here.get_by_text("Your password was changed")).to_be_visible()
    expect(current).to_have_value("")
    expect(there.get_by_role("dialog", name="Your session has ended")).to_be_visible()
    open_as(open_context, "petra", password=NEW_PASSWORD)


def test_sessions_are_listed_and_ended_one_by_one_or_all_at_once(platform, open_context):
    make_person(platform, "simon")
    here = open_as(open_context, "simon", "/settings")
    others = [open_as(open_context, "simon") for _ in range(3)]
    here.reload()
    panel = find_panel(here, "Sessions")
    expect(panel.get_by_role("row")).to_have_count(1 + 4)
    expect(panel.get_by_role("row").filter(has_text="This one")).to_contain_text("Ends with Sign out")
    ended = [page.get_by_role("dialog", name="Your session has ended") for page in others]

    # The newest session comes first, and the oldest is this one.
    panel.get_by_role("button", name="Sign out in Chrome on Linux").first.click()
    expect(ended[2]).to_be_visible()
    expect(panel.get_by_role("row")).to_have_count(1 + 3)
    click(panel, "Sign out everywhere else")
    for dialog in ended[:2]:
        expect(dialog).to_be_visible()
    expect(panel.get_by_role("row")).to_have_count(1 + 1)
    expect(panel.get_by_role("button", name="Sign out everywhere else")).to_have_count(0)


def test_a_token_is_shown_once_does_what_its_scope_allows_and_is_revoked(platform, open_context):
    make_person(platform, "tonia", "operator")
    page = open_as(open_context, "tonia", "/settings")
    panel = find_panel(page, "API tokens")
    expect(panel.get_by_text("No tokens yet")).to_be_visible()
    click(panel, "New token")
    form = page.get_by_role("dialog", name="New token")
    form.get_by_label("Name").fill("import")
    form.get_by_label("Expires in days").fill("soon")
    click(form, "Create token")
    expect(form.get_by_label("Expires in days")).to_have_attribute("aria-invalid", "true")
    form.get_by_label("Expires in days").fill("7")
    form.get_by_label("Run", exact=True).check()
    form.get_by_label("Job types").fill("sleeper, otp_*")
    click(form, "Create token")

    box = page.get_by_role("region", name="The token import")
    token = box.get_by_role("group").inner_text()
    row = panel.get_by_role("row").filter(has_text="import")
    expect(row).to_contain_text("sleeper, otp_*")
    click(box, "Done, hide it")
    expect(box).to_have_count(0)
    page.reload()
    expect(row).to_contain_text("never")
    expect(page.get_by_text(token)).to_have_count(0)

    assert ask(platform, token, "GET", "templates/otp_send_job/").status_code == 200
    assert ask(platform, token, "GET", "templates/looker/").status_code == 404
    assert ask(platform, token, "DELETE", "templates/otp_send_job/").json()["errors"][0]["code"] == "scope"
    click(row, "Revoke import")
    click(page.get_by_role("dialog", name="Revoke import?"), "Revoke token")
    expect(panel.get_by_text("No tokens yet")).to_be_visible()
    assert ask(platform, token, "GET", "jobs/").status_code == 401


def ask(platform: Platform, token: str, method: str, path: str) -> httpx.Response:
    headers = {"Authorization": f"Token {token}"}
    return httpx.request(method, f"{platform.url}/api/v1/{path}", headers=headers, trust_env=False)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_on_a_phone_and_can_be_used_by_everybody(open_context, signed_in, scheme):
    phone = open_context(storage_state=signed_in, width=390).new_page()
    phone.emulate_media(color_scheme=scheme)
    phone.goto("/settings")
    expect(find_panel(phone, "Sessions").get_by_role("table")).to_be_visible()
    assert find_violations(phone) == []
    click(phone, "New token")
    assert find_violations(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
