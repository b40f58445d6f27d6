"""A series is run now, paused and resumed in the browser; the changes of its jobs appear without a reload."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import find_violations

# The right edge of the rightmost link or button: content that a frame clips does not widen the page.
RIGHTMOST_EDGE = """Math.max(...Array.from(
    document.querySelectorAll("main a, main button, nav a"), (one) => one.getBoundingClientRect().right))"""
pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)


@pytest.fixture(autouse=True)
def _nothing_to_complain_about(page, complaints):
    yield
    assert complaints == []


@pytest.fixture
def series_id(platform):
    """Creates a series of short jobs, an hour apart, and deletes it at the end."""
    body = {"job_type": "sleeper", "payload": {"seconds": 0}, "every_seconds": 3600}
    with platform.api("editor") as api:
        series_id = api.post("series/", json=body).raise_for_status().json()["id"]
        yield series_id
        api.delete(f"series/{series_id}/").raise_for_status()


def test_it_is_run_now_paused_and_resumed(page, platform, series_id):
    page.get_by_role("navigation").get_by_role("link", name="Series").click()
    row = page.locator(f'tr[data-series="{series_id}"]')
    expect(row).to_contain_text("1 h after each end")
    expect(row).to_contain_text("none yet")

    row.get_by_role("button", name="Run now").click()
    expect(row.get_by_role("link", name="Succeeded")).to_be_visible()
    expect(row.get_by_role("link", name="1 run:")).to_be_visible()

    row.get_by_role("button", name="Pause").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("ends as terminated")
    dialog.get_by_role("button", name="Pause series").click()
    expect(row).to_have_attribute("data-state", "paused")
    resume = row.get_by_role("button", name="Resume")
    expect(resume).to_be_focused()
    with platform.api() as api:
        live = {"series": series_id, "state": ["scheduled", "queued", "running"]}
        assert api.get("jobs/", params=live).json()["results"] == []
        resume.click()
        expect(row).to_have_attribute("data-state", "active")
        assert len(api.get("jobs/", params=live).json()["results"]) == 1

    row.get_by_role("link", name="jobs of this series").click()
    expect(page.get_by_role("row")).to_have_count(1 + 3)
    page.get_by_role("button", name="One series").click()
    expect(page).to_have_url(re.compile("/jobs$"))


def test_it_shows_its_next_runs_and_is_paused_until_a_time(page, platform, series_id):
    page.goto("/series")
    row = page.locator(f'tr[data-series="{series_id}"]')
    row.get_by_role("button", name="next runs of").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem")).to_have_count(5)
    expect(dialog).to_contain_text("At the earliest")
    dialog.get_by_role("button", name="Close").click()

    row.get_by_role("button", name="Pause").click()
    dialog.get_by_label("Until").fill("2020-01-31T10:00")
    with page.expect_response("**/pause/") as answered:
        dialog.get_by_role("button", name="Pause series").click()
    assert answered.value.status == 400
    expect(dialog).to_contain_text("This time is past")
    dialog.get_by_label("Until").fill(f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%dT%H:%M}")
    dialog.get_by_role("button", name="Retry").click()
    expect(row).to_have_attribute("data-state", "paused")
    expect(row).to_contain_text("until")
    expect(row).to_contain_text("Paused by")

    soon = datetime.now(UTC) + timedelta(seconds=3)
    with platform.api("editor") as api:
        api.post(f"series/{series_id}/pause/", json={"until": soon.isoformat()}).raise_for_status()
    expect(row).to_have_attribute("data-state", "active")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_is_for_everybody(page, series_id, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto("/series")
    row = page.locator(f'tr[data-series="{series_id}"]')
    expect(row).to_be_visible()
    assert find_violations(page) == []
    row.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert find_violations(page) == []
    page.keyboard.press("Escape")
    for width in (1261, 320):  # the narrowest table, the narrowest cards
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(RIGHTMOST_EDGE) <= width
