"""`celery -A scheduler_project jobs show`, and how a job is named."""

from __future__ import annotations

import pytest

from jobs.models import Job
from jobs.read.shapes import truncated_result
from jobs.states import State
from jobs.transitions import AttemptOutcome
from tests import factories
from tests.support import attempts
from tests.support.shell import run_jobs_command

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dispatching")]


@pytest.fixture(autouse=True)
def _template() -> None:
    factories.template()


def test_it_shows_a_job_whole_with_its_history() -> None:
    job_id = factories.scheduled(payload={"user_id": 9})
    attempts.fail_attempt(attempts.start_attempt(job_id), "no\x1b[2J user")
    out = run_jobs_command("show", job_id).out
    for part in (
        str(job_id),
        "failed, error",
        '"user_id": 9',
        "Traceback: no\\x1b[2J user",
        factories.WORKER,
    ):
        assert part in out
    events = [line.split()[2] for line in out.splitlines() if " job_" in line]
    assert events == ["job_created", "job_queued", "job_started", "job_terminated"]


def test_json_is_the_job_as_the_api_answers_it() -> None:
    job_id = factories.succeeded()
    job = run_jobs_command("show", "--json", job_id).json
    assert (job["job_id"], job["state"], job["result"]) == (str(job_id), "succeeded", {"sent": True})


def test_a_result_that_was_cut_says_so() -> None:
    attempt = factories.running()
    factories.finish(
        attempt, AttemptOutcome(State.SUCCEEDED, result=truncated_result(size=300_000, preview="[1"))
    )
    assert (
        "The result has 300,000 bytes; only its beginning was kept."
        in run_jobs_command("show", attempt.job_id).out
    )
    assert run_jobs_command("show", "--json", attempt.job_id).json["result_truncated"] == {"bytes": 300_000}


def test_the_beginning_of_an_id_is_enough() -> None:
    job_id = factories.scheduled()
    assert run_jobs_command("show", "--json", str(job_id)[:8]).json["job_id"] == str(job_id)
    assert run_jobs_command("show", "--json", job_id.hex.upper()[:20]).json["job_id"] == str(job_id)


def test_a_beginning_that_several_jobs_share_is_refused() -> None:
    first = factories.scheduled()
    factories.scheduled()
    start = str(first)[:4]
    answer = run_jobs_command("show", start)
    line = f"job_id: Several jobs begin with {start}: write more of the id."
    assert (answer.status, answer.err) == (4, [line])


@pytest.mark.parametrize("text", ["ffffffff", "nonsense", "0", "f" * 33, "%"])
def test_an_unknown_id_is_refused(text: str) -> None:
    factories.scheduled()
    answer = run_jobs_command("show", text)
    assert (answer.status, answer.err) == (4, [f"job_id: There is no job {text}."])


def test_a_running_job_that_should_stop_says_so() -> None:
    job_id = factories.running().job_id
    run_jobs_command("terminate", job_id)
    assert Job.objects.get().state == "running"
    assert "running, a stop is under way" in run_jobs_command("show", job_id).out
