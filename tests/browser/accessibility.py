"""Checks the accessibility of a page with axe-core."""

from __future__ import annotations

from playwright.sync_api import Page

from foundation.discover import CHECKOUT
from tests.support.could_not_run import Missing, skip_loudly

AXE = CHECKOUT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
# Elements that fade in have less contrast, so the check waits until nothing moves in several consecutive frames.
STANDS_STILL = """async () => {
    const moves = (one) => one.playState === "running" && one.effect.getComputedTiming().endTime !== Infinity;
    for (let calm = 0; calm < 5; calm = document.getAnimations().some(moves) ? 0 : calm + 1)
        await new Promise(requestAnimationFrame);
}"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def find_violations(page: Page) -> list[tuple[str, list[str]]]:
    """Returns the broken WCAG rules, each with the HTML of the elements that break it."""
    try:
        axe = AXE.read_text()
    except FileNotFoundError:
        missing = Missing("axe-core is not installed", remedy="run npm ci in frontend/")
        skip_loudly("the accessibility check", missing)
    page.evaluate(STANDS_STILL)
    page.evaluate(axe)
    found = page.evaluate("tags => axe.run({ runOnly: tags })", TAGS)
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]
