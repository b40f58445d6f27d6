"""The web process's pool notices a connection that died while it was idle, without a question to the server."""

import psycopg
import pytest
from django.db import connection

from scheduler_project.connections import PooledConnection
from tests.support.waiting import wait_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def pooled():
    params = connection.get_connection_params()
    wanted = {name: params[name] for name in ("dbname", "user", "password", "host", "port")}
    with PooledConnection.connect(**wanted, autocommit=True) as opened:
        yield opened


def test_a_living_connection_passes_the_check(pooled):
    pooled.execute("")
    assert pooled.execute("SELECT 1").fetchone() == (1,)


def test_one_that_the_server_has_ended_fails_it(pooled):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pooled.info.backend_pid])
    wait_for("the check fails", lambda: fails(pooled), within=30)


def fails(pooled):
    try:
        pooled.execute("")
    except psycopg.OperationalError:
        return True
    return False
