import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry, SignInLink, WsTicket
from accounts.origin import Origin
from accounts.roles import SYSTEM, Role
from accounts.services.one_time import issue_ticket, make_sign_in_link, redeem_sign_in_link, redeem_ticket
from accounts.services.users import change_user, create_user
from foundation.errors import Forbidden

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return create_user(name="ann", role=Role.VIEWER)


def test_a_link_opens_once(ann):
    token = make_sign_in_link(user=ann)
    assert redeem_sign_in_link(token=token, origin=Origin(address="192.0.2.7")) == ann
    with pytest.raises(Forbidden) as excinfo:
        redeem_sign_in_link(token=token, origin=Origin())
    assert excinfo.value.problems[0].code == "link_spent"


def test_the_audit_trail_tells_who_made_a_link_and_from_where_it_was_used(ann):
    redeem_sign_in_link(token=make_sign_in_link(user=ann, minutes=5), origin=Origin(address="192.0.2.7"))
    used, made = AuditEntry.objects.all()[:2]
    assert (made.actor, made.action, made.after) == ("system", "sign_in_link_made", {"minutes": 5})
    assert (used.actor, used.action, used.address) == ("ann", "signed_in", "192.0.2.7")


def test_an_expired_link_does_not_open(ann):
    token = make_sign_in_link(user=ann)
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Forbidden):
        redeem_sign_in_link(token=token, origin=Origin())


@pytest.mark.parametrize("token", ["", "never-issued", "\0", "\udcff"])
def test_a_link_that_never_was_does_not_open(token):
    with pytest.raises(Forbidden):
        redeem_sign_in_link(token=token, origin=Origin())


def test_neither_opens_for_an_inactive_user(ann):
    link, ticket = make_sign_in_link(user=ann), issue_ticket(user=ann)
    change_user(user=ann, by=SYSTEM, active=False)
    assert redeem_ticket(token=ticket) is None
    with pytest.raises(Forbidden):
        redeem_sign_in_link(token=link, origin=Origin())


def test_a_ticket_opens_once(ann):
    ticket = issue_ticket(user=ann)
    assert redeem_ticket(token=ticket) == ann
    assert redeem_ticket(token=ticket) is None


def test_a_ticket_lives_thirty_seconds(ann):
    issue_ticket(user=ann)
    left = WsTicket.objects.get().expires_at - timezone.now()
    assert timedelta(seconds=28) < left <= timedelta(seconds=31)


def test_an_expired_ticket_does_not_open(ann):
    ticket = issue_ticket(user=ann)
    WsTicket.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert redeem_ticket(token=ticket) is None


def test_a_link_is_no_ticket(ann):
    assert redeem_ticket(token=make_sign_in_link(user=ann)) is None


def test_secrets_are_stored_as_digests_only(ann):
    tokens = [make_sign_in_link(user=ann), issue_ticket(user=ann)]
    stored = str([*SignInLink.objects.values(), *WsTicket.objects.values(), *AuditEntry.objects.values()])
    assert not any(token in stored for token in tokens)


def test_issuing_sweeps_out_what_expired(ann):
    issue_ticket(user=ann)
    WsTicket.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    issue_ticket(user=ann)
    assert WsTicket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_redeem_one_ticket_at_once_one_gets_in(ann):
    ticket, start, let_in = issue_ticket(user=ann), threading.Barrier(8), []

    def redeem():
        start.wait(timeout=10)
        try:
            if redeem_ticket(token=ticket):
                let_in.append(True)
        finally:
            connection.close()

    threads = [threading.Thread(target=redeem) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(let_in) == 1
