"""Runs the platform for `make run`: locks the state folder, starts all processes, prints the URL, and stops them."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE
from contextlib import closing, suppress
from typing import Any

import psycopg

from foundation.discover import CHECKOUT, find_state_dir
from launcher.guard import end_with_parent, parent_catches_interrupts
from launcher.options import CannotStart, Options, make_environment, make_settings, read_options
from launcher.output import open_pipe, say
from launcher.readiness import describe_taken_port, is_free, is_web_ready
from launcher.servers import find_server_folders, make_servers
from launcher.state import StateDir
from launcher.supervisor import Program, Supervisor, end_leftovers, start_process

SHORT_GRACE, WORKER_GRACE = 5, 20  # the worker lets its jobs end
SERVERS_START_SECONDS, HEAD_START_SECONDS, WEB_LATE_SECONDS = 60.0, 10.0, 30.0
PARENT_POLL_SECONDS, REPORT_SECONDS = 0.5, 5.0


def main(flags: list[str]) -> None:
    """Runs the platform until it is stopped; with `--with-parent` in `flags`, also stops it when `make` ends."""
    watches_parent = "--with-parent" in flags and end_with_parent()
    try:
        with closing(StateDir(find_state_dir())) as state:
            asyncio.run(Platform(state, read_options()).run(watches_parent=watches_parent))
    except CannotStart as error:
        sys.exit(str(error))


class Platform:
    """Starts the embedded servers and the platform's processes in order, and stops them. Methods raise CannotStart."""

    def __init__(self, state: StateDir, options: Options) -> None:
        end_leftovers(state.path, find_server_folders(state.path))
        if not is_free(options.port):
            raise CannotStart(describe_taken_port(options.port))
        self.state, self.options = state, options
        self.servers, urls = make_servers(state, options)
        self.settings = make_settings(urls, state.get_secret)
        environment = make_environment(options, self.settings, str(state.path))
        self.popen: dict[str, Any] = {"cwd": CHECKOUT, "env": environment}

    async def run(self, *, watches_parent: bool) -> None:
        """Runs all processes until SIGINT, SIGTERM or SIGHUP. When it returns or raises, all processes have ended."""
        self.hurry, self.is_stopping = asyncio.Event(), False
        self.supervisor = Supervisor(self._write_run)
        self.serving = asyncio.create_task(self._serve())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # else under nohup
                asyncio.get_running_loop().add_signal_handler(number, self._stop_or_hurry)
        self.watching = asyncio.create_task(self._watch_parent()) if watches_parent else None
        try:
            with suppress(asyncio.CancelledError):
                await self.serving
        finally:
            await self._stop()

    def _stop_or_hurry(self) -> None:
        if self.is_stopping:
            self.hurry.set()
        self.is_stopping = True
        self.state.forget_run()
        self.serving.cancel()

    async def _watch_parent(self) -> None:
        while parent_catches_interrupts():
            await asyncio.sleep(PARENT_POLL_SECONDS)
        if not self.is_stopping:  # else it is the Ctrl-C that reached us as well
            self._stop_or_hurry()

    def _write_run(self, pids: dict[str, int]) -> None:
        if not self.is_stopping:
            self.state.write_run(url=self.options.url, settings=self.settings, pids=pids)

    async def _serve(self) -> None:
        began = time.monotonic()
        for server in self.servers:
            say(f"Starting {server.name} on port {server.port}")
            self.supervisor.start(server)
        link = self.options.url + await self._prepare_database()
        await self._start_own_processes()
        say(f"Started in {time.monotonic() - began:.1f} s")
        say(f"RestJobScheduler is ready: {link}  (one-time sign-in as admin; Ctrl-C stops everything)")
        await asyncio.Event().wait()

    async def _prepare_database(self) -> str:
        """Waits for the servers, prepares the database and returns the path of a sign-in link. Raises CannotStart."""
        say("Preparing the database: tables, example templates, the user admin")
        command, (output, pump) = (sys.executable, "-m", "launcher.prepare"), open_pipe("setup")
        with output:
            process = await start_process(*command, stdout=PIPE, stderr=output, **self.popen)
        try:  # meanwhile: loading Django takes longer than the servers do
            async with asyncio.timeout(SERVERS_START_SECONDS):
                for server in self.servers:
                    while not await asyncio.to_thread(server.is_ready):
                        await asyncio.sleep(0.05)
            path, _ = await process.communicate()
        except TimeoutError:
            late = f"The embedded servers did not start in {SERVERS_START_SECONDS:.0f} s"
            folder = self.servers[0].folder
            raise CannotStart(f"{late}: their last lines are above, the rest is in {folder}.") from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        await asyncio.to_thread(pump.join)
        if process.returncode:
            raise CannotStart("The database could not be prepared; the lines above say why.")
        return path.decode().strip()

    async def _start_own_processes(self) -> None:
        manage = [sys.executable, "manage.py"]
        celery = [sys.executable, "-m", "celery", "--quiet", "-A", "scheduler_project"]
        for program in (
            Program("web", [*manage, "serve"], SHORT_GRACE, self.popen),
            Program("dispatcher", [*manage, "dispatch"], SHORT_GRACE, self.popen),
            Program("worker", [*celery, "worker"], WORKER_GRACE, self.popen),
            Program("beat", [*celery, "beat"], SHORT_GRACE, self.popen, folds_lost_connections=True),
        ):
            if program.name == "worker":  # each of the first two needs a core for seconds
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wait_for_web(), HEAD_START_SECONDS)
            say(f"Starting {program.name}")
            self.supervisor.start(program)
        await self._wait_for_web()

    async def _wait_for_web(self) -> None:
        late, pause = time.monotonic() + WEB_LATE_SECONDS, 0.1
        while not await asyncio.to_thread(is_web_ready, self.options.port):
            if time.monotonic() > late:
                late += WEB_LATE_SECONDS
                pause = 5.0  # each failed check may show a traceback
                say("The web process is not ready yet; its lines above say why. Still trying")
            await asyncio.sleep(pause)

    async def _stop(self) -> None:
        self.is_stopping = True
        self.state.forget_run()
        servers = {server.name for server in self.servers}
        if own := self.supervisor.programs.keys() - servers:
            say("Stopping (Ctrl-C again ends everything at once)")
            reporting = asyncio.create_task(self._report_running_jobs())
            await self.supervisor.stop(own, self.hurry)
            reporting.cancel()
        await self.supervisor.stop(servers, asyncio.Event())
        await self.supervisor.close()
        say("Stopped")

    async def _report_running_jobs(self) -> None:
        count = "SELECT count(*) FROM jobs_live WHERE state = 'running'"
        while True:
            with suppress(psycopg.Error):  # away or without tables: then there is nothing to report
                async with await psycopg.AsyncConnection.connect(self.settings["DATABASE_URL"]) as connection:
                    [number] = await (await connection.execute(count)).fetchone() or [0]
                jobs = "1 running job" if number == 1 else f"{number} running jobs"
                if number:
                    say(f"Waiting for {jobs} to end, at most {WORKER_GRACE} s; what is cut short runs again")
            await asyncio.sleep(REPORT_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1:])
