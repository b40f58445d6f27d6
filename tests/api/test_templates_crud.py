"""GET and POST /api/v1/templates/, GET, PUT, PATCH and DELETE /api/v1/templates/{type}/"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jobs.models import Job, Series
from templates_app.models import JobTemplate
from tests.api.caller import Caller, refused
from tests.factories import OTP, PASSWORD, document, recurring, scheduled, store

pytestmark = pytest.mark.django_db
TEMPLATES = "templates/"
ONE = f"templates/{OTP}/"


def types(answer: Any) -> list[str]:
    assert answer.status_code == 200
    return [one["type"] for one in answer.json()["results"]]


class TestList:
    def test_it_lists_by_type(self, viewer: Caller) -> None:
        store(document(OTP), recurring(PASSWORD))
        assert types(viewer.get(TEMPLATES)) == [PASSWORD, OTP]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"user_triggered": "true"}, [OTP]),
            ({"user_triggered": "false"}, [PASSWORD]),
            ({"search": "OTP"}, [OTP]),
            ({"search": "reset"}, [PASSWORD]),
            ({"search": "o", "user_triggered": "1"}, [OTP]),
            ({"search": "no such"}, []),
        ],
    )
    def test_it_is_narrowed(self, viewer: Caller, query: dict[str, str], expected: list[str]) -> None:
        store(document(OTP), recurring(PASSWORD, label="Reset mail"))
        assert types(viewer.get(TEMPLATES, query)) == expected

    def test_a_flag_that_is_none_is_400(self, viewer: Caller) -> None:
        answer = viewer.get(TEMPLATES, {"user_triggered": "maybe"})
        assert refused(answer) == (400, [("user_triggered", "enum")])

    def test_archived_templates_are_left_out(self, viewer: Caller, editor: Caller) -> None:
        store(document(OTP), document(PASSWORD))
        scheduled(OTP)
        editor.send("DELETE", ONE)
        assert types(viewer.get(TEMPLATES)) == [PASSWORD]


class TestCreate:
    def test_it_answers_201_with_the_document_and_its_meta(self, editor: Caller) -> None:
        answer = editor.post(TEMPLATES, document())
        assert answer.status_code == 201
        body = answer.json()
        meta = body.pop("meta")
        assert body == document()
        reported = {
            "version",
            "archived",
            "handler",
            "handler_problem",
            "warnings",
            "updated_at",
            "updated_by",
            "rights",
            "hidden",
        }
        assert set(meta) == reported
        assert (meta["version"], meta["archived"], meta["handler"]) == (1, False, True)
        assert meta["handler_problem"] is None
        assert (meta["warnings"], meta["updated_by"]) == ([], "editor-person")
        assert meta["updated_at"].endswith("Z")

    def test_its_warnings_are_reported(self, editor: Caller) -> None:
        answer = editor.post(TEMPLATES, document("nobodys_job"))
        (warning,) = answer.json()["meta"]["warnings"]
        assert (warning["code"], warning["attr"]) == ("HANDLER_NOT_FOUND", "type")
        assert answer.json()["meta"]["handler"] is False
        assert answer.json()["meta"]["handler_problem"].startswith("There is no handler: add ")

    def test_a_handler_that_cannot_run_is_reported_with_the_reason_in_list_and_template(
        self, editor: Caller, write_handler: Callable[..., None]
    ) -> None:
        write_handler("broken_job", "import no_such_module\nyield 1")
        reported = editor.post(TEMPLATES, document("broken_job")).json()["meta"]
        assert (reported["handler"], [one["code"] for one in reported["warnings"]]) == (
            False,
            ["HANDLER_BROKEN"],
        )
        assert "is async or a generator" in reported["handler_problem"]
        assert reported["handler_problem"] in reported["warnings"][0]["detail"]
        (listed,) = editor.get(TEMPLATES).json()["results"]
        assert editor.get(f"{TEMPLATES}broken_job/").json()["meta"] == listed["meta"] == reported
        write_handler("broken_job", "return 1")
        mended = editor.get(f"{TEMPLATES}broken_job/").json()["meta"]
        assert (mended["handler"], mended["handler_problem"], mended["warnings"]) == (True, None, [])

    def test_a_type_that_exists_is_409(self, editor: Caller) -> None:
        store(document())
        assert refused(editor.post(TEMPLATES, document())) == (409, [("type", "already_exists")])

    @pytest.mark.parametrize(
        ("changed", "problem"),
        [
            ({"type": "Bad Type"}, ("type", "pattern")),
            ({"type": "registry"}, ("type", "reserved")),
            ({"priority": 10}, ("priority", "maximum")),
            ({"nonsense": 1}, ("nonsense", "unknown_field")),
            ({"startInSeconds": -1}, ("startInSeconds", "minimum")),
            (
                {"payload_schema": {"n": {"type": "uint", "minValue": 5, "maxValue": 1}}, "payload": {}},
                ("payload_schema.n.minValue", "maximum"),
            ),
            (
                {"payload_schema": {"job_id": {"type": "uint"}}, "payload": {}},
                ("payload_schema.job_id", "reserved"),
            ),
        ],
    )
    def test_a_bad_key_is_400_there_with_value_and_remedy(
        self, editor: Caller, changed: dict[str, Any], problem: tuple[str, str]
    ) -> None:
        answer = editor.post(TEMPLATES, document(**changed))
        assert refused(answer) == (400, [problem])
        assert {"value", "remedy"} <= set(answer.json()["errors"][0])
        assert not JobTemplate.objects.exists()

    @pytest.mark.parametrize("body", [[], "x", 7, None])
    def test_a_body_that_is_no_document_is_400(self, editor: Caller, body: Any) -> None:
        assert editor.post(TEMPLATES, body).status_code == 400

    def test_a_recurring_system_template_starts_its_series(self, editor: Caller) -> None:
        editor.post(TEMPLATES, recurring())
        assert Series.objects.get().state == "active"
        assert Job.objects.count() == 1


class TestRead:
    def test_it_shows_the_document_as_its_author_wrote_it(self, viewer: Caller) -> None:
        written = document(
            payload_schema={"z": {"type": "float"}, "a": None}, payload={"z": 1.0, "a": [2**70]}
        )
        store(written)
        answer = viewer.get(ONE)
        body = answer.json()
        assert {key: value for key, value in body.items() if key != "meta"} == written
        assert list(body["payload_schema"]) == ["z", "a"]
        assert b"1.0" in answer.content
        assert answer["ETag"] == '"1"'

    def test_an_archived_one_is_shown_as_such(self, viewer: Caller, editor: Caller) -> None:
        scheduled()
        editor.send("DELETE", ONE)
        assert viewer.get(ONE).json()["meta"]["archived"] is True

    @pytest.mark.parametrize("job_type", ["no_such_job", "%00", "A", "x" * 300, "\U0001f600"])
    @pytest.mark.parametrize("below", ["", "versions/", "form/"])
    def test_an_unknown_type_is_404(self, viewer: Caller, job_type: str, below: str) -> None:
        assert refused(viewer.get(f"templates/{job_type}/{below}")) == (404, [("job_type", "not_found")])


class TestReplace:
    def test_a_change_makes_a_new_version(self, editor: Caller) -> None:
        store(document())
        answer = editor.send("PUT", ONE, document(label="another"))
        assert answer.status_code == 200
        assert (answer.json()["label"], answer.json()["meta"]["version"]) == ("another", 2)

    def test_the_same_document_makes_none(self, editor: Caller) -> None:
        store(document())
        assert editor.send("PUT", ONE, document()).json()["meta"]["version"] == 1

    def test_what_was_read_can_be_sent_back(self, editor: Caller) -> None:
        store(document())
        assert editor.send("PUT", ONE, editor.get(ONE).json()).json()["meta"]["version"] == 1

    def test_the_type_may_be_left_to_the_address_and_must_not_differ(self, editor: Caller) -> None:
        store(document())
        without = {key: value for key, value in document(label="x").items() if key != "type"}
        assert editor.send("PUT", ONE, without).status_code == 200
        assert refused(editor.send("PUT", ONE, document(PASSWORD))) == (400, [("type", "const")])

    def test_a_bad_key_is_400_and_changes_nothing(self, editor: Caller) -> None:
        store(document())
        assert refused(editor.send("PUT", ONE, document(priority=10))) == (400, [("priority", "maximum")])
        assert editor.get(ONE).json()["meta"]["version"] == 1

    def test_an_unknown_type_is_404_and_makes_none(self, editor: Caller) -> None:
        assert editor.send("PUT", ONE, document()).status_code == 404
        assert not JobTemplate.objects.exists()


class TestChange:
    def test_it_replaces_the_keys_that_are_sent(self, editor: Caller) -> None:
        store(document(label="one", priority=3))
        body = editor.send("PATCH", ONE, {"label": "two"}).json()
        assert (body["label"], body["priority"], body["meta"]["version"]) == ("two", 3, 2)

    def test_null_takes_an_optional_key_out(self, editor: Caller) -> None:
        store(document(label="one", priority=3))
        assert "priority" not in editor.send("PATCH", ONE, {"priority": None}).json()

    def test_another_null_that_its_author_wrote_stays(self, editor: Caller) -> None:
        store(document(maxRuns=None, label="x"))
        editor.send("PATCH", ONE, {"priority": 1, "label": None})
        assert editor.get("templates/export/").json() == {OTP: document(maxRuns=None, priority=1)}

    def test_null_for_a_key_that_must_be_there_is_400(self, editor: Caller) -> None:
        store(document())
        answer = editor.send("PATCH", ONE, {"startInSeconds": None})
        assert refused(answer) == (400, [("startInSeconds", "required")])

    def test_disabling_and_enabling_pauses_and_starts_the_series(self, editor: Caller) -> None:
        store(recurring())
        editor.send("PATCH", ONE, {"enabled": False})
        assert Series.objects.get().state == "paused"
        editor.send("PATCH", ONE, {"enabled": True})
        assert Series.objects.get().state == "active"


class TestRemove:
    def test_one_without_jobs_is_deleted(self, editor: Caller) -> None:
        store(document())
        answer = editor.send("DELETE", ONE)
        assert (answer.status_code, answer.content) == (204, b"")
        assert editor.get(ONE).status_code == 404

    def test_one_with_jobs_is_archived_and_its_jobs_stay(self, editor: Caller) -> None:
        job_id = scheduled()
        assert editor.send("DELETE", ONE).status_code == 204
        assert editor.get(f"jobs/{job_id}/").json()["job_type"] == OTP
        assert editor.get(ONE).json()["meta"]["archived"] is True

    def test_a_deleted_types_version_numbers_are_not_used_again(self, editor: Caller) -> None:
        store(document())
        editor.send("DELETE", ONE)
        assert editor.post(TEMPLATES, document()).json()["meta"]["version"] == 2

    def test_an_unknown_type_is_404(self, editor: Caller) -> None:
        assert editor.send("DELETE", ONE).status_code == 404


class TestIfMatch:
    @pytest.fixture(autouse=True)
    def _two_versions(self, db: None) -> None:
        store(document())
        store(document(label="two"))

    @pytest.mark.parametrize(("method", "body"), [("PUT", document(label="x")), ("PATCH", {"label": "x"})])
    def test_the_version_one_has_read_is_taken(self, editor: Caller, method: str, body: Any) -> None:
        assert editor.send(method, ONE, body, If_Match='"2"').json()["meta"]["version"] == 3

    @pytest.mark.parametrize("header", ["2", 'W/"2"', "*", ' "2" '])
    def test_it_may_be_written_in_other_ways(self, editor: Caller, header: str) -> None:
        assert editor.send("PATCH", ONE, {"label": "x"}, If_Match=header).status_code == 200

    @pytest.mark.parametrize(
        ("method", "body"), [("PUT", document(label="x")), ("PATCH", {"label": "x"}), ("DELETE", None)]
    )
    @pytest.mark.parametrize("version", ['"1"', '"3"'])
    def test_a_stale_version_is_409_and_changes_nothing(
        self, editor: Caller, method: str, body: Any, version: str
    ) -> None:
        answer = editor.send(method, ONE, body, If_Match=version)
        assert refused(answer) == (409, [(None, "version_conflict")])
        assert editor.get(ONE).json()["label"] == "two"

    @pytest.mark.parametrize("header", ["two", '"', "-1", '"1", "2"', "9" * 5000])
    def test_what_is_no_version_is_400(self, editor: Caller, header: str) -> None:
        answer = editor.send("PATCH", ONE, {"label": "x"}, If_Match=header)
        assert refused(answer) == (400, [(None, "if_match")])


def test_templates_are_changed_by_editors_only(operator: Caller, viewer: Caller) -> None:
    store(document())
    for caller in (operator, viewer):
        assert caller.get(ONE).status_code == 200
        assert caller.post(TEMPLATES, document(PASSWORD)).status_code == 403
        assert caller.send("PUT", ONE, document(label="x")).status_code == 403
        assert caller.send("PATCH", ONE, {"label": "x"}).status_code == 403
        assert caller.send("DELETE", ONE).status_code == 403
    assert operator.get(ONE).json()["meta"]["version"] == 1
