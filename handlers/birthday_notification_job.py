"""Simulates congratulating the profiles whose birthday is today, in batches (an example of a job handler)."""

from __future__ import annotations

import time
from typing import Any

from handlers.context import Job

BATCHES = 5
STEP_SECONDS = 0.4
DAYS = 365


def birthday_notification_job(data: dict[str, Any], job: Job) -> dict[str, Any]:
    profiles = data.get("profiles", 0)
    notified: list[int] = []
    for batch in range(BATCHES):
        job.checkpoint()
        time.sleep(STEP_SECONDS)
        first, end = profiles * batch // BATCHES, profiles * (batch + 1) // BATCHES
        for profile in range(first, end):
            if _day_of_birth(profile) == 0:
                notified.append(profile)
                job.log("congratulated profile %d", profile)
        job.progress(100 * (batch + 1) / BATCHES, f"{end} of {profiles} profiles")
    return {"profiles": profiles, "birthdays": len(notified), "notified": notified}


def _day_of_birth(profile: int) -> int:
    """Returns an invented birthday for a profile, as the number of days from today; 0 is today."""
    return (profile * 97 + 31) % DAYS
