"""Secret fields of a job's payload are stored apart, given to the handler, shown nowhere, and wiped at the end."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from foundation.encryption import NoSecretsKey, unseal
from foundation.errors import Invalid
from jobs import transitions
from jobs.models import Job
from jobs.read import records
from jobs.services.control import rerun_job
from jobs.services.execute import run_jobs
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from tests.factories import (
    ANN,
    OTP,
    WORKER,
    begin,
    document,
    enqueue,
    job,
    running,
    scheduled,
    store,
    succeeded,
)

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "trial_job"
KEY = "s3cret-key"
FIELDS: dict[str, Any] = {
    "payload_schema": {
        "api_key": {"type": "secret", "minLength": 4, "required": True},
        "note": {"type": "string"},
    },
    "payload": {"note": "hello"},
}
MASKED = {"api_key": "$encrypted$", "note": "hello"}
GIVEN = {"api_key": KEY}
OTHER_KEY = "7" * 42 + "8="


def secret_template(name: str = OTP, **keys: Any) -> None:
    store(document(name, **FIELDS | keys))


def kept(job_id: uuid.UUID) -> dict[str, str]:
    return unseal(job(job_id).secrets)


def refusal(work: Callable[[], object]) -> list[tuple[str | None, str]]:
    with pytest.raises(Invalid) as caught:
        work()
    return [(problem.attr, problem.code) for problem in caught.value.problems]


def test_the_value_is_kept_apart_and_the_marker_stands_in_the_payload() -> None:
    secret_template()
    job_id = scheduled(payload=GIVEN)
    assert job(job_id).payload == MASKED
    assert KEY not in job(job_id).secrets
    assert kept(job_id) == {"api_key": KEY}


def test_the_value_is_validated_by_the_fields_rules() -> None:
    secret_template()
    assert refusal(lambda: scheduled(payload={"api_key": "s"})) == [("payload.api_key", "minLength")]
    assert refusal(lambda: scheduled(payload={})) == [("payload.api_key", "required")]


def test_a_marker_that_stands_for_nothing_is_refused_at_its_field() -> None:
    secret_template()
    assert refusal(lambda: scheduled(payload=MASKED)) == [("payload.api_key", "SECRET_MISSING")]


def test_the_marker_and_an_absent_key_both_take_the_templates_default() -> None:
    secret_template(payload={"api_key": "of the template"})
    assert kept(scheduled(payload=MASKED)) == kept(scheduled(payload={})) == {"api_key": "of the template"}
    assert kept(scheduled(payload=GIVEN)) == {"api_key": KEY}


def test_each_job_of_a_bulk_has_its_own_value() -> None:
    secret_template()
    submissions = [Submission(job_type=OTP, payload={"api_key": f"key {n}"}) for n in range(3)]
    ids = submit_jobs(submissions=submissions, actor=ANN)
    assert [kept(job_id) for job_id in ids] == [{"api_key": f"key {n}"} for n in range(3)]


def test_a_rerun_asks_for_the_value_again() -> None:
    secret_template()
    old = scheduled(payload=GIVEN)
    assert refusal(lambda: rerun_job(job_id=old, payload=None, actor=ANN)) == [
        ("payload.api_key", "SECRET_MISSING")
    ]
    assert kept(rerun_job(job_id=old, payload={"api_key": "another"}, actor=ANN)) == {"api_key": "another"}


@pytest.mark.parametrize("other_secret", [True, False])
def test_a_rerun_whose_field_is_no_secret_any_more_asks_for_it_too(other_secret: bool) -> None:
    secret_template()
    old = succeeded(payload=GIVEN)
    fields = {"api_key": {"type": "string"}, "note": {"type": "secret" if other_secret else "string"}}
    store(document(OTP, payload_schema=fields, payload={"note": "of the template"}))
    assert refusal(lambda: rerun_job(job_id=old, payload=None, actor=ANN)) == [
        ("payload.api_key", "SECRET_MISSING")
    ]
    new = {**GIVEN, "note": "my own"}
    assert job(rerun_job(job_id=old, payload=new, actor=ANN)).payload["api_key"] == KEY


def test_without_a_key_no_secret_is_taken(settings: Any) -> None:
    secret_template()
    settings.SECRETS_KEYS = []
    with pytest.raises(NoSecretsKey):
        scheduled(payload=GIVEN)
    assert not Job.objects.exists()


@pytest.fixture
def run(write_handler: Callable[[str, str], None]) -> Callable[..., Any]:
    """Runs a job with the secret and a handler with these lines to the end of its first attempt."""

    def run_once(body: str, **keys: Any) -> Any:
        write_handler(NAME, body)
        secret_template(NAME, **keys)
        job_id = enqueue(scheduled(NAME, payload=GIVEN))
        run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
        return job(job_id)

    return run_once


def test_the_handler_gets_the_value(run: Callable[..., Any]) -> None:
    row = run(f"return [data['api_key'] == {KEY!r}, sorted(data)]")
    assert (row.state, row.result) == ("succeeded", [True, ["api_key", "job_id", "note"]])


TELLING = """
import logging
print("printed", data["api_key"])
logging.warning("logged %s", data["api_key"])
job.log("told %s", data)
job.progress(50, "at " + data["api_key"])
"""


def test_what_the_handler_logs_of_it_is_redacted(run: Callable[..., Any]) -> None:
    row = run(TELLING + "return {data['api_key']: ['with', data['api_key']]}")
    lines = [line["text"] for line in records.log_lines(row.pk, after=0, limit=100)]
    assert lines[:2] == ["printed $encrypted$", "logged $encrypted$"]
    assert KEY not in str(lines)
    assert row.progress_message == "at $encrypted$"
    assert row.result == {"$encrypted$": ["with", "$encrypted$"]}


def test_an_error_that_contains_it_is_redacted_before_it_is_cut(run: Callable[..., Any]) -> None:
    row = run("raise ValueError('x' * 4090 + data['api_key'] + 'x' * 100_000)")
    assert row.state == "failed"
    assert "x$encrypted$" not in row.error["message"]  # it is where the text is cut
    assert KEY[:4] not in row.error["message"]
    assert KEY not in str(row.error)


def test_a_result_that_contains_it_is_redacted_before_it_is_cut(run: Callable[..., Any]) -> None:
    row = run("return 'x' * 4090 + data['api_key'] + 'x' * 300_000")
    assert row.result["truncated"] is True
    assert KEY[:4] not in row.result["preview"]


def test_it_is_wiped_when_the_job_ends(run: Callable[..., Any]) -> None:
    assert run("return 1").secrets is None
    stopped = scheduled(NAME, payload=GIVEN)
    transitions.terminate_waiting(job_ids=[stopped], actor="ann")
    assert job(stopped).secrets is None


def test_it_is_kept_for_a_retry_and_wiped_after_the_last_one(run: Callable[..., Any]) -> None:
    row = run("raise ValueError(data['api_key'])", maxAttempts=2, retryBackoffSeconds=0)
    assert (row.state, kept(row.pk)) == ("scheduled", {"api_key": KEY})
    run_jobs(job_ids=[enqueue(row.pk)], worker=WORKER, queues=["default"])
    row = job(row.pk)
    assert (row.state, row.secrets, row.error["message"]) == ("failed", None, "$encrypted$")


def test_a_lost_attempt_keeps_it_until_the_job_is_failed() -> None:
    secret_template(maxLost=0)
    attempt = running(payload=GIVEN)
    transitions.lose_dead_attempt(job_id=attempt.job_id, worker=WORKER, pid=4711)
    assert (job(attempt.job_id).state, kept(attempt.job_id)) == ("scheduled", {"api_key": KEY})
    again = begin(enqueue(attempt.job_id))
    transitions.lose_own_attempt(attempt=again, how="was killed by SIGSEGV", by_request=False, worker=WORKER)
    assert (job(attempt.job_id).state, job(attempt.job_id).secrets) == ("failed", None)


def test_a_job_whose_key_is_gone_fails_with_a_clear_error(
    write_handler: Callable[[str, str], None], settings: Any
) -> None:
    write_handler(NAME, "return 1")
    secret_template(NAME)
    job_id = enqueue(scheduled(NAME, payload=GIVEN))
    settings.SECRETS_KEYS = [OTHER_KEY]
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
    row = job(job_id)
    assert (row.state, row.error["type"]) == ("failed", "SecretsUnreadable")
    assert "their key is not among SECRETS_KEYS" in row.error["message"]


VALIDATE = """
import logging
from foundation.masking.current import mask
logging.getLogger("rules").warning(mask("got " + data["api_key"]))
if data["api_key"] == "broken":
    raise ValueError("cannot use " + data["api_key"])
if data["api_key"] != "known":
    raise InvalidPayload("api_key." + data["api_key"], "not known: " + data["api_key"], code="no " + data["api_key"])
"""


def test_a_handlers_own_rules_check_the_value_and_their_texts_are_redacted(
    write_handler: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    write_handler(NAME, "return 1", validate=VALIDATE)
    secret_template(NAME)
    scheduled(NAME, payload={"api_key": "known"})
    assert refusal(lambda: scheduled(NAME, payload=GIVEN)) == [
        ("payload.api_key.$encrypted$", "no $encrypted$")
    ]
    with pytest.raises(Invalid, match=r"not known: \$encrypted\$"):
        scheduled(NAME, payload=GIVEN)
    with pytest.raises(Invalid, match="validate raised ValueError"):
        scheduled(NAME, payload={"api_key": "broken"})
    assert "got $encrypted$" in caplog.text
    assert "got known" not in caplog.text
    assert "cannot use $encrypted$" in caplog.text
    assert "cannot use broken" not in caplog.text
