"""Ten jobs of each type that people create, through REST and from the shell: each runs once and says so once."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

TYPES = {
    "otp_send_job": {"user_id": 7},
    "forgot_password_job": {"user_id": 8},
    "profile_archive_generator_job": {"user_id": 9, "filter": ["likes"]},
}
EACH = 10


def by_rest(platform):
    with platform.api("operator") as api:
        return [
            api.create(job_type, payload, start_in_seconds=None or 0)["job_id"]
            for job_type, payload in TYPES.items()
            for _ in range(EACH)
        ]


def from_the_shell(platform):
    def create(job_type):
        words = [f"{key}={value if isinstance(value, int) else ','.join(value)}" for key, value in TYPES[job_type].items()]
        return json.loads(platform.jobs("create", job_type, *words, "--json"))["job_id"]

    with ThreadPoolExecutor(2) as two_shells:
        return list(two_shells.map(create, [job_type for job_type in TYPES for _ in range(EACH)]))


@pytest.mark.parametrize("create_jobs", [by_rest, from_the_shell])
def test_every_job_succeeds_with_one_created_and_one_terminated(platform, create_jobs):
    with platform.listen() as listener, platform.api() as api:
        job_ids = create_jobs(platform)
        listener.await_ends(job_ids, within=90)
        assert {api.job(job_id)["state"] for job_id in job_ids} == {"succeeded"}
        counts = {
            (listener.count(job_id, "job_created"), listener.count(job_id, "job_terminated"))
            for job_id in job_ids
        }
        assert counts == {(1, 1)}
        assert not listener.closed
