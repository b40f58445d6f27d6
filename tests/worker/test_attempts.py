"""What a handler may do to itself: fail, fail at first, take too long, return what cannot be stored."""


def run(platform, job_type, payload=None, *, within=60):
    with platform.api("operator") as api:
        return api.await_end(api.create(job_type, payload)["job_id"], within=within)


def test_an_exception_fails_the_job_with_its_traceback_after_the_last_attempt(platform):
    job = run(platform, "failing")
    assert (job["state"], job["reason"], job["attempt"]) == ("failed", "error", 3)
    assert (job["error"]["type"], job["error"]["message"]) == ("ValueError", "attempt 3 failed")
    assert "failing.py" in job["error"]["traceback"]


def test_a_later_attempt_may_succeed_and_one_end_is_told(platform):
    with platform.listen() as listener, platform.api("operator") as api:
        job_id = api.create("failing", {"succeed_at": 2})["job_id"]
        listener.await_ends([job_id], within=60)
        job = api.job(job_id)
        assert (job["state"], job["attempt"], job["result"]) == ("succeeded", 2, {"attempt": 2})
        told = {
            kind: listener.count(job_id, kind) for kind in ("job_created", "job_started", "job_terminated")
        }
        assert told == {"job_created": 1, "job_started": 2, "job_terminated": 1}
        kinds = [event["kind"] for event in api.history(job_id)]
        assert kinds.count("job_retry_scheduled") == 1


def test_an_attempt_that_takes_too_long_is_ended(platform):
    job = run(platform, "overrunner")
    assert (job["state"], job["reason"], job["error"]["type"]) == ("failed", "timeout", "JobTimedOut")


def test_one_that_does_not_let_go_when_its_time_is_over_loses_its_process(platform):
    with platform.api("operator") as api:
        job_id = api.create("overrunner", {"deaf": True})["job_id"]
        job = api.await_end(job_id, within=60)
        assert (job["state"], job["reason"], job["error"]["type"]) == ("failed", "timeout", "JobTimedOut")
        steps = [
            event["detail"]["step"] for event in api.history(job_id) if event["kind"] == "terminate_step"
        ]
        assert steps == ["exception_raised", "process_killed"]


def test_a_result_that_is_not_json_fails_the_attempt(platform):
    job = run(platform, "returns_no_json")
    assert (job["state"], job["reason"], job["error"]["type"]) == ("failed", "error", "TypeError")


def test_a_result_within_the_limit_is_kept_whole(platform):
    assert run(platform, "returns_much", {"bytes": 200_000})["result"] == "x" * 200_000


def test_a_larger_one_is_kept_as_a_preview(platform):
    job = run(platform, "returns_much", {"bytes": 2_000_000})
    assert job["state"] == "succeeded"
    assert job["result"]["truncated"] is True
    assert job["result"]["bytes"] == 2_000_002
    assert job["result"]["preview"].startswith('"xxx')
