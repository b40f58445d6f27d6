"""Reads the URLs of Postgres, the broker and Redis, and checks them as far as possible without connecting."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from foundation import env

MAX_DATABASE_NAME_BYTES = 63  # Postgres would cut a longer one, and psycopg's pool refuse it
# Options for Django or django-environ, not for libpq.
_DJANGO_OPTIONS = {
    "assume_role", "atomic_requests", "autocommit", "conn_health_checks", "conn_max_age",
    "disable_server_side_cursors",
}  # fmt: skip
_POSTGRES = ("postgresql", "postgres")


def database() -> str:
    """Returns the URL of Postgres from DATABASE_URL, or the default. Raises BadSetting if it is invalid."""
    return env.url(
        "DATABASE_URL",
        "postgresql://127.0.0.1:5432/restjobscheduler",
        schemes=_POSTGRES,
        remedy_of=_check_database,
    )


def direct_database() -> str:
    """Returns the URL that leads to Postgres past a pool, from DATABASE_DIRECT_URL; the same as `database` by default.

    If both differ, the pool gives a connection to a client for one transaction only. Raises BadSetting if the URL is
    invalid, or if DATABASE_URL asks for what such a pool cannot keep.
    """
    pooled = database()
    if env.is_set("DATABASE_URL") and not env.is_set("DATABASE_DIRECT_URL"):
        return pooled  # that of a running platform belongs to the platform's own DATABASE_URL
    direct = env.url("DATABASE_DIRECT_URL", pooled, schemes=_POSTGRES, remedy_of=_check_database)
    if direct != pooled and not env.text("DATABASE_URL"):
        raise env.BadSetting("DATABASE_DIRECT_URL", "...", "set DATABASE_URL, the address of the pool, too")
    options = {key.lower() for key, _ in parse_qsl(urlsplit(pooled).query)}
    if direct != pooled and "assume_role" in options:
        remedy = (
            "without DATABASE_DIRECT_URL assume_role may be used; with it let the pool log in as that role"
        )
        raise env.BadSetting("DATABASE_URL", "...?assume_role=...", remedy)
    return direct


def broker() -> str:
    """Returns the URL of the broker from BROKER_URL, or the default. Raises BadSetting if it is invalid."""
    return env.url(
        "BROKER_URL",
        "amqp://guest:guest@127.0.0.1:5672//",
        schemes=("amqp", "amqps", "redis", "rediss"),
        remedy_of=_check_broker,
    )


def redis() -> str:
    """Returns the URL of Redis from REDIS_URL, or the default. Raises BadSetting if it is invalid."""
    return env.url(
        "REDIS_URL", "redis://127.0.0.1:6379/1", schemes=("redis", "rediss", "unix"), remedy_of=_check_redis
    )


def _check_database(parts: SplitResult) -> str | None:
    """Returns a remedy for an invalid database URL, or None for a valid URL."""
    name = unquote(parts.path[1:])
    if not name:
        return "name the database at its end, as in postgresql://me@db/jobs"
    if len(name.encode()) > MAX_DATABASE_NAME_BYTES or "\0" in name:
        return f"the name of a database has {MAX_DATABASE_NAME_BYTES} bytes at most, and none of them is NUL"
    options = {key: value for key, value in parse_qsl(parts.query) if key.lower() not in _DJANGO_OPTIONS}
    return _check_libpq_options(options) if options else None


def _check_libpq_options(options: dict[str, str]) -> str | None:
    try:
        import psycopg.conninfo
    except ModuleNotFoundError:  # `make run` checks before psycopg is installed, and again after that
        return None
    try:
        psycopg.conninfo.make_conninfo("", **options)
    except psycopg.ProgrammingError as exc:
        return f"Postgres does not know what stands behind its question mark: {str(exc).strip()}"
    return None


def _check_broker(parts: SplitResult) -> str | None:
    return None if parts.scheme.startswith("amqp") else _check_redis_database(parts)


def _check_redis(parts: SplitResult) -> str | None:
    if parts.scheme == "unix" and not parts.path.strip("/"):
        return "name the socket's file, as in unix:///run/redis.sock"
    fault = None if parts.scheme == "unix" else _check_redis_database(parts)
    return fault or (_check_redis_options(parts) if parts.query else None)


def _check_redis_database(parts: SplitResult) -> str | None:
    if re.fullmatch(r"/?|/[0-9]{1,5}", parts.path):
        return None
    return "behind the server write the number of the database, as in redis://cache:6379/1"


def _check_redis_options(parts: SplitResult) -> str | None:
    """Returns what is wrong with a Redis URL's options, or None; redis-py checks them only when it connects."""
    try:
        import redis
    except ModuleNotFoundError:
        return None
    try:
        # Not parts.geturl(), which drops the slashes of a URL without a host.
        url = f"{parts.scheme}://{parts.netloc}{parts.path}?{parts.query}"
        redis.ConnectionPool.from_url(url).make_connection()
    except (TypeError, ValueError):
        return "redis-py does not know what stands behind its question mark"
    return None
