"""Shared secrets are read right before the handler is called; what cannot be read fails the attempt and says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accounts.roles import SYSTEM
from foundation.encryption import unseal
from foundation.errors import Invalid
from jobs.models import Series
from jobs.read import records
from jobs.services.execute import run_jobs
from jobs.services.preparing import Submission
from jobs.services.series_editing import create_series
from jobs.services.submit import submit_jobs
from templates_app.models import SharedSecret
from templates_app.shared_secrets.store import change_secret
from tests.api.people import shared_secret
from tests.factories import ANN, EDITOR, WORKER, document, enqueue, job, scheduled, store
from tests.services import chains

pytestmark = pytest.mark.django_db(transaction=True)
NAME, MARKER = "trial_job", "$encrypted$"
OURS, THEIRS = "https://api.example.org/x", "https://evil.example/"


@pytest.fixture
def template(write_handler: Callable[..., None]) -> Callable[..., None]:
    """Stores a template whose secret is the shared one called stripe, with a handler that tells what it gets."""

    def store_it(
        body: str = "print(data['key'])\nreturn [data['key'] == 's3cret-one', data['key']]", **keys: Any
    ) -> None:
        write_handler(NAME, body)
        fields = {
            "url": {"type": "url"},
            "key": {"type": "secret", "secretRef": "stripe", **keys.pop("key", {})},
        }
        store(document(NAME, payload_schema=fields, payload={}, **keys))

    return store_it


def run(job_id: Any) -> Any:
    run_jobs(job_ids=[enqueue(job_id)], worker=WORKER, queues=["default"])
    return job(job_id)


def a_value() -> SharedSecret:
    return shared_secret("stripe", source="value", value="s3cret-one", hosts=["*.example.org"])


def test_the_handler_gets_the_value_and_nobody_else_sees_it(template: Callable[..., None]) -> None:
    a_value()
    template()
    job_id = scheduled(NAME, actor=ANN, payload={"url": OURS})
    assert job(job_id).payload == {"url": OURS, "key": MARKER}
    assert unseal(job(job_id).secrets) == {}
    row = run(job_id)
    assert (row.state, row.result) == ("succeeded", [True, MARKER])
    assert [line["text"] for line in records.log_lines(row.pk, after=0, limit=9)] == [MARKER]


def test_a_file_is_read_at_each_run(template: Callable[..., None], tmp_path: Path) -> None:
    place = tmp_path / "key"
    shared_secret("stripe", source=f"file:{place}")
    template()
    jobs = [scheduled(NAME) for _ in range(2)]
    place.write_text("another")
    assert run(jobs[0]).result == [False, MARKER]
    place.write_text("s3cret-one\n")
    assert run(jobs[1]).result == [True, MARKER]


def test_a_variable_of_the_worker_is_read(
    template: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_STRIPE_KEY", "s3cret-one")
    shared_secret("stripe", source="env:A_STRIPE_KEY")
    template()
    assert run(scheduled(NAME)).result == [True, MARKER]


def test_a_job_that_waits_runs_with_the_value_of_then(template: Callable[..., None]) -> None:
    a_value()
    template()
    job_id = scheduled(NAME, payload={"url": OURS})
    change_secret(by=SYSTEM, name="stripe", value="s3cret-two")
    assert run(job_id).result == [False, MARKER]


def test_what_cannot_be_read_fails_the_attempt_with_name_and_source_and_is_tried_again(
    template: Callable[..., None], tmp_path: Path
) -> None:
    place = tmp_path / "key"
    shared_secret("stripe", source=f"file:{place}")
    template(maxAttempts=2, retryBackoffSeconds=0)
    job_id = scheduled(NAME)
    row = run(job_id)
    assert (row.state, row.error["type"]) == ("scheduled", "SecretUnavailable")
    assert row.error["message"] == (
        f"The shared secret stripe could not be read from file:{place}: No such file or directory."
    )
    place.write_text("s3cret-one")
    assert run(job_id).state == "succeeded"


def fail(template: Callable[..., None], change: Callable[[], object], **keys: Any) -> str:
    a_value()
    template(**keys)
    job_id = scheduled(NAME, payload={"url": OURS})
    change()
    row = run(job_id)
    assert (row.state, row.reason, row.error["type"]) == ("failed", "error", "SecretUnavailable")
    assert "s3cret" not in str(row.error)
    return str(row.error["message"])


def test_a_deleted_secret_fails_the_attempt(template: Callable[..., None]) -> None:
    message = fail(template, lambda: SharedSecret.objects.all().delete())
    assert message == "There is no shared secret stripe for this job type any more."


def test_a_secret_that_is_for_other_types_now_fails_the_attempt(template: Callable[..., None]) -> None:
    change = {"job_types": ["other"]}
    assert "for this job type" in fail(template, lambda: SharedSecret.objects.update(**change))


def test_a_secret_whose_hosts_were_narrowed_meanwhile_goes_nowhere_else(
    template: Callable[..., None],
) -> None:
    message = fail(template, lambda: change_secret(by=SYSTEM, name="stripe", hosts=["api.example.net"]))
    assert "Key may only go to api.example.net, not to https://api.example.org" in message


def test_a_secret_whose_key_is_lost_says_so(template: Callable[..., None], settings: Any) -> None:
    def lose() -> None:
        SharedSecret.objects.update(secrets="unreadable")

    assert "its key is not among SECRETS_KEYS" in fail(template, lose)


def test_an_address_elsewhere_is_refused_when_the_job_is_made(template: Callable[..., None]) -> None:
    a_value()
    template()
    for actor in (ANN, EDITOR):
        with pytest.raises(Invalid, match=r"payload\.url: Key may only go to \*\.example\.org"):
            scheduled(NAME, actor=actor, payload={"url": THEIRS})


def test_many_jobs_of_one_request_load_it_once(
    template: Callable[..., None], django_assert_max_num_queries: Any
) -> None:
    a_value()
    template()
    submissions = [Submission(job_type=NAME, payload={"url": OURS}) for _ in range(50)]
    with django_assert_max_num_queries(20):
        assert len(submit_jobs(submissions=submissions, actor=ANN)) == 50


def test_without_hosts_it_is_for_editors_unless_the_field_is_read_only(template: Callable[..., None]) -> None:
    shared_secret("stripe")
    template()
    with pytest.raises(Invalid, match="the shared secret stripe is used for editors only"):
        scheduled(NAME, actor=ANN)
    assert scheduled(NAME, actor=EDITOR)
    template(key={"readOnly": True})
    assert scheduled(NAME, actor=ANN)
    with pytest.raises(Invalid, match=r"payload\.key: Key is read-only"):
        scheduled(NAME, actor=ANN, payload={"key": "mine"})


def test_a_value_of_ones_own_is_used_instead(template: Callable[..., None]) -> None:
    a_value()
    template()
    job_id = scheduled(NAME, actor=ANN, payload={"key": "s3cret-mine"})
    assert unseal(job(job_id).secrets) == {"key": "s3cret-mine"}
    assert run(job_id).result == [False, MARKER]


def test_a_series_runs_with_it_each_time_and_pauses_when_its_field_takes_another(
    template: Callable[..., None],
) -> None:
    a_value()
    template()
    fields = {"payload": {"url": OURS, "key": MARKER}, "every_seconds": 10}
    series = Series.objects.get(pk=create_series(job_type=NAME, fields=fields, actor=EDITOR))
    for _ in range(2):
        assert run(chains.waiting(series).pk).result == [True, MARKER]
    Series.objects.filter(pk=series.pk).update(state="ended")
    shared_secret("other", source="value", value="x", hosts=["*.example.org"])
    template(key={"secretRef": "other"})
    Series.objects.filter(pk=series.pk).update(state="active")
    assert run(chains.waiting(series).pk).state == "succeeded"
    series.refresh_from_db()
    assert "because the shared secret of its field changed" in str(series.paused_reason)
