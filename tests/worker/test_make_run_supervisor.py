"""The supervisor restarts programs with backoff, stops them, and leaves no process behind, even if it is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from launcher import supervisor as module
from launcher.supervisor import Program, Supervisor

PATIENCE = 20


def stand_in(folder: Path, code: str, *, grace: float = 5.0, name: str = "stand-in") -> Program:
    """Returns a program that runs `code` with `say(word)`, which adds a line to the file `words`."""
    prelude = (
        f"def say(word):\n    with open({str(folder / 'words')!r}, 'a') as f: f.write(str(word) + '\\n')\n"
    )
    return Program(name, [sys.executable, "-c", prelude + textwrap.dedent(code)], grace)


def words(folder: Path) -> list[str]:
    file = folder / "words"
    return file.read_text().split() if file.exists() else []


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.02)


def has_ended(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
async def supervisor() -> AsyncIterator[Supervisor]:
    one = Supervisor(lambda pids: None)
    yield one
    hurry = asyncio.Event()
    hurry.set()
    await one.stop(list(one.programs), hurry)
    await one.close()


@pytest.fixture(autouse=True)
def _short_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_DELAY", 0.01)


async def test_a_killed_program_is_started_again_with_a_new_pid(
    tmp_path: Path, supervisor: Supervisor
) -> None:
    supervisor.start(stand_in(tmp_path, "import time; say('up'); time.sleep(600)"))
    await until(lambda: words(tmp_path) == ["up"])
    first = supervisor.programs["stand-in"].pid
    assert first
    os.kill(first, signal.SIGKILL)
    await until(lambda: words(tmp_path) == ["up", "up"])
    assert supervisor.programs["stand-in"].pid not in {first, None}


async def test_the_children_of_a_killed_program_are_killed(tmp_path: Path, supervisor: Supervisor) -> None:
    code = """
        import os, time
        pid = os.fork()
        if pid: say(pid)
        time.sleep(600)
    """
    supervisor.start(stand_in(tmp_path, code))
    await until(lambda: words(tmp_path))
    pool_child = int(words(tmp_path)[0])
    main = supervisor.programs["stand-in"].pid
    assert main
    os.kill(main, signal.SIGKILL)
    await until(lambda: has_ended(pool_child))


async def test_delays_grow_for_a_program_that_ends_again_and_again(
    tmp_path: Path, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(module, "say", said.append)
    monkeypatch.setattr(module, "MAX_DELAY", 0.04)
    supervisor.start(stand_in(tmp_path, "raise SystemExit(3)"))
    await until(lambda: len(said) >= 4)
    assert said[:4] == [
        f"stand-in ended with exit status 3; starting it again in {delay} s"
        for delay in ("0.01", "0.02", "0.04", "0.04")
    ]


async def test_delays_begin_again_after_a_long_run(
    tmp_path: Path, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(module, "say", said.append)
    monkeypatch.setattr(module, "STEADY_SECONDS", 0.0)
    supervisor.start(stand_in(tmp_path, "raise SystemExit(3)"))
    await until(lambda: len(said) >= 3)
    assert all(sentence.endswith("in 0.01 s") for sentence in said[:3])


async def test_a_program_that_cannot_be_started_is_reported_and_tried_again(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(module, "say", said.append)
    supervisor.start(Program("nothing", ["/no/such/program"], 5.0))
    await until(lambda: len(said) >= 2)
    assert "nothing could not be started" in said[0]
    assert "/no/such/program" in said[0]


async def test_a_stop_asks_the_leader_alone_and_lets_it_end_its_children(
    tmp_path: Path, supervisor: Supervisor
) -> None:
    code = """
        import os, signal, sys, time
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGTERM, lambda *_: (say("child-was-asked"), os._exit(0)))
            time.sleep(1)
            say("child-finished")
            os._exit(0)
        signal.signal(signal.SIGTERM, lambda *_: (os.waitpid(pid, 0), say("leader-ended"), sys.exit()))
        say("up")
        time.sleep(600)
    """
    supervisor.start(stand_in(tmp_path, code))
    await until(lambda: "up" in words(tmp_path))
    await supervisor.stop(["stand-in"], asyncio.Event())
    assert words(tmp_path) == ["up", "child-finished", "leader-ended"]


async def test_a_program_that_does_not_end_in_its_grace_period_is_killed(
    tmp_path: Path, supervisor: Supervisor
) -> None:
    code = """
        import signal, time
        signal.signal(signal.SIGTERM, lambda *_: say("asked"))
        say("up")
        while True: time.sleep(600)
    """
    supervisor.start(stand_in(tmp_path, code, grace=0.5))
    await until(lambda: words(tmp_path) == ["up"])
    pid = supervisor.programs["stand-in"].pid
    assert pid
    await supervisor.stop(["stand-in"], asyncio.Event())
    assert words(tmp_path) == ["up", "asked"]
    assert has_ended(pid)


async def test_a_second_ctrl_c_ends_the_grace_period(tmp_path: Path, supervisor: Supervisor) -> None:
    code = """
        import signal, time
        signal.signal(signal.SIGTERM, lambda *_: say("asked"))
        say("up")
        while True: time.sleep(600)
    """
    supervisor.start(stand_in(tmp_path, code, grace=600.0))
    await until(lambda: words(tmp_path) == ["up"])
    hurry = asyncio.Event()
    stopping = asyncio.create_task(supervisor.stop(["stand-in"], hurry))
    await until(lambda: words(tmp_path) == ["up", "asked"])
    hurry.set()
    async with asyncio.timeout(PATIENCE):
        await stopping


async def test_every_start_and_end_is_reported_with_all_pids(tmp_path: Path) -> None:
    reported: list[dict[str, int]] = []
    one = Supervisor(reported.append)
    one.start(stand_in(tmp_path, "import time; say('up'); time.sleep(600)"))
    await until(lambda: words(tmp_path))
    pid = one.programs["stand-in"].pid
    await one.stop(["stand-in"], asyncio.Event())
    await one.close()
    assert reported == [{"stand-in": pid}, {}]


async def test_output_is_shown_line_by_line_behind_the_name(
    tmp_path: Path, supervisor: Supervisor, capfd: pytest.CaptureFixture[str]
) -> None:
    code = """
        import sys, time
        sys.stdout.write("a line\\n" + "x" * 200_000 + "\\nno end")
        sys.stdout.flush()
        sys.stderr.write("an error \\udcff\\n")
        sys.stderr.flush()
        say("up")
        time.sleep(600)
    """
    supervisor.start(stand_in(tmp_path, code, name="web"))
    await until(lambda: words(tmp_path))
    await supervisor.stop(["web"], asyncio.Event())
    shown = capfd.readouterr().out.splitlines()
    assert shown[0] == "web        | a line"
    assert sum(line.count("x") for line in shown) == 200_000
    assert shown[-1].startswith("web        | no end")


LAUNCHER = """
import asyncio, sys
from pathlib import Path
from launcher.supervisor import Program, Supervisor

async def main():
    supervisor = Supervisor(lambda pids: print(*pids.values(), flush=True))
    code = "import os, time; os.fork(); time.sleep(600)"
    supervisor.start(Program("one", [sys.executable, "-c", code], 5.0))
    supervisor.start(Program("two", [sys.executable, "-c", code], 5.0))
    while not all(program.pid for program in supervisor.programs.values()): await asyncio.sleep(0.02)
    guards = [p for p in __import__("psutil").Process().children() if "guard.py" in " ".join(p.cmdline())]
    if "kill-guard" in sys.argv:
        guards[0].kill()
        while not [p for p in __import__("psutil").Process().children() if p.pid != guards[0].pid
                   and "guard.py" in " ".join(p.cmdline())]: await asyncio.sleep(0.02)
    print("ready", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.mark.parametrize("before", [[], ["kill-guard"]])
async def test_a_launcher_that_is_killed_takes_everything_with_it(before: list[str]) -> None:
    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHER, *before], stdout=subprocess.PIPE, text=True)
    assert launcher.stdout
    pids: set[int] = set()
    for line in launcher.stdout:
        if line == "ready\n":
            break
        pids |= set(map(int, line.split()))
    family = {p.pid for p in psutil.Process(launcher.pid).children(recursive=True)}
    assert pids < family
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    await until(lambda: all(map(has_ended, family)))
