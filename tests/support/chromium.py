"""Starts the Chromium that is installed on this machine, controlled by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from foundation.discover import CHECKOUT
from tests.support import debian
from tests.support.could_not_run import Missing

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# The sandbox does not start as root; the other arguments keep Chromium from using the network on its own.
ARGUMENTS = """--no-sandbox --disable-gpu --no-first-run --disable-background-networking
    --disable-component-update --disable-sync --disable-dev-shm-usage"""


@contextmanager
def launch_browser() -> Iterator[Browser]:
    """Yields a headless browser and closes it at the end. Raises Missing without Chromium or without a built UI."""
    if not (CHECKOUT / "frontend" / "dist" / "index.html").exists():
        raise Missing("the UI is not built", remedy="use `make test`, which builds it and says if it cannot")
    program = _find_program()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS.split())
        try:
            yield browser
        finally:
            browser.close()


def _find_program() -> str:
    for _ in range(2):
        for name in NAMES:
            if path := shutil.which(name):
                return path
        debian.install("chromium")
    raise Missing("this machine has no Chromium", remedy="install it (Debian: apt-get install chromium)")
