"""Parses broker messages, which may hold anything: only the ids of jobs or series that a message names are read.

Of the headers only the task's name is used. Times, retries, callbacks, reply addresses and all else on which Celery or
kombu would act are ignored.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Mapping
from typing import Any

log = logging.getLogger(__name__)

RUN_JOBS = "jobs.run"
SERIES_DUE = "jobs.series_tick"
# The dispatcher never puts more ids than this into one message.
MAX_JOBS_PER_MESSAGE = 16
MAX_BODY_BYTES = 4096
MAX_REASON_CHARACTERS = 200
MAX_LINES_PER_MINUTE = 20
_UUID_CHARACTERS = 36


class InvalidMessage(ValueError):
    """Is raised for a broker message that the platform cannot have sent; its text says what is wrong with it."""


def job_ids(message: Any) -> list[uuid.UUID]:
    """Returns the ids of the jobs that a dispatch message names, without duplicates, or raises InvalidMessage."""
    texts = _first_argument(message, task=RUN_JOBS)
    if not isinstance(texts, list) or not texts:
        raise InvalidMessage("it names no jobs")
    if len(texts) > MAX_JOBS_PER_MESSAGE:
        raise InvalidMessage(f"it names {len(texts)} jobs, and {MAX_JOBS_PER_MESSAGE} is the most")
    return list(dict.fromkeys(_uuid(text) for text in texts))


def series_id(message: Any) -> uuid.UUID:
    """Returns the id of the series that a RedBeat message names, or raises InvalidMessage."""
    return _uuid(_first_argument(message, task=SERIES_DUE))


def body_of(*arguments: object) -> str:
    """Returns the JSON body of a Celery message that calls its task with these positional arguments."""
    return json.dumps([arguments, {}, {}])


def task_headers(task: str, task_id: str) -> dict[str, Any]:
    """Returns the headers of Celery's task protocol 2 that a worker needs to run `task` under the id `task_id`."""
    return {"lang": "py", "task": task, "id": task_id, "root_id": task_id, "ignore_result": True}


def _first_argument(message: Any, *, task: str) -> Any:
    headers = message.headers if isinstance(message.headers, Mapping) else {}
    if headers.get("task") != task:
        raise InvalidMessage(f"its task is {headers.get('task')!r:.80}")
    if message.content_type != "application/json" or message.content_encoding not in ("utf-8", None):
        raise InvalidMessage(
            f"it is {message.content_type!r:.60}, encoded as {message.content_encoding!r:.60}"
        )
    body = message.body
    if not isinstance(body, str | bytes | bytearray | memoryview):
        raise InvalidMessage("it has no body")
    if len(body) > MAX_BODY_BYTES:
        raise InvalidMessage(f"its body is longer than {MAX_BODY_BYTES} bytes")
    try:
        arguments, *_ = json.loads(bytes(body) if isinstance(body, memoryview) else body)
        (value,) = arguments
    except (ValueError, TypeError, RecursionError):
        raise InvalidMessage("its body is no list of arguments") from None
    return value


def _uuid(text: object) -> uuid.UUID:
    if not isinstance(text, str) or len(text) != _UUID_CHARACTERS:
        raise InvalidMessage("it names no id")
    try:
        return uuid.UUID(text)
    except ValueError:
        raise InvalidMessage("it names no id") from None


class _DropLog:
    """Logs why messages were dropped: at most 20 lines a minute, and then the number of the other messages."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute, self._count = 0, 0

    def log(self, where: str, reason: object) -> None:
        with self._lock:
            minute = int(time.monotonic() // 60)
            if minute != self._minute:
                if self._count > MAX_LINES_PER_MINUTE:
                    log.warning("dropped %s more messages", self._count - MAX_LINES_PER_MINUTE)
                self._minute, self._count = minute, 0
            self._count += 1
            is_silent = self._count > MAX_LINES_PER_MINUTE
        if not is_silent:
            # Quoted, so that a line break in the text cannot start another log line.
            log.warning("dropped a message from %s: %s", where, repr(str(reason)[:MAX_REASON_CHARACTERS]))


log_drop = _DropLog().log
