"""What a handler prints, logs and reports while it runs is kept with its job."""

from __future__ import annotations

import pytest

from jobs.running.reporter import MAX_LINE
from tests.services.trial_runs import Run, log_of
from tests.services.trial_runs import run as run

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_printed_logged_and_reported_lands_in_the_jobs_log_in_order(run: Run) -> None:
    row = run(
        """
        import logging, sys
        print("printed")
        logging.getLogger("shop").warning("logged %s", 7)
        print("to stderr", file=sys.stderr)
        job.log("reported %s", data["user_id"], level="debug")
        print("without an end", end="")
        """
    )
    assert log_of(row) == [
        ("info", "printed"),
        ("warning", "logged 7"),
        ("error", "to stderr"),
        ("debug", "reported 7"),
        ("info", "without an end"),
    ]


def test_bytes_that_are_no_text_are_shown_as_such(run: Run) -> None:
    row = run(
        """
        import sys
        sys.stdout.buffer.write(b"caf\\xc3")
        sys.stdout.buffer.write(b"\\xa9 \\xff\\n")
        print("\\udcff")
        """
    )
    assert (row.state, log_of(row)) == ("succeeded", [("info", "café \ufffd"), ("info", "?")])


def test_a_line_that_does_not_end_is_cut_and_the_next_one_is_whole(run: Run) -> None:
    row = run('for _ in range(300):\n    print("x" * 10_000, end="")\nprint()\nprint("next")')
    lines = [text for _, text in log_of(row)]
    assert [len(lines[0]), *lines[1:]] == [MAX_LINE, "next"]


def test_the_log_is_kept_when_the_handler_fails(run: Run) -> None:
    row = run("print('so far')\nraise ValueError")
    assert row.state == "failed"
    assert log_of(row) == [("info", "so far")]


def test_the_last_progress_before_a_failure_is_kept(run: Run) -> None:
    row = run("job.progress(40, 'half way')\nraise ValueError")
    assert (row.completion_percentage, row.progress_message) == (40, "half way")


def test_a_log_level_of_any_name_costs_nothing(run: Run) -> None:
    row = run(
        """
        import logging
        logging.addLevelName(25, "A\\0B" + "C" * 100)
        logging.getLogger("any").log(25, "told")
        """
    )
    assert row.state == "succeeded"
    assert log_of(row) == [("a\\0b" + "c" * 16, "told")]


def test_what_waits_in_the_buffers_of_python_and_of_c_lands_in_the_log_of_its_own_job(run: Run) -> None:
    row = run(
        """
        import ctypes, sys
        c = ctypes.CDLL(None)
        # As without PYTHONUNBUFFERED, whatever runs the tests.
        sys.__stdout__ = open(1, "w", closefd=False)
        c.setvbuf(ctypes.c_void_p.in_dll(c, "stdout"), None, 0, ctypes.c_size_t(4096))
        sys.__stdout__.write("in a buffer of Python\\n")
        c.printf(b"in a buffer of C\\n")
        """
    )
    assert {text for _, text in log_of(row)} == {"in a buffer of Python", "in a buffer of C"}


def test_a_job_that_closes_the_streams_of_python_succeeds(run: Run) -> None:
    assert run("import sys\nsys.__stdout__.close()\nsys.__stderr__ = None").state == "succeeded"
