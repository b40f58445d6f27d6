"""The test run itself, in several processes: loses no test, says what could not run, tidies up when interrupted."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from foundation.discover import CHECKOUT
from tests.support.waiting import wait_for

MAKEFILE = (CHECKOUT / "Makefile").read_text()
PARALLEL = re.findall(r"^PARALLEL = (.*)$", MAKEFILE, re.M)[0].replace("logical", "2").split()
PATIENCE_SECONDS = 180
pytestmark = pytest.mark.timeout(3 * PATIENCE_SECONDS)
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Begins a run of two files of these tests, beside a conftest that has our hooks."""
    started: list[subprocess.Popen[str]] = []

    def start(tests: str, *arguments: str, conftest: str = "", **env: str) -> subprocess.Popen[str]:
        for name in ("test_these.py", "test_those.py"):
            (tmp_path / name).write_text(textwrap.dedent(tests))
        (tmp_path / "conftest.py").write_text(textwrap.dedent(conftest))
        settings = {"PYTHONPATH": str(CHECKOUT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "CI": ""}
        plugins = ["-p", "xdist", "-p", "tests.conftest", "-p", "no:cacheprovider", "-o", "markers=long"]
        run = subprocess.Popen(
            [sys.executable, "-m", "pytest", *plugins, *PARALLEL, *arguments],
            cwd=tmp_path,
            env={**os.environ, **settings, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(run)
        return run

    yield start
    for run in started:
        run.kill()
        run.communicate()


def ended(run: subprocess.Popen[str]) -> tuple[int, str]:
    shown, _ = run.communicate(timeout=PATIENCE_SECONDS)
    return run.returncode, shown


@pytest.mark.parametrize(("ci", "status"), [pytest.param("", 0, marks=pytest.mark.long), ("true", 1)])
def test_what_could_not_run_in_any_process_is_said_at_the_end_and_fails_in_ci(
    start: Start, ci: str, status: int
) -> None:
    tests = """
        from tests.support.could_not_run import Missing, skip_loudly

        def test_one(): skip_loudly("the tests of the moon", Missing("it is away", remedy="fetch it"))
        def test_two(): skip_loudly("the tests of the sun", Missing("it is hot", remedy="cool it"))
        def test_three(): pass
    """
    found, shown = ended(start(tests, CI=ci))
    assert found == status, shown
    assert "COULD NOT RUN: the tests of the moon because it is away; to run them: fetch it." in shown
    assert "COULD NOT RUN: the tests of the sun because it is hot; to run them: cool it." in shown
    assert "2 passed, 4 skipped" in shown.splitlines()[-1]


@pytest.mark.long
def test_a_run_without_a_test_fails(start: Start) -> None:
    status, shown = ended(start("def test_one(): pass", "-k", "nothing"))
    assert status == pytest.ExitCode.NO_TESTS_COLLECTED, shown


def test_tests_that_were_lost_with_their_process_fail_the_run(start: Start) -> None:
    conftest = """
        import os, pathlib, time

        collected = pathlib.Path("collected")

        def pytest_collection_finish(session):
            process = getattr(session.config, "workerinput", {}).get("workerid")
            if process == "gw0":
                collected.touch()
            if process == "gw1":
                while not collected.exists():
                    time.sleep(0.01)
                os._exit(0)
    """
    status, shown = ended(start("def test_one(): pass\ndef test_two(): pass", conftest=conftest))
    assert status in {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}, shown


def test_tests_that_share_a_fixture_share_a_process_and_keep_their_names(
    start: Start, tmp_path: Path
) -> None:
    tests = f"""
        import os, pytest

        @pytest.fixture(scope="module")
        def shared():
            with open({str(tmp_path / "starts")!r}, "a") as file:
                file.write("started\\n")

        @pytest.mark.parametrize("number", range(20))
        def test_of_many(shared, number):
            assert number != 7
    """
    status, shown = ended(start(tests))
    assert (status, (tmp_path / "starts").read_text()) == (1, "started\n" * 2), shown
    assert "FAILED test_these.py::test_of_many[7] - " in shown


@pytest.mark.parametrize("to_all", [pytest.param(True, marks=pytest.mark.long), False])
@pytest.mark.parametrize("stop_seconds", [1, pytest.param(20, marks=pytest.mark.long)])
def test_an_interrupt_ends_every_process_with_everything_stopped(
    start: Start, tmp_path: Path, to_all: bool, stop_seconds: int
) -> None:
    """As Ctrl-C, which a terminal sends to all; or as a SIGTERM to the first process alone."""
    tests = f"""
        import os, time, pytest

        @pytest.fixture(scope="session", autouse=True)
        def server():
            file = f"server-{{os.getpid()}}"
            open(file, "w").close()
            yield
            time.sleep({stop_seconds})
            os.remove(file)

        @pytest.mark.parametrize("number", range(4))
        def test_of_many(number):
            time.sleep(600)
    """
    run = start(tests)
    wait_for("both run", lambda: len(list(tmp_path.glob("server-*"))) == 2, within=PATIENCE_SECONDS)
    processes = [run.pid]
    if to_all:
        processes += [int(file.name.partition("-")[2]) for file in tmp_path.glob("server-*")]
    for pid in processes:
        os.kill(pid, signal.SIGINT if to_all else signal.SIGTERM)
    status, shown = ended(run)
    assert status == pytest.ExitCode.INTERRUPTED, shown
    assert not list(tmp_path.glob("server-*"))
