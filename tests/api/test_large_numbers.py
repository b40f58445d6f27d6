"""Whole numbers beyond 2^53 are never rounded: what was sent is what is stored, answered and exported."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command

from tests.api.caller import Caller
from tests.factories import number_events, template

pytestmark = pytest.mark.django_db
# As it is sent, and the digits that come back.
NUMBERS = {
    "9007199254740993": b"9007199254740993",
    "9007199254740993.0": b"9007199254740993",
    "-18446744073709551617": b"-18446744073709551617",
    "1000000000000000000000000000000000001.00": b"1000000000000000000000000000000000001",
    "9.007199254740993e15": b"9007199254740993",
}
FIELDS = {"n": {"type": "int"}, "f": {"type": "float"}, "a": None}
every_number = pytest.mark.parametrize(("sent", "digits"), NUMBERS.items(), ids=list(NUMBERS))


def count(answer: Any, digits: bytes) -> int:
    """How often it stands there, whole."""
    assert answer.status_code < 300, answer.content
    written: bytes = answer.content.replace(b" ", b"").replace(b"}", b",")
    return written.count(b":" + digits + b",")


@every_number
def test_in_the_payload_of_a_job(editor: Caller, sent: str, digits: bytes) -> None:
    template(payload_schema=FIELDS, payload={})
    payload = f'{{"n": {sent}, "f": {sent}, "a": {{"deep": [{{"x": {sent}}}]}}}}'
    body = f'{{"job_type": "otp_send_job", "payload": {payload}}}'.encode()
    made = editor.send_raw("POST", "jobs/", body)
    assert count(made, digits) == 3
    job_id = made.json()["job_id"]
    number_events()
    for path in (f"jobs/{job_id}/", "jobs/", "events/"):
        assert count(editor.get(path), digits) == 3, path
    assert count(editor.post(f"jobs/{job_id}/rerun/", {}), digits) == 3
    validated = editor.send_raw(
        "POST", "templates/otp_send_job/validate/", f'{{"payload": {payload}}}'.encode()
    )
    assert count(validated, digits) == 3


@every_number
def test_in_a_template(editor: Caller, tmp_path: Any, sent: str, digits: bytes) -> None:
    text = (
        '{"otp_send_job": {"type": "otp_send_job", "startInSeconds": 0, "userTriggered": true,'
        ' "rescheduleAfterTermination": false,'
        f' "payload_schema": {{"n": {{"type": "int", "maxValue": {sent}}}, "a": null}},'
        f' "payload": {{"n": {sent}, "a": {sent}}}}}}}'
    )
    assert editor.send_raw("POST", "templates/import/", text.encode()).json()["created"] == ["otp_send_job"]
    file = tmp_path / "templates.json"
    file.write_text(text)
    out = io.StringIO()
    call_command("import_templates", str(file), stdout=out)
    assert "unchanged: otp_send_job" in out.getvalue()
    for path in ("templates/", "templates/otp_send_job/", "templates/otp_send_job/versions/"):
        assert count(editor.get(path), digits) == 3, path
    exported = editor.get("templates/export/")
    assert exported.content.count(b": " + digits) == 3
    assert count(editor.get("templates/otp_send_job/form/"), digits) >= 3
