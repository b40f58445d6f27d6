"""`jobs create --follow`, `jobs rerun --follow`: watching until the end, and the exit status that tells it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import InternalError, OperationalError, ProgrammingError

from jobs.cli import follow
from jobs.models import Job
from jobs.read.visibility import EVERYTHING, Visibility
from jobs.transitions import report_progress
from tests import factories
from tests.support import attempts
from tests.support.shell import run_jobs_command

pytestmark = pytest.mark.django_db
Steps = Callable[[uuid.UUID], Iterator[None]]


@pytest.fixture(autouse=True)
def _template() -> None:
    factories.template()


def only_reads() -> Exception:
    """As an old primary answers after a failover: not one of Django's two classes for a connection that is gone."""
    error = InternalError("cannot execute UPDATE in a read-only transaction")
    error.__cause__ = psycopg.errors.lookup("25006")(str(error))
    return error


@pytest.fixture
def between_looks(monkeypatch: pytest.MonkeyPatch) -> Callable[[Steps], None]:
    """Runs one step of the job's life in each pause between two looks at it."""

    def set_steps(steps: Steps) -> None:
        under_way: list[Iterator[None]] = []

        def pause(_seconds: float) -> None:
            if not under_way:
                under_way.append(steps(Job.objects.latest("pk").pk))
            next(under_way[0], None)

        monkeypatch.setattr(follow, "pause", pause)

    return set_steps


def test_a_job_that_succeeds_ends_it_with_status_0(between_looks: Callable[[Steps], None]) -> None:
    def steps(job_id: uuid.UUID) -> Iterator[None]:
        attempt = attempts.start_attempt(job_id)
        attempts.append_log(attempt, "first line")
        yield
        report_progress(job_id=job_id, lease=attempt.lease, percent=40, message="[red]code generated")
        attempts.append_log(attempt, "second line", "third \x1b[2J line")
        factories.finish(attempt)
        yield

    between_looks(steps)
    answer = run_jobs_command("create", "otp_send_job", "--follow", "--json")
    assert answer.status == 0
    assert (answer.json["state"], answer.json["result"]) == ("succeeded", {"sent": True})
    log = [line.split("info")[1].strip() for line in answer.err if "info" in line]
    assert log == ["first line", "second line", "third \\x1b[2J line"]
    assert "[red]code generated" in answer.err[-1]


def test_a_job_that_fails_ends_it_with_status_1(between_looks: Callable[[Steps], None]) -> None:
    def steps(job_id: uuid.UUID) -> Iterator[None]:
        attempts.fail_attempt(attempts.start_attempt(job_id))
        yield

    between_looks(steps)
    answer = run_jobs_command("create", "otp_send_job", "--follow")
    assert answer.status == 1
    assert "ValueError: no such user" in answer.out


def test_a_job_that_is_terminated_ends_it_with_status_2(between_looks: Callable[[Steps], None]) -> None:
    def steps(job_id: uuid.UUID) -> Iterator[None]:
        attempts.stop_attempt(attempts.start_attempt(job_id))
        yield

    between_looks(steps)
    assert run_jobs_command("create", "otp_send_job", "--follow").status == 2


@pytest.mark.parametrize("end", ["succeeded", "failed", "terminated"])
@pytest.mark.parametrize("words", [["wait"], ["log", "-f"]], ids=["wait", "log"])
def test_whoever_waits_for_a_job_is_told_how_it_ended(
    words: list[str], end: str, between_looks: Callable[[Steps], None]
) -> None:
    def steps(job_id: uuid.UUID) -> Iterator[None]:
        attempt = attempts.start_attempt(job_id)
        yield
        ends[end](attempt)
        yield

    ends: dict[str, Callable[[Any], Any]] = {
        "succeeded": factories.finish,
        "failed": attempts.fail_attempt,
        "terminated": attempts.stop_attempt,
    }
    job_id = factories.scheduled()
    between_looks(steps)
    assert run_jobs_command(*words, job_id).status == [*ends].index(end)


@pytest.mark.parametrize(
    "words", [["wait"], ["log", "-f"], ["rerun", "--follow"]], ids=lambda words: words[0]
)
def test_a_job_that_does_not_end_in_time_goes_on_and_has_status_3(words: list[str]) -> None:
    job_id = factories.scheduled()
    answer = run_jobs_command(*words, job_id, "--timeout", "0.01")
    assert answer.status == 3
    assert answer.err[-1] == f"Not ended in time; the job goes on: {Job.objects.latest('pk').pk}"
    assert Job.objects.latest("pk").state == "scheduled"


@pytest.mark.parametrize("words", [["create", "otp_send_job"], ["rerun", "ffff"], ["log", "ffff"]])
def test_a_timeout_without_anything_to_wait_for_is_a_usage_error(words: list[str]) -> None:
    assert run_jobs_command(*words, "--timeout", "5").status == 64


def test_waiting_for_an_unknown_job_has_status_4() -> None:
    assert run_jobs_command("wait", "ffffffff").status == 4


def test_ctrl_c_ends_the_watching_and_not_the_job(between_looks: Callable[[Steps], None]) -> None:
    def steps(job_id: uuid.UUID) -> Iterator[None]:
        attempts.start_attempt(job_id)
        raise KeyboardInterrupt
        yield

    between_looks(steps)
    answer = run_jobs_command("create", "otp_send_job", "--follow")
    job = Job.objects.get()
    assert (answer.status, job.state) == (130, "running")
    assert answer.err[-1] == f"No longer watching; the job goes on: {job.pk}"


def test_a_rerun_is_followed(between_looks: Callable[[Steps], None]) -> None:
    def steps(job_id: uuid.UUID) -> Iterator[None]:
        factories.finish(attempts.start_attempt(job_id))
        yield

    first = factories.scheduled()
    attempts.fail_attempt(attempts.start_attempt(first))
    between_looks(steps)
    answer = run_jobs_command("rerun", first, "--follow", "--json")
    assert (answer.status, answer.json["rerun_of"], answer.json["state"]) == (0, str(first), "succeeded")


@pytest.mark.parametrize("error", [OperationalError("server closed the connection"), only_reads()], ids=type)
def test_a_short_outage_of_the_database_is_waited_out(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = factories.scheduled()
    real = follow._load_job
    outages = iter([error, None])

    def look(wanted: uuid.UUID, _: Visibility) -> dict[str, object]:
        outage = next(outages, None)
        if outage:
            raise outage
        return real(wanted, EVERYTHING)

    monkeypatch.setattr(follow, "_load_job", look)
    monkeypatch.setattr(follow, "pause", lambda _: None)
    monkeypatch.setattr("jobs.cli.follow.connection.close", lambda: None)
    assert next(follow.poll_job(job_id))["state"] == "scheduled"


def test_a_long_outage_of_the_database_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(*_: object) -> dict[str, object]:
        raise OperationalError("connection refused\nIs the server running?")

    monkeypatch.setattr(follow, "_load_job", look)
    monkeypatch.setattr(follow, "pause", lambda _: None)
    monkeypatch.setattr("jobs.cli.follow.connection.close", lambda: None)
    monkeypatch.setattr(follow, "MAX_DATABASE_OUTAGE_SECONDS", -1)
    answer = run_jobs_command("log", "-f", factories.scheduled())
    assert (answer.status, answer.err) == (4, ["The database cannot be used: connection refused"])


def test_an_error_that_is_no_outage_is_not_called_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(*_: object) -> dict[str, object]:
        raise ProgrammingError("syntax error")

    monkeypatch.setattr(follow, "_load_job", look)
    with pytest.raises(ProgrammingError):
        next(follow.poll_job(uuid.uuid4()))
