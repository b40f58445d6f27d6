"""The embedded servers start anywhere, keep their data over a crash, and are ended if the launcher was killed."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from launcher.options import MARK, Options
from launcher.servers import find_server_folders, make_servers
from launcher.state import StateDir
from launcher.supervisor import Supervisor, end_leftovers

ALL_MISSING = Options(port=8000, concurrency=2, urls={})


class Started:
    def __init__(self, folder: Path) -> None:
        self.state = StateDir(folder)
        self.servers, self.urls = make_servers(self.state, ALL_MISSING)
        self.supervisor = Supervisor(lambda pids: None)
        for server in self.servers:
            self.supervisor.start(server)

    def pid(self, name: str) -> int:
        pid = self.supervisor.programs[name].pid
        assert pid
        return pid

    async def until_ready(self) -> None:
        async with asyncio.timeout(30):
            while not all([await asyncio.to_thread(server.is_ready) for server in self.servers]):
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        await self.supervisor.stop(["postgres", "valkey"], asyncio.Event())
        await self.supervisor.close()
        self.state.close()


@pytest.fixture
async def started(tmp_path: Path) -> AsyncIterator[Started]:
    # Under root this folder is for root alone, as pytest makes it: the servers' files must go elsewhere.
    one = Started(tmp_path / "state")
    await one.until_ready()
    yield one
    await one.stop()


def sql(started: Started, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(started.urls["DATABASE_URL"], autocommit=True) as connection:
        answer = connection.execute(statement)
        return answer.fetchall() if answer.description else []


def broker(started: Started) -> redis.Redis:
    return redis.Redis.from_url(started.urls["BROKER_URL"])


async def test_they_are_set_for_safety_not_for_speed(started: Started) -> None:
    names = ("fsync", "synchronous_commit", "max_connections", "server_encoding", "TimeZone")
    values = [sql(started, f"SHOW {name}")[0][0] for name in names]
    assert values == ["on", "on", "200", "UTF8", "UTC"]
    with broker(started) as valkey:
        assert valkey.config_get("appendonly") == {"appendonly": "yes"}
        assert valkey.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


async def test_nobody_gets_in_without_the_password(started: Started) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(started.urls["DATABASE_URL"].replace("scheduler:", "scheduler:wrong"))
    without = f"redis://127.0.0.1:{started.servers[1].port}/0"
    with redis.Redis.from_url(without) as valkey, pytest.raises(redis.AuthenticationError):
        valkey.ping()


async def test_their_files_are_closed_to_others(started: Started) -> None:
    for server in started.servers:
        assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
        owner = psutil.Process(started.pid(server.name)).uids().real
        assert server.data.stat().st_uid == owner
        assert owner != 0


async def test_killed_servers_come_back_with_their_data(started: Started) -> None:
    sql(started, "CREATE TABLE kept AS SELECT 42 AS answer")
    with broker(started) as valkey:
        valkey.set("kept", 42)
        # The file is synced once a second; a killed process, unlike a power cut, loses no write it made.
    for name in ("postgres", "valkey"):
        before = started.pid(name)
        os.kill(before, signal.SIGKILL)
        async with asyncio.timeout(30):
            while started.supervisor.programs[name].pid in {before, None}:
                await asyncio.sleep(0.02)
    await started.until_ready()
    assert sql(started, "SELECT answer FROM kept") == [(42,)]
    with broker(started) as valkey:
        assert valkey.get("kept") == b"42"


async def test_the_next_start_has_the_same_addresses_and_data(tmp_path: Path) -> None:
    first = Started(tmp_path / "state")
    await first.until_ready()
    sql(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    await first.stop()
    second = Started(tmp_path / "state")
    await second.until_ready()
    try:
        assert second.urls["DATABASE_URL"] == first.urls["DATABASE_URL"]
        assert second.urls["REDIS_URL"] == first.urls["REDIS_URL"]
        assert sql(second, "SELECT answer FROM kept") == [(42,)]
    finally:
        await second.stop()


async def test_a_pid_that_another_program_has_now_does_not_keep_postgres_from_starting(
    tmp_path: Path,
) -> None:
    first = Started(tmp_path / "state")
    await first.until_ready()
    postgres = first.servers[0]
    pid_file = postgres.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines(keepends=True)
    await first.stop()
    second = Started(tmp_path / "state")
    await second.until_ready()
    # As after a crash and a restart of the machine: the old pid is another program's of the same user.
    os.kill(second.pid("postgres"), signal.SIGKILL)
    async with asyncio.timeout(5):
        while second.supervisor.programs["postgres"].pid is not None:
            await asyncio.sleep(0.01)
    pid_file.write_text("".join([f"{second.pid('valkey')}\n", *lines[1:]]))
    try:
        await second.until_ready()
    finally:
        await second.stop()


async def test_what_a_killed_launcher_left_is_found_and_ended(started: Started) -> None:
    folders = find_server_folders(started.state.path)
    pids = [started.pid("postgres"), started.pid("valkey")]
    for program in started.supervisor.programs.values():
        program._stopping.set()  # so that they are not started again meanwhile
    bystander = await asyncio.create_subprocess_exec("sleep", "600", cwd=started.state.path)
    end_leftovers(started.state.path, folders)
    assert not any(map(psutil.pid_exists, pids)) or all(
        psutil.Process(pid).status() == psutil.STATUS_ZOMBIE for pid in pids if psutil.pid_exists(pid)
    )
    assert bystander.returncode is None
    bystander.kill()
    await bystander.wait()


def test_processes_of_another_platform_are_left_alone(tmp_path: Path) -> None:
    started = {}
    for name in ("mine", "other"):
        env = {**os.environ, MARK: str(tmp_path / name)}
        started[name] = subprocess.Popen(["sleep", "600"], env=env)
    end_leftovers(tmp_path / "mine", [])
    assert not psutil.pid_exists(started["mine"].pid)
    assert started["other"].poll() is None
    started["other"].kill()
    for process in started.values():
        process.wait()
