"""On a real worker: keys are in no environment below it, and neither they nor a job's secrets are on its console."""

from __future__ import annotations

import json
from pathlib import Path

import psutil
import pytest

from foundation.env import SECRET_NAMES
from foundation.masking import MARKER
from tests.support.platform import Platform

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
SECRET = "canary-of-the-job"


def keys(platform: Platform) -> set[str]:
    """The platform's secret settings, and the passwords of its servers."""
    settings = json.loads((platform.state_dir / "settings.json").read_text())
    texts = {settings[name] for name in SECRET_NAMES if settings.get(name)}
    return texts | {text.rpartition("@")[0].rpartition(":")[2] for text in texts if "@" in text}


def test_they_are_in_no_environment_of_a_process_that_runs_handlers(platform: Platform) -> None:
    pids = platform.pids()
    worker = psutil.Process(pids["worker"])
    processes = [
        worker,
        *worker.children(recursive=True),
        *map(psutil.Process, (pids["web"], pids["dispatcher"])),
    ]
    assert len(processes) > 6
    for process in processes:
        environment = Path(f"/proc/{process.pid}/environ").read_text()
        assert "STATE_DIR=" in environment
        for variable in environment.split("\0"):
            assert not [key for key in keys(platform) if key in variable], (process.cmdline(), variable)


def test_a_job_that_tells_all_of_them_tells_nobody(platform: Platform) -> None:
    before = platform.output_size()
    with platform.api("operator") as api:
        job = api.await_end(api.create("teller", {"api_key": SECRET})["job_id"])
        log = api.log(job["job_id"])
    assert job["state"] == "failed"
    assert job["error"]["message"] == f"('{MARKER}', '{MARKER}')"
    assert job["progress_message"] == MARKER
    lines = {line["text"] for line in log}
    assert {f"{how} {MARKER}" for how in ("printed", "logged", "written", "a program")} <= lines
    assert len(log) > 30
    told = json.dumps([job, log]) + platform.output()[before:]
    assert "teller" in told
    assert not [key for key in {SECRET, *keys(platform)} if key in told]
