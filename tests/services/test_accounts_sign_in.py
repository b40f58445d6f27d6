import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.errors import TooMany
from accounts.models import AuditEntry, SignInFailures
from accounts.origin import Origin
from accounts.roles import SYSTEM, Role
from accounts.services.sign_in import sign_in
from accounts.services.sign_in_limits import MAX_FAILURES, WINDOW
from accounts.services.users import change_user, create_user
from foundation.errors import AppError, Invalid

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"
IP = "192.0.2.7"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ann(_quick_passwords):
    return create_user(name="ann", role=Role.VIEWER, password=PASSWORD)


def fail(times, *, username="ann", ip=IP):
    for _ in range(times):
        with pytest.raises(Invalid):
            sign_in(username=username, password="wrong", origin=Origin(address=ip))


def test_it_returns_the_user_and_records_where_from(ann):
    assert sign_in(username="ann", password=PASSWORD, origin=Origin(address=IP)) == ann
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.action, entry.address, entry.after) == (
        "ann",
        "signed_in",
        IP,
        {"by": "password"},
    )


def test_wrong_password_unknown_name_and_inactive_user_get_the_same_answer(ann):
    idle = create_user(name="idle", role=Role.VIEWER, password=PASSWORD)
    change_user(user=idle, by=SYSTEM, active=False)
    answers = set()
    for name, password in [("ann", "wrong"), ("nobody", PASSWORD), ("idle", PASSWORD), ("ann", "")]:
        with pytest.raises(Invalid) as excinfo:
            sign_in(username=name, password=password, origin=Origin(address=IP))
        answers.add(excinfo.value.problems)
    assert [problem.code for (problem,) in answers] == ["invalid_credentials"]


def test_ten_failures_lock_the_name_from_that_address_even_for_the_right_password(ann):
    fail(MAX_FAILURES)
    with pytest.raises(TooMany) as excinfo:
        sign_in(username="ann", password=PASSWORD, origin=Origin(address=IP))
    assert excinfo.value.problems[0].code == "locked_out"
    assert "Try again in 15 min." in excinfo.value.problems[0].detail
    assert WINDOW.total_seconds() - 60 < excinfo.value.retry_after <= WINDOW.total_seconds()


def test_the_tenth_attempt_may_still_succeed(ann):
    fail(MAX_FAILURES - 1)
    assert sign_in(username="ann", password=PASSWORD, origin=Origin(address=IP)) == ann


def test_other_addresses_and_other_names_are_not_locked(ann):
    ben = create_user(name="ben", role=Role.VIEWER, password=PASSWORD)
    fail(MAX_FAILURES)
    assert sign_in(username="ann", password=PASSWORD, origin=Origin(address="192.0.2.8")) == ann
    assert sign_in(username="ann", password=PASSWORD, origin=Origin()) == ann
    assert sign_in(username="ben", password=PASSWORD, origin=Origin(address=IP)) == ben


def test_unknown_names_are_locked_as_well_so_a_lock_tells_nothing():
    fail(MAX_FAILURES, username="nobody")
    with pytest.raises(TooMany):
        sign_in(username="nobody", password="wrong", origin=Origin(address=IP))


def test_success_forgets_the_failures(ann):
    for _ in range(2):
        fail(MAX_FAILURES - 1)
        sign_in(username="ann", password=PASSWORD, origin=Origin(address=IP))


def test_the_lock_ends_after_the_window_and_attempts_meanwhile_do_not_prolong_it(ann):
    fail(MAX_FAILURES)
    with pytest.raises(TooMany):
        sign_in(username="ann", password=PASSWORD, origin=Origin(address=IP))
    SignInFailures.objects.update(since=timezone.now() - WINDOW)
    assert sign_in(username="ann", password=PASSWORD, origin=Origin(address=IP)) == ann


def test_a_lockout_is_recorded_once(ann):
    fail(MAX_FAILURES)
    with pytest.raises(TooMany):
        sign_in(username="ann", password="wrong", origin=Origin(address=IP))
    entry = AuditEntry.objects.get(action="locked_out")
    assert (entry.object, entry.address) == ("user:ann", IP)
    assert entry.after == {"failures": MAX_FAILURES, "by": "name and address"}


def test_old_counters_of_guessed_names_are_swept_out():
    fail(1, username="guess-1")
    SignInFailures.objects.update(since=timezone.now() - WINDOW - timedelta(seconds=1))
    fail(1, username="guess-2")
    assert {row.username for row in SignInFailures.objects.all()} == {"", "guess-2"}


@pytest.mark.django_db(transaction=True)
def test_guesses_sent_side_by_side_do_not_slip_past_the_limit():
    start, answers = threading.Barrier(15), []

    def guess():
        start.wait(timeout=10)
        try:
            sign_in(username="nobody", password="wrong", origin=Origin(address=IP))
        except AppError as exc:
            answers.append(exc.status)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(answers) == [400] * MAX_FAILURES + [429] * (15 - MAX_FAILURES)
