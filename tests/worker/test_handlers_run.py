"""Programs that a handler starts through `job.run`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from handlers import _subprocess
from handlers.context import Job, JobTerminated
from handlers.testing import MemoryReporter, TrialOutcome


class StopWhen(MemoryReporter):
    """Requests a stop as soon as something has happened, so that no test depends on the machine's speed."""

    def __init__(self, happened: Callable[[], bool]) -> None:
        super().__init__(TrialOutcome())
        self._happened = happened

    def stop_requested(self) -> bool:
        return self._happened()


def job(stop_when: Callable[[], bool] = lambda: False) -> Job:
    return Job(id="j1", attempt=1, reporter=StopWhen(stop_when))


def has(file: Path, count: int) -> Callable[[], bool]:
    """Whether the program has written that many process numbers."""
    return lambda: file.exists() and len(file.read_text().split()) == count


def wait_until(happened: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    """Ended, though perhaps not yet buried by its new parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def pids_in(file: Path, count: int) -> list[int]:
    wait_until(has(file, count))
    return [int(pid) for pid in file.read_text().split()]


def test_it_returns_what_the_program_wrote_and_its_exit_code() -> None:
    completed = job().run(["sh", "-c", "echo out; echo err >&2; exit 3"], capture_output=True, text=True)
    assert (completed.returncode, completed.stdout, completed.stderr) == (3, "out\n", "err\n")


def test_it_hands_input_on_and_honours_further_options(tmp_path: Path) -> None:
    completed = job().run(
        ["sh", "-c", "cat; pwd; echo $COLOUR"],
        input=b"text\n",
        capture_output=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "COLOUR": "blue"},
    )
    assert completed.stdout == f"text\n{tmp_path}\nblue\n".encode()


def test_it_reports_death_by_a_signal_as_subprocess_does() -> None:
    assert job().run(["sh", "-c", "kill -TERM $$"]).returncode == -signal.SIGTERM
    assert job().run(["sh", "-c", "kill -KILL $$"]).returncode == -signal.SIGKILL


def test_check_raises_for_a_failed_program() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        job().run(["false"], check=True)


@pytest.mark.parametrize("program", ["no-such-program", "./no-such-program"])
def test_it_says_that_a_program_is_missing(program: str) -> None:
    with pytest.raises(FileNotFoundError, match="no-such-program"):
        job().run([program])


def test_it_refuses_a_shell_line() -> None:
    with pytest.raises(TypeError, match="sh"):
        job().run("ls | wc")
    with pytest.raises(TypeError, match="sh"):
        job().run(["ls"], shell=True)


def test_a_timeout_ends_the_program(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    with pytest.raises(subprocess.TimeoutExpired):
        job().run(["sh", "-c", f"echo $$ > {file}; exec sleep 60"], timeout=2)
    wait_until(lambda: all(is_gone(pid) for pid in pids_in(file, 1)))


def test_a_stop_ends_the_program_and_all_it_started(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    with pytest.raises(JobTerminated):
        job(has(file, 2)).run(["sh", "-c", f"sleep 60 & echo $! $$ > {file}; wait"])
    wait_until(lambda: all(is_gone(pid) for pid in pids_in(file, 2)))


def test_a_stop_lets_the_program_tidy_up(tmp_path: Path) -> None:
    file, tidied = tmp_path / "pids", tmp_path / "tidied"
    with pytest.raises(JobTerminated):
        job(has(file, 1)).run(
            ["sh", "-c", f"trap 'touch {tidied}; exit' TERM; echo $$ > {file}; sleep 60 & wait"]
        )
    assert tidied.exists()


def test_a_program_deaf_to_sigterm_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(_subprocess, "GRACE_SECONDS", 0.2)
    file = tmp_path / "pids"
    with pytest.raises(JobTerminated):
        job(has(file, 1)).run(["sh", "-c", f"trap '' TERM; echo $$ > {file}; sleep 60"])
    wait_until(lambda: all(is_gone(pid) for pid in pids_in(file, 1)))


def test_a_program_is_not_started_once_a_stop_was_requested(tmp_path: Path) -> None:
    with pytest.raises(JobTerminated):
        job(lambda: True).run(["touch", str(tmp_path / "started")])
    assert not (tmp_path / "started").exists()


def test_what_a_program_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    job().run(["sh", "-c", f"sleep 60 & echo $! > {file}"])
    wait_until(lambda: all(is_gone(pid) for pid in pids_in(file, 1)))


@pytest.mark.parametrize("victim", ["worker", "guard"])
def test_a_killed_process_takes_the_program_along(tmp_path: Path, victim: str) -> None:
    """The worker's death reaches all the program started; the guard's reaches the program."""
    file = tmp_path / "pids"
    script = f"sleep 60 & echo $PPID $$ $! > {file}; wait"
    code = (
        "from handlers.context import Job\nfrom handlers.testing import MemoryReporter, TrialOutcome\n"
        f"Job(id='j', attempt=1, reporter=MemoryReporter(TrialOutcome())).run(['sh', '-c', {script!r}])"
    )
    worker = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2])
    try:
        guard, shell, child = pids_in(file, 3)
        os.kill(worker.pid if victim == "worker" else guard, signal.SIGKILL)
        wait_until(lambda: is_gone(shell) and is_gone(child))
    finally:
        worker.kill()
        worker.wait()
