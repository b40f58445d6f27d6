"""The six handlers of the examples: what they show, and that they stop when asked."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import handlers
from handlers import registry, testing
from handlers._imports import _PLATFORM_MODULES
from handlers.context import JobFailed
from tests.support.tracked import ROOT

PAYLOADS: dict[str, dict[str, Any]] = {
    "birthday_notification_job": {"profiles": 1000},
    "profile_stats_aggregator_job": {"profiles": 100},
    "profile_archive_generator_job": {"user_id": 7, "filter": ["likes", "location_history"]},
    "otp_send_job": {"user_id": 7},
    "forgot_password_job": {"user_id": 7},
    "relationship_rankings_job": {"user_id": 7},
}
OURS = {
    "foundation",
    "foundation.env",
    "foundation.errors",
    "foundation.hosts",
    "foundation.masking.current",
    "foundation.masking.masking",
}
every_handler = pytest.mark.parametrize("job_type", PAYLOADS)


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_current", registry.Registry(["handlers"]))
    for job_type in PAYLOADS:
        monkeypatch.setattr(importlib.import_module(f"handlers.{job_type}"), "STEP_SECONDS", 0)


@every_handler
def test_it_shows_steps_and_returns_a_result(job_type: str) -> None:
    outcome = testing.run(job_type, PAYLOADS[job_type])
    percentages = [percent for percent, _ in outcome.progress]
    assert len(percentages) >= 2
    assert percentages == sorted(percentages)
    assert all(message for _, message in outcome.progress)
    assert outcome.log
    assert isinstance(outcome.result, dict)


@every_handler
def test_it_gives_the_same_result_for_the_same_payload(job_type: str) -> None:
    first = testing.run(job_type, PAYLOADS[job_type])
    second = testing.run(job_type, PAYLOADS[job_type])
    assert first.result == second.result


@every_handler
def test_it_stops_at_its_first_and_at_a_later_checkpoint(job_type: str) -> None:
    assert testing.run(job_type, PAYLOADS[job_type], stop_after=0).terminated
    assert testing.run(job_type, PAYLOADS[job_type], stop_after=1).terminated


@every_handler
def test_it_takes_the_smallest_and_a_huge_payload(job_type: str) -> None:
    if "user_id" not in PAYLOADS[job_type]:
        assert testing.run(job_type, {"profiles": 0}).result["profiles"] == 0
        return
    assert testing.run(job_type, {**PAYLOADS[job_type], "user_id": 0}).result["user_id"] == 0
    if job_type != "forgot_password_job":
        assert testing.run(job_type, {**PAYLOADS[job_type], "user_id": 2**70}).result["user_id"] == 2**70


def test_the_archive_has_a_part_for_each_filter() -> None:
    result = testing.run("profile_archive_generator_job", {"user_id": 7, "filter": ["likes"]}).result
    assert list(result["records"]) == ["likes"]
    assert result["total"] == result["records"]["likes"]


def test_the_password_itself_is_never_logged_or_returned() -> None:
    from handlers.otp_send_job import _make_code

    outcome = testing.run("otp_send_job", {"user_id": 7})
    assert _make_code(7) not in repr(outcome)


def test_a_user_that_cannot_exist_fails_without_another_attempt() -> None:
    with pytest.raises(JobFailed) as caught:
        testing.run("forgot_password_job", {"user_id": 2**70})
    assert caught.value.retry is False


def test_rankings_are_sorted_by_score() -> None:
    ranking = testing.run("relationship_rankings_job", {"user_id": 7}).result["rankings"]
    scores = [one["score"] for one in ranking]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)


def test_handlers_import_the_standard_library_and_our_errors_only() -> None:
    (folder,) = handlers.__path__
    allowed = {*sys.stdlib_module_names, "handlers", "foundation"}
    # testing.py validates payloads as the platform does, for authors' tests; a worker never imports it.
    for file in set(Path(folder).glob("*.py")) - {Path(folder) / "testing.py"}:
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] in allowed, f"{file.name} imports {name}"
                assert not name.startswith("foundation") or name in OURS


def test_the_registry_never_reloads_modules_of_the_platform() -> None:
    code = (
        "import sys, handlers.testing, handlers._scaffold, handlers._import_check_process;"
        "print(*(name for name in sys.modules if name.partition('.')[0] == 'handlers'))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= _PLATFORM_MODULES
