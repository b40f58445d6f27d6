"""From the state directory's lock to the address on the screen, and back."""

from __future__ import annotations

import asyncio
import signal
import sys

from foundation import discover
from launcher import options, parent, running_jobs
from launcher.account import known_folders
from launcher.leftovers import end_leftovers
from launcher.options import CannotStart, Options
from launcher.output import say
from launcher.ports import is_free, why_not_usable
from launcher.processes import environment_of_processes, settings_for
from launcher.servers import needed_servers
from launcher.start_up import StartUp
from launcher.state import StateDir
from launcher.supervisor import Supervisor


def main(arguments: list[str]) -> int:
    """`--with-parent`: end when the process that started this one does."""
    with_parent = "--with-parent" in arguments
    if with_parent:
        parent.end_with_it()
    state = StateDir(discover.state_dir())
    try:
        return asyncio.run(Platform(state, options.read()).run(with_parent=with_parent))
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
        self.servers = needed_servers(state, chosen)
        self.settings = settings_for(self.servers, state)

    async def run(self, *, with_parent: bool) -> int:
        """Returns when asked to stop; raises CannotStart. Either way nothing of ours runs any more then."""
        self.stopping, self.hurry = asyncio.Event(), asyncio.Event()
        self._hear_signals()
        self.supervisor = Supervisor(self._write_run)
        environment = environment_of_processes(self.options, self.settings, self.state.path)
        start_up = StartUp(self.supervisor, self.servers, self.options, environment)
        starting = asyncio.create_task(start_up.run())
        stop_asked = asyncio.create_task(self.stopping.wait())
        watching = asyncio.create_task(self._watch_parent()) if with_parent else None
        try:
            await asyncio.wait({starting, stop_asked}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await stop_asked
        finally:
            tasks = [task for task in (starting, stop_asked, watching) if task]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._stop()
        return 0

    def _hear_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            under_nohup = asked is signal.SIGHUP and signal.getsignal(asked) is signal.SIG_IGN
            if not under_nohup:
                loop.add_signal_handler(asked, self._asked_to_stop)

    async def _watch_parent(self) -> None:
        await parent.interrupted()
        if not self.stopping.is_set():  # else it is the Ctrl-C that we heard as well
            self._asked_to_stop()

    def _asked_to_stop(self) -> None:
        if self.stopping.is_set():
            self.hurry.set()
        else:
            self.state.announce_stop()
            self.stopping.set()

    def _write_run(self, pids: dict[str, int]) -> None:
        if not self.stopping.is_set():
            self.state.write_run(url=self.options.url, settings=self.settings, pids=pids)

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
