"""The warden kills what the handlers of a slot have started, once the slot is gone, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from jobs.running import warden
from jobs.running.warden import MARK

WITHIN = 20


@pytest.fixture
def keeper() -> Iterator[subprocess.Popen[bytes]]:
    program = subprocess.Popen([sys.executable, "-I", "-S", warden.__file__], stdin=subprocess.PIPE)
    yield program
    program.kill()
    program.communicate()


@pytest.fixture
def slot() -> Iterator[subprocess.Popen[bytes]]:
    """Starts a program that stands for a worker's slot."""
    program = subprocess.Popen(["sleep", "600"])
    yield program
    program.kill()
    program.wait()


def send(keeper: subprocess.Popen[bytes], line: str) -> None:
    assert keeper.stdin is not None
    keeper.stdin.write(f"{line}\n".encode())
    keeper.stdin.flush()


def sleeper(mark: int | None = None, *, session: bool = True) -> subprocess.Popen[bytes]:
    environment = os.environ | ({MARK: str(mark)} if mark else {})
    return subprocess.Popen(["sleep", "600"], start_new_session=session, env=environment)


def ended(program: subprocess.Popen[bytes]) -> bool:
    """Waits for the program's end; returns whether it was killed."""
    return program.wait(WITHIN) == -9


def test_it_kills_the_session_of_a_handler_process_and_what_bears_its_mark(
    keeper: subprocess.Popen[bytes], slot: subprocess.Popen[bytes]
) -> None:
    handler = sleeper()
    daemon, stranger = sleeper(mark=handler.pid), sleeper()
    send(keeper, f"+ {slot.pid} {handler.pid}")
    slot.kill()
    slot.wait()
    assert ended(handler)
    assert ended(daemon)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_it_leaves_alone_what_the_slot_has_ended_itself(
    keeper: subprocess.Popen[bytes], slot: subprocess.Popen[bytes]
) -> None:
    first, second = sleeper(), sleeper()
    for line in (f"+ {slot.pid} {first.pid}", f"- {slot.pid} {first.pid}", f"+ {slot.pid} {second.pid}"):
        send(keeper, line)
    slot.kill()
    slot.wait()
    assert ended(second)
    assert first.poll() is None
    first.kill()
    first.wait()


def test_it_ends_when_nobody_can_tell_it_anything_any_more(keeper: subprocess.Popen[bytes]) -> None:
    assert keeper.stdin is not None
    keeper.stdin.close()
    assert keeper.wait(WITHIN) == 0


def test_it_stays_while_a_slot_lives(keeper: subprocess.Popen[bytes], slot: subprocess.Popen[bytes]) -> None:
    handler = sleeper()
    send(keeper, f"+ {slot.pid} {handler.pid}")
    assert keeper.stdin is not None
    keeper.stdin.close()
    slot.kill()
    slot.wait()
    assert ended(handler)
    assert keeper.wait(WITHIN) == 0
