"""An admin keeps shared secrets at Access > Secrets, and the forms of jobs say which one they take."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import find_violations
from tests.browser.people import make_person, open_as

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
SECRET_VALUE = "sk_live_never_shown"


@pytest.fixture(autouse=True)
def _nothing_to_complain_about(page, complaints):
    yield
    assert complaints == []


def click(place: Page | Locator, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).click()


def test_a_shared_secret_is_kept_and_never_shown(page, platform):
    page.goto("/access/secrets")
    click(page, "New secret")
    form = page.get_by_role("dialog", name="New secret")
    form.get_by_label("Name").fill("stripe")
    form.get_by_label("Job types").fill("pay_*")
    form.get_by_label("Hosts").fill("not a host/")
    form.get_by_label("Value", exact=True).fill(SECRET_VALUE)
    click(form, "Create secret")
    expect(form.get_by_label("Hosts")).to_have_attribute("aria-invalid", "true")
    assert find_violations(page) == []
    form.get_by_label("Hosts").fill("api.stripe.com")
    click(form, "Create secret")
    row = page.get_by_role("table", name="Secrets").get_by_role("row").filter(has_text="stripe")
    expect(row).to_contain_text("api.stripe.com")

    click(row, "Change the secret stripe")
    form = page.get_by_role("dialog", name="Change the secret stripe")
    form.get_by_label("An environment variable").check()
    form.get_by_label("Name of the variable").fill("STRIPE_KEY")
    click(form, "Save")
    expect(row).to_contain_text("STRIPE_KEY")
    page.goto("/access/audit?object=secret:stripe")
    trail = page.get_by_role("table", name="Audit trail")
    expect(trail.get_by_text("Secret changed")).to_be_visible()
    for summary in trail.locator("summary").all():
        summary.click()
    assert SECRET_VALUE not in page.content()

    page.goto("/access/secrets")
    click(row, "Delete the secret stripe")
    click(page.get_by_role("dialog"), "Delete secret")
    expect(page.get_by_text("No shared secrets yet")).to_be_visible()


def test_a_form_names_a_shared_secret_and_opens_read_only_fields_to_editors(page, platform, open_context):
    with platform.api("admin") as api:
        secret = {"name": "sleep", "job_types": ["sleeper"], "source": "env:SLEEP_KEY"}
        api.post("secrets/", json=secret).raise_for_status()
        template = api.get("templates/sleeper/").json()
        fields = {
            **template["payload_schema"],
            "key": {"type": "secret", "secretRef": "sleep", "readOnly": True},
        }
        fields["witness"] = {"type": "string", "readOnly": True}
        api.patch("templates/sleeper/", json={"payload_schema": fields}).raise_for_status()
    page.goto("/jobs/new?template=sleeper")
    expect(page.get_by_label("Key")).to_have_value("Shared secret sleep")
    expect(page.get_by_label("Key")).not_to_be_editable()
    expect(page.get_by_label("Witness")).to_be_editable()
    make_person(platform, "opal", "operator")
    theirs = open_as(open_context, "opal", "/jobs/new?template=sleeper")
    expect(theirs.get_by_label("Key")).to_have_value("Shared secret sleep")
    expect(theirs.get_by_label("Witness")).not_to_be_editable()
    with platform.api("admin") as api:
        kept = {"payload_schema": template["payload_schema"]}
        api.patch("templates/sleeper/", json=kept).raise_for_status()
        api.delete("secrets/sleep/").raise_for_status()
