"""Reads and checks the user's options for `make run`, and makes the environment of the platform's processes."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import PathFinder
from itertools import accumulate

from foundation import env
from scheduler_project.server_urls import broker, database, direct_database, redis

EMBEDDED = {"postgres": {"DATABASE_URL"}, "valkey": {"BROKER_URL", "REDIS_URL"}}
URLS = {
    "DATABASE_URL": database,
    "DATABASE_DIRECT_URL": direct_database,
    "BROKER_URL": broker,
    "REDIS_URL": redis,
}
# Commands run beside the platform need these as well, for example a worker started by hand needs the same handlers.
SHARED = "PLATFORM_NAME REMOTE_CONTROL HANDLER_PACKAGES HTTP_REQUEST_PRIVATE MANAGEMENT_COMMANDS"
SLOTS = 4  # on every machine: the examples that start by themselves must not delay a newcomer's first job
MARK = "RESTJOBSCHEDULER_LAUNCHED_FROM"  # in the environment of each process of ours: its state folder


class CannotStart(Exception):
    """Raised when `make run` cannot start the platform; its text says what is wrong and what the user can do."""


@dataclass(frozen=True)
class Options:
    """Holds the user's options. For a URL (Postgres, broker, Redis) missing in `urls` an embedded server is started."""

    port: int
    concurrency: int
    urls: Mapping[str, str]

    @property
    def embedded(self) -> list[str]:
        return [server for server, urls in EMBEDDED.items() if not urls <= self.urls.keys()]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"  # browsers keep passkeys for names only, not for 127.0.0.1


def read_options() -> Options:
    """Returns the options from environment variables. Raises BadSetting if one of them is invalid."""
    for package in env.names("HANDLER_PACKAGES"):
        folders: Sequence[str] | None = None
        for name in accumulate(package.split("."), "{}.{}".format):
            spec = PathFinder.find_spec(name, folders)  # runs no code, unlike importlib.util.find_spec
            folders = spec.submodule_search_locations if spec else None
            if folders is None:
                remedy = "name importable packages, separated by commas; there is no package {} on PYTHONPATH"
                raise env.BadSetting("HANDLER_PACKAGES", package, remedy.format(name))
    return Options(
        port=env.whole_number("PORT", 8000, at_least=1, at_most=65535),
        concurrency=env.whole_number("WORKER_CONCURRENCY", SLOTS, at_least=1, at_most=1000),
        urls={name: read() for name, read in URLS.items() if env.is_set(name)},  # no running platform's
    )


def make_settings(urls: Mapping[str, str], secret: Callable[[str], str]) -> dict[str, str]:
    """Returns the settings of the platform's processes and commands beside it. `secret` reads a secret by file name."""
    files = {"SECRET_KEY": "secret_key", "SECRETS_KEYS": "secrets_key"}
    keys = {name: env.text(name) or secret(file) for name, file in files.items()}
    shared = {name: env.text(name) for name in SHARED.split()}
    return {**urls, **keys, **shared, "PYTHONPATH": os.pathsep.join(env.python_path())}


def make_environment(options: Options, settings: Mapping[str, str], state_dir: str) -> dict[str, str]:
    """Returns the environment variables of the platform's processes: `settings`, and what the user has set for them."""
    read_already = {f"{name}_FILE" for name in settings}  # a setting may not be given twice
    return {
        "HANDLER_RELOAD": "1",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",  # nothing is pickled
        **{
            name: value
            for name, value in os.environ.items()
            if name not in read_already and not name.startswith("MAKE")
        },
        **settings,
        "DJANGO_SETTINGS_MODULE": "scheduler_project.settings",
        "PYTHONUNBUFFERED": "1",
        # The address that is shown must work whatever other hosts the user allows.
        "ALLOWED_HOSTS": ",".join([*env.hosts("ALLOWED_HOSTS"), "localhost", "127.0.0.1", "[::1]"]),
        "PORT": str(options.port),
        "WORKER_CONCURRENCY": str(options.concurrency),
        **dict.fromkeys(("STATE_DIR", MARK), state_dir),
    }
