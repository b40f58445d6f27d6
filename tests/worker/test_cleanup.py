"""A stop lets people clean up: the exception comes once, then nothing more until the grace is over."""

import pytest

from tests.support.waiting import wait_for

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
# Of the platform's TERMINATE_GRACE_SECONDS (3) and the second in which a checkpoint may raise.
WITHIN_THE_GRACE, BEYOND_IT = 2, 30


def texts(api, job_id):
    return [line["text"] for line in api.log(job_id)]


def stopped(api, payload):
    job_id = api.create("cleaner", payload)["job_id"]
    api.await_running(job_id)
    api.post(f"jobs/{job_id}/terminate/").raise_for_status()
    return api.await_end(job_id)


@pytest.mark.parametrize("looks", [True, False], ids=["at a checkpoint", "wherever it is"])
def test_steps_that_fit_into_the_grace_are_all_done(platform, looks):
    with platform.api("operator") as api:
        job = stopped(api, {"steps": WITHIN_THE_GRACE, "looks": looks})
        assert job["state"] == "terminated"
        assert texts(api, job["job_id"]) == ["step 1 of 2", "step 2 of 2", "cleaned up"]


def test_what_goes_on_after_the_grace_is_killed(platform):
    with platform.api("operator") as api:
        job = stopped(api, {"steps": BEYOND_IT, "looks": True})
        assert job["state"] == "terminated"
        assert "cleaned up" not in texts(api, job["job_id"])
        steps = [
            event["detail"]["step"]
            for event in api.history(job["job_id"])
            if event["kind"] == "terminate_step"
        ]
        assert steps == ["process_killed"]


def test_a_time_limit_lets_clean_up_as_a_stop_does(platform):
    with platform.api("operator") as api, platform.api("editor") as editor:
        document = editor.get("templates/cleaner/").json()
        document.pop("meta")
        editor.put("templates/cleaner/", json=document | {"timeoutSeconds": 1}).raise_for_status()
        job = api.await_end(api.create("cleaner", {"steps": 1, "looks": False})["job_id"])
        editor.put("templates/cleaner/", json=document).raise_for_status()
        assert (job["state"], job["reason"]) == ("failed", "timeout")
        assert texts(api, job["job_id"])[-1] == "cleaned up"


def test_a_stop_in_the_midst_of_transactions_leaves_none_and_harms_no_other_job(platform):
    with platform.api("operator") as api:
        job_ids = [api.create("committer", {"number": number})["job_id"] for number in range(8)]
        for job_id in job_ids:
            api.await_running(job_id)
            api.post(f"jobs/{job_id}/terminate/").raise_for_status()
        ends = [api.await_end(job_id) for job_id in job_ids]
        assert [(job["state"], job["attempt"]) for job in ends] == [("terminated", 1)] * 8
        after = [api.create("sleeper", {"seconds": 0})["job_id"] for _ in range(8)]
        assert [(job["state"], job["attempt"]) for job in map(api.await_end, after)] == [("succeeded", 1)] * 8


def test_a_worker_goes_on_after_all_of_this(platform):
    with platform.api("operator") as api:
        wait_for(
            "all slots are free", lambda: api.get("workers/").json()["results"][0]["busy"] == 0, within=20
        )
