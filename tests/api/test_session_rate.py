"""A session that sends too many requests is 429 for a while; tokens and other sessions are not."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import session_middleware
from accounts.request_rate import RequestRate
from accounts.services.tokens import issue_token
from tests.api.caller import Caller, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _low_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_middleware, "session_rate", RequestRate(0.01, burst=2))


def test_more_than_a_burst_is_429_without_a_query(
    viewer: Caller, operator: Caller, nobody: Caller, django_assert_num_queries: Any
) -> None:
    assert [viewer.get("tokens/").status_code for _ in range(2)] == [200, 200]
    with django_assert_num_queries(0):
        answer = viewer.get("tokens/")
    assert refused(answer) == (429, [(None, "too_many_requests")])
    assert 90 < int(answer["Retry-After"]) <= 100
    assert operator.get("tokens/").status_code == 200
    assert [nobody.get("session/").status_code for _ in range(5)] == [200] * 5


def test_a_token_has_no_such_limit_and_another_scheme_does_not_lift_it(viewer: Caller) -> None:
    assert viewer.user is not None
    header = {"Authorization": f"Token {issue_token(user=viewer.user, name='ci')[1]}"}
    assert [viewer.get("tokens/", **header).status_code for _ in range(5)] == [200] * 5
    statuses = [viewer.get("tokens/", Authorization="Basic eDp5").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
