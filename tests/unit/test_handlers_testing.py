"""Running handlers in plain unit tests, as their authors do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers import registry, testing
from handlers.context import InvalidPayload, JobFailed
from tests.support import environment
from tests.support.tracked import ROOT


@pytest.fixture
def handler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Returns the file of the job type `trial_job`, which the test writes."""
    folder = tmp_path / "trial_jobs"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(registry, "_current", registry.Registry(["trial_jobs"]))
    yield folder / "trial_job.py"
    for name in [name for name in sys.modules if name.split(".")[0] == "trial_jobs"]:
        del sys.modules[name]


def test_it_hands_the_payload_over_with_a_job_id(handler: Path) -> None:
    handler.write_text("def trial_job(data, job): return {**data, 'same': data['job_id'] == job.id}")
    result = testing.run("trial_job", {"n": 1}).result
    assert (result["n"], result["same"]) == (1, True)


def test_it_collects_progress_and_log(handler: Path) -> None:
    handler.write_text("def trial_job(data, job):\n    job.progress(40, 'half')\n    job.log('line %d', 1)")
    outcome = testing.run("trial_job", {})
    assert (outcome.progress, outcome.log, outcome.result) == ([(40, "half")], [("info", "line 1")], None)


def test_it_stops_the_run_at_the_checkpoint_asked_for(handler: Path) -> None:
    handler.write_text(
        "def trial_job(data, job):\n    for n in range(9):\n        job.checkpoint()\n        job.progress(n)"
    )
    outcome = testing.run("trial_job", {}, stop_after=2)
    assert outcome.terminated
    assert outcome.result is None
    assert outcome.progress == [(0, ""), (1, "")]


def test_it_shows_the_result_as_json_keeps_it(handler: Path) -> None:
    handler.write_text("def trial_job(data): return {1: (2, 3)}")
    assert testing.run("trial_job", {}).result == {"1": [2, 3]}


def test_what_has_a_form_in_json_is_shown_in_it(handler: Path) -> None:
    handler.write_text("import datetime\ndef trial_job(data): return {'on': {datetime.date(2026, 1, 31)}}")
    assert testing.run("trial_job", {}).result == {"on": ["2026-01-31"]}


@pytest.mark.parametrize("result", ["object()", "{b'x'}", "float('nan')", "b'x'"])
def test_it_refuses_a_result_that_is_not_json(handler: Path, result: str) -> None:
    handler.write_text(f"def trial_job(data): return {result}")
    with pytest.raises((TypeError, ValueError)):
        testing.run("trial_job", {})


def test_it_raises_what_the_handler_raises(handler: Path) -> None:
    handler.write_text(
        "from handlers.context import JobFailed\ndef trial_job(data): raise JobFailed('no user', retry=False)"
    )
    with pytest.raises(JobFailed, match="no user"):
        testing.run("trial_job", {})


TEMPLATE = {
    "type": "trial_job",
    "startInSeconds": 0,
    "userTriggered": True,
    "rescheduleAfterTermination": False,
    "payload_schema": {"n": {"type": "uint", "required": True}, "m": {"type": "uint"}},
    "payload": {"m": 2},
}


def test_it_completes_the_payload_by_the_template_beside_the_handler(handler: Path) -> None:
    handler.write_text("def trial_job(data): return {**data, 'job_id': None}")
    handler.with_suffix(".json").write_text(json.dumps({"trial_job": TEMPLATE}))
    assert testing.run("trial_job", {"n": 1}).result == {"n": 1, "m": 2, "job_id": None}


def test_it_takes_the_template_that_it_is_given(handler: Path) -> None:
    handler.write_text("def trial_job(data): return data['m']")
    assert testing.run("trial_job", {"n": 1}, template=TEMPLATE).result == 2


def test_it_refuses_what_the_template_refuses(handler: Path) -> None:
    handler.write_text("def trial_job(data): raise AssertionError('run')")
    with pytest.raises(InvalidPayload) as caught:
        testing.run("trial_job", {"m": -1}, template=TEMPLATE)
    assert set(caught.value.problems) == {"n", "m"}


def test_it_refuses_what_the_module_s_rules_refuse(handler: Path) -> None:
    handler.write_text(
        "from handlers.context import InvalidPayload\n"
        "def validate(data):\n    data.clear()\n    raise InvalidPayload('n', 'is odd')\n"
        "def trial_job(data): raise AssertionError('run')"
    )
    with pytest.raises(InvalidPayload, match="n: is odd"):
        testing.run("trial_job", {"n": 1})


@pytest.mark.parametrize("place", ["trial_job/trial_job.json", "trial_job.json"])
def test_it_runs_a_handler_that_is_a_package(handler: Path, place: str) -> None:
    folder = handler.with_suffix("")
    folder.mkdir()
    (folder / "__init__.py").write_text("from .parts import answer\ndef trial_job(data): return answer(data)")
    (folder / "parts.py").write_text("def answer(data): return data['n'] + data['m']")
    (folder.parent / place).write_text(json.dumps({"trial_job": TEMPLATE}))
    assert testing.run("trial_job", {"n": 1}).result == 3


def outside(code: str, *path: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs a plain Python program that does not know Django."""
    env = environment.copy_without_settings() | {
        "PYTHONPATH": os.pathsep.join(map(str, [ROOT, *path])),
        **settings,
    }
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)


RUN = "from handlers.testing import run; print(run('trial_job', {'n': 4}).result)"


def test_it_knows_the_packages_of_the_environment(tmp_path: Path) -> None:
    folder = tmp_path / "acme" / "jobs" / "trial_job"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("def trial_job(data): return data['n']")
    (folder.parent / "__init__.py").write_text("")
    done = outside(RUN, tmp_path, HANDLER_PACKAGES="acme.jobs", STATE_DIR=str(tmp_path))
    assert (done.stdout, done.stderr) == ("4\n", "")


def test_a_wrong_package_is_one_sentence(tmp_path: Path) -> None:
    done = outside(RUN, HANDLER_PACKAGES="acme.jbos", STATE_DIR=str(tmp_path))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("HANDLER_PACKAGES='acme.jbos' is not usable: name importable packages")
