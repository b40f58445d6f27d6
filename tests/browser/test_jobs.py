"""A user creates jobs in the browser, watches them and terminates one."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.waiting import wait_for

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)


@pytest.fixture(autouse=True)
def _nothing_to_complain_about(page, complaints):
    yield
    assert complaints == []


def find_row(page, job_id):
    return page.locator(f'tr[data-job-id="{job_id}"]')


def await_live(page):
    expect(page.locator('[data-connection="live"]')).to_be_visible()


def open_form(page, label):
    page.get_by_role("link", name="Create job").click()
    page.get_by_role("list", name="Templates").get_by_role("link", name=label).click()


def test_a_job_is_created_through_its_form_and_seen_to_succeed_live(page):
    await_live(page)
    form = page.context.new_page()
    form.goto("/jobs")
    open_form(form, "Send one-time password")
    form.get_by_label("User Id").fill("7")
    form.get_by_label("Start in (seconds)").fill("1")
    form.get_by_role("button", name="Create job").click()
    form.wait_for_url(re.compile(r"/jobs/[0-9a-f-]{36}$"))
    job_id = form.url.rsplit("/", 1)[1]

    # The first page got no input since then: live updates add the row and change its state.
    row = find_row(page, job_id)
    expect(row).to_be_visible()
    # The job runs for a second or two, so a busy browser may show only its end.
    expect(row).to_have_attribute("data-state", "succeeded")
    expect(row).to_contain_text("Succeeded")
    expect(form.get_by_role("log")).to_contain_text("sent to user 7")
    expect(form.get_by_text('"sent"')).to_be_visible()


def test_what_is_wrong_is_shown_at_its_field_and_no_job_is_made(page, platform):
    open_form(page, "Send one-time password")
    user_id, start_in = page.get_by_label("User Id"), page.get_by_label("Start in (seconds)")
    submit = page.get_by_role("button", name="Create job")

    user_id.fill("-1")
    submit.click()
    expect(user_id).to_have_accessible_description(re.compile("0"))
    expect(user_id).to_have_attribute("aria-invalid", "true")

    user_id.fill("7")
    start_in.fill("soon")  # the form lets it pass, the server does not
    submit.click()
    expect(start_in).to_have_accessible_description(re.compile("number"))
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page).to_have_url(re.compile("/jobs/new"))

    start_in.fill("3600")
    submit.click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]{36}$"))
    with platform.api("operator") as api:
        job = api.job(page.url.rsplit("/", 1)[1])
        assert (job["state"], job["payload"]["user_id"]) == ("scheduled", 7)
        api.post(f"jobs/{job['job_id']}/terminate/").raise_for_status()


def test_a_running_job_is_terminated_after_a_confirmation(page, platform):
    await_live(page)
    with platform.api("operator") as api:
        job_id = api.create("sleeper", {"seconds": 600})["job_id"]
        row = find_row(page, job_id)
        expect(row).to_have_attribute("data-state", "running")
        row.get_by_role("button", name="Terminate").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Keep the job").click()
        expect(dialog).to_be_hidden()
        assert api.job(job_id)["terminate_requested_at"] is None

        row.get_by_role("button", name="Terminate").click()
        page.get_by_role("dialog").get_by_role("button", name="Terminate job").click()
        expect(row).to_have_attribute("data-state", "terminated")
        assert api.history(job_id)[-1]["state"] == "terminated"


def test_a_log_of_many_lines_is_followed_to_its_end_and_shows_the_gap(page, platform):
    with platform.api("operator") as api:
        job_id = api.create("misbehaver", {"way": "many_lines"}, start_in_seconds=1)["job_id"]
    page.goto(f"/jobs/{job_id}")
    log = page.get_by_role("log")
    expect(log).to_contain_text("line 100000", timeout=60_000)
    expect(page.get_by_text("100,000 lines")).to_be_visible()
    page.reload()
    expect(log).to_contain_text("line 1")

    def is_at_the_gap() -> bool:
        # Scrolls repeatedly, because the frame grows while lines arrive.
        log.evaluate("frame => { frame.scrollTop = 1995 * 20; }")
        return "78,000 lines are left out here" in log.inner_text()

    wait_for("the gap is shown", is_at_the_gap, within=20)
    expect(log).to_contain_text("line 80001")


@pytest.mark.parametrize(
    ("address", "heading"),
    [("/templates", "Templates"), ("/templates/otp_send_job", "Send one-time password"), ("/admin/", None)],
)
def test_the_other_pages_open_without_complaint(page, address, heading):
    page.goto(address)
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
