"""An admin decides at Access who may do what, and the people concerned see it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import find_violations
from tests.browser.people import make_person, open_as
from tests.support.platform import Platform

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
VAULT = "vault_job"
NEW_PASSWORD = "staple-battery-horse"


@pytest.fixture(autouse=True)
def _nothing_to_complain_about(page, complaints):
    yield
    assert complaints == []


@pytest.fixture(scope="module")
def _restricted(platform: Platform) -> None:
    """A template that nobody but admins and those with a grant may see."""
    template = {
        "type": VAULT,
        "label": "Open the vault",
        "access": "restricted",
        "startInSeconds": 3600,
        "userTriggered": True,
        "rescheduleAfterTermination": False,
        "payload_schema": {"door": {"type": "uint"}},
        "payload": {"door": 1},
    }
    (platform.handlers / f"{VAULT}.py").write_text(f"def {VAULT}(data):\n    return None\n")
    with platform.api("admin") as api:
        api.post("templates/", json=template).raise_for_status()


def find_row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def click(place: Page | Locator, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).click()


def test_a_user_is_created_changed_switched_off_and_on(page, open_context):
    page.goto("/access/users")
    click(page, "New user")
    form = page.get_by_role("dialog", name="New user")
    form.get_by_label("Name").fill("carla")
    form.get_by_label("Operator").check()
    click(form, "Create user")
    row = find_row(page, "carla")
    expect(row).to_contain_text("Operator")

    click(row, "Change carla")
    page.get_by_role("dialog", name="Change carla").get_by_label("Editor").check()
    click(page, "Save")
    expect(row).to_contain_text("Editor")

    click(row, "Reset link for carla")
    box = page.get_by_role("region", name="The reset link of carla")
    link = box.get_by_role("group").inner_text()
    click(box, "Done, hide it")
    expect(page.get_by_text(link)).to_have_count(0)
    hers = open_context().new_page()
    hers.goto(link)
    hers.get_by_label("New password:", exact=True).fill(NEW_PASSWORD)
    hers.get_by_label("New password again").fill(NEW_PASSWORD)
    hers.get_by_role("button").click()
    expect(hers.get_by_role("button", name="Account: carla")).to_be_visible()
    expect(hers.get_by_role("link", name="Access")).to_have_count(0)

    click(row, "Switch off carla")
    click(page.get_by_role("dialog", name="Switch off carla?"), "Switch off")
    expect(row).to_contain_text("Switched off")
    expect(hers.get_by_role("dialog", name="Your session has ended")).to_be_visible()
    click(row, "Switch on carla")
    expect(row).not_to_contain_text("Switched off")
    open_as(open_context, "carla", password=NEW_PASSWORD)


def test_a_name_that_somebody_has_is_refused_at_its_field(page, platform):
    make_person(platform, "norbert")
    page.goto("/access/users")
    click(page, "New user")
    name = page.get_by_role("dialog").get_by_label("Name")
    name.fill("norbert")
    click(page, "Create user")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_value("norbert")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="New user")).to_be_focused()


@pytest.mark.usefixtures("_restricted")
def test_a_grant_to_a_group_opens_a_restricted_template_to_its_members(page, platform, open_context):
    make_person(platform, "greta")
    hers = open_as(open_context, "greta", "/templates")
    templates, vault = (
        hers.get_by_role("table", name="Templates"),
        hers.get_by_role("link", name="Open the vault"),
    )
    expect(templates).to_be_visible()
    expect(vault).to_have_count(0)

    page.goto("/access/groups")
    click(page, "New group")
    form = page.get_by_role("dialog", name="New group")
    form.get_by_label("Name").fill("keyholders")
    form.get_by_label("greta").check()
    click(form, "Create group")
    expect(find_row(page, "keyholders")).to_contain_text("greta")

    page.get_by_role("navigation", name="Access").get_by_role("link", name="Grants").click()
    click(page, "New grant")
    form = page.get_by_role("dialog", name="New grant")
    form.get_by_label("A group: all its members").check()
    form.get_by_label("Group", exact=True).select_option("keyholders")
    form.get_by_label("Job types").fill("vault_*")
    form.get_by_label("Run").check()
    click(form, "Make grant")
    row = find_row(page, "keyholders")
    expect(row).to_contain_text("vault_*")

    hers.reload()
    vault.click()
    expect(hers.get_by_role("link", name="Edit")).to_have_count(0)
    hers.get_by_role("link", name="Run").click()
    click(hers, "Create job")
    expect(hers.get_by_role("button", name="Terminate")).to_have_count(0)
    expect(hers.get_by_text("Scheduled").first).to_be_visible()

    click(row, "Change the grant of vault_* for the group keyholders")
    page.get_by_role("dialog").get_by_label("Stop").check()
    click(page, "Save")
    expect(row).to_contain_text("Run, Stop")
    hers.reload()
    click(hers, "Terminate")
    click(hers.get_by_role("dialog"), "Terminate job")
    expect(hers.get_by_text("Terminated").first).to_be_visible()

    _check_who_may(page)
    page.goto("/access/grants")
    click(row, "Take back the grant of vault_* for the group keyholders")
    click(page.get_by_role("dialog"), "Take it back")
    expect(row).to_have_count(0)
    hers.goto("/templates")
    expect(templates).to_be_visible()
    expect(vault).to_have_count(0)


def _check_who_may(page: Page) -> None:
    """The template's page names the members of the group, and by what they may."""
    page.goto(f"/templates/{VAULT}")
    panel = page.get_by_role("region", name="Who may")
    holder = panel.get_by_role("listitem").filter(has_text="greta")
    expect(holder).to_contain_text("group keyholders")
    panel.get_by_label("Who may do what").select_option("edit it")
    expect(holder).to_have_count(0)
    expect(panel.get_by_role("listitem").filter(has_text="a-admin")).to_be_visible()


def test_a_group_is_changed_and_deleted(page, platform):
    make_person(platform, "henry")
    with platform.api("admin") as api:
        api.post("groups/", json={"name": "old hands", "members": ["henry"]}).raise_for_status()
    page.goto("/access/groups")
    row = find_row(page, "old hands")
    click(row, "Change old hands")
    page.get_by_role("dialog").get_by_label("henry").uncheck()
    click(page, "Save")
    expect(row).to_contain_text("none yet")
    click(row, "Delete old hands")
    click(page.get_by_role("dialog"), "Delete group")
    expect(row).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_on_a_phone_and_can_be_used_by_everybody(open_context, signed_in, scheme):
    phone = open_context(storage_state=signed_in, width=390).new_page()
    phone.emulate_media(color_scheme=scheme)
    forms = {"users": "New user", "groups": "New group", "grants": "New grant", "secrets": "New secret"}
    for name, form in forms.items():
        phone.goto(f"/access/{name}")
        click(phone, form)
        expect(phone.get_by_role("dialog", name=form)).to_be_visible()
        assert find_violations(phone) == []
        phone.keyboard.press("Escape")
        assert find_violations(phone) == []
        assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    phone.goto("/access/audit")
    expect(phone.get_by_role("table", name="Audit trail")).to_be_visible()
    assert find_violations(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
