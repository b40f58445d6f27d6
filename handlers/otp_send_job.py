"""Simulates sending a one-time password to a user; the smallest useful job handler, and a good example to copy."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from handlers.context import Job

STEP_SECONDS = 0.5
DIGITS = 6


def otp_send_job(data: dict[str, Any], job: Job) -> dict[str, Any]:
    user_id = data["user_id"]
    job.progress(10, "looking the user up")
    _pause(job)

    code = _make_code(user_id)
    # The job's log is read by many: it shows the last digit, never the password.
    job.log("password ending in %s made for user %s", code[-1], user_id)
    job.progress(50, "password made")
    _pause(job)

    job.progress(80, "handing it to the SMS gateway")
    _pause(job)
    job.log("sent to user %s", user_id)
    return {"user_id": user_id, "channel": "sms", "digits": len(code), "sent": True}


def _make_code(user_id: int) -> str:
    digest = hashlib.sha256(f"otp of user {user_id}".encode()).hexdigest()
    return str(int(digest, 16))[-DIGITS:]


def _pause(job: Job) -> None:
    """Sleeps in place of real work; before that raises JobTerminated if a stop was requested."""
    job.checkpoint()
    time.sleep(STEP_SECONDS)
