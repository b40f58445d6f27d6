"""All jobs that match the filters are terminated or run again, after a dry run, with their progress shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import find_violations
from tests.support.platform import Platform

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
LATER = {"job_type": "printer", "start_in_seconds": 3600}
SHOWN = "/jobs?job_type=printer&state=scheduled"


@pytest.fixture(autouse=True)
def _nothing_to_complain_about(page: Page, complaints: list[str]) -> Iterator[None]:
    yield
    assert complaints == []


def create_jobs(platform: Platform, number: int) -> None:
    with platform.api() as api:
        api.post("jobs/bulk/", json={"jobs": [LATER] * number}).raise_for_status()


def choose(page: Page, what: str) -> None:
    page.get_by_role("button", name="All matching jobs").click()
    page.get_by_role("button", name=what).click()


def test_a_few_are_terminated_at_once_after_their_number_was_shown(page: Page, platform: Platform) -> None:
    create_jobs(platform, 3)
    page.goto(SHOWN)
    expect(page.get_by_role("row")).to_have_count(1 + 3)
    choose(page, "Run all matching jobs again")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("3 jobs would run again")
    assert find_violations(page) == []
    page.keyboard.press("Escape")
    choose(page, "Terminate all matching jobs")
    expect(dialog).to_contain_text("3 jobs have not started and would end at once.")
    assert find_violations(page) == []
    dialog.get_by_role("button", name="Terminate: 3 jobs").click()
    expect(page.get_by_text("3 jobs terminated, 0 asked to stop")).to_be_visible()
    expect(dialog).to_have_count(0)
    with platform.api() as api:
        assert api.get("jobs/", params={"job_type": "printer", "state": "scheduled"}).json()["results"] == []


@pytest.mark.long
def test_very_many_go_on_in_the_background_and_are_followed_to_the_end(
    page: Page, platform: Platform
) -> None:
    create_jobs(platform, 1500)
    page.goto(SHOWN)
    choose(page, "Terminate all matching jobs")
    page.get_by_role("button", name="Terminate: 1,500 jobs").click()
    work = page.get_by_role("list", name="Work on many jobs")
    expect(work).to_contain_text(re.compile(r"Terminat(ing|ed) [\d,]+ of 1,500 jobs, for admin"))
    assert find_violations(page) == []
    expect(work).to_contain_text("Terminated 1,500 of 1,500 jobs, for admin")
    work.get_by_role("button", name="Dismiss").click()
    expect(work).to_have_count(0)


def test_an_editor_goes_back_to_an_older_version(page: Page, platform: Platform) -> None:
    with platform.api() as api:
        document = api.get("templates/printer/").raise_for_status().json()
        first = document.pop("meta")["version"]
        api.patch("templates/printer/", json={"label": "Another name"}).raise_for_status()
    page.goto("/templates/printer")
    page.get_by_text(f"Version {first},").click()
    page.get_by_role("button", name=f"Make version {first} the newest again").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("label")
    assert find_violations(page) == []
    dialog.get_by_role("button", name=f"Go back to version {first}").click()
    expect(page.get_by_text(f"Version {first + 2},")).to_be_visible()
    with platform.api() as api:
        now = api.get("templates/printer/").json()
        assert now.pop("meta")["version"] == first + 2
        assert now == document
