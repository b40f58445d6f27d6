"""Whole files: the shipped examples, the odd shapes of files in the wild, and every problem at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import templates_app
from foundation.errors import Invalid
from templates_app.documents import TemplateSpec, parse_file
from templates_app.payload_schema import complete_payload

EXAMPLES = Path(templates_app.__path__[0]) / "examples" / "job_templates.json"
ODD_SHAPES = Path(__file__).parents[1] / "fixtures" / "odd_shapes.json"


@pytest.fixture(scope="module")
def odd() -> dict[str, TemplateSpec]:
    return {spec.type: spec for spec in parse_file(json.loads(ODD_SHAPES.read_text()))}


def codes(spec: TemplateSpec) -> list[str]:
    return [warning.code for warning in spec.warnings if warning.code != "HANDLER_NOT_FOUND"]


def test_the_shipped_examples_are_without_warnings_and_jobs_of_them_can_be_made() -> None:
    specs = parse_file(json.loads(EXAMPLES.read_text()))
    assert len(specs) == 6
    for spec in specs:
        assert spec.warnings == ()
        assert spec.description
        assert complete_payload(spec.compiled, {}, job_type=spec.type)


@pytest.mark.parametrize(
    ("job_type", "pause", "user_triggered"),
    [
        ("birthday_notification_job", 10, False),
        ("profile_stats_aggregator_job", 5, False),
        ("profile_archive_generator_job", 3, True),
        ("otp_send_job", 1, True),
        ("forgot_password_job", 1, True),
        ("relationship_rankings_job", 10, False),
    ],
)
def test_the_shipped_examples_run_when_the_original_ones_do(
    job_type: str, pause: int, user_triggered: bool
) -> None:
    spec = next(spec for spec in parse_file(json.loads(EXAMPLES.read_text())) if spec.type == job_type)
    assert (spec.start_in_seconds, spec.user_triggered) == (pause, user_triggered)
    assert spec.reschedule_after_termination is not user_triggered


def test_a_range_is_both_bounds(odd: dict[str, TemplateSpec]) -> None:
    field = odd["range_job"].compiled.json_schema["properties"]["profiles"]
    assert (field["minimum"], field["maximum"], field["title"]) == (0, 1000, "Profiles")
    assert odd["range_job"].compiled.json_schema["required"] == []


def test_null_fields_accept_anything_and_the_job_type_is_filled_in(odd: dict[str, TemplateSpec]) -> None:
    spec = odd["null_fields_job"]
    assert complete_payload(spec.compiled, {}, job_type=spec.type) == {
        "user_id": 0,
        "anything": {"nested": [1.0, None]},
        "job_type": "null_fields_job",
    }
    assert codes(spec) == []


def test_a_list_as_default_of_options_means_several_and_the_unknown_one_is_dropped(
    odd: dict[str, TemplateSpec],
) -> None:
    spec = odd["array_default_job"]
    assert complete_payload(spec.compiled, {}, job_type=spec.type) == {"filter": ["red"]}
    assert complete_payload(spec.compiled, {"filter": "green"}, job_type=spec.type) == {"filter": ["green"]}
    assert codes(spec) == ["DEFAULT_NOT_IN_OPTIONS"]
    assert spec.document["payload"] == {"filter": ["red", "purple"]}


def test_an_endless_user_job_is_taken_with_a_warning(odd: dict[str, TemplateSpec]) -> None:
    assert codes(odd["endless_job"]) == ["ENDLESS_USER_JOB"]


def test_every_problem_of_every_entry_is_reported_with_its_path() -> None:
    good: dict[str, Any] = json.loads(ODD_SHAPES.read_text())["range_job"]
    file = {
        "range_job": good,
        "a_job": {
            **good,
            "type": "a_job",
            "payload_schema": {"n": {"type": "uint", "minValue": "0"}},
            "payload": {},
        },
        "b_job": {**good, "type": "c_job", "startInSeconds": 0},
        "d_job": 5,
    }
    with pytest.raises(Invalid) as caught:
        parse_file(file)
    assert [(problem.code, problem.attr) for problem in caught.value.problems] == [
        ("type", "a_job.payload_schema.n.minValue"),
        ("minimum", "b_job.startInSeconds"),
        ("const", "b_job.type"),
        ("type", "d_job"),
    ]


@pytest.mark.parametrize("data", [None, [], "x", 3])
def test_a_file_must_be_one_object(data: Any) -> None:
    with pytest.raises(Invalid):
        parse_file(data)


def test_an_empty_file_has_no_templates() -> None:
    assert parse_file({}) == []
