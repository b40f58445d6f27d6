"""Where a role must have a second factor, its users set one up before they see anything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Response, expect

from accounts.roles import Role
from accounts.services.users import create_user
from tests.api.factor_steps import code_of
from tests.browser.accessibility import find_violations
from tests.browser.conftest import TIMEOUT_MS
from tests.browser.people import PASSWORD, send_password
from tests.support.web import Web, run_web


@pytest.fixture(autouse=True)
def _database_beside_playwright(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright runs an event loop in this thread, in which Django's database would refuse to work."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def web(_database_beside_playwright: None, transactional_db: None, tmp_path: Path) -> Iterator[Web]:
    keys = ",".join(settings.SECRETS_KEYS)
    with run_web(tmp_path, REQUIRE_SECOND_FACTOR="editor", SECRETS_KEYS=keys) as web:
        yield web


@pytest.fixture
def page(browser: Browser, web: Web) -> Iterator[Page]:
    with browser.new_context(base_url=web.url) as context:
        context.set_default_timeout(TIMEOUT_MS)
        yield context.new_page()


def test_who_must_have_one_is_led_to_it_without_a_refused_request(page: Page) -> None:
    create_user(name="edda", role=Role.EDITOR, password=PASSWORD)
    refused: list[Response] = []
    page.on("response", lambda answer: refused.append(answer) if answer.status == 403 else None)
    page.goto("/templates")
    send_password(page, "edda")
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    expect(page.get_by_text("Your role, editor, needs more than a password")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Set up an app")).to_be_visible()
    assert find_violations(page) == []
    assert [answer.url for answer in refused] == []

    page.get_by_role("button", name="Set up an app").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your current password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    secret = page.get_by_role("code").first.inner_text()
    page.get_by_label("First code of the app").fill(code_of(secret))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Done, hide it").click()
    expect(page.get_by_role("heading", name="Templates", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="New template")).to_be_visible()


def test_others_need_none(page: Page) -> None:
    create_user(name="olaf", role=Role.OPERATOR, password=PASSWORD)
    page.goto("/templates")
    send_password(page, "olaf")
    expect(page.get_by_role("heading", name="Templates", exact=True)).to_be_visible()
