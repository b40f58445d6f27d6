"""GET templates/{type}/versions/ and form/, POST templates/{type}/validate/"""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from jobs.models import Job
from tests.api.caller import Caller, refused
from tests.factories import OTP, document, recurring, store

pytestmark = pytest.mark.django_db
ONE = f"templates/{OTP}/"
FIELDS: dict[str, Any] = {
    "payload_schema": {
        "user_id": {"type": "uint", "minValue": 0, "maxValue": None, "required": True, "label": "User Id"},
        "filter": {"type": "options", "options": ["likes", "visits"], "required": True},
        "note": {"type": "string"},
        "job_type": None,
    },
    "payload": {"user_id": 0, "filter": ["likes", "activity"], "job_type": ""},
}


def test_every_version_is_there_newest_first(viewer: Caller) -> None:
    store(document())
    store(document(label="two"))
    newest, oldest = viewer.get(f"{ONE}versions/").json()["results"]
    assert set(newest) == {"version", "created_at", "created_by", "document"}
    assert (newest["version"], newest["document"]) == (2, document(label="two"))
    assert (oldest["version"], oldest["document"]) == (1, document())
    assert newest["created_at"].endswith("Z")


def test_a_form_has_a_json_schema_hints_and_default_values(viewer: Caller) -> None:
    store(document(**FIELDS))
    form = viewer.get(f"{ONE}form/").json()
    assert set(form) == {"schema", "ui_schema", "initial"}
    assert form["schema"]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert form["schema"]["required"] == ["user_id", "filter"]
    assert form["schema"]["properties"]["user_id"]["title"] == "User Id"
    assert form["schema"]["properties"]["filter"]["type"] == "array"
    assert form["ui_schema"]["job_type"] == {"ui:widget": "hidden"}
    assert form["initial"] == {"user_id": 0, "filter": ["likes"]}


def test_the_forms_schema_takes_its_own_default_values(viewer: Caller) -> None:
    store(document(**FIELDS))
    form = viewer.get(f"{ONE}form/").json()
    assert jsonschema_rs.Draft202012Validator(form["schema"]).is_valid(form["initial"])


NESTED: dict[str, Any] = {
    "payload_schema": {
        "mode": {"type": "options", "options": ["s3", "local"], "required": True},
        "bucket": {"type": "string", "required": True, "showIf": {"field": "mode", "equals": "s3"}},
        "servers": {
            "type": "array",
            "items": {
                "type": "object",
                "fields": {"port": {"type": "uint", "range": [1, 65535], "default": 443}},
            },
        },
    },
    "payload": {"mode": "local", "bucket": "backups"},
}


def test_a_problem_inside_is_named_by_its_whole_path_at_every_door(operator: Caller) -> None:
    store(document(**NESTED))
    payload = {"bucket": "b", "servers": [{}, {"port": 0}]}
    problems = [("payload.bucket", "not_used"), ("payload.servers.1.port", "minimum")]
    assert refused(validate(operator, payload)) == (400, problems)
    job = {"job_type": OTP, "payload": payload}
    assert refused(operator.post("jobs/", job)) == (400, problems)
    bulk = [(f"jobs.0.{attr}", code) for attr, code in problems]
    assert refused(operator.post("jobs/bulk/", {"jobs": [job]})) == (400, bulk)


def test_defaults_inside_are_filled_in_and_those_of_hidden_fields_are_not(operator: Caller) -> None:
    store(document(**NESTED))
    assert validate(operator, {"servers": [{}]}).json() == {
        "payload": {"mode": "local", "servers": [{"port": 443}]}
    }
    assert validate(operator, {"mode": "s3"}).json() == {"payload": {"mode": "s3", "bucket": "backups"}}


def validate(caller: Caller, payload: Any) -> Any:
    return caller.post(f"{ONE}validate/", {"payload": payload})


def test_a_good_payload_comes_back_with_its_defaults(viewer: Caller) -> None:
    store(document(**FIELDS))
    answer = validate(viewer, {"user_id": 2**70, "filter": "visits"})
    assert answer.status_code == 200
    assert answer.json() == {"payload": {"user_id": 2**70, "filter": ["visits"], "job_type": OTP}}
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"user_id": 5},
        {"user_id": 5.0},
        {"user_id": -1},
        {"user_id": None},
        {"user_id": "5"},
        {"filter": []},
        {"filter": ["nonsense"]},
        {"filter": "nonsense"},
        {"filter": ["likes", "likes"]},
        {"note": 7, "nonsense": 1},
        {"note": None},
        {"job_id": "x"},
        {"job_type": 7},
        [],
        "x",
        None,
        7,
    ],
    ids=str,
)
def test_it_answers_exactly_as_creating_the_job_would(operator: Caller, payload: Any) -> None:
    store(document(**FIELDS))
    tried = validate(operator, payload)
    created = operator.post("jobs/", {"job_type": OTP, "payload": payload})
    if tried.status_code == 200:
        assert created.status_code == 201
        assert created.json()["payload"] == tried.json()["payload"]
    else:
        assert (tried.status_code, created.status_code) == (400, 400)
        assert tried.json() == created.json()


@pytest.mark.parametrize(
    ("body", "problem"),
    [({}, ("payload", "required")), ({"payload": {}, "nonsense": 1}, ("nonsense", "unknown_field"))],
)
def test_a_body_without_a_payload_is_400(viewer: Caller, body: Any, problem: tuple[str, str]) -> None:
    store(document())
    assert refused(viewer.post(f"{ONE}validate/", body)) == (400, [problem])


def test_an_unknown_type_is_404(viewer: Caller) -> None:
    answer = viewer.post("templates/no_such_job/validate/", {"payload": {}})
    assert refused(answer) == (404, [("job_type", "not_found")])


def test_everybody_who_may_see_may_try_also_a_system_template(viewer: Caller) -> None:
    store(recurring())
    assert validate(viewer, {}).status_code == 200


def test_a_handler_s_own_rules_answer_alike_wherever_a_payload_comes_in(
    operator: Caller, write_handler: Any
) -> None:
    rules = "if data['user_id'] == 13:\n    raise InvalidPayload('user_id', 'Not on a Friday')"
    write_handler("friday_job", "return 1", validate=rules)
    store(document("friday_job"))
    bad = {"user_id": 13}
    tried = operator.post("templates/friday_job/validate/", {"payload": bad})
    created = operator.post("jobs/", {"job_type": "friday_job", "payload": bad})
    many = operator.post("jobs/bulk/", {"jobs": [{"job_type": "friday_job", "payload": bad}]})
    assert tried.json() == created.json()
    assert refused(tried) == (400, [("payload.user_id", "invalid")])
    assert refused(many) == (400, [("jobs.0.payload.user_id", "invalid")])
    assert tried.json()["errors"][0]["detail"] == "Not on a Friday"
