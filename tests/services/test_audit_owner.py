"""deploy/audit-owner.sql: with it the platform's role writes, reads, links and retains, and can change nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from accounts import audit
from accounts.models import AuditEntry, AuditLink
from accounts.roles import Actor, Role
from accounts.services.audit_check import Check
from accounts.services.audit_links import link_pending
from accounts.services.audit_retention import drop_old_partitions, make_partitions
from tests.support.tracked import ROOT

pytestmark = pytest.mark.django_db
SCRIPT = (ROOT / "deploy" / "audit-owner.sql").read_text()
PLATFORM, OWNER = "audit_test_platform", "audit_test_owner"
ANN = Actor("ann", Role.ADMIN)


def run(sql, params=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def run_script():
    """As psql does, within the test's transaction."""
    statements = SCRIPT.replace(":'platform'", f"'{PLATFORM}'").replace(":'owner'", f"'{OWNER}'")
    for left_out in ("\\set ON_ERROR_STOP on", "BEGIN;\nSELECT", "COMMIT;"):
        assert left_out in statements
        statements = statements.replace(left_out, "SELECT" if "SELECT" in left_out else "")
    with connection.cursor() as cursor:
        cursor.execute(statements)


@pytest.fixture
def platform():
    """This transaction as the platform's role, which owned all tables until the script has run, twice."""
    run(f"CREATE ROLE {PLATFORM} NOSUPERUSER")
    run(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {PLATFORM}")
    run_script()
    run_script()
    run(f"SET LOCAL ROLE {PLATFORM}")
    yield
    run("RESET ROLE")


def test_the_platform_writes_reads_links_and_checks(platform):
    audit.record(ANN, "tested", "user:x")
    assert link_pending() == 1
    assert AuditEntry.objects.get().action == "tested"
    assert AuditLink.objects.count() == 1
    assert list(Check().run()) == []


def test_it_makes_months_and_drops_old_ones(platform):
    run("SELECT accounts_audit_make_partitions('2020-01-01')")
    assert not make_partitions(datetime.now(UTC))
    assert drop_old_partitions(datetime(2020, 6, 1, tzinfo=UTC)) == [
        "accounts_audit_202001",
        "accounts_auditlink_202001",
    ]
    assert list(Check().run()) == []


def test_code_of_the_version_before_still_writes(platform):
    run(
        "INSERT INTO accounts_auditentry (at, actor, action, object, detail) VALUES (now(), 'ann', 'a', 'b', '{}')"
    )
    assert AuditEntry.objects.get().object == "user:b"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE accounts_audit SET actor = 'eve'",
        "DELETE FROM accounts_audit",
        "TRUNCATE accounts_audit",
        "DROP TABLE accounts_audit",
        "DROP TABLE accounts_audit_default",
        "ALTER TABLE accounts_audit DISABLE TRIGGER audit_is_append_only",
        "ALTER TABLE accounts_audit DETACH PARTITION accounts_audit_default",
        "DROP TRIGGER audit_is_append_only ON accounts_audit",
        "UPDATE accounts_auditlink SET hash = ''",
        "DELETE FROM accounts_auditlink",
        "DELETE FROM accounts_audithead",
        "TRUNCATE accounts_audithead",
        "UPDATE accounts_auditcheckpoint SET seq = 1",
        "DELETE FROM accounts_auditentry",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION accounts_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "ALTER FUNCTION accounts_audit_drop_partition(text, date) RESET ALL",
        "DROP FUNCTION accounts_audit_is_append_only() CASCADE",
        "DROP SCHEMA public CASCADE",
        "ALTER TABLE accounts_audit SET SCHEMA pg_temp",
        f"SET ROLE {OWNER}x",
        f"GRANT {OWNER} TO {PLATFORM}",
        "SELECT accounts_audit_drop_partition('accounts_audit', current_date)",
    ],
)
def test_it_can_change_nothing(platform, sql):
    audit.record(ANN, "tested", "user:x")
    with pytest.raises(DatabaseError), transaction.atomic():
        run(sql)
    assert AuditEntry.objects.get().actor == "ann"


def test_no_function_of_another_takes_the_place_of_those_that_are_meant(platform):
    """What the owner's functions call is looked for in the schema and in pg_catalog only."""
    run("CREATE TEMP TABLE pg_inherits (inhrelid oid, inhparent oid)")
    run("SELECT accounts_audit_make_partitions('2020-01-01')")
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_audit_drop_partition('accounts_audit', '2020-01-01')")
        assert cursor.fetchone() == (True,)


def test_a_superuser_as_the_platforms_role_is_refused():
    run(f"CREATE ROLE {PLATFORM} SUPERUSER")
    with pytest.raises(ProgrammingError, match="must not be a superuser"), transaction.atomic():
        run_script()


def test_a_role_that_could_join_the_owning_role_is_refused():
    run(f"CREATE ROLE {PLATFORM} CREATEROLE")
    with pytest.raises(ProgrammingError, match="could make itself a member"), transaction.atomic():
        run_script()


def test_a_role_that_inherits_such_rights_is_refused(platform):
    """Nobody inherits CREATEROLE or SUPERUSER, but a member may take the other role's place (SET ROLE)."""
    run("RESET ROLE")
    run(f"CREATE ROLE {PLATFORM}_boss CREATEROLE")
    run(f"GRANT {PLATFORM}_boss TO {PLATFORM}")
    with pytest.raises(ProgrammingError, match="could make itself a member"), transaction.atomic():
        run_script()


def test_a_member_of_the_owning_role_is_refused():
    run(f"CREATE ROLE {OWNER}")
    run(f"CREATE ROLE {PLATFORM} IN ROLE {OWNER}")
    with pytest.raises(ProgrammingError, match="must not be a member"), transaction.atomic():
        run_script()
