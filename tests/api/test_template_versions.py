"""GET templates/{type}/versions/{version}/, and changes that would not pass"""

from __future__ import annotations

from typing import Any

import pytest

from jobs.services.series_editing import create_series
from tests.api.caller import Caller, refused
from tests.factories import EDITOR, OTP, document, scheduled, store

pytestmark = pytest.mark.django_db
ONE = f"templates/{OTP}/"
STRICTER: dict[str, Any] = document(payload_schema={"user_id": {"type": "uint", "maxValue": 7}})


@pytest.fixture
def three_versions() -> None:
    for label in ("one", "two", "three"):
        store(document(label=label))


@pytest.mark.usefixtures("three_versions")
def test_a_version_lists_what_changed_in_it(viewer: Caller) -> None:
    answer = viewer.get(f"{ONE}versions/3/").json()
    assert set(answer) == {"version", "created_at", "created_by", "document", "against", "changes"}
    assert (answer["version"], answer["document"]) == (3, document(label="three"))
    assert answer["against"] == 2
    assert answer["changes"] == [{"path": "label", "before": "two", "after": "three"}]


@pytest.mark.usefixtures("three_versions")
def test_any_two_versions_can_be_compared(viewer: Caller) -> None:
    answer = viewer.get(f"{ONE}versions/1/?against=3").json()
    assert answer["against"] == 3
    assert answer["changes"] == [{"path": "label", "before": "three", "after": "one"}]
    assert viewer.get(f"{ONE}versions/2/?against=2").json()["changes"] == []


@pytest.mark.usefixtures("three_versions")
def test_the_first_version_is_compared_with_nothing(viewer: Caller) -> None:
    answer = viewer.get(f"{ONE}versions/1/").json()
    assert (answer["against"], answer["changes"]) == (None, [])


@pytest.mark.usefixtures("three_versions")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"{ONE}versions/4/", (404, [("version", "not_found")])),
        (f"{ONE}versions/3/?against=9", (404, [("version", "not_found")])),
        ("templates/no_such_job/versions/1/", (404, [("job_type", "not_found")])),
        (f"{ONE}versions/{10**30}/", (404, [("version", "not_found")])),
        (f"{ONE}versions/3/?against=x", (400, [("against", "type")])),
        (f"{ONE}versions/3/?against=0", (400, [("against", "minimum")])),
    ],
)
def test_versions_that_are_none_are_refused(viewer: Caller, path: str, expected: Any) -> None:
    assert refused(viewer.get(path)) == expected


def test_another_secret_value_is_reported_but_not_shown(viewer: Caller) -> None:
    fields = {"key": {"type": "secret"}}
    for value in ("s3cret-one", "s3cret-two"):
        store(document(payload_schema=fields, payload={"key": value}))
    answer = viewer.get(f"{ONE}versions/2/")
    assert answer.json()["changes"] == [
        {"path": "payload.key", "before": "$encrypted$", "after": "$encrypted$"}
    ]
    assert b"s3cret" not in answer.content


def test_a_dry_run_reports_it_too(editor: Caller) -> None:
    fields = {"key": {"type": "secret"}}
    store(document(payload_schema=fields, payload={"key": "s3cret-one"}))
    file = {OTP: document(payload_schema=fields, payload={"key": "s3cret-two"})}
    answer = editor.post("templates/import/?dry_run=true", file)
    assert answer.json()["changes"] == {
        OTP: [{"path": "payload.key", "before": "$encrypted$", "after": "$encrypted$"}]
    }
    assert b"s3cret" not in answer.content


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_that_would_not_pass_is_409_with_the_list_unless_it_is_forced(
    editor: Caller, method: str
) -> None:
    store()
    fields = {"payload": {"user_id": 8}, "every_seconds": 10}
    series_id = str(create_series(job_type=OTP, fields=fields, actor=EDITOR))
    job_id = str(scheduled(payload={"user_id": 9}))
    answer = editor.send(method, ONE, STRICTER)
    assert refused(answer) == (409, [("payload.user_id", "would_not_pass")] * 2)
    assert [one["value"] for one in answer.json()["errors"]] == [{"series": series_id}, {"job_id": job_id}]
    forced = editor.send(method, f"{ONE}?force=true", STRICTER)
    assert (forced.status_code, forced.json()["meta"]["version"]) == (200, 2)
    assert editor.get(f"series/{series_id}/").json()["pinned_version"] == 1


def test_an_import_that_would_not_pass_is_409_unless_it_is_forced(editor: Caller) -> None:
    store()
    scheduled(payload={"user_id": 9})
    answer = editor.post("templates/import/", {OTP: STRICTER})
    assert refused(answer) == (409, [(f"{OTP}.payload.user_id", "would_not_pass")])
    assert editor.post("templates/import/?force", {OTP: STRICTER}).json()["updated"] == [OTP]
