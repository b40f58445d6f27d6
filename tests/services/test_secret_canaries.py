"""Secrets of every unpleasant kind are in nothing that a job tells, however its handler tells them."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from foundation.masking import MARKER
from jobs.models import Job
from jobs.read import records
from jobs.services.execute import run_jobs
from tests.factories import WORKER, document, enqueue, job, scheduled, store

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "trial_job"
OTHER = "one-inside"
SECRETS = {
    "plain": "s3cret-canary",
    "one inside another": f"before-{OTHER}-behind",
    "with lines": "-----BEGIN KEY-----\nMIIcanary0815\nMIIcanary0816\n-----END KEY-----\n",
    "quotes": """it's "quoted" \\canary\\ 'both'""",
    "a pattern": "(can.ry|[a-z]+)*$^\\d{3}",
    "an ordinary word": "printed",
    "not ASCII": "Schlüssel-日本語-\U0001f511",
    "64 KB": "".join(chr(33 + number**3 % 89) for number in range(65_536)),
    "with a scheme": "Bearer canary.token-0815",
}
TELL = """
import base64, json, logging, os, subprocess, sys
from urllib.parse import quote
secret = data["api_key"]
print("printed", secret)
print("as JSON", json.dumps({"key": secret}))
print("as repr", [secret])
print("quoted", quote(secret, safe=""))
print("encoded", base64.b64encode(b"user:" + secret.encode()).decode())
for piece in (secret[: len(secret) // 2], secret[len(secret) // 2 :]):
    sys.stdout.write(piece)
    sys.stdout.flush()
print()
for byte in secret[:200].encode() if len(secret) < 200 else b"":
    os.write(1, bytes([byte]))
os.write(1, b" \\n")
logging.warning("logged %s", secret)
logging.getLogger("a.library").error(secret)
logging.addLevelName(25, secret)
logging.log(25, "of a level")
job.log("told %s", data)
job.log(secret, level="error")
file = os.environ["TMPDIR"] + "/secret"
with open(file, "w") as written:
    written.write(secret)
subprocess.run(["cat", file])
subprocess.run(f"base64 {file}; cat {file} >&2", shell=True)
os.unlink(file)
job.progress(50, "at " + secret)
"""
RETURN = "return {secret: [{'in': secret, secret: 1}], 'url': 'https://a/?k=' + quote(secret)}"
RAISE = """
class Broken(Exception):
    def __str__(self):
        return "broken " + secret
try:
    try:
        raise KeyError(secret)
    except KeyError as first:
        first.add_note("noted " + secret)
        raise Broken from first
except Broken as second:
    raise ExceptionGroup("group " + secret, [second, ValueError(secret)]) from second
"""


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def run(write_handler: Callable[..., None], body: str, secret: str) -> Job:
    write_handler(NAME, body)
    fields = {"api_key": {"type": "secret"}, "other": {"type": "secret"}}
    store(document(NAME, payload={}, payload_schema=fields))
    job_id = enqueue(scheduled(NAME, payload={"api_key": secret, "other": OTHER}))
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
    row: Job = job(job_id)
    return row


def list_forbidden(secret: str) -> set[str]:
    """The secret and its lines, as they are and encoded, whole and in long parts."""
    parts = {secret, *secret.splitlines()} if "\n" in secret else {secret}
    found = set()
    for part in {one for one in parts if len(one) > 3}:
        encoded = base64.b64encode(part.encode()).decode()
        spelled = {part, json.dumps(part)[1:-1], repr(part)[1:-1], quote(part, safe=""), encoded.rstrip("=")}
        found |= {
            spelling[start : start + 70] for spelling in spelled for start in range(0, len(spelling) - 3, 70)
        }
    return {text for text in found if len(text) > 3}


def assert_told_nowhere(row: Job, secret: str) -> None:
    lines = [line["text"] + line["level"] for line in records.log_lines(row.pk, after=0, limit=1000)]
    told = "\n".join([*lines, str(row.progress_message), *_list_texts(row.result), *_list_texts(row.error)])
    told = told.replace(MARKER, "\0")
    assert len(lines) > 10
    assert not [text for text in list_forbidden(secret) if text in told]


def _list_texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for one in pair for text in _list_texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _list_texts(one)]
    return [str(value)]


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize("end", [RETURN, RAISE], ids=["returned", "raised"])
def test_it_is_told_nowhere(
    write_handler: Callable[..., None], secret: str, end: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        row = run(write_handler, TELL + end, secret)
    assert row.state == ("succeeded" if end is RETURN else "failed")
    assert_told_nowhere(row, secret)
    assert not [text for text in list_forbidden(secret) if text in caplog.text.replace(MARKER, "\0")]


@pytest.mark.parametrize("secret", ["a", "1", "abc"])
def test_one_that_is_too_short_to_search_for_leaves_ordinary_text_alone(
    write_handler: Callable[..., None], secret: str
) -> None:
    row = run(write_handler, "print('a cab 1 abc')\nreturn [1, 'a', 'abc']", secret)
    (line,) = records.log_lines(row.pk, after=0, limit=10)
    assert line["text"] == "a cab 1 abc"
    assert row.result == [1, "a", "abc"]


def test_a_line_of_the_source_in_a_traceback_is_masked(write_handler: Callable[..., None]) -> None:
    row = run(write_handler, "raise ValueError('x')  # s3cret-canary", "s3cret-canary")
    assert f"raise ValueError('x')  # {MARKER}" in (row.error or {})["traceback"]
