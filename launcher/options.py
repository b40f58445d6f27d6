"""What the user may set for `make run`, checked before anything is started."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.machinery import PathFinder

from foundation import env
from scheduler_project import server_urls

# Whatever the machine: the examples that start by themselves must not hold up a newcomer's first job.
SLOTS = 4


class CannotStart(Exception):
    """One sentence for the user: what is wrong and what to do."""


@dataclass(frozen=True)
class Options:
    """A URL that is empty is missing: an embedded server stands in for it."""

    port: int
    concurrency: int
    database_url: str
    broker_url: str
    redis_url: str

    @property
    def needs_postgres(self) -> bool:
        return not self.database_url

    @property
    def needs_valkey(self) -> bool:
        return not (self.broker_url and self.redis_url)

    @property
    def url(self) -> str:
        """By name: browsers keep passkeys for names only. The server answers to its number as well."""
        return f"http://localhost:{self.port}"


def read() -> Options:
    """Raises BadSetting."""
    _refuse_missing_packages()
    return Options(
        port=env.whole_number("PORT", 8000, at_least=1, at_most=65535),
        concurrency=env.whole_number("WORKER_CONCURRENCY", SLOTS, at_least=1, at_most=1000),
        database_url=_given("DATABASE_URL", server_urls.database),
        broker_url=_given("BROKER_URL", server_urls.broker),
        redis_url=_given("REDIS_URL", server_urls.redis),
    )


def _given(name: str, judged: Callable[[], str]) -> str:
    """Not what a running platform lends: that is the one that this start would find in its way."""
    return judged() if os.environ.get(name) else ""


def _refuse_missing_packages() -> None:
    """Before any server is started. Whether they can be imported shows later: nothing of theirs runs here."""
    for package in env.names("HANDLER_PACKAGES"):
        folders: Sequence[str] | None = None
        name = ""
        for part in package.split("."):
            name = f"{name}.{part}" if name else part
            spec = PathFinder.find_spec(name, folders)
            folders = spec.submodule_search_locations if spec else None
            if folders is None:
                remedy = (
                    f"name importable packages, separated by commas; there is no package {name} on PYTHONPATH"
                )
                raise env.BadSetting("HANDLER_PACKAGES", package, remedy)
