"""GET /api/v1/templates/export/: with import it is the identity."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.api.caller import Caller
from tests.factories import OTP, PASSWORD, document, scheduled, store

pytestmark = pytest.mark.django_db
FIXTURES = Path(settings.BASE_DIR) / "tests/fixtures"
FILES = [FIXTURES / "odd_shapes.json", Path(settings.BASE_DIR) / "templates_app/examples/job_templates.json"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_came_in_comes_out(editor: Caller, viewer: Caller, file: Path) -> None:
    imported = editor.send_raw("POST", "templates/import/", file.read_bytes())
    assert imported.status_code == 200
    exported = viewer.get("templates/export/")
    assert exported.status_code == 200
    assert exported.json() == json.loads(file.read_text())
    again = editor.send_raw("POST", "templates/import/", exported.content).json()
    assert sorted(again["unchanged"]) == sorted(exported.json())


def test_numbers_and_the_order_of_keys_stay_as_they_were_written(editor: Caller) -> None:
    written = document(payload_schema={"z": {"type": "float"}, "a": None}, payload={"z": 1.0, "a": 2**70})
    editor.post("templates/import/", {OTP: written})
    exported = editor.get("templates/export/")
    assert b'"z":1.0,"a":1180591620717411303424' in b"".join(exported.content.split())
    assert list(exported.json()[OTP]) == list(written)


def test_it_is_the_text_that_the_command_writes(editor: Caller) -> None:
    store(document(OTP), document(PASSWORD))
    written = io.StringIO()
    call_command("export_templates", stdout=written)
    exported = editor.get("templates/export/")
    assert exported.content.decode() == written.getvalue()
    assert exported["Content-Type"] == "application/json"


def test_archived_templates_are_left_out(editor: Caller) -> None:
    store(document(OTP), document(PASSWORD))
    scheduled(OTP)
    editor.send("DELETE", f"templates/{OTP}/")
    assert list(editor.get("templates/export/").json()) == [PASSWORD]


def test_without_templates_it_is_an_empty_file(viewer: Caller) -> None:
    assert viewer.get("templates/export/").json() == {}
