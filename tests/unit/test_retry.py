"""When a failed attempt is tried again."""

from __future__ import annotations

import pytest

from jobs.running.attempt_outcome import MAX_BACKOFF_SECONDS, RetryPolicy


def test_one_attempt_means_no_retry() -> None:
    assert RetryPolicy(max_attempts=1, backoff_seconds=10).delay_after(1, luck=0.5) is None


def test_it_retries_until_the_attempts_are_used_up() -> None:
    policy = RetryPolicy(max_attempts=3, backoff_seconds=10)
    assert policy.delay_after(1, luck=1) is not None
    assert policy.delay_after(2, luck=1) is not None
    assert policy.delay_after(3, luck=1) is None
    assert policy.delay_after(4, luck=1) is None


def test_the_pause_doubles_with_each_failure() -> None:
    policy = RetryPolicy(max_attempts=10, backoff_seconds=10)
    assert [policy.delay_after(failures, luck=1) for failures in (1, 2, 3, 4)] == [10, 20, 40, 80]


@pytest.mark.parametrize("luck", [0.0, 0.25, 0.999])
def test_luck_moves_the_pause_within_its_upper_half(luck: float) -> None:
    pause = RetryPolicy(max_attempts=2, backoff_seconds=10).delay_after(1, luck=luck)
    assert pause is not None
    assert 5 <= pause < 10
    assert pause == 5 + luck * 5


def test_two_jobs_of_different_luck_do_not_come_back_together() -> None:
    policy = RetryPolicy(max_attempts=2, backoff_seconds=10)
    assert policy.delay_after(1, luck=0.1) != policy.delay_after(1, luck=0.9)


def test_the_pause_is_never_longer_than_six_hours_even_after_a_thousand_failures() -> None:
    policy = RetryPolicy(max_attempts=2000, backoff_seconds=10)
    assert policy.delay_after(1000, luck=1) == MAX_BACKOFF_SECONDS == 6 * 3600


@pytest.mark.parametrize("failures", [1, 2, 1000])
def test_a_first_pause_longer_than_six_hours_is_kept_and_does_not_double(failures: int) -> None:
    policy = RetryPolicy(max_attempts=2000, backoff_seconds=86_400)
    assert policy.delay_after(failures, luck=1) == 86_400


def test_a_backoff_of_zero_retries_at_once() -> None:
    assert RetryPolicy(max_attempts=2, backoff_seconds=0).delay_after(1, luck=1) == 0
