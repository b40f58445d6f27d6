"""An admin reads at Access > Audit who changed what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import make_person

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)


@pytest.fixture(autouse=True)
def _nothing_to_complain_about(page, complaints):
    yield
    assert complaints == []


def click(place: Page | Locator, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).click()


def test_a_change_is_found_with_its_values_before_and_after_and_exported(page, platform):
    make_person(platform, "amos")
    with platform.api("admin") as api:
        api.patch("users/amos/", json={"role": "operator"}).raise_for_status()
    page.goto("/access/users")
    page.get_by_role("link", name="History of amos").click()
    expect(page.get_by_label("Object")).to_have_value("user:amos")
    trail = page.get_by_role("table", name="Audit trail")
    row = trail.get_by_role("row").filter(has_text="User changed")
    expect(row).to_contain_text("a-admin")
    expect(row).to_contain_text("127.0.0.1")
    row.locator("summary").click()
    expect(row.get_by_text('"viewer"')).to_be_visible()
    expect(row.get_by_text('"operator"')).to_be_visible()

    page.get_by_label("Action").fill("user_created")
    click(page, "Show")
    expect(row).to_have_count(0)
    expect(trail.get_by_text("User created")).to_be_visible()
    with page.expect_download() as download:
        click(page, "Export as NDJSON")
    lines = Path(download.value.path()).read_text().splitlines()
    assert [(entry["action"], entry["object"]) for entry in map(json.loads, lines)] == [
        ("user_created", "user:amos")
    ]
    page.go_back()
    expect(row).to_be_visible()


def test_a_template_has_a_timeline_of_its_changes(page, platform):
    with platform.api("editor") as api:
        for label in ("First", "Second"):
            api.patch("templates/committer/", json={"label": label}).raise_for_status()
    page.goto("/templates/committer")
    timeline = page.get_by_role("region", name="Changes", exact=True)
    expect(timeline.get_by_role("listitem").filter(has_text="Template updated by a-editor")).to_have_count(2)
    timeline.get_by_role("link", name="Audit trail").click()
    expect(page.get_by_label("Object")).to_have_value("template:committer")


def test_older_entries_come_when_asked_for(page, platform):
    make_person(platform, "gustav")
    with platform.api("admin") as api:
        for number in range(60):
            made = api.post(
                "grants/", json={"user": "gustav", "job_types": [f"x{number}"], "rights": ["see"]}
            )
            api.delete(f"grants/{made.json()['id']}/").raise_for_status()
    page.goto("/access/audit?action=grant_created")
    rows = page.get_by_role("table", name="Audit trail").get_by_role("row")
    expect(rows).to_have_count(1 + 50)
    click(page, "Show older entries")
    expect(rows.nth(60)).to_be_visible()
