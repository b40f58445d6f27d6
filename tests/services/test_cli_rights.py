"""`celery -A scheduler_project jobs ... --as NAME`: the user's grants and the access of templates hold there, too."""

from __future__ import annotations

import uuid

import pytest

from accounts.roles import Role
from accounts.services.users import create_user
from jobs import transitions
from tests import factories
from tests.api.rights import OPEN, RESTRICTED, grant, store_both
from tests.support.shell import Answer, run_jobs_command

pytestmark = pytest.mark.django_db
REFUSED = 4


@pytest.fixture
def job_id(db: None) -> uuid.UUID:
    """A running job of the restricted type, with a line in its log."""
    store_both()
    attempt = factories.running(RESTRICTED)
    line = {"time": "2026-01-31T12:00:00Z", "level": "info", "attempt": 1, "text": "the log"}
    transitions.append_log(job_id=attempt.job_id, lease=attempt.lease, lines=[line])
    return attempt.job_id


def run_as(words: tuple[object, ...], *rights: str, role: Role = Role.VIEWER) -> Answer:
    user = create_user(name=f"{role}-{'-'.join(rights) or 'nothing'}", role=role)
    if rights:
        grant(user, *rights)
    return run_jobs_command(*words, "--as", user.username)


@pytest.mark.parametrize("verb", ["show", "log", "terminate", "rerun", "wait"])
def test_a_job_of_an_unseen_type_is_unknown(job_id: uuid.UUID, verb: str) -> None:
    answer = run_as((verb, job_id), role=Role.EDITOR)
    assert answer.status == REFUSED
    assert any("There is no job" in line for line in answer.err)


def test_a_list_has_what_is_seen(job_id: uuid.UUID) -> None:
    seen = factories.scheduled(OPEN)
    listed = run_as(("list", "--json"), role=Role.EDITOR).json["results"]
    assert [job["job_id"] for job in listed] == [str(seen)]
    assert len(run_jobs_command("list", "--json").json["results"]) == 2


def test_a_job_that_may_only_be_seen_is_shown_without_contents(job_id: uuid.UUID) -> None:
    shown = run_as(("show", job_id), "see")
    assert shown.status == 0
    assert "hidden: you may only see that it ran" in shown.out
    assert "user_id" not in shown.out
    assert "None" not in shown.out


def test_the_log_takes_the_right_to_read(job_id: uuid.UUID) -> None:
    assert "the log" in run_as(("log", job_id), "read").out
    refused = run_as(("log", job_id), "see", "run", "stop")
    assert refused.status == REFUSED
    assert "the log" not in refused.out


def test_stopping_takes_the_right_to_stop(job_id: uuid.UUID) -> None:
    assert run_as(("terminate", job_id), "read", "run").status == REFUSED
    assert run_as(("terminate", job_id), "stop").status == 0


def test_creating_takes_the_right_to_run(db: None) -> None:
    store_both()
    assert run_as(("create", RESTRICTED), role=Role.EDITOR).status == REFUSED
    assert run_as(("create", RESTRICTED), "read").status == REFUSED
    assert run_as(("create", RESTRICTED), "run").status == 0


def test_running_again_takes_both(job_id: uuid.UUID) -> None:
    assert run_as(("rerun", job_id), "run").status == REFUSED
    assert run_as(("rerun", job_id), "run", "read").status == 0
