"""Unknown addresses show a page that says so, also to users who have not signed in; the API's documentation opens."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import find_violations

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
NOTHING = "There is nothing at this address"
ABSENT = "Failed to load resource: the server responded with a status of 404"


def test_an_address_that_is_none_says_so(page, complaints):
    answer = page.goto("/no/such/page")
    assert answer.status == 404
    expect(page.get_by_text(NOTHING)).to_be_visible()
    assert find_violations(page) == []
    page.get_by_role("link", name="Go to jobs").click()
    expect(page).to_have_url(re.compile("/jobs$"))
    assert [one for one in complaints if not one.startswith(ABSENT)] == []


def test_it_says_so_to_who_has_not_signed_in(browser, platform):
    with browser.new_context(base_url=platform.url) as context:
        page = context.new_page()
        assert page.goto("/no/such/page").status == 404
        expect(page.get_by_text(NOTHING)).to_be_visible()
        assert page.goto("/jobs/new").status == 200
        expect(page.get_by_label("Password")).to_be_visible()
        assert page.goto("/metrics/no/such").status == 404
        expect(page.get_by_text("not_found")).to_be_visible()


def test_the_documents_of_the_api_can_be_read(page, complaints):
    page.goto("/api/docs/")
    expect(page.get_by_text("/api/v1/jobs/bulk/")).to_be_visible()
    page.locator("#operations-jobs-jobs_create_bulk").click()
    expect(page.get_by_text("Create up to 10,000 jobs, all or none.")).to_be_visible()
    assert complaints == []
