import pytest
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory

from accounts import audit
from accounts.models import AuditEntry
from accounts.roles import Actor, Role

pytestmark = pytest.mark.django_db
ANN = Actor("ann", Role.EDITOR)


@pytest.fixture
def entry():
    audit.record(ANN, "template_changed", "otp_send_job", {"version": [1, 2]}, ip="2001:db8::1")
    return AuditEntry.objects.get()


def test_it_records_actor_action_object_detail_and_address(entry):
    assert (entry.actor, entry.action, entry.object) == ("ann", "template_changed", "otp_send_job")
    assert (entry.detail, entry.ip) == ({"version": [1, 2]}, "2001:db8::1")


def test_it_goes_with_the_transaction_it_tells_of():
    with transaction.atomic():
        audit.record(ANN, "template_changed", "otp_send_job")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "statement", ["UPDATE accounts_auditentry SET actor = 'eve'", "DELETE FROM accounts_auditentry"]
)
def test_the_database_refuses_to_change_it(entry, statement):
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEntry.objects.get().actor == "ann"


@pytest.mark.parametrize(
    ("peer", "ip"),
    [("192.0.2.7", "192.0.2.7"), ("fe80::1%eth0", "fe80::1"), ("", None), ("/run/web.sock", None)],
)
def test_the_address_is_the_peers_or_none(peer, ip):
    assert audit.client_ip(RequestFactory().get("/", REMOTE_ADDR=peer)) == ip


def test_a_forwarded_address_is_not_believed():
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert audit.client_ip(request) == "192.0.2.7"
