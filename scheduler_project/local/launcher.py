"""From the state directory's lock to the address on the screen, and back."""

from __future__ import annotations

import asyncio
import signal
import sys
import time

from scheduler_project.local import discover, options, parent, preparation, running_jobs
from scheduler_project.local.account import known_folders
from scheduler_project.local.child import Program
from scheduler_project.local.leftovers import end_leftovers
from scheduler_project.local.options import CannotStart, Options
from scheduler_project.local.output import say
from scheduler_project.local.ports import is_free, why_not_usable
from scheduler_project.local.processes import environment_of_processes, own_programs, settings_for
from scheduler_project.local.readiness import web_is_ready
from scheduler_project.local.servers import Servers, as_program, needed_servers
from scheduler_project.local.state import StateDir
from scheduler_project.local.supervisor import Supervisor

SERVERS_START_SECONDS = 60.0
WEB_LATE_SECONDS = 60.0
HEAD_START_SECONDS = 10.0


def main(arguments: list[str]) -> int:
    """`--with-parent`: end when the process that started this one does (make, which passes no kill on)."""
    if "--with-parent" in arguments:
        parent.end_with_it()
    state = StateDir(discover.state_dir())
    try:
        return asyncio.run(Platform(state, options.read()).run())
    except CannotStart as error:
        sys.exit(str(error))
    finally:
        state.release()


class Platform:
    def __init__(self, state: StateDir, chosen: Options) -> None:
        end_leftovers(state.path, known_folders(state.path))
        if not is_free(chosen.port):
            raise CannotStart(why_not_usable(chosen.port))
        self.state, self.options = state, chosen
        self.servers: Servers = needed_servers(state, chosen)
        self.settings = settings_for(self.servers, state)
        self.environment = environment_of_processes(chosen, self.settings, state.path)

    async def run(self) -> int:
        """Returns when asked to stop; raises CannotStart. Either way nothing of ours runs any more then."""
        self.stopping, self.hurry = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(asked) is not signal.SIG_IGN or asked is not signal.SIGHUP:  # nohup
                loop.add_signal_handler(asked, self._asked_to_stop)
        self.supervisor = Supervisor(self._write_run)
        starting = asyncio.create_task(self._start())
        stop_asked = asyncio.create_task(self.stopping.wait())
        try:
            await asyncio.wait({starting, stop_asked}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await stop_asked
        finally:
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            await self._stop()
        return 0

    async def _start(self) -> None:
        began = time.monotonic()
        for server in self.servers.embedded:
            say(f"Starting {server.name} on port {server.port}")
            self.supervisor.start(as_program(server))
        say("Preparing the database: tables, example templates, the user admin")
        # At the same time: loading Django takes longer than the servers need.
        preparing = asyncio.create_task(preparation.run(self.environment))
        try:
            await self._until_servers_are_ready()
            sign_in = await preparing
        finally:
            preparing.cancel()
            await asyncio.gather(preparing, return_exceptions=True)
        await self._start_own_processes()
        say(f"Started in {time.monotonic() - began:.1f} s")
        address = f"{self.options.url}{sign_in}"
        say(f"RestJobScheduler is ready: {address}  (one-time sign-in as admin; Ctrl-C stops everything)")

    async def _until_servers_are_ready(self) -> None:
        deadline = time.monotonic() + SERVERS_START_SECONDS
        while not await asyncio.to_thread(self.servers.all_ready):
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"The embedded servers did not start in {SERVERS_START_SECONDS:.0f} s: "
                    f"their last lines are above, the rest is in {self.servers.embedded[0].log.parent}."
                )
            await asyncio.sleep(0.05)

    async def _start_own_processes(self) -> None:
        """The web process and one more first: each needs a core for seconds, and the web is waited for."""
        first, later = own_programs(self.options, self.environment)
        for program in first:
            self._start_own(program)
        web = asyncio.create_task(self._until_web_is_ready())
        await asyncio.wait({web}, timeout=HEAD_START_SECONDS)
        for program in later:
            self._start_own(program)
        await web

    def _start_own(self, program: Program) -> None:
        say(f"Starting {program.name}")
        self.supervisor.start(program)

    async def _until_web_is_ready(self) -> None:
        late = time.monotonic() + WEB_LATE_SECONDS
        while not await asyncio.to_thread(web_is_ready, self.options.port):
            if time.monotonic() > late:
                late += WEB_LATE_SECONDS
                say("The web process does not answer yet; its lines above say why. Still trying")
            await asyncio.sleep(0.1)

    def _write_run(self, pids: dict[str, int]) -> None:
        if not self.stopping.is_set():
            self.state.write_run(url=self.options.url, settings=self.settings, pids=pids)

    def _asked_to_stop(self) -> None:
        if self.stopping.is_set():
            self.hurry.set()
        else:
            self.state.announce_stop()
            self.stopping.set()

    async def _stop(self) -> None:
        self.stopping.set()
        self.state.announce_stop()
        servers = {server.name for server in self.servers.embedded}
        own = self.supervisor.children.keys() - servers
        if own:
            say("Stopping (Ctrl-C again ends everything at once)")
            waiting = asyncio.create_task(running_jobs.say_while_waiting(self.settings["DATABASE_URL"]))
            await self.supervisor.stop(own, self.hurry)
            waiting.cancel()
        await self.supervisor.stop(servers, asyncio.Event())
        await self.supervisor.close()
        say("Stopped")
