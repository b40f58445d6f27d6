"""Patterns of job types, in grants and in limits of tokens: `*` stands for any text, also none."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rights import matches

types = st.text("ab_", min_size=1, max_size=8)
patterns = st.text("ab_*", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("pattern", "job_type", "is_match"),
    [
        ("billing_*", "billing_run", True),
        ("billing_*", "billing_", True),
        ("billing_*", "rebilling_run", False),
        ("*_job", "otp_send_job", True),
        ("*", "anything", True),
        ("otp", "otp", True),
        ("otp", "otp_send_job", False),
        ("a*b*a", "aba", True),
        ("a*a", "a", False),
    ],
)
def test_a_pattern_matches_the_whole_type(pattern, job_type, is_match):
    assert matches([pattern], job_type) is is_match


@given(st.lists(patterns, max_size=3), types)
def test_one_of_several_patterns_is_enough(several, job_type):
    assert matches(several, job_type) is any(fnmatchcase(job_type, one) for one in several)


@pytest.mark.timeout(10)
def test_a_pattern_of_many_stars_takes_no_longer():
    assert not matches(["*a" * 31 + "b"], "a" * 63)
    assert not matches(["*" * 62 + "b"], "a" * 63)
