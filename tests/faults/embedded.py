"""The servers that `make run` brings along, where one Valkey is broker, RedBeat's store and channel layer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from launcher.servers import Account, Postgres, Valkey, find_programs
from tests.support.folders import make_private_folder
from tests.support.ports import find_free_port
from tests.support.real_servers import PASSWORD, USUAL, Place, RealServers
from tests.support.servers import OwnServer, run_servers


@dataclass(frozen=True)
class Part:
    """One of the databases of a server: who stops it stops the whole server."""

    name: str
    url: str
    server: OwnServer

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        self.server.stop()

    def kill(self) -> None:
        self.server.kill()

    def freeze(self) -> None:
        self.server.freeze()

    def thaw(self) -> None:
        self.server.thaw()


@contextmanager
def run_real_servers(place: Place = USUAL) -> Iterator[RealServers]:
    with make_private_folder("embedded") as folder:
        account = Account.of_the_servers()
        account.own(folder)
        programs = find_programs(folder, account)
        postgres = Postgres(
            place.folder or folder,
            program=programs["postgres"],
            account=account,
            port=find_free_port(),
            password=PASSWORD,
        )
        valkey = Valkey(
            folder, program=programs["valkey"], account=account, port=find_free_port(), password=PASSWORD
        )
        database = OwnServer(
            postgres, url=postgres.urls["DATABASE_URL"], further=place.options, env=place.env
        )
        both = OwnServer(valkey, url=valkey.urls["BROKER_URL"])
        with run_servers(database, both):
            yield RealServers(
                database,
                Part("broker", valkey.urls["BROKER_URL"], both),
                Part("redis", valkey.urls["REDIS_URL"], both),
            )
