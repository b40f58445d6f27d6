"""The embedded servers this start needs, as programs for the supervisor, and the settings that name them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from launcher import programs
from launcher.account import Account, servers_folder
from launcher.child import Program
from launcher.options import Options
from launcher.ports import kept_port
from launcher.postgres import Postgres
from launcher.state import StateDir
from launcher.valkey import Valkey

GRACE_SECONDS = 15.0
LARGEST_LOG = 5_000_000


@dataclass(frozen=True)
class Servers:
    embedded: list[Postgres | Valkey]
    database_url: str
    broker_url: str
    redis_url: str

    def all_ready(self) -> bool:
        return all(server.is_ready() for server in self.embedded)


def needed_servers(state: StateDir, options: Options) -> Servers:
    """Embedded ones for the URLs that are missing; a URL that is given is used as it is."""
    postgres = valkey = None
    if options.needs_postgres or options.needs_valkey:
        account = Account.of_the_servers()
        folder = servers_folder(state.path, account)
        found = programs.find(folder, account)
    if options.needs_postgres:
        port, password = kept_port(folder, "postgres"), state.secret("postgres_password")
        postgres = Postgres(folder, bin=found.postgres_bin, account=account, port=port, password=password)
    if options.needs_valkey:
        port, password = kept_port(folder, "valkey"), state.secret("valkey_password")
        valkey = Valkey(folder, program=found.valkey_server, account=account, port=port, password=password)
    return Servers(
        embedded=[server for server in (postgres, valkey) if server],
        database_url=options.database_url or (postgres.url if postgres else ""),
        broker_url=options.broker_url or (valkey.url(0) if valkey else ""),
        redis_url=options.redis_url or (valkey.url(1) if valkey else ""),
    )


def as_program(server: Postgres | Valkey) -> Program:
    _keep_log_small(server.log)
    return Program(
        server.name,
        server.command,
        GRACE_SECONDS,
        popen={"cwd": server.working_folder, **server.account.popen()},
        stop_signal=server.stop_signal,
        is_server=True,
        log=server.log,
        prepare=server.prepare,
    )


def _keep_log_small(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        os.truncate(log, 0)
