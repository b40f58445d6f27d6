"""The page says so when the platform is up and cannot run jobs, and stops saying it when it can."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.accessibility import violations
from tests.support.platform import Platform

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
# A dispatcher is missed after 30 s, and the page asks every 10 s.
NOTICED_MS = 60_000
PROBLEMS = [
    {"code": "broker_blocked", "detail": "The broker takes no messages: it is short of memory or disk."},
    {
        "code": "queue_unserved",
        "detail": f"No worker serves these queues: {'a_queue_with_a_long_name_' * 8}.",
    },
    {"code": "redis_unavailable", "detail": "Redis cannot be reached."},
    {"code": "no_beat", "detail": "No beat is running: recurring jobs start a second late."},
]


def banner_of(page: Page) -> Locator:
    return page.get_by_role("region", name="The platform is degraded")


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.long  # only after half a minute is a dispatcher missing
def test_a_platform_without_a_dispatcher_is_told_and_not_called_live(page: Page, platform: Platform) -> None:
    chip = page.locator("[data-connection]")
    expect(chip).to_have_text("Live")
    with frozen(platform.pids()["dispatcher"]):
        expect(banner_of(page)).to_contain_text("No dispatcher", timeout=NOTICED_MS)
        expect(banner_of(page)).to_contain_text("for ")
        expect(chip).to_have_text("Degraded")
    expect(banner_of(page)).to_have_count(0, timeout=NOTICED_MS)
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
    banner, heading = banner_of(page), page.get_by_role("heading", level=1)
    expect(banner).to_contain_text(PROBLEMS[0]["detail"])
    expect(heading).to_be_in_viewport(ratio=1)
    above, below = banner.bounding_box(), heading.bounding_box()
    assert above
    assert below
    assert above["y"] + above["height"] <= below["y"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    banner.get_by_text("1 more problem").click()
    expect(banner.get_by_text(PROBLEMS[3]["detail"])).to_be_visible()
    assert violations(page) == []
    assert complaints == []


def test_nobody_who_has_not_signed_in_is_told_anything(page: Page) -> None:
    asked: list[str] = []
    page.goto("about:blank")  # the page that is signed in asks on its own
    page.context.clear_cookies()
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/jobs")
    expect(page.get_by_label("Password")).to_be_visible()
    assert not [url for url in asked if "/health/" in url]
