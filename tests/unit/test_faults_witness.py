"""What the witness file tells of runs."""

from __future__ import annotations

from tests.faults.witness import Run, runs


def test_a_run_lasts_from_its_first_to_its_last_line() -> None:
    lines = ["began a 1 10 5.0", "began b 1 11 5.5", "lives a 1 10 6.0", "returned a 1 10 7.0"]
    assert runs(lines) == [Run("a", 1, 10, 5.0, 7.0, "returned"), Run("b", 1, 11, 5.5, 5.5)]


def test_a_killed_run_is_known_to_have_lived_until_its_last_line() -> None:
    assert runs(["began a 1 10 5.0", "lives a 1 10 6.0", "began a 2 12 9.0", "raised a 2 12 9.5"]) == [
        Run("a", 1, 10, 5.0, 6.0),
        Run("a", 2, 12, 9.0, 9.5, "raised"),
    ]


def test_one_attempt_in_two_processes_is_two_runs() -> None:
    assert len(runs(["began a 1 10 5.0", "began a 1 11 5.1"])) == 2
    assert len(runs(["began a 1 10 5.0", "began a 1 10 5.1"])) == 2


def test_what_a_run_found_of_earlier_jobs_is_no_end() -> None:
    (run,) = runs(["began a 1 10 5.0", "spoiled:umask,folder a 1 10 5.1", "returned a 1 10 6.0"])
    assert (run.spoiled, run.ended) == ("umask,folder", "returned")
