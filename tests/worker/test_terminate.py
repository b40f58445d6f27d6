"""Stopping jobs: those that wait at once, those that run at their next checkpoint or, if need be, by force."""

from tests.support.processes import is_alive
from tests.support.waiting import wait_for


def steps_of(api, job_id):
    """What the history says about the stop, in order."""
    return [
        event["detail"]["step"] if event["kind"] == "terminate_step" else event["kind"]
        for event in api.history(job_id)
        if event["kind"] in {"terminate_requested", "terminate_step", "job_terminated"}
    ]


def stop_while_it_runs(platform, job_type, payload):
    """The job after the stop, and the steps of it."""
    with platform.listen() as listener, platform.api("operator") as api:
        job_id = api.create(job_type, payload)["job_id"]
        api.await_running(job_id)
        answer = api.post(f"jobs/{job_id}/terminate/")
        assert (answer.status_code, answer.json()["state"]) == (202, "running")
        assert answer.json()["terminate_requested_at"]
        listener.await_ends([job_id], within=30)
        assert listener.count(job_id, "job_terminated") == 1
        return api.job(job_id), steps_of(api, job_id)


def test_a_handler_with_checkpoints_stops_at_one(platform):
    job, steps = stop_while_it_runs(platform, "sleeper", {"seconds": 600})
    assert (job["state"], job["reason"], job["result"]) == ("terminated", None, None)
    assert steps == ["terminate_requested", "job_terminated"]


def test_a_handler_without_checkpoints_gets_the_exception_raised_into_it(platform):
    job, steps = stop_while_it_runs(platform, "deaf_sleeper", {"seconds": 600})
    assert job["state"] == "terminated"
    assert steps == ["terminate_requested", "exception_raised", "job_terminated"]


def test_a_handler_that_swallows_the_exception_loses_its_process(platform):
    job, steps = stop_while_it_runs(platform, "swallower", {"seconds": 600})
    assert job["state"] == "terminated"
    assert steps == ["terminate_requested", "exception_raised", "process_killed", "job_terminated"]


def test_who_asked_for_it_is_in_the_history(platform):
    with platform.api("operator") as api:
        job_id = api.create("sleeper", start_in_seconds=3600)["job_id"]
        api.post(f"jobs/{job_id}/terminate/").raise_for_status()
        assert api.history(job_id)[-1]["actor"] == "a-operator"


def test_a_program_that_the_handler_started_ends_with_the_job(platform, tmp_path):
    pid_file = tmp_path / "pid"
    with platform.api("operator") as api:
        job_id = api.create("starter", {"pid_file": str(pid_file)})["job_id"]
        pid = int(wait_for("the program runs", lambda: pid_file.exists() and pid_file.read_text(), within=20))
        api.post(f"jobs/{job_id}/terminate/")
        assert api.await_end(job_id)["state"] == "terminated"
    wait_for("the program is gone", lambda: not is_alive(pid), within=10)


def test_a_waiting_job_ends_at_once_and_a_job_that_has_ended_cannot_be_stopped(platform):
    with platform.listen() as listener, platform.api("operator") as api:
        job_id = api.create("sleeper", start_in_seconds=3600)["job_id"]
        stopped = api.post(f"jobs/{job_id}/terminate/")
        assert (stopped.status_code, stopped.json()["state"]) == (200, "terminated")
        assert api.post(f"jobs/{job_id}/terminate/").status_code == 409
        listener.await_ends([job_id], within=20)
        assert listener.count(job_id, "job_started") == 0


def test_asking_twice_is_no_error(platform):
    with platform.api("operator") as api:
        job_id = api.create("swallower", {"seconds": 600})["job_id"]
        api.await_running(job_id)
        assert [api.post(f"jobs/{job_id}/terminate/").status_code for _ in range(2)] == [202, 202]
        assert api.await_end(job_id)["state"] == "terminated"


def test_the_worker_goes_on_after_each_of_these(platform):
    with platform.api("operator") as api:
        jobs = [api.create("sleeper", {"seconds": 0})["job_id"] for _ in range(8)]
        assert {api.await_end(job_id)["state"] for job_id in jobs} == {"succeeded"}
