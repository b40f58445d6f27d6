"""An admin looks at the platform as somebody else, and cannot change anything until that ends."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import find_violations
from tests.browser.people import make_person

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)


@pytest.fixture(autouse=True)
def _nothing_to_complain_about(page, complaints):
    yield
    assert complaints == []


@pytest.fixture
def banner(page):
    """The banner that says as whom one looks. What began is ended, since the session is shared by the module."""
    banner = page.get_by_role("region", name="Looking as somebody else")
    yield banner
    page.goto("/jobs")
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    if banner.is_visible():
        end(page, banner)


def begin(page: Page) -> None:
    page.get_by_role("button", name="Account: admin").click()
    page.get_by_role("button", name="Look as ...").click()


def end(page: Page, banner) -> None:
    with page.expect_navigation():
        banner.get_by_role("button", name="End").click()
    expect(page.get_by_role("link", name="Access")).to_be_visible()
    expect(banner).to_have_count(0)


def test_an_admin_sees_what_an_editor_sees_and_nothing_to_change_it(page, platform, banner):
    with platform.api("operator") as api:
        job_id = api.create("sleeper", {"seconds": 1}, start_in_seconds=3600)["job_id"]
    begin(page)
    dialog = page.get_by_role("dialog", name="Look as somebody else")
    dialog.get_by_label("Role", exact=True).select_option("editor")
    with page.expect_navigation():
        dialog.get_by_role("button", name="Look").click()
    expect(banner).to_contain_text("anybody with the role editor")
    expect(page.get_by_role("link", name="Access")).to_have_count(0)

    terminate = page.get_by_role("button", name=re.compile("^Terminate( |$)"))
    changes = terminate.or_(page.get_by_role("link", name="Create job"))
    row = page.locator(f'tr[data-job-id="{job_id}"]')
    expect(row).to_be_visible()
    expect(changes).to_have_count(0)
    for address, shown in (
        ("/templates", "New template"),
        ("/series", "Run now"),
        (f"/jobs/{job_id}", "Re-run"),
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(
            page.get_by_role("button", name=shown).or_(page.get_by_role("link", name=shown))
        ).to_have_count(0)
        expect(changes).to_have_count(0)
        assert find_violations(page) == []
    for address in ("/jobs/new?template=sleeper", "/templates/sleeper/edit", "/new-template", "/settings"):
        page.goto(address)
        expect(page.get_by_role("heading", name="Not while you look as somebody else")).to_be_visible()

    end(page, banner)
    page.goto("/templates")
    expect(page.get_by_role("link", name="New template")).to_be_visible()


def test_an_admin_sees_what_a_user_sees(page, platform, banner):
    make_person(platform, "victor")
    with platform.api("admin") as api:
        api.patch("templates/looker/", json={"access": "restricted"}).raise_for_status()
    page.goto("/templates")
    looker = page.get_by_role("table", name="Templates").get_by_text("looker")
    expect(looker.first).to_be_visible()
    begin(page)
    dialog = page.get_by_role("dialog", name="Look as somebody else")
    dialog.get_by_label("A user").check()
    name = dialog.get_by_label("User name")
    name.fill("victor")
    with page.expect_navigation():
        dialog.get_by_role("button", name="Look").click()
    expect(banner).to_contain_text("You look at the platform as victor (viewer)")
    expect(page.get_by_role("table", name="Templates")).to_be_visible()
    expect(looker).to_have_count(0)
    end(page, banner)
    with platform.api("admin") as api:
        api.patch("templates/looker/", json={"access": "open"}).raise_for_status()
