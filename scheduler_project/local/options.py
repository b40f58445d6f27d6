"""What the user may set for `make run`, checked before anything is started."""

from __future__ import annotations

import os
from dataclasses import dataclass

from scheduler_project import env


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
        return f"http://127.0.0.1:{self.port}"


def read() -> Options:
    """Raises BadSetting. What the URLs look like is judged by the settings, which every process reads."""
    return Options(
        port=env.whole_number("PORT", 8000, at_least=1, at_most=65535),
        concurrency=env.whole_number("WORKER_CONCURRENCY", _slots_by_default(), at_least=1, at_most=1000),
        database_url=os.environ.get("DATABASE_URL", ""),
        broker_url=os.environ.get("BROKER_URL", ""),
        redis_url=os.environ.get("REDIS_URL", ""),
    )


def _slots_by_default() -> int:
    # One slow job must not stop all others, whatever the machine; a laptop is not for one program alone.
    return min(max(os.cpu_count() or 2, 2), 4)
