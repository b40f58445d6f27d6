"""What a handler says is in its job's log, whichever way it says it, and live on the job's own socket."""


def test_print_logging_and_the_jobs_own_log_are_all_there(platform):
    with platform.api("operator") as api:
        job_id = api.create("printer")["job_id"]
        api.await_end(job_id)
        lines = [(line["n"], line["level"], line["attempt"], line["text"]) for line in api.log(job_id)]
    assert lines == [
        (1, "info", 1, "printed"),
        (2, "error", 1, "printed to the error output"),
        (3, "warning", 1, "logged with logging"),
        (4, "info", 1, "logged by the job"),
    ]


def test_a_reader_that_follows_next_gets_each_line_once(platform):
    with platform.api("operator") as api:
        job_id = api.create("printer", {"lines": 2500})["job_id"]
        api.await_end(job_id)
        seen, after = [], 0
        while page := api.get(f"jobs/{job_id}/log/", params={"after": after}).json()["lines"]:
            seen += [line["n"] for line in page]
            after = page[-1]["n"]
    assert seen == list(range(1, 2505))


def test_a_socket_for_this_job_gets_the_lines_and_the_others_do_not(platform):
    with platform.api("operator") as api, platform.listen() as everything:
        job_id = api.create("printer", {"lines": 20}, start_in_seconds=2)["job_id"]
        with platform.listen(f"?job_id={job_id}") as mine:
            mine.await_ends([job_id], within=30)
            lines = [
                line["text"]
                for frame in mine.frames
                if frame["notification_type"] == "job_log"
                for line in frame["data"]["lines"]
            ]
        everything.await_ends([job_id], within=10)
        assert lines[-1] == "line 19"
        assert len(lines) == 24
        assert everything.count(job_id, "job_log") == 0
