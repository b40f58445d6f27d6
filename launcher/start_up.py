"""The order in which a platform comes up: servers and database, then the processes, then the address."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from launcher import preparation
from launcher.options import CannotStart, Options
from launcher.output import say
from launcher.processes import own_programs
from launcher.readiness import web_is_ready
from launcher.servers import Servers, as_program
from launcher.supervisor import Supervisor

SERVERS_START_SECONDS = 60.0
WEB_LATE_SECONDS = 30.0
HEAD_START_SECONDS = 10.0


@dataclass(frozen=True)
class StartUp:
    supervisor: Supervisor
    servers: Servers
    options: Options
    environment: Mapping[str, str]

    async def run(self) -> None:
        """Raises CannotStart where waiting would not help."""
        began = time.monotonic()
        for server in self.servers.embedded:
            say(f"Starting {server.name} on port {server.port}")
            self.supervisor.start(as_program(server))
        sign_in = await self._prepare_database()
        await self._start_own_processes()
        say(f"Started in {time.monotonic() - began:.1f} s")
        address = f"{self.options.url}{sign_in}"
        say(f"RestJobScheduler is ready: {address}  (one-time sign-in as admin; Ctrl-C stops everything)")

    async def _prepare_database(self) -> str:
        say("Preparing the database: tables, example templates, the user admin")
        # While the servers start: loading Django takes longer than they do.
        preparing = asyncio.create_task(preparation.run(self.environment))
        try:
            await self._until_servers_are_ready()
            return await preparing
        finally:
            preparing.cancel()
            await asyncio.gather(preparing, return_exceptions=True)

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
            say(f"Starting {program.name}")
            self.supervisor.start(program)
        web = asyncio.create_task(self._until_web_is_ready())
        try:
            await asyncio.wait({web}, timeout=HEAD_START_SECONDS)
            for program in later:
                say(f"Starting {program.name}")
                self.supervisor.start(program)
            await web
        finally:
            web.cancel()

    async def _until_web_is_ready(self) -> None:
        late, pause = time.monotonic() + WEB_LATE_SECONDS, 0.1
        while not await asyncio.to_thread(web_is_ready, self.options.port):
            if time.monotonic() > late:
                late += WEB_LATE_SECONDS
                pause = 5.0  # each question that fails may be a traceback on the screen
                say("The web process is not ready yet; its lines above say why. Still trying")
            await asyncio.sleep(pause)
