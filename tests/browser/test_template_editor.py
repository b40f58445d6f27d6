"""A template is changed in its editor: the form beside it follows, and what is wrong has its line."""

import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
TYPE = "being_edited"
DOCUMENT = {
    "type": TYPE,
    "startInSeconds": 0,
    "userTriggered": True,
    "rescheduleAfterTermination": False,
    "payload_schema": {"city": {"type": "string"}},
}


def as_text(**changes):
    return json.dumps(DOCUMENT | changes, indent=2)


def test_a_document_is_written_seen_as_a_form_mended_and_saved(page, complaints, platform):
    with platform.api() as api:
        api.post("templates/import/", json={TYPE: DOCUMENT}).raise_for_status()
        page.goto(f"/templates/{TYPE}")
        page.get_by_role("link", name="Edit").click()
        expect(page.get_by_label("City")).to_be_visible()

        document = page.get_by_label("Document", exact=True)
        document.fill(as_text(payload_schema={"town": {"type": "strnig"}}))
        page.get_by_role("button", name="Line 8").click()
        expect(document).to_be_focused()

        document.fill(as_text(payload_schema={"town": {"type": "string", "maxLength": 3}}))
        town = page.get_by_label("Town")
        town.fill("Rome")
        page.get_by_role("button", name="Try this payload").click()
        expect(town).to_have_accessible_description(re.compile("at most 3"))

        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url(f"**/templates/{TYPE}")
        assert "town" in api.get(f"templates/{TYPE}/").json()["payload_schema"]
    assert complaints == []
