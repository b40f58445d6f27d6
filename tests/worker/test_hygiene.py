"""Whatever a handler does to its process, it costs no other job of the same worker anything."""

import pytest

only_embedded = pytest.mark.parametrize("platform", ["embedded"], indirect=True)

ENDS = {
    "segfault": ("failed", "worker_lost", "WorkerLost"),
    "exit": ("failed", "worker_lost", "WorkerLost"),
    "system_exit": ("failed", "error", "SystemExit"),
    "memory_error": ("failed", "error", "MemoryError"),
    "unpicklable_exception": ("failed", "error", "Unpicklable"),
    "unpicklable_result": ("failed", "error", "TypeError"),
    "much_memory": ("succeeded", None, None),
    "file_descriptors": ("succeeded", None, None),
    "not_utf8": ("succeeded", None, None),
    "much_log": ("succeeded", None, None),
    "holds_the_interpreter": ("succeeded", None, None),
}


@only_embedded
def test_each_ends_by_itself_and_the_jobs_beside_it_run_once(platform):
    worker = platform.pids()["worker"]
    with platform.api("operator") as api:
        bystanders = [api.create("sleeper", {"seconds": 8})["job_id"] for _ in range(2)]
        job_ids = {way: api.create("misbehaver", {"way": way})["job_id"] for way in ENDS}
        ends = {way: api.await_end(job_id, within=90) for way, job_id in job_ids.items()}
        found = {
            way: (job["state"], job["reason"], (job["error"] or {}).get("type")) for way, job in ends.items()
        }
        assert found == ENDS
        assert {job["attempt"] for job in ends.values()} == {1}
        assert [api.await_end(job_id)["attempt"] for job_id in bystanders] == [1, 1]
        assert platform.pids()["worker"] == worker
