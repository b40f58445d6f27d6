"""The handler `management_command`, with commands of this project."""

from __future__ import annotations

import os
from typing import Any

import pytest

from handlers import management_command, testing
from handlers.context import InvalidPayload, Job, JobFailed


@pytest.fixture(autouse=True)
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANAGEMENT_COMMANDS", "version, check")


def run(command: str, *arguments: str) -> Any:
    return testing.run("management_command", {"command": command, "arguments": list(arguments)})


def refused(command: str, *arguments: str) -> list[str]:
    with pytest.raises(InvalidPayload) as caught:
        run(command, *arguments)
    return list(caught.value.problems)


def test_its_output_lands_in_the_log() -> None:
    outcome = run("version")
    assert outcome.result == {"exit_code": 0, "lines": 1}
    assert outcome.log[0] == ("info", "manage.py version")
    assert outcome.log[1][1][0].isdigit()


def test_a_progress_bar_of_it_is_one_line() -> None:
    reading, writing = os.pipe()
    os.write(writing, "\r".join(map(str, range(2000))).encode() + b"\none\r\ntwo")
    os.close(writing)
    outcome, lines = testing.TrialOutcome(), list[None]()
    job = Job(id="1", attempt=1, reporter=testing.MemoryReporter(outcome))
    management_command._log_lines(reading, job, lines)
    assert [text for _, text in outcome.log] == ["1999", "one", "two"]
    assert len(lines) == 3


def test_one_that_fails_fails_the_job() -> None:
    with pytest.raises(JobFailed, match="check ended with status 2"):
        run("check", "--no-such-option")


def test_it_stops_the_command_when_asked() -> None:
    payload = {"command": "check", "arguments": []}
    assert testing.run("management_command", payload, stop_after=1).terminated


def test_nothing_may_run_until_the_operator_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused("migrate") == ["command"]
    monkeypatch.delenv("MANAGEMENT_COMMANDS")
    assert refused("version") == ["command"]


def test_a_worker_whose_operator_has_not_named_it_fails_the_job_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MANAGEMENT_COMMANDS", "other")
    with pytest.raises(JobFailed) as caught:
        management_command.management_command({"command": "version"}, None)  # type: ignore[arg-type]
    assert caught.value.retry is False


@pytest.mark.parametrize(
    "argument", ["--settings=evil", "--settings", "--pythonpath=/tmp", "--pyth", "--s=x"]
)
def test_an_option_that_would_run_other_code_is_refused(argument: str) -> None:
    assert refused("check", "--deploy", argument) == ["arguments.1"]


@pytest.mark.parametrize("command", ["", "-c", "../x", "Check", "check;ls"])
def test_what_is_no_command_s_name_is_refused(command: str) -> None:
    assert refused(command) == ["command"]
