"""`celery -A scheduler_project jobs terminate`."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from accounts.services.users import create_user
from jobs.models import Job, JobEvent
from tests import factories
from tests.support.shell import run_jobs_command

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _template() -> None:
    factories.template()


def test_a_waiting_job_ends_at_once() -> None:
    job_id = factories.scheduled()
    answer = run_jobs_command("terminate", job_id)
    assert (answer.status, answer.out) == (0, f"{job_id} terminated: it had not started\n")
    assert Job.objects.get().state == "terminated"


def test_a_running_job_is_asked_to_stop_by_the_actor() -> None:
    create_user(name="ann", role=Role.OPERATOR)
    job_id = factories.running().job_id
    answer = run_jobs_command("terminate", job_id, "--as", "ann", "--json")
    assert answer.json == {"results": [{"job_id": str(job_id), "outcome": "requested"}]}
    assert JobEvent.objects.get(kind="terminate_requested").actor == "ann"


def test_one_that_has_ended_keeps_no_other_from_it() -> None:
    ended, waiting = factories.succeeded(), factories.scheduled()
    answer = run_jobs_command("terminate", ended, "ffffffff", waiting)
    assert answer.status == 4
    assert answer.out == f"{waiting} terminated: it had not started\n"
    assert answer.err == [
        f"{ended}: This job has ended already: succeeded.",
        "ffffffff: There is no job ffffffff.",
    ]


def test_json_tells_the_problems_of_each() -> None:
    ended = factories.succeeded()
    [result] = run_jobs_command("terminate", ended, "--json").json["results"]
    assert (result["job_id"], result["errors"][0]["code"]) == (str(ended), "already_ended")


def test_a_viewer_is_refused() -> None:
    create_user(name="vera", role=Role.VIEWER)
    assert run_jobs_command("terminate", factories.scheduled(), "--as", "vera").status == 4
    assert Job.objects.get().state == "scheduled"


def test_without_an_id_it_is_a_usage_error() -> None:
    assert run_jobs_command("terminate").status == 64
