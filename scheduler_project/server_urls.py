"""The addresses of Postgres, the broker and Redis, judged as far as they can be before anything is connected."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, unquote

from foundation import env

MAX_DATABASE_NAME_BYTES = 63  # bytes; Postgres would cut a longer one, and psycopg's pool refuse it
# Read by Django or django-environ, not by libpq.
_DJANGOS_OPTIONS = {
    "assume_role", "atomic_requests", "autocommit", "conn_health_checks", "conn_max_age",
    "disable_server_side_cursors",
}  # fmt: skip


def database() -> str:
    return env.url(
        "DATABASE_URL",
        "postgresql://127.0.0.1:5432/restjobscheduler",
        schemes=("postgresql", "postgres"),
        remedy_of=_of_database,
    )


def broker() -> str:
    return env.url(
        "BROKER_URL",
        "amqp://guest:guest@127.0.0.1:5672//",
        schemes=("amqp", "amqps", "redis", "rediss"),
        remedy_of=_of_broker,
    )


def redis() -> str:
    return env.url(
        "REDIS_URL", "redis://127.0.0.1:6379/1", schemes=("redis", "rediss", "unix"), remedy_of=_of_redis
    )


def _of_database(parts: SplitResult) -> str | None:
    name = unquote(parts.path[1:])
    if not name:
        return "name the database at its end, as in postgresql://me@db/jobs"
    if len(name.encode()) > MAX_DATABASE_NAME_BYTES or "\0" in name:
        return f"the name of a database has {MAX_DATABASE_NAME_BYTES} bytes at most, and none of them is NUL"
    options = {key: value for key, value in parse_qsl(parts.query) if key.lower() not in _DJANGOS_OPTIONS}
    return _of_libpq(options) if options else None


def _of_libpq(options: dict[str, str]) -> str | None:
    try:
        import psycopg.conninfo
    except ModuleNotFoundError:  # `make run` asks before anything is installed, and again after it
        return None
    try:
        psycopg.conninfo.make_conninfo("", **options)
    except psycopg.ProgrammingError as exc:
        return f"Postgres does not know what stands behind its question mark: {str(exc).strip()}"
    return None


def _of_broker(parts: SplitResult) -> str | None:
    return None if parts.scheme.startswith("amqp") else _of_redis_database(parts)


def _of_redis(parts: SplitResult) -> str | None:
    if parts.scheme == "unix" and not parts.path.strip("/"):
        return "name the socket's file, as in unix:///run/redis.sock"
    fault = None if parts.scheme == "unix" else _of_redis_database(parts)
    return fault or (_of_redis_py(parts) if parts.query else None)


def _of_redis_database(parts: SplitResult) -> str | None:
    if re.fullmatch(r"/?|/[0-9]{1,5}", parts.path):
        return None
    return "behind the server write the number of the database, as in redis://cache:6379/1"


def _of_redis_py(parts: SplitResult) -> str | None:
    """It takes no look at the options before it connects, and then fails by a traceback."""
    try:
        import redis
    except ModuleNotFoundError:
        return None
    try:
        # Not parts.geturl(), which takes the slashes from an address without a host.
        url = f"{parts.scheme}://{parts.netloc}{parts.path}?{parts.query}"
        redis.ConnectionPool.from_url(url).make_connection()
    except (TypeError, ValueError):
        return "redis-py does not know what stands behind its question mark"
    return None
