"""The system jobs come by themselves, each startInSeconds after the one before it ended."""

import time
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

EVERY = {
    "birthday_notification_job": 10,
    "profile_stats_aggregator_job": 5,
    "relationship_rankings_job": 10,
}
ON_TIME = timedelta(seconds=1.5)
# Long enough for two starts of each type.
QUIET_SECONDS = 30
# A busy machine makes any start late; a scheduler that is late by itself is so in every window.
MOST_WINDOWS = 3


@pytest.mark.long
def test_they_keep_coming_never_early_and_at_most_a_second_and_a_half_late(platform):
    with platform.api() as api:
        for _ in range(MOST_WINDOWS):
            time.sleep(QUIET_SECONDS)
            pauses = {job_type: pauses_of(api, job_type) for job_type in EVERY}
            enough = all(
                len(some) >= 2 for some in pauses.values()
            )  # not yet on a platform that has just begun
            if enough and all(late <= ON_TIME for late in latest(pauses)):
                break
    for job_type, every in EVERY.items():
        assert len(pauses[job_type]) >= 2, f"{job_type} does not keep coming"
        assert min(pauses[job_type]) >= timedelta(seconds=every), f"{job_type} came early"
    assert max(latest(pauses)) <= ON_TIME


def latest(pauses):
    """By how much the last two starts of each type were late."""
    return [
        pause - timedelta(seconds=EVERY[job_type]) for job_type, some in pauses.items() for pause in some[:2]
    ]


def pauses_of(api, job_type):
    """From the end of each job that ran to the start of the next, the newest first.

    A job that did not run was ended by a pause of its series, and what comes after waits for the resume.
    """
    answer = api.get("jobs/", params={"job_type": job_type, "page_size": 200}).raise_for_status()
    jobs = [job for job in answer.json()["results"] if job["series"]]
    return [
        moment(later["started_at"]) - moment(earlier["terminated_at"])
        for later, earlier in pairwise(jobs)
        if later["started_at"] and earlier["started_at"]
    ]


def moment(text):
    return datetime.fromisoformat(text)
