"""Makes a small audit trail, tampers with it, and tells which kinds of faults the check finds."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts import audit
from accounts.origin import Origin, Via
from accounts.roles import Actor, Role
from accounts.services.audit_check import Check
from accounts.services.audit_links import link_pending

ANN = Actor("ann", Role.ADMIN, origin=Origin(Via.UI, "192.0.2.7"))


def record(*names):
    for name in names:
        audit.record(ANN, name, "user:x", after={"n": name})


def faults():
    return sorted({fault.kind for fault in Check().run()})


def tamper(sql, params=None):
    """As somebody does who owns the tables: without the triggers that refuse it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def chain():
    record("a", "b", "c", "d", "e")
    assert link_pending() == 5
