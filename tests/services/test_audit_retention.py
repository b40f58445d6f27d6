"""Old months of the audit trail are dropped as a whole; a signed checkpoint says so, and the chain goes on from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import AuditCheckpoint, AuditEntry, AuditLink
from accounts.roles import Actor, Role
from accounts.services import audit_links
from accounts.services.audit_check import Check
from accounts.services.audit_links import link_pending
from accounts.services.audit_retention import (
    drop_old_partitions,
    has_old_leftovers,
    make_partitions,
    renew_signature,
)
from jobs.dispatcher.audit_trail import AuditTrail

pytestmark = pytest.mark.django_db
ANN = Actor("ann", Role.ADMIN)
MONTHS = [datetime(2020, month, 10, tzinfo=UTC) for month in (1, 2, 3)]


def run(sql, params=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def record_at(at, action, monkeypatch):
    class Clock(datetime):
        @classmethod
        def now(cls, _zone=None):
            return at

    with monkeypatch.context() as patched:
        patched.setattr(audit, "datetime", Clock)
        audit.record(ANN, action, "user:x")


def link_at(at, monkeypatch):
    fetch = audit_links._fetch
    with monkeypatch.context() as patched:
        patched.setattr(
            audit_links, "_fetch", lambda sql, *p: [(at,)] if sql == "SELECT now()" else fetch(sql, *p)
        )
        link_pending()


@pytest.fixture
def months(monkeypatch):
    """Two entries in each of three months of 2020, linked in that month, and one of now."""
    for month in MONTHS:
        run("SELECT accounts_audit_make_partitions(%s)", [month.date()])
        for day in (0, 5):
            record_at(month + timedelta(days=day), f"{month:%b}", monkeypatch)
            link_at(month + timedelta(days=day), monkeypatch)
    audit.record(ANN, "now", "user:x")
    link_pending()


def faults():
    return sorted({fault.kind for fault in Check().run()})


def test_old_months_go_and_the_chain_goes_on_from_a_signed_checkpoint(months):
    assert faults() == []
    dropped = drop_old_partitions(datetime(2020, 3, 15, tzinfo=UTC))
    assert dropped == [
        "accounts_audit_202001", "accounts_audit_202002", "accounts_auditlink_202001", "accounts_auditlink_202002",
    ]  # fmt: skip
    assert {entry.action for entry in AuditEntry.objects.all()} == {"Mar", "now"}
    assert sorted(AuditLink.objects.values_list("seq", flat=True)) == [5, 6, 7]
    assert AuditCheckpoint.objects.get().seq == 4
    assert faults() == []
    audit.record(ANN, "later", "user:x")
    link_pending()
    assert faults() == []


def test_months_go_one_after_the_other(months):
    for month in (2, 3, 4):
        drop_old_partitions(datetime(2020, month, 15, tzinfo=UTC))
        assert faults() == []
    assert AuditCheckpoint.objects.count() == 3
    assert drop_old_partitions(datetime(2020, 4, 15, tzinfo=UTC)) == []


def test_links_of_entries_that_stay_are_kept(months, monkeypatch):
    record_at(MONTHS[2], "early clock", monkeypatch)
    link_at(MONTHS[0] + timedelta(days=6), monkeypatch)
    assert drop_old_partitions(datetime(2020, 2, 15, tzinfo=UTC)) == ["accounts_audit_202001"]
    assert faults() == []


@pytest.mark.parametrize(
    ("sql", "kinds"),
    [
        ("DELETE FROM accounts_auditcheckpoint", ["links_missing"]),
        ("UPDATE accounts_auditcheckpoint SET seq = 6", ["checkpoint_changed", "links_missing"]),
        (
            "UPDATE accounts_auditcheckpoint SET dropped_before = now()",
            ["checkpoint_changed", "links_missing"],
        ),
    ],
)
def test_a_changed_checkpoint_is_found(months, sql, kinds):
    drop_old_partitions(datetime(2020, 3, 15, tzinfo=UTC))
    run("SET LOCAL session_replication_role = replica")
    run(sql)
    run("SET LOCAL session_replication_role = origin")
    assert faults() == kinds


def forge_checkpoint(dropped_before, seq, hashed):
    """As somebody does who may only add rows, with a key that nobody knows."""
    run(
        "INSERT INTO accounts_auditcheckpoint (dropped_before, seq, hash, key_id, mac) VALUES (%s, %s, %s, 'feed', '')",
        [dropped_before, seq, hashed],
    )


def test_a_checkpoint_of_an_unknown_key_hides_nothing(months):
    head = audit_links.read_head()
    forge_checkpoint(timezone.now() + timedelta(days=9), head.seq, head.hash)
    assert faults() == ["key_gone"]
    run("DROP TABLE accounts_audit_202001, accounts_auditlink_202001")
    assert faults() == ["key_gone", "links_missing"]


def test_retention_goes_on_from_the_newest_signed_checkpoint(months):
    head = audit_links.read_head()
    forge_checkpoint(timezone.now() + timedelta(days=9), head.seq, head.hash)
    drop_old_partitions(datetime(2020, 3, 15, tzinfo=UTC))
    made = AuditCheckpoint.objects.exclude(key_id="feed").get()
    assert (made.seq, made.dropped_before) == (4, datetime(2020, 3, 1, tzinfo=UTC))


def test_the_newest_checkpoint_is_signed_again_with_a_newer_key(months, settings):
    settings.AUDIT_RETENTION_DAYS = 0
    old, new = "a" * 43 + "=", "b" * 43 + "="
    before = list(settings.SECRETS_KEYS)
    settings.SECRETS_KEYS = [old, *before]
    drop_old_partitions(datetime(2020, 2, 15, tzinfo=UTC))
    drop_old_partitions(datetime(2020, 3, 15, tzinfo=UTC))
    settings.SECRETS_KEYS = [new, old, *before]
    for _ in range(2):
        AuditTrail().run_once()
    assert AuditCheckpoint.objects.count() == 3
    settings.SECRETS_KEYS = [new, *before]
    assert faults() == []


def test_without_a_checkpoint_nothing_is_signed_again():
    renew_signature()
    assert not AuditCheckpoint.objects.exists()


def test_a_month_dropped_by_hand_is_found(months):
    run("DROP TABLE accounts_audit_202001")
    assert faults() == ["entry_deleted"]


def test_the_database_drops_nothing_that_is_young_whatever_is_asked():
    this_month = timezone.now().date()
    for parent in ("accounts_audit", "accounts_auditlink"):
        with pytest.raises(IntegrityError, match="30 days"), transaction.atomic():
            run("SELECT accounts_audit_drop_partition(%s, %s)", [parent, this_month])
    with pytest.raises(IntegrityError), transaction.atomic():
        run("SELECT accounts_audit_drop_partition('jobs_event', '2020-01-01')")


def test_partitions_are_made_ahead_once():
    now = timezone.now() + timedelta(days=31)
    make_partitions(now)
    assert not make_partitions(now)
    names = [name for (name,) in run("SELECT inhrelid::regclass::text FROM pg_inherits")]
    for ahead in (0, 31, 62):
        assert f"accounts_audit_{timezone.now() + timedelta(days=ahead):%Y%m}" in names


def test_a_row_without_a_partition_is_stored_all_the_same(monkeypatch):
    record_at(datetime(2019, 5, 1, tzinfo=UTC), "old", monkeypatch)
    link_pending()
    assert faults() == []


def test_old_rows_that_no_month_has_are_logged_once_a_day(monkeypatch, caplog, settings):
    trail = AuditTrail()
    record_at(datetime(2019, 5, 1, tzinfo=UTC), "old", monkeypatch)
    for _ in range(2):
        trail.run_once()
    assert caplog.text.count("accounts_audit_default has entries older than 730 days, which stay") == 1
    settings.AUDIT_RETENTION_DAYS = 0
    AuditTrail().run_once()
    assert caplog.text.count("which stay") == 1


def test_months_of_their_own_are_no_leftovers(months):
    assert not has_old_leftovers(timezone.now())


def test_the_dispatcher_links_logs_where_the_chain_ends_and_goes_on(caplog):
    caplog.set_level("INFO")
    audit.record(ANN, "now", "user:x")
    trail = AuditTrail()
    assert trail.run_once() > 0
    head = audit_links.read_head()
    assert f"the audit trail is linked to {head.seq}, hash {head.hash.hex()}" in caplog.text
    audit.record(ANN, "later", "user:x")
    trail.run_once()
    assert AuditLink.objects.count() == 2
