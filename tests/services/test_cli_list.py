"""`celery -A scheduler_project jobs list`."""

from __future__ import annotations

import pytest

from tests import factories
from tests.support import attempts
from tests.support.shell import typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _templates() -> None:
    factories.template()
    factories.template(factories.PASSWORD)


def ids(*words: object) -> list[str]:
    return [job["job_id"] for job in typed("list", "--json", *words).json["results"]]


def test_it_lists_the_newest_first() -> None:
    made = [factories.scheduled() for _ in range(3)]
    assert ids() == [str(one) for one in reversed(made)]
    assert ids("--limit", 2) == [str(made[2]), str(made[1])]


def test_it_filters_by_states_and_types() -> None:
    waiting, ended, other = (
        factories.scheduled(),
        factories.scheduled(),
        factories.scheduled("forgot_password_job"),
    )
    factories.finish(attempts.started(ended))
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
    header, row = typed("list").out.splitlines()
    assert header.split() == ["job", "type", "state", "progress", "due", "created", "by"]
    assert row.split()[:5] == [str(job_id), "otp_send_job", "scheduled", "0", "%"]


def test_an_unknown_state_is_a_usage_error() -> None:
    answer = typed("list", "--state", "done")
    assert answer.status == 2
    assert "'done' is not one of 'scheduled'" in answer.err[-1]
