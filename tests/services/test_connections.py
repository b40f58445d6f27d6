"""Web processes notice connections that were closed while idle, and bound every wait for one."""

from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from psycopg_pool import ConnectionPool

from foundation import bounded_connection, database_limits
from foundation.connections import POOL, PooledConnection
from tests.faults.proxy import Proxies
from tests.jobs_fixtures import together
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


def test_each_connection_has_the_limits_of_web_processes(pooled):
    assert limits(pooled) == ["6s", "3s", "10s"]


def test_one_that_says_nothing_is_given_up(address, monkeypatch):
    monkeypatch.setattr(bounded_connection, "SILENCE_SECONDS", 0.5)
    with Proxies() as proxies:
        link = proxies.link(f"postgresql://{address['host']}:{address['port']}/")
        port = urlsplit(link.url).port
        with PooledConnection.connect(**address | {"host": "127.0.0.1", "port": port}) as opened:
            link.set("stalls")
            with pytest.raises(psycopg.OperationalError, match="said nothing"):
                opened.execute("SELECT 1")
            assert opened.closed


def test_one_that_is_given_up_while_it_is_made_is_closed(address, monkeypatch):
    monkeypatch.setattr(database_limits.Limits, "apply", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        PooledConnection.connect(**address | {"application_name": "given up"})
    wait_for("it is gone", lambda: not backends("given up"), within=30)


def test_a_command_bounds_its_statements(db):
    def query_once():
        with connection.cursor() as cursor:
            found.extend(limits(cursor))

    found = []
    try:
        call_command("create_user", "ann", "--role", "viewer")
        together(query_once)
    finally:
        database_limits.lift_limits()
    assert found == ["5min", "10s", "1min"]


def test_migrations_and_handlers_have_no_limits(db):
    with connection.cursor() as cursor:
        assert limits(cursor) == ["0", "0", "0"]


def limits(asked):
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    return [(asked.execute(f"SHOW {name}") or asked).fetchone()[0] for name in names]


def backends(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [name])
        return cursor.fetchone()[0]
