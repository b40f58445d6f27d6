"""People with a password: an admin's API makes them, and they sign in as people do."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.support.platform import Platform

PASSWORD = "correct-horse-battery"


def make_person(platform: Platform, name: str, role: str = "viewer") -> None:
    with platform.api("admin") as api:
        user = {"name": name, "role": role, "password": PASSWORD}
        api.post("users/", json=user).raise_for_status()


def send_password(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def open_as(open_context: OpenContext, name: str, address: str = "/jobs", password: str = PASSWORD) -> Page:
    """Signs somebody in, in a browser of their own, and returns its page, which is at the address."""
    page = open_context().new_page()
    page.goto(address)
    send_password(page, name, password)
    expect(page.get_by_role("button", name=f"Account: {name}")).to_be_visible()
    return page
