"""Simulates mailing a password-reset link; shows how a job fails without a retry (an example of a job handler)."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from handlers.context import Job, JobFailed

STEP_SECONDS = 0.6
LINK_MINUTES = 30
MAX_USER_ID = 2**53


def forgot_password_job(data: dict[str, Any], job: Job) -> dict[str, Any]:
    user_id = data["user_id"]
    if user_id > MAX_USER_ID:
        # No attempt will find this user: say so, and spare the retries.
        raise JobFailed(f"there is no user {user_id}", retry=False)

    job.progress(20, "making the link")
    job.checkpoint()
    time.sleep(STEP_SECONDS)
    fingerprint = hashlib.sha256(f"password link of user {user_id}".encode()).hexdigest()[:8]
    job.log("link %s made for user %s, good for %d minutes", fingerprint, user_id, LINK_MINUTES)

    job.progress(60, "mailing it")
    job.checkpoint()
    time.sleep(STEP_SECONDS)
    job.log("mailed to user %s", user_id)
    return {"user_id": user_id, "link": fingerprint, "expires_in_minutes": LINK_MINUTES, "mailed": True}
