"""POST /api/v1/templates/import/"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from catalogue.services import save_template
from jobs.models import Job
from templates_app.documents import parse_document
from templates_app.models import JobTemplate
from templates_app.services import archive_template
from tests.api.caller import Caller, refused
from tests.factories import EDITOR, OTP, PASSWORD, document, recurring, scheduled, store

pytestmark = pytest.mark.django_db
IMPORT = "templates/import/"
ODD_SHAPES = json.loads((Path(settings.BASE_DIR) / "tests/fixtures/odd_shapes.json").read_text())


def test_it_reports_by_type_what_became_of_them(editor: Caller) -> None:
    store(document(OTP), document(PASSWORD))
    answer = editor.post(
        IMPORT, {OTP: document(), PASSWORD: document(PASSWORD, label="x"), "new_job": document("new_job")}
    )
    assert answer.status_code == 200
    report = answer.json()
    assert set(report) == {"created", "updated", "unchanged", "archived", "warnings"}
    assert (report["created"], report["updated"]) == (["new_job"], [PASSWORD])
    assert (report["unchanged"], report["archived"]) == ([OTP], [])


def test_the_odd_shapes_of_files_in_the_wild_are_taken_with_their_warnings(editor: Caller) -> None:
    report = editor.post(IMPORT, ODD_SHAPES).json()
    assert sorted(report["created"]) == sorted(ODD_SHAPES)
    reported = {(warning["code"], warning["attr"]) for warning in report["warnings"]}
    assert ("DEFAULT_NOT_IN_OPTIONS", "array_default_job.payload.filter") in reported
    assert ("ENDLESS_USER_JOB", "endless_job.rescheduleAfterTermination") in reported
    assert ("HANDLER_NOT_FOUND", "range_job.type") in reported
    for warning in report["warnings"]:
        assert set(warning) == {"code", "detail", "attr", "value", "remedy"}


def test_a_second_import_is_unchanged_and_makes_no_version(editor: Caller) -> None:
    editor.post(IMPORT, ODD_SHAPES)
    report = editor.post(IMPORT, ODD_SHAPES).json()
    assert sorted(report["unchanged"]) == sorted(ODD_SHAPES)
    assert (report["created"], report["updated"]) == ([], [])
    assert set(JobTemplate.objects.values_list("version", flat=True)) == {1}


def test_one_bad_template_stores_none_and_every_problem_is_reported_with_value_and_remedy(
    editor: Caller,
) -> None:
    bad_field = {"user_id": {"type": "uint", "minValue": "none"}}
    answer = editor.post(
        IMPORT,
        {
            "good_job": document("good_job"),
            OTP: document(payload_schema=bad_field),
            PASSWORD: document(PASSWORD, priority=10, nonsense=1),
            "other_job": document("another_job"),
            "no_job": 7,
        },
    )
    status, found = refused(answer)
    assert status == 400
    assert set(found) == {
        (f"{OTP}.payload_schema.user_id.minValue", "type"),
        (f"{PASSWORD}.priority", "maximum"),
        (f"{PASSWORD}.nonsense", "unknown_field"),
        ("other_job.type", "const"),
        ("no_job", "type"),
    }
    assert all({"value", "remedy"} <= set(error) for error in answer.json()["errors"])
    assert not JobTemplate.objects.exists()


@pytest.mark.parametrize("body", [[], "x", 7, [document()]])
def test_what_is_no_file_of_templates_is_400(editor: Caller, body: Any) -> None:
    assert refused(editor.post(IMPORT, body)) == (400, [(None, "type")])


def test_an_empty_file_imports_nothing(editor: Caller) -> None:
    assert editor.post(IMPORT, {}).json()["created"] == []


@pytest.mark.parametrize("query", ["dry_run=true", "dry_run=1", "dry_run", "dry_run="])
def test_a_dry_run_reports_the_same_and_stores_nothing(editor: Caller, query: str) -> None:
    dry = editor.post(f"{IMPORT}?{query}", {OTP: recurring()})
    assert dry.json()["created"] == [OTP]
    assert not JobTemplate.objects.exists()
    assert not Job.objects.exists()
    assert editor.post(IMPORT, {OTP: recurring()}).json() == dry.json()


def test_a_dry_run_reports_what_would_change_in_each_template(editor: Caller) -> None:
    store(document(OTP, maxRuns=3), document(PASSWORD))
    file = {OTP: document(payload={"user_id": 8}, label="x"), PASSWORD: document(PASSWORD)}
    report = editor.post(f"{IMPORT}?dry_run=1", file).json()
    assert report["changes"] == {
        OTP: [
            {"path": "payload.user_id", "before": 7, "after": 8},
            {"path": "maxRuns", "before": 3},
            {"path": "label", "after": "x"},
        ]
    }
    assert set(JobTemplate.objects.values_list("version", flat=True)) == {1}
    assert "changes" not in editor.post(IMPORT, file).json()


def test_a_bad_file_archives_nothing(editor: Caller) -> None:
    store(document(OTP), document(PASSWORD))
    assert editor.post(f"{IMPORT}?prune=1", {OTP: document(priority=10)}).status_code == 400
    assert not JobTemplate.objects.filter(archived=True).exists()


@pytest.mark.parametrize("name", ["dry_run", "prune"])
def test_a_flag_that_is_none_is_400_and_imports_nothing(editor: Caller, name: str) -> None:
    answer = editor.post(f"{IMPORT}?{name}=yes", {OTP: document()})
    assert refused(answer) == (400, [(name, "enum")])
    assert not JobTemplate.objects.exists()


def test_prune_archives_what_the_file_leaves_out(editor: Caller) -> None:
    store(document(OTP), document(PASSWORD))
    scheduled(PASSWORD)
    report = editor.post(f"{IMPORT}?prune=1", {OTP: document()}).json()
    assert (report["unchanged"], report["archived"]) == ([OTP], [PASSWORD])
    assert [one["type"] for one in editor.get("templates/").json()["results"]] == [OTP]


def test_a_system_job_without_its_defaults_is_refused_with_the_place_and_a_remedy(editor: Caller) -> None:
    answer = editor.post(IMPORT, {OTP: recurring(payload={})})
    assert refused(answer) == (400, [(f"{OTP}.payload.user_id", "required")])
    assert "payload" in answer.json()["errors"][0]["remedy"]
    mended = editor.post(IMPORT, {OTP: recurring()})
    assert mended.json()["created"] == [OTP]


def test_a_file_may_have_16_mb_and_no_more(editor: Caller) -> None:
    assert editor.post(IMPORT, {OTP: document(description="x" * 4000)}).status_code == 200
    assert refused(editor.send_raw("POST", IMPORT, b" " * (16 * 2**20 + 1))) == (413, [(None, "too_large")])


def test_it_is_for_editors(operator: Caller, viewer: Caller) -> None:
    for caller in (operator, viewer):
        assert caller.post(IMPORT, {OTP: document()}).status_code == 403
    assert not JobTemplate.objects.exists()


@pytest.mark.parametrize("query", ["prune=1", "prune=true&dry_run=1", "prune=1&force=0"])
@pytest.mark.parametrize("body", [{}, {"a_job": document("a_job")}], ids=["no templates", "only others"])
def test_a_file_of_none_of_the_templates_archives_none_without_force(
    editor: Caller, query: str, body: dict[str, Any]
) -> None:
    store(document(OTP), recurring(PASSWORD))
    answer = editor.post(f"{IMPORT}?{query}", body)
    assert refused(answer) == (400, [("prune", "prunes_everything")])
    assert "force" in answer.json()["errors"][0]["remedy"]
    assert set(JobTemplate.objects.filter(archived=False).values_list("type", flat=True)) == {OTP, PASSWORD}


@pytest.mark.parametrize("query", ["", "prune=1", "prune=1&force=1", "dry_run=1"])
def test_a_file_that_was_forgotten_is_400(editor: Caller, query: str) -> None:
    store(document(OTP))
    answer = editor.post(f"{IMPORT}?{query}")
    assert refused(answer) == (400, [(None, "required")])
    assert not JobTemplate.objects.filter(archived=True).exists()


def test_an_archived_template_that_comes_back_is_not_one_that_stays(editor: Caller) -> None:
    store(document(OTP), document(PASSWORD))
    archive_template(job_type=OTP, actor_name="ann")
    answer = editor.post(f"{IMPORT}?prune=1", {OTP: document(OTP)})
    assert refused(answer) == (400, [("prune", "prunes_everything")])
    assert JobTemplate.objects.filter(archived=True).values_list("type", flat=True).get() == OTP


def test_with_force_it_archives_all(editor: Caller) -> None:
    store(document(OTP), recurring(PASSWORD))
    tried = editor.post(f"{IMPORT}?prune=1&force=1&dry_run=1", {}).json()
    assert tried["archived"] == [PASSWORD, OTP]
    assert not JobTemplate.objects.filter(archived=True).exists()
    assert editor.post(f"{IMPORT}?prune=1&force=1", {}).json()["archived"] == [PASSWORD, OTP]
    assert not JobTemplate.objects.filter(archived=False).exists()
    # There is nothing left to be archived by mistake.
    assert editor.post(f"{IMPORT}?prune=1", {}).status_code == 200


def test_a_bare_prune_archives_nothing(editor: Caller) -> None:
    store(document(OTP), document(PASSWORD))
    for query in ("prune", "prune=&dry_run=1"):
        assert refused(editor.post(f"{IMPORT}?{query}", {OTP: document()})) == (400, [("prune", "enum")])
    assert not JobTemplate.objects.filter(archived=True).exists()


def test_a_key_that_stands_twice_is_reported_with_its_place_and_nothing_is_stored(editor: Caller) -> None:
    text = json.dumps({OTP: document()})
    doubled = {
        f'{{"{OTP}": {{}}, {text[1:]}': OTP,
        text.replace('"startInSeconds"', '"userTriggered": false, "startInSeconds"'): f"{OTP}.userTriggered",
        text.replace('"required"', '"type": "int", "required"'): f"{OTP}.payload_schema.user_id.type",
    }
    for raw, attr in doubled.items():
        assert refused(editor.send_raw("POST", IMPORT, raw.encode())) == (400, [(attr, "duplicate_key")])
    assert not JobTemplate.objects.exists()


BROKEN: dict[str, bytes] = {
    "no JSON": b'{"a":',
    "a list": b"[]",
    "no UTF-8": b'{"a": "\xff"}',
    "a NUL": rb'{"a": "\u0000"}',
    "a key twice": b'{"a": 1, "a": 2}',
    "too deep": json.dumps({"a": document(payload=json.loads("[" * 31 + "]" * 31))}).encode(),
    "too large": json.dumps({"a": document(payload={"user_id": [1] * 10_001})}).encode(),
    "no template": b'{"a": 1e999}',
    "a default of a system job": json.dumps({OTP: recurring(payload={})}).encode(),
    "a secret without a value": json.dumps(
        {OTP: document(payload_schema={"key": {"type": "secret"}}, payload={"key": "$encrypted$"})}
    ).encode(),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_problem_of_a_broken_file_has_value_and_remedy(editor: Caller, name: str) -> None:
    answer = editor.send_raw("POST", IMPORT, BROKEN[name])
    assert answer.status_code == 400
    for problem in answer.json()["errors"]:
        assert set(problem) == {"code", "detail", "attr", "value", "remedy"}
        assert problem["remedy"]


@pytest.mark.parametrize("query", ["dry=1", "dry_run=maybe", "prune="])
def test_so_has_each_of_its_address(editor: Caller, query: str) -> None:
    (problem,) = editor.post(f"{IMPORT}?{query}", {}).json()["errors"]
    assert problem["remedy"]
    assert problem["value"] is None


def test_a_bad_default_of_a_system_job_is_shown_but_no_secret(editor: Caller) -> None:
    fields = {
        "n": {"type": "uint", "required": True, "requiredIf": {"field": "key", "isSet": True}},
        "key": {"type": "secret"},
        "left": {"type": "object", "required": True, "fields": {"a": {"type": "int", "required": True}}},
    }
    bad = recurring(payload_schema=fields, payload={"n": 1, "key": "hunter2", "left": {}})
    answer = editor.post(IMPORT, {OTP: bad})
    assert refused(answer) == (400, [(f"{OTP}.payload.left.a", "required")])
    assert b"hunter2" not in answer.content


class TestATypeOfAnOlderReleaseThatIsReservedNow:
    """Nothing new may be called so; what is there is listed, exported and goes on."""

    @pytest.fixture(autouse=True)
    def stored(self, db: None) -> None:
        for one in (document("export"), recurring("import", crontab="")):
            save_template(spec=parse_document(one, is_stored=True), actor=EDITOR)

    def test_lists_and_exports_have_it(self, editor: Caller) -> None:
        listed = editor.get("templates/").json()["results"]
        assert [one["type"] for one in listed] == ["export", "import"]
        assert list(editor.get("templates/export/").json()) == ["export", "import"]

    def test_a_file_that_leaves_it_out_archives_it(self, editor: Caller) -> None:
        report = editor.post(f"{IMPORT}?prune=1&force=1", {OTP: document()}).json()
        assert report["archived"] == ["export", "import"]

    def test_a_file_that_has_it_is_refused_with_a_remedy(self, editor: Caller) -> None:
        answer = editor.post(IMPORT, {"export": document("export")})
        assert refused(answer) == (400, [("export.type", "reserved")])
