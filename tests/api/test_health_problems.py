"""What makes the platform degraded or unavailable: missing processes, what they report, and the schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from foundation import schema
from scheduler_project import health_monitor
from tests.factories import process, recurring, store


def codes() -> list[str]:
    return [problem.code for problem in health_monitor.check().problems]


@pytest.mark.django_db
class TestWhatIsFound:
    def test_a_dispatcher_that_is_silent_for_less_than_thirty_seconds_is_no_problem(self) -> None:
        process(silent_for=25)
        assert health_monitor.check() == health_monitor.READY

    def test_one_that_is_silent_for_longer_is(self) -> None:
        process(silent_for=31)
        [problem] = health_monitor.check().problems
        assert problem.code == "no_dispatcher"
        assert "none has reported since 20" in problem.detail

    def test_one_that_has_ended_has_thirty_seconds_to_come_again(self) -> None:
        process(silent_for=25, stopped_at="2026-01-31T12:00:00Z")
        assert codes() == []

    def test_what_the_only_dispatcher_suffers_from_is_the_platforms_problem(self) -> None:
        process(
            problems=(("broker_unavailable", "The broker is away."), ("redis_unavailable", "Redis is away."))
        )
        health = health_monitor.check()
        assert health.status == "degraded"
        assert [tuple(problem) for problem in health.problems] == [
            ("broker_unavailable", "The broker is away."),
            ("redis_unavailable", "Redis is away."),
        ]

    def test_what_another_dispatcher_does_not_suffer_from_is_none(self) -> None:
        process(problems=(("broker_unavailable", "away"), ("redis_unavailable", "away")))
        process(problems=(("broker_blocked", "short of memory"),))
        # This one died, and is still listed.
        process(silent_for=13)
        assert [code.partition("_")[0] for code in codes()] == ["broker"]

    def test_recurring_jobs_without_a_beat_are_a_problem_of_their_own(self) -> None:
        process()
        store(recurring())
        assert codes() == ["no_beat"]
        process("beat")
        assert codes() == []


@pytest.fixture
def spoil() -> Iterator[Callable[[str], None]]:
    """Changes the schema until the test's end."""

    def run(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement)
        schema.clear_cache()

    yield run
    schema.clear_cache()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            "DELETE FROM django_migrations WHERE app = 'restjob_jobs' AND name LIKE '0004%'",
            "lacks restjob_jobs.0004",
        ),
        ("ALTER TABLE jobs_series DROP COLUMN max_runs", "has no jobs_series.max_runs"),
        ("UPDATE schema_compatibility SET oldest_code = 1000", "no longer carries this code"),
    ],
)
def test_a_schema_that_does_not_fit_is_unavailable(
    spoil: Callable[[str], None], change: str, words: str
) -> None:
    spoil(change)
    found = health_monitor.check()
    [problem] = found.problems
    assert (found.status, problem.code) == ("unavailable", "schema")
    assert words in problem.detail
