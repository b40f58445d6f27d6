"""An entry of the audit trail: who, from where, what changed; bounded, without secrets, and only ever added."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory

from accounts import audit
from accounts.models import AuditEntry, PendingAuditEntry
from accounts.origin import Origin, Via, client_ip
from accounts.roles import Actor, Role

pytestmark = pytest.mark.django_db
ANN = Actor("ann", Role.EDITOR, origin=Origin(Via.CLI, "2001:db8::1", "cli:root"))


def record(**change):
    audit.record(ANN, "template_updated", "template:otp_send_job", **change)
    return AuditEntry.objects.get()


def test_it_tells_who_from_where_and_what_changed():
    entry = record(before={"version": 1}, after={"version": 2})
    assert (entry.actor, entry.action, entry.object) == ("ann", "template_updated", "template:otp_send_job")
    assert (entry.via, entry.address, entry.on_behalf_of) == ("cli", "2001:db8::1", "cli:root")
    assert (entry.before, entry.after) == ({"version": 1}, {"version": 2})


def test_what_did_not_change_is_left_out():
    before = {"a": 1, "b": {"c": [1], "d": 2}, "gone": None, "same": {"x": 1}}
    entry = record(before=before, after={"a": 1, "b": {"c": [1, 2], "d": 2}, "same": {"x": 1}, "new": True})
    assert (entry.before, entry.after) == ({"b": {"c": [1]}, "gone": None}, {"b": {"c": [1, 2]}, "new": True})


def test_one_is_not_true_and_not_one_point_zero():
    entry = record(before={"a": 1, "b": 1}, after={"a": True, "b": 1.0})
    assert (entry.before, entry.after) == ({"a": 1, "b": 1}, {"a": True, "b": 1.0})


def test_a_large_change_is_cut_and_says_so():
    entry = record(before={}, after={"text": "x" * 10_000_000})
    assert entry.after["truncated"] is True
    assert entry.after["characters"] > 10_000_000
    assert entry.after["preview"].startswith('{"text":"xxx')
    assert len(json.dumps(entry.after)) < audit.MAX_CHANGE_CHARACTERS


@pytest.mark.parametrize(
    "name", ["two\nlines", "nul\0here", "half \ud800", "x" * 100_000, "'; DROP TABLE x; --"]
)
def test_hostile_names_are_stored_and_bounded(name):
    actor = Actor(name, Role.VIEWER)
    audit.record(actor, "sign_in_failed", f"user:{name}", after={"name": name})
    entry = AuditEntry.objects.get()
    assert len(entry.object) <= 300
    assert len(entry.actor) <= 200
    assert entry.object.startswith(f"user:{name[:3]}")


def test_it_goes_with_the_transaction_it_tells_of():
    with transaction.atomic():
        audit.record(ANN, "tested", "user:x")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()
    assert not PendingAuditEntry.objects.exists()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts_audit SET actor = 'eve'", "DELETE FROM accounts_audit", "TRUNCATE accounts_audit"],
)
def test_the_database_refuses_to_change_it(statement):
    record()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_audit ENABLE TRIGGER audit_is_kept")  # see tests/conftest.py
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert AuditEntry.objects.get().actor == "ann"


def test_code_of_the_version_before_still_writes_to_the_former_table():
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO accounts_auditentry (at, actor, action, object, detail, ip)
            VALUES (now(), 'ann', 'signed_in', 'ann', '{"by": "link"}', '192.0.2.7')"""
        )
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.object, entry.address) == ("ann", "user:ann", "192.0.2.7")
    assert (entry.after, entry.key_id, entry.via) == ({"by": "link"}, "former", "")
    assert PendingAuditEntry.objects.get().pk == entry.pk


@pytest.mark.parametrize(
    ("peer", "ip"),
    [("192.0.2.7", "192.0.2.7"), ("fe80::1%eth0", "fe80::1"), ("", None), ("/run/web.sock", None)],
)
def test_the_address_is_the_peers_or_none(peer, ip):
    assert client_ip(RequestFactory().get("/", REMOTE_ADDR=peer)) == ip


def test_a_forwarded_address_is_not_believed():
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert client_ip(request) == "192.0.2.7"
