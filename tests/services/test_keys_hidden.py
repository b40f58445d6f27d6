"""The platform's keys and the addresses of its servers reach no handler's environment and nothing that a job tells."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from foundation import env
from foundation.masking import MARKER
from jobs.read import records
from jobs.services.execute import run_jobs
from tests.factories import WORKER, document, enqueue, job, scheduled, store

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "trial_job"
LOOK = """
import json, multiprocessing, os, subprocess
found = [dict(os.environ), open("/proc/self/environ").read(), open(f"/proc/{os.getpid()}/environ").read()]
shell = ["sh", "-c", "env; cat /proc/self/environ; sh -c env"]
found.append(subprocess.run(shell, capture_output=True).stdout.decode())
os.system(f"env > {data['file']}.shell")
found.append(open(data["file"] + ".shell").read())
reading, writing = multiprocessing.Pipe()
child = multiprocessing.Process(target=lambda: writing.send(dict(os.environ)))
child.start()
found.append(reading.recv())
child.join()
if (pid := os.fork()) == 0:
    os.execve("/bin/sh", ["sh", "-c", f"env > {data['file']}.exec"], os.environ)
os.waitpid(pid, 0)
found.append(open(data["file"] + ".exec").read())
with open(data["file"], "w") as file:
    json.dump(found, file)
"""
TELL = """
from django.conf import settings
for name in ("SECRET_KEY", "DATABASE_URL", "BROKER_URL", "REDIS_URL"):
    print(name, getattr(settings, name))
    job.log("%r", {name: getattr(settings, name)})
print(settings.SECRETS_KEYS, settings.DATABASES)
job.progress(50, settings.SECRET_KEY)
try:
    raise ValueError(settings.DATABASE_URL)
except ValueError as exc:
    exc.add_note(settings.SECRET_KEY)
    raise ExceptionGroup(settings.BROKER_URL, [exc]) from exc
"""


def run(write_handler: Callable[..., None], body: str, **payload: str) -> Any:
    write_handler(NAME, body)
    store(document(NAME, payload={}, payload_schema={"file": {"type": "string"}}))
    job_id = enqueue(scheduled(NAME, payload=payload))
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
    return job(job_id)


def canaries() -> set[str]:
    """What no handler may see: the settings of this process, and the password of its servers."""
    found = {env.own_text(name) for name in env.SECRET_NAMES} | {settings.DATABASES["default"]["PASSWORD"]}
    return {text for text in found if text}


def test_they_are_in_no_environment_that_a_handler_or_its_programs_see(
    write_handler: Callable[..., None], tmp_path: Path
) -> None:
    file = tmp_path / "found"
    assert run(write_handler, LOOK, file=str(file)).state == "succeeded"
    found = json.loads(file.read_text())
    assert len(found) == 7
    for part in map(str, found):
        assert "PATH" in part
        assert not [text for text in canaries() if text in part]


def test_a_handler_that_tells_them_is_masked(write_handler: Callable[..., None]) -> None:
    row = run(write_handler, TELL)
    lines = [line["text"] for line in records.log_lines(row.pk, after=0, limit=100)]
    assert lines[0] == f"SECRET_KEY {MARKER}"
    assert row.progress_message == MARKER
    assert row.error["message"] == f"{MARKER} (1 sub-exception)"
    told = json.dumps([lines, row.error, row.result])
    assert not [text for text in canaries() if text in told]


def test_a_management_command_gets_them_all_the_same(
    write_handler: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_handler(NAME, "return 1")
    monkeypatch.setenv("MANAGEMENT_COMMANDS", "check")
    store(
        document(
            "management_command",
            payload={},
            payload_schema={
                "command": {"type": "string"},
                "arguments": {"type": "array", "items": {"type": "string"}},
            },
        )
    )
    job_id = enqueue(scheduled("management_command", payload={"command": "check", "arguments": []}))
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
    row = job(job_id)
    assert (row.state, row.error) == ("succeeded", None)
