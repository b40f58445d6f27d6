"""The page shows a banner while the platform is up but cannot run jobs, and removes it afterwards."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.accessibility import find_violations
from tests.support.platform import Platform

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
# The platform reports a missing dispatcher after 30 s, and the page polls every 10 s.
BANNER_TIMEOUT_MS = 60_000
PROBLEMS = [
    {"code": "broker_blocked", "detail": "The broker takes no messages: it is short of memory or disk."},
    {
        "code": "queue_unserved",
        "detail": f"No worker serves these queues: {'a_queue_with_a_long_name_' * 8}.",
    },
    {"code": "redis_unavailable", "detail": "Redis cannot be reached."},
    {"code": "no_beat", "detail": "No beat is running: recurring jobs start a second late."},
]


def find_banner(page: Page) -> Locator:
    return page.get_by_role("region", name="The platform is degraded")


@contextmanager
def freeze_process(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.long  # a dispatcher counts as missing only after half a minute
def test_a_platform_without_a_dispatcher_is_shown_as_degraded_and_not_as_live(
    page: Page, platform: Platform
) -> None:
    chip = page.locator("[data-connection]")
    expect(chip).to_have_text("Live")
    with freeze_process(platform.pids()["dispatcher"]):
        expect(find_banner(page)).to_contain_text("No dispatcher", timeout=BANNER_TIMEOUT_MS)
        expect(find_banner(page)).to_contain_text("for ")
        expect(chip).to_have_text("Degraded")
    expect(find_banner(page)).to_have_count(0, timeout=BANNER_TIMEOUT_MS)
    expect(chip).to_have_text("Live")


@pytest.mark.parametrize(("width", "scheme"), [(380, "dark"), (1280, "light")])
def test_the_banner_hides_nothing_and_everybody_can_read_it(
    page: Page, complaints: list[str], scheme: str, width: int
) -> None:
    def answer(route: Route) -> None:
        route.fulfill(json={"status": "degraded", "problems": PROBLEMS})

    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.route("**/health/ready", answer)
    page.goto("/jobs")
    banner, heading = find_banner(page), page.get_by_role("heading", level=1)
    expect(banner).to_contain_text(PROBLEMS[0]["detail"])
    expect(heading).to_be_in_viewport(ratio=1)
    above, below = banner.bounding_box(), heading.bounding_box()
    assert above
    assert below
    assert above["y"] + above["height"] <= below["y"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    banner.get_by_text("1 more problem").click()
    expect(banner.get_by_text(PROBLEMS[3]["detail"])).to_be_visible()
    assert find_violations(page) == []
    assert complaints == []


def test_a_page_without_a_session_does_not_poll_the_health(page: Page) -> None:
    requested: list[str] = []
    page.goto("about:blank")  # stops the requests of the signed-in page
    page.context.clear_cookies()
    page.on("request", lambda request: requested.append(request.url))
    page.goto("/jobs")
    expect(page.get_by_label("Password")).to_be_visible()
    assert not [url for url in requested if "/health/" in url]
