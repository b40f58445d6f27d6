"""The web process's pool notices a connection that died while it was idle, without a question to the server."""

import psycopg
import pytest
from django.db import connection
from psycopg_pool import ConnectionPool

from scheduler_project.connections import POOL, PooledConnection
from tests.support.waiting import wait_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def address():
    params = connection.get_connection_params()
    wanted = {name: params[name] for name in ("dbname", "user", "password", "host", "port")}
    return wanted | {"autocommit": True}


@pytest.fixture
def pooled(address):
    with PooledConnection.connect(**address) as opened:
        yield opened


@pytest.fixture
def pool(address):
    """With one connection, checked before each use, as Django makes it."""
    limits = POOL | {"max_size": 1}
    with ConnectionPool(kwargs=address, check=ConnectionPool.check_connection, open=True, **limits) as opened:
        yield opened


def end(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])


def backend(pool):
    with pool.connection() as taken:
        return taken.execute("SELECT pg_backend_pid()").fetchone()[0]


def test_a_living_connection_passes_the_check(pooled):
    pooled.execute("")
    assert pooled.execute("SELECT 1").fetchone() == (1,)


def test_one_that_the_server_has_ended_fails_it(pooled):
    end(pooled.info.backend_pid)
    wait_for("the check fails", lambda: fails(pooled), within=30)
    assert pooled.closed


def test_the_pool_gives_out_the_same_connection_again(pool):
    assert backend(pool) == backend(pool)


def test_the_pool_replaces_one_that_the_server_has_ended(pool):
    dead = backend(pool)
    end(dead)
    wait_for("it is gone", lambda: not is_there(dead), within=30)
    assert backend(pool) != dead


def is_there(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # one transaction else sees the same all the time
        cursor.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [pid])
        return cursor.rowcount > 0


def fails(pooled):
    try:
        pooled.execute("")
    except psycopg.OperationalError:
        return True
    return False
