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
on_both = pytest.mark.parametrize("platform", ["embedded", "real"], indirect=True)


def by_rest(platform, each):
    with platform.api("operator") as api:
        return [
            api.create(job_type, payload)["job_id"]
            for job_type, payload in TYPES.items()
            for _ in range(each)
        ]


def from_the_shell(platform, each):
    def create(job_type):
        words = [
            f"{key}={','.join(value) if isinstance(value, list) else value}"
            for key, value in TYPES[job_type].items()
        ]
        return json.loads(platform.jobs("create", job_type, *words, "--json"))["job_id"]

    with ThreadPoolExecutor(2) as two_shells:
        return list(two_shells.map(create, [job_type for job_type in TYPES for _ in range(each)]))


@on_both
def test_each_made_by_rest_succeeds_with_one_created_and_one_terminated(platform):
    succeed(platform, by_rest, EACH)


@pytest.mark.parametrize("each", [1, pytest.param(EACH, marks=pytest.mark.long)])
def test_each_made_from_the_shell_does_so_too(platform, each):
    succeed(platform, from_the_shell, each)


def succeed(platform, create_jobs, each):
    with platform.listen() as listener, platform.api() as api:
        job_ids = create_jobs(platform, each)
        assert {api.await_end(job_id, within=90)["state"] for job_id in job_ids} == {"succeeded"}
        listener.await_ends(job_ids, within=15)
        counts = {
            (listener.count(job_id, "job_created"), listener.count(job_id, "job_terminated"))
            for job_id in job_ids
        }
        assert counts == {(1, 1)}
        assert not listener.closed


def test_a_job_is_seen_from_its_creation_to_its_end(platform):
    with platform.listen() as listener, platform.api() as api:
        job_id = api.create("otp_send_job", {"user_id": 7}, start_in_seconds=1)["job_id"]
        listener.await_ends([job_id], within=30)
        mine = [frame for frame in listener.frames if frame["data"].get("job_id") == job_id]
        kinds = [frame["notification_type"] for frame in mine]
        assert kinds[0] == "job_created"
        assert kinds[-1] == "job_terminated"
        assert kinds.count("job_started") == 1
        assert "job_progress" in kinds
        assert [frame["seq"] for frame in mine] == sorted({frame["seq"] for frame in mine})
        assert mine[-1]["data"]["state"] == "succeeded"
        assert mine[-1]["data"]["completion_percentage"] == 100
        assert api.job(job_id)["result"]["sent"] is True
