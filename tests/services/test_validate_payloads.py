"""A handler's own `validate` is asked at every door, and whatever it does ends as a clear answer."""

from __future__ import annotations

import os
from typing import Any

import pytest

from catalogue import importing, services
from foundation.errors import AppError, Conflict, Invalid
from jobs.models import Job
from jobs.services import validation
from jobs.services.control import rerun_job
from jobs.services.preparing import Submission
from jobs.services.series_editing import change_series, create_series
from jobs.services.submit import submit_job, submit_jobs, submit_once
from jobs.services.validation import validate_payload
from templates_app.documents import parse_document
from templates_app.models import JobTemplate
from tests.factories import ANN, EDITOR, document, job, recurring, template

pytestmark = pytest.mark.django_db

TRIP = {
    "payload_schema": {
        "start": {"type": "uint", "required": True},
        "end": {"type": "uint", "required": True},
        "stops": {"type": "options", "options": ["a", "b"], "multiple": True},
    },
    "payload": {"start": 1, "end": 5},
}
RULES = """
if data["end"] <= data["start"]:
    raise InvalidPayload("end", "must be after start")
"""


@pytest.fixture
def trip(write_handler) -> Any:
    """Makes the handler `trip` with these rules, and its template."""

    def make(rules: str = RULES, **keys: Any) -> None:
        write_handler("trip", "return data", validate=rules)
        template("trip", **TRIP | keys)

    return make


def problems(kind: type[AppError], do: Any) -> list[tuple[str | None, str, str]]:
    before = Job.objects.count()
    with pytest.raises(kind) as caught:
        do()
    assert Job.objects.count() == before
    return [(one.attr, one.code, one.detail) for one in caught.value.problems]


def submit(**payload: Any) -> Any:
    return submit_job(submission=Submission("trip", payload), actor=ANN)["id"]


REFUSED = [("payload.end", "invalid", "must be after start")]


def test_it_is_asked_after_the_defaults_are_filled_in(trip) -> None:
    trip()
    assert job(submit(start=2)).payload == {"start": 2, "end": 5}
    assert problems(Invalid, lambda: submit(start=5)) == REFUSED


def test_it_is_not_asked_about_a_payload_that_breaks_the_schema(trip) -> None:
    trip("raise AssertionError('asked')")
    ((attr, code, _),) = problems(Invalid, lambda: submit(start="x"))
    assert (attr, code) == ("payload.start", "type")


def test_a_rerun_is_judged_by_it(trip) -> None:
    trip()
    old = submit()
    assert problems(Invalid, lambda: rerun_job(job_id=old, payload={"end": 0}, actor=ANN)) == REFUSED


def test_a_request_with_an_idempotency_key_is_judged_by_it(trip) -> None:
    trip()
    submission = Submission("trip", {"end": 0})
    assert (
        problems(Invalid, lambda: submit_once(submission=submission, actor=ANN, key="k", body=b"")) == REFUSED
    )


def test_of_many_every_refused_one_is_named(trip) -> None:
    trip()
    submissions = [Submission("trip", {"end": end}) for end in (9, 0, "x", 1)]
    found = problems(Invalid, lambda: submit_jobs(submissions=submissions, actor=ANN))
    assert [(attr, code) for attr, code, _ in found] == [
        ("jobs.1.payload.end", "invalid"),
        ("jobs.2.payload.end", "type"),
        ("jobs.3.payload.end", "invalid"),
    ]


def test_the_payload_of_a_series_is_judged_by_it(trip) -> None:
    trip()
    timing = {"every_seconds": 60}
    fields = timing | {"payload": {"end": 0}}
    refused = problems(Invalid, lambda: create_series(job_type="trip", fields=fields, actor=EDITOR))
    series_id = create_series(job_type="trip", fields=timing, actor=EDITOR)
    changes = {"payload": {"end": 0}}
    refused_later = problems(
        Invalid, lambda: change_series(series_id=series_id, changes=changes, actor=EDITOR)
    )
    assert refused == refused_later == REFUSED


def test_a_trial_of_a_payload_is_judged_by_it(trip) -> None:
    trip()
    spec = parse_document(document("trip", **TRIP))
    assert validate_payload(spec, {}, may_edit=True).payload == {"start": 1, "end": 5}
    assert problems(Invalid, lambda: validate_payload(spec, {"end": 1}, may_edit=True)) == REFUSED


def test_the_defaults_of_a_job_that_starts_by_itself_must_pass_it(trip, write_handler) -> None:
    write_handler("trip", "return data", validate=RULES)
    bad = parse_document(recurring("trip", **TRIP | {"payload": {"start": 5, "end": 5}}))
    single = problems(Invalid, lambda: services.save_template(spec=bad, actor=EDITOR))
    assert single == REFUSED
    (found,) = problems(Invalid, lambda: importing.import_templates(specs=[bad], actor=EDITOR))
    assert found[0] == "trip.payload.end"
    assert not JobTemplate.objects.exists()


def test_it_may_name_several_fields_and_the_payload_as_a_whole(trip) -> None:
    trip("raise InvalidPayload({'stops.0': 'is closed', '': 'is too much'}, code='closed')")
    assert problems(Invalid, submit) == [
        ("payload.stops.0", "closed", "is closed"),
        ("payload", "closed", "is too much"),
    ]


def test_it_gets_a_copy(trip) -> None:
    trip("data['stops'].append('c')\ndata.clear()")
    assert job(submit(stops=["a"])).payload == {"start": 1, "end": 5, "stops": ["a"]}


@pytest.mark.parametrize(
    "rules",
    [
        "data['nothing']",
        "raise SystemExit(3)",
        "raise InvalidPayload('end', 'x' , code=3)",
        "raise JobFailed('not here')",
        "return validate(data)",
        "problem = InvalidPayload('end', 'x')\nproblem.problems = 3\nraise problem",
        "class Odd(Exception):\n    def __str__(self): raise ValueError\nraise Odd",
    ],
)
def test_whatever_else_it_raises_is_a_clear_refusal_with_its_traceback_in_the_log(
    trip, caplog, rules
) -> None:
    trip(rules)
    ((attr, code, detail),) = problems(Invalid, submit)
    assert (attr, code) == ("payload", "validate_failed")
    assert "trip" in detail
    assert "Traceback" in caplog.records[-1].getMessage()


def test_its_texts_can_always_be_sent(trip) -> None:
    trip("raise InvalidPayload('a\\ud800', '\\ud800' + 'x' * 5000)")
    ((attr, _, detail),) = problems(Invalid, submit)
    assert (attr, len(detail)) == ("payload.a?", 1000)


def test_one_that_hangs_is_broken_off_and_told(trip, monkeypatch) -> None:
    monkeypatch.setattr(validation, "TIME_LIMIT_SECONDS", 0.1)
    trip("while True: pass")
    ((attr, code, _),) = problems(Invalid, submit)
    assert (attr, code) == ("payload", "validate_timeout")


def test_the_time_is_for_all_payloads_of_a_request_together(trip, monkeypatch) -> None:
    monkeypatch.setattr(validation, "TIME_LIMIT_SECONDS", 0.1)
    trip("while data['end'] == 7: pass")
    submissions = [Submission("trip", {"end": end}) for end in (9, 7, 7, 9)]
    ((attr, code, _),) = problems(Invalid, lambda: submit_jobs(submissions=submissions, actor=ANN))
    assert (attr, code) == ("jobs.1.payload", "validate_timeout")


def test_only_a_few_calls_can_hang_for_good(trip, monkeypatch) -> None:
    monkeypatch.setattr(validation, "TIME_LIMIT_SECONDS", 0.1)
    waits, ends = os.pipe()
    trip(f"import os\nos.read({waits}, 1)")
    codes = {problems(Invalid, submit)[0][1] for _ in range(validation.MAX_HANGING + 2)}
    assert codes == {"validate_timeout"}
    hanging = list(validation._hanging["trip"])
    assert len(hanging) == validation.MAX_HANGING
    os.close(ends)
    for thread in hanging:
        thread.join(60)
    assert submit()
    os.close(waits)


def test_a_module_that_cannot_be_imported_is_told_only_where_it_has_rules(write_handler) -> None:
    write_handler("trip", "return data")
    template("trip", **TRIP)
    assert submit()
    write_handler("trip", "return data", validate="return (")
    ((attr, code, _),) = problems(Conflict, submit)
    assert (attr, code) == ("job_type", "HANDLER_BROKEN")


def test_rules_that_are_async_are_refused_and_not_passed_over(write_handler) -> None:
    write_handler("trip", "return data", validate="yield 1")
    template("trip", **TRIP)
    ((_, code, detail),) = problems(Conflict, submit)
    assert code == "HANDLER_BROKEN"
    assert "validate" in detail
