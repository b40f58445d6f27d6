"""The chain of the audit trail: what anybody changes by SQL is found, and an honest trail is never accused."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from accounts import audit
from accounts.models import AuditEntry, AuditHead, AuditLink, PendingAuditEntry
from accounts.services.audit_check import Check
from accounts.services.audit_links import link_pending
from tests.services.audit_chain import ANN, faults, record, tamper
from tests.services.audit_chain import chain as chain

pytestmark = pytest.mark.django_db
OLD_KEY, NEW_KEY = "a" * 43 + "=", "b" * 43 + "="


def test_entries_are_linked_in_order_and_once(chain):
    assert [link.seq for link in AuditLink.objects.order_by("seq")] == [1, 2, 3, 4, 5]
    names = [AuditEntry.objects.get(pk=link.entry_id).action for link in AuditLink.objects.order_by("seq")]
    assert names == ["a", "b", "c", "d", "e"]
    assert link_pending() == 0
    assert not PendingAuditEntry.objects.exists()
    assert AuditHead.objects.get().seq == 5


def test_an_honest_trail_has_no_faults(chain):
    record("pending")
    assert faults() == []


def test_an_empty_trail_has_no_faults():
    assert faults() == []


E3 = "(SELECT id FROM accounts_audit WHERE action = 'c')"
FORGED = """INSERT INTO accounts_audit (at, id, actor, on_behalf_of, via, action, object, key_id, mac)
    SELECT at + interval '1 us', gen_random_uuid(), 'eve', '', 'ui', 'signed_in', 'user:eve', key_id, mac
    FROM accounts_audit WHERE action = 'c'"""


@pytest.mark.parametrize(
    ("sql", "kinds"),
    [
        (f"UPDATE accounts_audit SET actor = 'eve' WHERE id = {E3}", ["entry_changed"]),
        (f"UPDATE accounts_audit SET after = '{{}}' WHERE id = {E3}", ["entry_changed"]),
        (f"UPDATE accounts_audit SET mac = 'x' WHERE id = {E3}", ["entry_changed"]),
        (f"UPDATE accounts_audit SET key_id = 'former' WHERE id = {E3}", ["entry_changed"]),
        (f"DELETE FROM accounts_audit WHERE id = {E3}", ["entry_deleted"]),
        (FORGED, ["entry_added"]),
        ("UPDATE accounts_auditlink SET hash = 'x' WHERE seq = 3", ["link_changed"]),
        ("UPDATE accounts_auditlink SET mac = 'x' WHERE seq = 3", ["link_changed"]),
        (
            """UPDATE accounts_auditlink SET seq = 7 - seq, linked_at = linked_at + seq * interval '1 ms'
            WHERE seq IN (3, 4)""",
            ["link_changed"],
        ),
        (f"DELETE FROM accounts_auditlink WHERE entry_id = {E3}", ["entry_added", "links_missing"]),
        (
            f"DELETE FROM accounts_auditlink WHERE entry_id = {E3}; DELETE FROM accounts_audit WHERE id = {E3}",
            ["links_missing"],
        ),
        ("DELETE FROM accounts_auditlink; DELETE FROM accounts_audit", ["links_missing"]),
        (
            "DELETE FROM accounts_auditlink WHERE seq > 3; DELETE FROM accounts_audit WHERE action IN ('d', 'e')",
            ["links_missing"],
        ),
        ("UPDATE accounts_audithead SET seq = 3", ["head_changed", "link_added"]),
        ("DELETE FROM accounts_audithead", ["head_changed"]),
        (
            """DELETE FROM accounts_auditlink WHERE seq > 3; DELETE FROM accounts_audit WHERE action IN ('d', 'e');
            UPDATE accounts_audithead SET key_id = 'feed', seq = 3,
                hash = (SELECT hash FROM accounts_auditlink WHERE seq = 3)""",
            ["key_gone"],
        ),
        (
            """UPDATE accounts_auditlink AS link SET entry_id = other.entry_id, entry_at = other.entry_at
            FROM accounts_auditlink AS other WHERE link.seq IN (2, 4) AND other.seq = 6 - link.seq""",
            ["link_changed"],
        ),
        (
            """INSERT INTO accounts_auditlink
            SELECT seq, linked_at + interval '1 s', entry_at, entry_id, hash, key_id, mac
            FROM accounts_auditlink WHERE seq = 3""",
            ["link_added"],
        ),
    ],
)
def test_what_somebody_changes_by_sql_is_found(chain, sql, kinds):
    tamper(sql)
    assert faults() == kinds


def test_an_entry_that_is_removed_before_it_is_linked_is_found(chain):
    record("f")
    tamper("DELETE FROM accounts_audit WHERE action = 'f'")
    link_pending()
    assert faults() == ["entry_deleted"]


def test_a_partition_dropped_by_hand_is_found(chain):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM accounts_audit LIMIT 1")
        cursor.execute(f"DROP TABLE {cursor.fetchone()[0]}")
    assert faults() == ["entry_deleted"]


def test_only_the_fault_is_named_not_what_comes_after_it(chain):
    tamper(f"UPDATE accounts_audit SET actor = 'eve' WHERE id = {E3}")
    (fault,) = Check().run()
    assert (fault.seq, fault.entry) == (3, str(AuditEntry.objects.get(action="c").pk))


def test_a_new_key_goes_on_with_the_chain_and_vouches_for_what_the_lost_one_signed(settings):
    settings.SECRETS_KEYS = [OLD_KEY]
    record("a", "b")
    link_pending()
    settings.SECRETS_KEYS = [NEW_KEY, OLD_KEY]
    record("c")
    link_pending()
    assert faults() == []
    settings.SECRETS_KEYS = [NEW_KEY]
    check = Check()
    assert list(check.run()) == []
    assert check.summary.vouched == 2
    tamper("UPDATE accounts_audit SET actor = 'eve' WHERE action = 'a'")
    assert faults() == ["entry_changed"]


def test_the_head_is_signed_again_with_a_newer_key_without_new_entries(settings):
    settings.SECRETS_KEYS = [OLD_KEY]
    record("a")
    link_pending()
    settings.SECRETS_KEYS = [NEW_KEY, OLD_KEY]
    link_pending()
    settings.SECRETS_KEYS = [NEW_KEY]
    assert faults() == []


def test_a_lost_key_of_the_newest_links_is_a_fault(settings):
    settings.SECRETS_KEYS = [OLD_KEY]
    record("a", "b")
    link_pending()
    settings.SECRETS_KEYS = [NEW_KEY]
    assert faults() == ["key_gone"]


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_and_late_commits_leave_an_honest_trail():
    def write(number):
        try:
            with transaction.atomic():
                audit.record(ANN, f"w{number}", "user:x")
                if number % 3 == 0:
                    link_pending()  # what others have committed; this one commits after it was linked past
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(60)))
    while link_pending():
        pass
    assert AuditLink.objects.count() == 60
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_only_one_links_at_a_time():
    record("a")
    with transaction.atomic(), ThreadPoolExecutor(1) as other:
        assert link_pending() == 1

        def link_too():
            try:
                return link_pending()
            finally:
                connection.close()

        assert other.submit(link_too).result() == 0


def verify(*options):
    out, status = StringIO(), 0
    try:
        call_command("audit_verify", *options, stdout=out)
    except SystemExit as exc:
        status = exc.code
    return status, out.getvalue()


def test_the_command_says_that_nothing_is_wrong(chain):
    status, text = verify()
    assert status == 0
    assert text.startswith(
        "Nothing is wrong among 5 linked entries; 0 wait to be linked. The newest link is 5, hash "
    )


def test_the_command_names_each_fault_and_fails(chain):
    tamper(f"DELETE FROM accounts_audit WHERE id = {E3}")
    status, text = verify()
    assert status == 1
    assert text.startswith("entry_deleted: Entry ")
    status, text = verify("--json")
    told = json.loads(text)
    assert (status, told["ok"], told["fault_count"], told["entries"]) == (1, False, 1, 5)
    assert told["faults"][0]["kind"] == "entry_deleted"
