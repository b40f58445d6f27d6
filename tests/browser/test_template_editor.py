"""A template is typed in its editor key by key: the preview follows, and each problem links to its line."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.platform import Platform

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
TYPE = "being_edited"
DOCUMENT = {
    "type": TYPE,
    "startInSeconds": 0,
    "userTriggered": True,
    "rescheduleAfterTermination": False,
    "payload_schema": {"city": {"type": "string"}},
}
INHERITED = {
    "constructor": {"type": "string", "label": "Building firm"},
    "toString": {"type": "options", "options": ["valueOf", "b"]},
    "valueOf": {"type": "uint"},
    "hasOwnProperty": None,
}


def write_document(**changes: Any) -> str:
    return json.dumps(DOCUMENT | changes, indent=2)


def find_document(page: Page) -> Locator:
    return page.get_by_label("Document", exact=True)


def set_cursor(document: Locator, behind: str) -> None:
    document.evaluate(
        "(area, place) => { area.focus(); area.setSelectionRange(place, place); }",
        document.input_value().index(behind) + len(behind),
    )


def test_a_document_is_written_seen_as_a_form_mended_and_saved(
    page: Page, complaints: list[str], platform: Platform
) -> None:
    with platform.api() as api:
        api.post("templates/import/", json={TYPE: DOCUMENT}).raise_for_status()
        page.goto(f"/templates/{TYPE}")
        page.get_by_role("link", name="Edit").click()
        expect(page.get_by_label("City")).to_be_visible()

        document = find_document(page)
        document.fill(write_document(payload_schema={"town": {"type": "strnig"}}))
        page.get_by_role("button", name="Line 8").click()
        expect(document).to_be_focused()

        document.fill(write_document(payload_schema={"town": {"type": "string", "maxLength": 3}}))
        town = page.get_by_label("Town")
        town.fill("Rome")
        page.get_by_role("button", name="Try this payload").click()
        expect(town).to_have_accessible_description(re.compile("at most 3"))

        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url(f"**/templates/{TYPE}")
        assert "town" in api.get(f"templates/{TYPE}/").json()["payload_schema"]
    assert complaints == []


def test_a_new_key_is_typed_where_it_belongs_and_the_form_follows(page: Page, complaints: list[str]) -> None:
    page.goto("/new-template")
    document = find_document(page)
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    set_cursor(document, '"startInSeconds": 0,')
    page.keyboard.press("Enter")
    page.keyboard.type('"')
    page.get_by_role("button", name="Line 5, column 1").click()
    expect(document).to_be_focused()
    expect(page.get_by_text("of the last document without problems")).to_be_visible()
    set_cursor(document, '"startInSeconds": 0,\n"')
    page.keyboard.type('maxRuns": 3,')
    set_cursor(document, '"payload_schema": {')
    page.keyboard.type('\n    "town": {"type": "string", "label": "Town"},')
    expect(page.get_by_label("Town")).to_be_visible()
    expect(page.get_by_text("of the last document without problems")).to_have_count(0)
    assert json.loads(document.input_value())["maxRuns"] == 3
    assert complaints == []


@pytest.mark.parametrize(
    ("behind", "typed"),
    [
        ("{", "type"),
        ('"payload": {"name": "world"', ', "c'),
        ('"payload_schema": {', '\n    "constructor": {"type": "string"},\n    "__proto__": {},'),
    ],
    ids=["a key without quotes", "a key at the end of an object", "names of a prototype"],
)
def test_other_ways_of_typing_a_key_keep_the_editor(
    page: Page, complaints: list[str], behind: str, typed: str
) -> None:
    page.goto("/new-template")
    document = find_document(page)
    set_cursor(document, behind)
    before = document.input_value()
    page.keyboard.type(typed)
    expect(document).to_have_value(before.replace(behind, behind + typed, 1))
    for _key in typed:
        page.keyboard.press("Backspace")
    expect(document).to_have_value(before)
    assert complaints == []


def test_a_whole_document_is_typed_key_by_key_taken_back_and_found_after_a_reload(
    page: Page, complaints: list[str]
) -> None:
    whole = write_document(
        payload_schema={"city": {"type": "options", "options": ["Größe 😀", 'a "b"']}}, payload={}
    )
    page.goto("/new-template")
    document = find_document(page)
    document.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.type(whole)
    expect(document).to_have_value(whole)
    expect(page.get_by_label("Größe 😀")).to_be_visible()
    for _key in whole[-60:]:
        page.keyboard.press("Backspace")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(document).to_have_value(whole[:-60])
    page.keyboard.press("Tab")
    document.press("ControlOrMeta+a")
    page.keyboard.type('"')
    expect(document).to_have_value('"')
    page.get_by_role("button", name="Discard changes").click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    assert complaints == []


def test_fields_named_as_what_every_object_inherits_are_filled_in_run_and_run_again(
    page: Page, complaints: list[str], platform: Platform
) -> None:
    # The type every_kind has a handler; other tests import its usual form again.
    with platform.api() as api:
        inherited = DOCUMENT | {"type": "every_kind", "payload_schema": INHERITED}
        api.post("templates/import/", json={"every_kind": inherited}).raise_for_status()
    for address in ("/templates/every_kind", "/templates/every_kind/edit"):
        page.goto(address)
        expect(page.get_by_text("Building firm").first).to_be_visible()
    page.goto("/jobs/new?template=every_kind")
    page.get_by_label("Building firm").fill("Bricks")
    page.get_by_label("valueOf", exact=True).check()
    page.get_by_role("button", name="Create job").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]{36}$"))
    expect(page.get_by_role("region", name="the payload")).to_contain_text("Bricks")
    page.goto(f"/jobs/new?template=every_kind&rerun_of={page.url.rsplit('/', 1)[1]}")
    expect(page.get_by_text("Nothing is changed yet.")).to_be_visible()
    expect(page.get_by_label("Building firm")).to_have_value("Bricks")
    assert complaints == []
