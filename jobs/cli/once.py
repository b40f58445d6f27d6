"""Defines the option `--idempotency-key`: repeating a command with the same key creates no second job."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import click

from accounts.roles import Actor
from foundation.strict_json import dump_json
from jobs.cli.options import TEXT
from jobs.services.preparing import Submission
from jobs.services.submit import submit_job, submit_once


def idempotency_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the option `--idempotency-key` to a click command."""
    return click.option(
        "--idempotency-key", "key", metavar="KEY", type=TEXT,
        help="Repeating the command with the same key within 24 h creates no second job: the first is shown.",
    )(command)  # fmt: skip


def submit(submission: Submission, *, actor: Actor, key: str | None, typed: Any) -> uuid.UUID:
    """Creates a job and returns its id, or returns the id of the job that an earlier command with the same key created.

    Raises Conflict if the earlier command had other arguments (`typed`), and what `submit_job` raises.
    """
    if key is None:
        job_id: uuid.UUID = submit_job(submission=submission, actor=actor)["id"]
        return job_id
    return submit_once(submission=submission, actor=actor, key=key, body=dump_json(typed))[0]
