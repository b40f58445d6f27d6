"""`celery -A scheduler_project jobs list`."""

from __future__ import annotations

import pytest

from tests import factories
from tests.support import attempts
from tests.support.shell import run_jobs_command

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _templates() -> None:
    factories.template()
    factories.template(factories.PASSWORD)


def ids(*words: object) -> list[str]:
    return [job["job_id"] for job in run_jobs_command("list", "--json", *words).json["results"]]


def test_it_lists_the_newest_first() -> None:
    made = [factories.scheduled() for _ in range(3)]
    assert ids() == [str(one) for one in reversed(made)]
    assert ids("--limit", 2) == [str(made[2]), str(made[1])]


def test_it_says_when_there_are_more() -> None:
    factories.process()
    for _ in range(2):
        factories.scheduled()
    assert run_jobs_command("list", "--limit", 1).err == [
        "There are more; --limit shows up to 1000, the API all of them."
    ]
    assert run_jobs_command("list", "--limit", 2).err == []
    more = [run_jobs_command("list", "--json", "--limit", limit).json["more"] for limit in (1, 2)]
    assert more == [True, False]


def test_it_filters_by_states_and_types() -> None:
    waiting, ended, other = (
        factories.scheduled(),
        factories.scheduled(),
        factories.scheduled("forgot_password_job"),
    )
    factories.finish(attempts.start_attempt(ended))
    assert ids("--state", "succeeded") == [str(ended)]
    assert ids("--type", "forgot_password_job") == [str(other)]
    assert ids("--state", "scheduled", "--state", "succeeded", "--type", "otp_send_job") == [
        str(ended),
        str(waiting),
    ]


def test_it_searches_ids_and_types() -> None:
    otp, forgotten = factories.scheduled(), factories.scheduled("forgot_password_job")
    assert ids("--search", otp) == [str(otp)]
    assert ids("--search", "password") == [str(forgotten)]


def test_the_table_is_not_cut_in_a_pipe() -> None:
    job_id = factories.scheduled()
    header, row = run_jobs_command("list").out.splitlines()
    assert header.split() == ["job", "type", "state", "progress", "due", "created", "by"]
    assert row.split()[:5] == [str(job_id), "otp_send_job", "scheduled", "0", "%"]


def test_an_unknown_state_is_a_usage_error() -> None:
    answer = run_jobs_command("list", "--state", "done")
    assert answer.status == 64
    assert "'done' is not one of 'scheduled'" in answer.err[-1]


def test_what_keeps_jobs_from_running_is_one_line_on_standard_error_and_none_of_the_json() -> None:
    factories.scheduled()
    answer = run_jobs_command("list")
    assert answer.err == ["No dispatcher is running: none has reported. Jobs are accepted and wait."]
    assert run_jobs_command("list", "--json").err == []
    factories.process()
    assert run_jobs_command("list").err == []


def test_processes_are_listed() -> None:
    one = factories.process()
    assert one.name in run_jobs_command("processes").out
    assert [row["name"] for row in run_jobs_command("processes", "--json").json["results"]] == [one.name]
