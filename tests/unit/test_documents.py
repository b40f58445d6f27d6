"""One template document: what each key means, and how wrong ones are named."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.errors import Invalid, Problem
from templates_app.documents import TemplateSpec, parse_document


def document(**changes: Any) -> dict[str, Any]:
    """A small valid document; `...` as a value takes the key out."""
    whole = {
        "type": "otp_send_job",
        "startInSeconds": 1,
        "userTriggered": True,
        "rescheduleAfterTermination": False,
        "payload_schema": {"user_id": {"type": "uint"}},
        "payload": {"user_id": 0},
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not ...}


def parsed(**changes: Any) -> TemplateSpec:
    return parse_document(document(**changes))


def problems(**changes: Any) -> list[Problem]:
    with pytest.raises(Invalid) as caught:
        parsed(**changes)
    return list(caught.value.problems)


def test_the_optional_keys_have_the_documented_defaults() -> None:
    spec = parsed()
    assert (spec.queue, spec.priority, spec.enabled) == ("default", 0, True)
    assert (spec.max_attempts, spec.retry_backoff_seconds, spec.max_lost) == (1, 10, 3)
    assert (spec.timeout_seconds, spec.max_concurrent, spec.max_runs) == (None, None, None)
    assert (spec.crontab, spec.time_zone, spec.on_missed) == (None, "UTC", "skip")
    assert spec.fresh_process is False
    assert (spec.label, spec.description) == ("Otp send job", "")


def test_every_key_is_read() -> None:
    spec = parsed(
        rescheduleAfterTermination=True,
        label="Password",
        description="Sends it",
        queue="mail.out-1",
        priority=9,
        maxAttempts=5,
        retryBackoffSeconds=0,
        maxLost=0,
        timeoutSeconds=60,
        freshProcess=True,
        maxConcurrent=2,
        maxRuns=10,
        crontab="30 2 * * 1-5",
        timeZone="Europe/Berlin",
        onMissed="run_once",
        enabled=False,
        payload_ui={"order": ["user_id"]},
    )
    assert (spec.type, spec.start_in_seconds, spec.user_triggered) == ("otp_send_job", 1, True)
    assert spec.reschedule_after_termination
    assert (spec.label, spec.description, spec.queue, spec.priority) == (
        "Password",
        "Sends it",
        "mail.out-1",
        9,
    )
    assert (spec.max_attempts, spec.retry_backoff_seconds, spec.max_lost) == (5, 0, 0)
    assert (spec.timeout_seconds, spec.max_concurrent, spec.max_runs) == (60, 2, 10)
    assert (spec.crontab, spec.time_zone, spec.on_missed) == ("30 2 * * 1-5", "Europe/Berlin", "run_once")
    assert spec.fresh_process is True
    assert not spec.enabled
    assert spec.compiled.initial == {"user_id": 0}


def test_the_document_stays_as_its_author_wrote_it() -> None:
    original = document(startInSeconds=1.0, maxRuns=None, payload={"user_id": 0.0})
    spec = parse_document(original)
    assert spec.document is original
    assert repr(original["payload"]) == "{'user_id': 0.0}"
    assert repr(spec.start_in_seconds) == "1"


def test_null_stands_for_an_optional_key_that_is_not_given() -> None:
    optional = (
        "label",
        "description",
        "queue",
        "priority",
        "timeoutSeconds",
        "freshProcess",
        "crontab",
        "onMissed",
        "enabled",
    )
    spec = parsed(**dict.fromkeys(optional))
    assert (spec.queue, spec.priority, spec.on_missed, spec.enabled) == ("default", 0, "skip", True)
    assert spec.fresh_process is False


@pytest.mark.parametrize("blank", ["", "  ", "\t\n", "\u00a0"])
def test_a_blank_label_is_none(blank: str) -> None:
    fields = {
        "user_id": {"type": "uint", "label": blank, "help": blank, "unit": blank, "group": blank},
        "mode": {
            "type": "options",
            "options": [{"value": "s3", "label": blank}, {"value": "b", "label": "B"}],
        },
    }
    spec = parsed(label=blank, description=blank, payload_schema=fields, payload={})
    assert (spec.label, spec.description) == ("Otp send job", "")
    user_id, mode = spec.compiled.json_schema["properties"].values()
    assert user_id["title"] == "User id"
    assert "description" not in user_id
    assert [option["title"] for option in mode["oneOf"]] == ["s3", "B"]
    assert set(spec.compiled.ui_schema) == {"ui:order", "mode"}


def test_default_values_may_be_left_out() -> None:
    assert parsed(payload=...).compiled.initial == {}


@pytest.mark.parametrize(
    "key", ["type", "startInSeconds", "userTriggered", "rescheduleAfterTermination", "payload_schema"]
)
def test_it_needs_the_keys_of_the_original_format(key: str) -> None:
    (missing,) = problems(**{key: ...})
    assert (missing.code, missing.attr) == ("required", key)
    (empty,) = problems(**{key: None})
    assert (empty.code, empty.attr) == ("type", key)


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("type", 3, "type"),
        ("type", "", "pattern"),
        ("type", "Otp", "pattern"),
        ("type", "otp_send_job\n", "pattern"),
        ("type", "a" * 64, "pattern"),
        ("type", "context", "reserved"),
        ("type", "import", "reserved"),
        ("type", "export", "reserved"),
        ("startInSeconds", -1, "minimum"),
        ("startInSeconds", "1", "type"),
        ("startInSeconds", 1.5, "type"),
        ("startInSeconds", True, "type"),
        ("startInSeconds", 400_000_000, "maximum"),
        ("userTriggered", "true", "type"),
        ("userTriggered", 1, "type"),
        ("rescheduleAfterTermination", 0, "type"),
        ("payload_schema", [], "type"),
        ("payload", [], "type"),
        ("payload_ui", [], "type"),
        ("label", 3, "type"),
        ("label", "x" * 201, "maxLength"),
        ("queue", "a b", "pattern"),
        ("queue", "", "pattern"),
        ("queue", "q" * 64, "pattern"),
        ("priority", 10, "maximum"),
        ("priority", -1, "minimum"),
        ("maxAttempts", 0, "minimum"),
        ("maxLost", -1, "minimum"),
        ("retryBackoffSeconds", -1, "minimum"),
        ("timeoutSeconds", 0, "minimum"),
        ("maxConcurrent", 0, "minimum"),
        ("maxRuns", 0, "minimum"),
        ("maxRuns", 2**31, "maximum"),
        ("onMissed", "always", "enum"),
        ("onMissed", 3, "type"),
        ("timeZone", "Europe/Berln", "enum"),
        ("timeZone", "../../etc/passwd", "enum"),
        ("timeZone", "", "enum"),
        ("enabled", "no", "type"),
        ("freshProcess", "true", "type"),
        ("freshProcess", 1, "type"),
        ("fresh_process", True, "unknown_field"),
        ("prioritty", 3, "unknown_field"),
        ("description", "a\0b", "format"),
        ("description", "\ud800", "format"),
    ],
)
def test_it_names_the_key_that_is_wrong(key: str, value: Any, code: str) -> None:
    (problem,) = problems(**{key: value})
    assert (problem.code, problem.attr) == (code, key)


def test_a_problem_brings_the_value_and_a_remedy() -> None:
    (problem,) = problems(start_in_seconds=5)
    assert problem.as_json() == {
        "code": "unknown_field",
        "detail": '"start_in_seconds" is no key of a template.',
        "attr": "start_in_seconds",
        "value": 5,
        "remedy": "Did you mean startInSeconds?",
    }
    (zone,) = problems(timeZone="Europe/Berln")
    assert zone.remedy == "Did you mean Europe/Berlin?"


def test_problems_of_rules_and_fields_come_together() -> None:
    found = problems(priority=10, payload_schema={"user_id": {"type": "uint", "minValue": 5, "maxValue": 3}})
    assert [problem.attr for problem in found] == ["priority", "payload_schema.user_id.minValue"]


@pytest.mark.parametrize("value", [None, [], "x", 3])
def test_a_document_must_be_an_object(value: Any) -> None:
    with pytest.raises(Invalid) as caught:
        parse_document(value)
    assert caught.value.problems[0].code == "type"


def test_the_type_must_be_the_one_of_its_place() -> None:
    with pytest.raises(Invalid) as caught:
        parse_document(document(), job_type="other_job")
    (problem,) = caught.value.problems
    assert (problem.code, problem.attr, problem.value) == ("const", "type", "otp_send_job")


def test_a_document_nested_too_deeply_is_refused_before_it_is_read() -> None:
    nested: Any = 1
    for _ in range(5_000):
        nested = [nested]
    (problem,) = problems(payload_schema={"f": None}, payload={"f": nested})
    assert problem.code == "too_deep"


def test_a_job_of_a_user_that_would_never_end_is_warned_of() -> None:
    spec = parsed(rescheduleAfterTermination=True)
    assert spec.is_endless_user_job
    assert [warning.code for warning in spec.warnings] == ["ENDLESS_USER_JOB"]
    assert not parsed(rescheduleAfterTermination=True, maxRuns=3).is_endless_user_job
    assert not parsed(rescheduleAfterTermination=True, userTriggered=False).is_endless_user_job


def test_a_template_without_a_handler_is_warned_of() -> None:
    (warning,) = parsed(type="no_such_job").warnings
    assert (warning.code, warning.attr, warning.value) == ("HANDLER_NOT_FOUND", "type", "no_such_job")
    assert "handlers/no_such_job.py" in str(warning.remedy)


def test_a_default_that_is_not_offered_is_warned_of() -> None:
    (warning,) = parsed(
        payload_schema={"colour": {"type": "options", "options": ["red"]}}, payload={"colour": "blue"}
    ).warnings
    assert (warning.code, warning.attr) == ("DEFAULT_NOT_IN_OPTIONS", "payload.colour")
