"""A form with a field of every kind: filled in, with errors, as JSON, as curl, and its accessibility."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import find_violations

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)

TEMPLATE = Path(__file__).parent / "every_kind.json"
JOB_PAGE = re.compile(r"/jobs/[0-9a-f-]{36}$")
BIG = 9007199254740993
ROUNDED = 9007199254740992


@pytest.fixture(scope="module", autouse=True)
def _template(platform):
    with platform.api("editor") as api:
        api.post("templates/import/", json=json.loads(TEMPLATE.read_text())).raise_for_status()


@pytest.fixture(autouse=True)
def _nothing_to_complain_about(page, complaints):
    yield
    assert complaints == []


def open_form(page, query=""):
    page.goto(f"/jobs/new?template=every_kind{query}")
    expect(page.get_by_label("User Id")).to_be_visible()


def read_payload(page, platform):
    page.wait_for_url(JOB_PAGE)
    with platform.api("viewer") as api:
        return api.job(page.url.rsplit("/", 1)[1])["payload"]


def choose(page, label, wanted, option):
    """Chooses an option of a searchable list."""
    page.get_by_role("combobox", name=label).fill(wanted)
    page.get_by_role("option", name=option).click()


def test_every_kind_of_field_arrives_as_it_was_filled_in(page, platform):
    open_form(page)
    page.get_by_label("User Id").fill(str(BIG))
    page.get_by_label("Account number").fill("-7")
    page.get_by_label("Sample ratio").fill("0.50")
    page.get_by_label("Volume").press("ArrowRight")
    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_label("Code").fill("ABC")
    page.get_by_label("No value for Nickname").uncheck()
    page.get_by_label("Note").fill("two\nlines")
    page.get_by_label("API key").fill("hush hush")
    page.get_by_label("Dry run").check()
    page.get_by_role("radiogroup", name="Notify").get_by_label("No", exact=True).check()
    page.get_by_label("S3 bucket").check()
    expect(page.get_by_role("status").filter(has_text="Bucket is shown now.")).to_be_attached()
    page.get_by_label("Bucket", exact=True).fill("archive")
    page.get_by_label("Region").select_option("eu-west")
    choose(page, "Country", "nor", "Norway")
    page.get_by_role("group", name="Parts").get_by_label("likes").check()
    page.get_by_label("Day", exact=True).fill("2026-01-31")
    page.get_by_label("Time of day").fill("09:30")
    page.get_by_label("No value for Since").uncheck()
    page.get_by_label("Since", exact=True).fill("2026-01-31T10:00")
    page.get_by_label("Wait").fill("90 min")
    page.get_by_label("Channel").fill("pigeon")
    page.get_by_label("Tags").fill("mine")
    page.get_by_label("Tags").press("Enter")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Site").fill("https://example.org/a?b=1")
    page.get_by_label("Extra").fill(json.dumps({"deep": [BIG]}))
    page.get_by_role("group", name="Mail relay").get_by_label("Host").fill("mx.example")
    servers = page.get_by_role("group", name="Servers")
    servers.get_by_role("button", name="Add to Servers").click()
    expect(servers.get_by_label("Host").nth(1)).to_be_focused()
    page.keyboard.type("b.example")
    servers.get_by_role("button", name="Move Server 2 up").click()
    page.get_by_role("button", name="Add to Lines").click()
    page.keyboard.type("one")
    page.keyboard.press("Control+Enter")

    payload = read_payload(page, platform)
    secret = payload.pop("api_key")
    assert secret in ("$encrypted$", "hush hush")
    assert re.fullmatch(r"2026-01-31T10:00:00[+-]\d\d:\d\d", payload.pop("since"))
    assert payload == {
        "user_id": BIG, "account": -7, "ratio": 0.5, "retention": 30, "volume": 55, "name": "Ada", "code": "ABC",
        "nickname": "", "note": "two\nlines", "dry_run": True, "notify": False, "mode": "s3", "bucket": "archive",
        "region": "eu-west", "country": "Norway", "parts": ["posts", "likes"], "day": "2026-01-31", "at": "09:30",
        "wait": "PT90M", "channel": "pigeon", "tags": ["mine"], "mail": "ada@example.org",
        "site": "https://example.org/a?b=1", "extra": {"deep": [BIG]}, "relay": {"host": "mx.example", "port": 25},
        "servers": [{"host": "b.example"}, {"host": "a.example"}], "lines": ["one"], "plan": "basic", "batch": "b1",
        "job_type": "every_kind",
    }  # fmt: skip
    shown = page.get_by_role("region", name="the payload")
    expect(shown).to_contain_text(str(BIG))
    expect(shown).not_to_contain_text(str(ROUNDED))


def test_what_is_wrong_is_summed_up_opens_its_section_and_is_one_click_away(page):
    open_form(page, "&p.user_id=soon&p.stranger=1")
    user_id = page.get_by_label("User Id")
    expect(user_id).to_have_accessible_description(re.compile("whole number"))
    page.get_by_label("S3 bucket").check()
    section = page.get_by_role("group", name="Target")
    section.locator("summary").click()
    expect(page.get_by_label("Bucket", exact=True)).to_be_hidden()

    page.get_by_role("button", name="Create job").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("stranger")
    expect(page.get_by_label("Bucket", exact=True)).to_be_visible()
    summary.get_by_role("link", name="Bucket").click()
    expect(page.get_by_label("Bucket", exact=True)).to_be_focused()
    summary.get_by_role("link", name="Region").click()
    expect(page.get_by_label("Region")).to_be_focused()
    page.get_by_label("Wait").fill("soon")
    expect(page.get_by_label("Wait")).to_have_attribute("aria-invalid", "true")


def test_the_payload_is_written_as_json_and_read_back_into_the_fields(page, platform):
    open_form(page)
    page.get_by_label("API key").fill("hush hush")
    page.get_by_role("button", name="JSON").click()
    text = page.get_by_label("Payload as JSON")
    expect(text).to_have_value(re.compile('"api_key": "\\$encrypted\\$"'))

    text.fill('{\n  "user_id": 7\n  "name": "Ada"\n}')
    expect(text).to_have_accessible_description(re.compile("Line 3, column 3: a comma"))
    page.get_by_role("button", name="Form").click()  # refused until the text is corrected
    expect(text).to_be_focused()
    written = {"user_id": BIG, "name": "Ada", "mode": "s3", "api_key": "$encrypted$"}
    text.fill(json.dumps(written | {"strange": 1}))
    expect(text).to_have_accessible_description(re.compile("strange"))
    text.fill(json.dumps(written))
    page.get_by_role("button", name="Form").click()
    expect(page.get_by_label("User Id")).to_have_value(str(BIG))
    expect(page.get_by_label("Retention")).to_have_value("30")
    expect(page.get_by_label("API key")).to_have_value("hush hush")
    expect(page.get_by_label("Bucket", exact=True)).to_be_visible()
    page.get_by_label("Local disk").check()
    page.get_by_role("button", name="Create job").click()
    payload = read_payload(page, platform)
    assert (payload["user_id"], "bucket" in payload) == (BIG, False)


def test_the_curl_command_makes_the_job_that_the_form_would(page, platform):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_form(page)
    page.get_by_label("User Id").fill("7")
    page.get_by_label("Name", exact=True).fill("it's $HOME")
    page.get_by_label("API key").fill("hush hush")
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_text("Set TOKEN to a token of yours")).to_be_visible()
    command = page.evaluate("navigator.clipboard.readText()")
    assert "hush" not in command
    stand_in = 'curl() { printf "%s\\0" "$@"; };'
    arguments = subprocess.run(
        ["sh", "-c", f"{stand_in} TOKEN=abc; {command}"], capture_output=True, text=True, check=True
    ).stdout.split("\0")
    assert f"{platform.url}/api/v1/jobs/" in arguments
    assert "Authorization: Token abc" in arguments
    body = json.loads(arguments[arguments.index("--data-raw") + 1])
    assert body["payload"]["name"] == "it's $HOME"
    assert body["payload"]["api_key"] == "$encrypted$"


def test_a_job_is_edited_and_run_again(page, platform):
    with platform.api("operator") as api:
        old = api.create(
            "every_kind", {"user_id": 7, "name": "Ada", "mode": "s3", "bucket": "b", "region": "eu-west"}
        )
    page.goto(f"/jobs/{old['job_id']}")
    page.get_by_role("link", name="Edit and re-run").click()
    expect(page.get_by_label("Bucket", exact=True)).to_have_value("b")
    expect(page.get_by_text("Nothing is changed yet.")).to_be_visible()
    page.get_by_label("User Id").fill("8")
    expect(page.get_by_text("Changed: User Id.")).to_be_visible()
    page.get_by_role("button", name="Re-run").click()
    expect(page.get_by_role("definition").filter(has_text=old["job_id"])).to_be_visible()
    assert read_payload(page, platform)["user_id"] == 8


def test_create_another_keeps_the_values(page, platform):
    open_form(page)
    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_label("Create another").check()
    with page.expect_response("**/api/v1/jobs/") as answer:
        page.get_by_role("button", name="Create job").dblclick()
    assert answer.value.status == 201
    expect(page.get_by_text("every_kind was created")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ada")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_is_for_everybody(page, scheme):
    page.emulate_media(color_scheme=scheme)
    open_form(page)
    page.get_by_label("S3 bucket").check()
    page.get_by_role("button", name="Create job").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert find_violations(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
