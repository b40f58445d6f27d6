"""What the web process writes while it serves pages: nothing that an operator would wonder about."""

import re

import httpx
import pytest

from tests.support.platform import Platform


@pytest.mark.parametrize("platform", ["embedded"], indirect=True)
def test_files_of_the_ui_are_served_without_a_warning(platform: Platform) -> None:
    with httpx.Client(base_url=platform.url) as browser:
        page = browser.get("/sign-in").text
        files = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"', page)
        assert files
        for file in files:
            assert browser.get(file).status_code == 200
    lines = platform.output().splitlines()
    assert [line for line in lines if line.startswith("web ") and "Warning" in line] == []
