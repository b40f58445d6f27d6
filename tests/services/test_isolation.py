"""Nothing that a handler leaves behind in its process reaches the next job of its slot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import registry
from jobs.models import Job
from jobs.read import records
from jobs.running import guardian, handler_loop
from jobs.running.patches import originals
from jobs.running.slot import slot
from jobs.services import execute
from jobs.services.execute import run_jobs
from tests.factories import WORKER, endings, job, queued, store
from tests.support import handlers_for_tests
from tests.support.handlers_for_tests.spoiler import USUAL

pytestmark = pytest.mark.django_db(transaction=True)
TEMPLATES = json.loads(Path(handlers_for_tests.__file__).with_name("templates.json").read_text())
# What these leave is restored; after the others the process is replaced.
PUT_BACK = {
    "environment", "time_zone", "folder", "deleted_folder", "output", "umask", "locale", "socket_timeout",
    "recursion", "no_logging", "root_level",
    "warnings", "search_path", "arguments", "signal_handler", "blocked_signals", "alarm", "timer", "no_fence",
    "no_collector", "trace", "profile", "exit_later", "seed", "decimal", "set_autocommit", "begin", "begin_and_fail",
    "atomic", "session", "temporary_table", "fork_returns", "fork_raises", "fork_exits", "death_signal",
    "collects", "late_words", "written_everywhere",
}  # fmt: skip
# They start programs that a pytest process, which adopts no orphans, cannot find: tests/worker covers these.
NEED_A_WORKER = {"daemon", "grandchild", "fork_stays"}
OPEN_TRANSACTION = {"set_autocommit", "begin", "begin_and_fail", "atomic"}


@pytest.fixture
def _handlers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(execute, "_known_types", [])
    # Search thoroughly after each job, as in a slot that is not busy, and before the next one can come.
    monkeypatch.setattr(handler_loop, "THOROUGH_AFTER_SECONDS", 0.0)
    slot.end_process()
    originals.cache_clear()  # pytest-django itself replaces a method of Django's for each test
    registry.configure([handlers_for_tests.__name__], reload=False)
    store(*(TEMPLATES[name] for name in ("spoiler", "looker")))
    yield
    slot.end_process()
    registry.configure([], reload=False)


def run(job_type: str, **payload: Any) -> Job:
    job_id = queued(job_type, payload=payload)
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
    found: Job = job(job_id)
    return found


def log_of(row: Job) -> list[str]:
    return [line["text"] for line in records.log_lines(row.pk, after=0, limit=100)]


def pid_of_the_process() -> int:
    process = slot._process
    return process.pid if process else 0


@pytest.mark.usefixtures("_handlers")
@pytest.mark.parametrize("way", sorted(set(USUAL) - NEED_A_WORKER))
def test_the_next_job_finds_its_process_as_it_was(way: str) -> None:
    before = run("looker").result
    first_pid = pid_of_the_process()
    spoiled = run("spoiler", way=way)
    assert (spoiled.state, endings(spoiled.pk)) == ("succeeded", 1)
    assert (pid_of_the_process() == first_pid) == (way in PUT_BACK)
    assert any("process of this job is replaced" in text for text in log_of(spoiled)) == (way not in PUT_BACK)
    after = run("looker")
    assert (after.state, after.attempt) == ("succeeded", 1)
    assert after.result == before


@pytest.mark.usefixtures("_handlers")
@pytest.mark.parametrize("way", sorted(OPEN_TRANSACTION))
def test_an_open_transaction_is_rolled_back_and_said_so(way: str) -> None:
    spoiled = run("spoiler", way=way)
    assert log_of(spoiled) == ["A transaction on the database 'default' was left open: rolled back."]


@pytest.mark.usefixtures("_handlers")
@pytest.mark.parametrize(
    ("way", "how"),
    [
        ("hung_folder", "did not answer for 1 s"),
        ("exits_when_searched", "ended by itself with status 7"),
        ("late_exit", "ended by itself with status 7"),
    ],
)
def test_a_process_that_is_lost_when_its_handler_has_returned_costs_the_job_nothing(
    monkeypatch: pytest.MonkeyPatch, way: str, how: str
) -> None:
    monkeypatch.setattr(guardian, "MAX_SILENCE_SECONDS", 1.0)
    spoiled = run("spoiler", way=way)
    assert (spoiled.state, spoiled.attempt, spoiled.losses, endings(spoiled.pk)) == ("succeeded", 1, 0, 1)
    assert log_of(spoiled) == [f"The process of this job is replaced: after the handler's end it {how}."]
    assert run("looker").state == "succeeded"


@pytest.mark.usefixtures("_handlers")
def test_a_process_that_cannot_tell_how_its_handler_ended_is_lost_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guardian, "MAX_SILENCE_SECONDS", 1.0)
    hung = run("spoiler", way="hangs_at_the_report")
    assert (hung.state, hung.reason, hung.losses) == ("failed", "worker_lost", 1)
    assert "did not answer for 1 s after its handler's end" in str(hung.error)
    assert run("looker").state == "succeeded"


@pytest.mark.usefixtures("_handlers")
def test_a_job_that_closes_the_platforms_descriptors_gets_an_error_that_says_so() -> None:
    cut_off = run("spoiler", way="closes_everything")
    assert (cut_off.state, cut_off.reason, cut_off.losses) == ("failed", "worker_lost", 1)
    assert "the job closed a descriptor that it had not opened" in str(cut_off.error)
    assert run("looker").state == "succeeded"


@pytest.mark.usefixtures("_handlers")
def test_what_is_collected_late_speaks_in_its_own_jobs_log() -> None:
    assert log_of(run("spoiler", way="late_words")) == ["said late"]
    assert log_of(run("spoiler", way="collects")) == []


@pytest.mark.usefixtures("_handlers")
@pytest.mark.parametrize("way", ["fork_returns", "fork_raises", "fork_exits"])
def test_a_forked_child_that_comes_back_ends_no_job(way: str) -> None:
    assert run("spoiler", way=way).result == "parent"


@pytest.mark.usefixtures("_handlers")
@pytest.mark.parametrize("way", ["pool", "executor"])
def test_a_handler_may_start_processes_as_any_program_may(way: str) -> None:
    assert run("spoiler", way=way).result == [1, 2]
