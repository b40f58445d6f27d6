"""The page shows that the server is down, and reconnects on its own when it is up again."""

import os
import signal

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)


def test_it_says_that_it_reconnects_and_is_live_again(page, platform):
    chip = page.locator("[data-connection]")
    expect(chip).to_have_attribute("data-connection", "live")
    web = platform.pids()["web"]
    os.kill(web, signal.SIGKILL)
    expect(chip).to_have_attribute("data-connection", "reconnecting")
    platform.await_restart("web", old_pid=web)
    expect(chip).to_have_attribute("data-connection", "live", timeout=40_000)
    with platform.api("operator") as api:
        job_id = api.create("sleeper", {"seconds": 0})["job_id"]
        api.await_end(job_id)
    expect(page.locator(f'tr[data-job-id="{job_id}"]')).to_have_attribute("data-state", "succeeded")
