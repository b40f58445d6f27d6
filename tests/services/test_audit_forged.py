"""Entries that somebody forges by SQL: the platform never vouches for them by linking them, and they are found."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.audit_signing import newest_key_id, sign
from accounts.models import AuditEntry, AuditLink, PendingAuditEntry
from accounts.services import audit_pending
from accounts.services.audit_check import Check
from accounts.services.audit_links import Link, count_refused, link_pending
from jobs.dispatcher.audit_trail import AuditTrail
from tests.services.audit_chain import chain as chain
from tests.services.audit_chain import faults, record, tamper

pytestmark = pytest.mark.django_db


def forge(key_id="feed", at="now()", count=1):
    """As somebody does who may only add rows, to both tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH forged AS (
                INSERT INTO accounts_audit (at, id, actor, on_behalf_of, via, action, object, key_id, mac)
                SELECT {at}, gen_random_uuid(), 'eve', '', 'ui', 'signed_in', 'user:eve', %s, ''
                FROM generate_series(1, %s) RETURNING at, id)
            INSERT INTO accounts_auditpending (at, id) SELECT at, id FROM forged""",
            [key_id, count],
        )


@pytest.mark.parametrize("key_id", ["feed", "former", "known"])
def test_a_forged_entry_is_not_linked_and_found(chain, key_id, caplog):
    tamper("UPDATE accounts_auditlink SET linked_at = linked_at - interval '8 days'")
    resign_links()
    forge(newest_key_id() if key_id == "known" else key_id)
    assert link_pending() == 0
    assert faults() == ["entry_changed"]
    for _ in range(2):
        AuditTrail().run_once()
    assert "1 entries of the audit trail stay unlinked, not signed by the platform" in caplog.text
    assert AuditLink.objects.count() == 5


def resign_links():
    for row in AuditLink.objects.all():
        link = Link(row.seq, row.linked_at, row.entry_at, row.entry_id, bytes(row.hash))
        tamper("UPDATE accounts_auditlink SET mac = %s WHERE seq = %s", [sign(link.content).mac, row.seq])


@pytest.mark.parametrize("at", ["'infinity'", "'-infinity'", "'9999-12-31 23:59:59+00'", "'0044-03-15 BC'"])
def test_the_database_refuses_a_time_that_nobody_could_read(at):
    with pytest.raises(IntegrityError), transaction.atomic():
        forge(at=f"{at}::timestamptz")


def test_a_change_that_is_no_json_is_read_as_text():
    forge()
    tamper("UPDATE accounts_audit SET before = '{', after = repeat('[', 100000)")
    entry = AuditEntry.objects.get()
    assert (entry.before, len(entry.after)) == ("{", 100_000)


def test_forged_entries_take_no_place_of_others(monkeypatch):
    monkeypatch.setattr(audit_pending, "_PENDING", audit_pending._PENDING.replace("LIMIT 500", "LIMIT 2"))
    forge(at="now() - interval '1 minute'", count=5)
    record("a", "b", "c")
    assert link_pending() == 3
    assert PendingAuditEntry.objects.count() == 5
    assert count_refused() == 5


def test_refused_entries_are_logged_once_until_there_are_more(caplog):
    trail = AuditTrail()
    for count in (1, 1, 2):
        if PendingAuditEntry.objects.count() < count:
            forge()
        trail._next_round = 0
        trail.run_once()
    assert caplog.text.count("stay unlinked") == 2


def test_an_entry_that_is_not_linked_for_long_is_found(chain):
    record("a")
    tamper(
        "UPDATE accounts_audit SET at = at - interval '11 minutes' WHERE id IN (SELECT id FROM accounts_auditpending)"
    )
    tamper("UPDATE accounts_auditpending SET at = at - interval '11 minutes'")
    assert "entries_wait" in faults()


def test_entries_of_the_former_version_are_linked_for_a_week_after_the_upgrade():
    former = "INSERT INTO accounts_auditentry (at, actor, action, object, detail) VALUES (now(), 'a', 'b', 'c', '{}')"
    with connection.cursor() as cursor:
        cursor.execute(former)
        link_pending()
        check = Check()
        assert list(check.run()) == []
        assert check.summary.former == 1
        tamper("UPDATE accounts_auditlink SET linked_at = linked_at - interval '8 days'")
        resign_links()
        assert faults() == []
        cursor.execute(former)
    assert link_pending() == 0
    assert faults() == ["entry_changed"]


def test_nobody_prolongs_that_week_with_rows_of_his_own(chain):
    tamper("UPDATE accounts_auditlink SET linked_at = linked_at - interval '8 days'")
    resign_links()
    tamper("UPDATE django_migrations SET applied = now() WHERE name = '0010_audit_trail'")
    tamper(
        """INSERT INTO accounts_auditlink (seq, linked_at, entry_at, entry_id, hash, key_id, mac)
        SELECT seq, now(), entry_at, entry_id, hash, key_id, mac FROM accounts_auditlink WHERE seq = 1"""
    )
    forge("former")
    assert link_pending() == 0
