"""Whatever is asked for, and by whom: no answer tells what the caller may not know, and none is a fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.roles import SYSTEM, Role
from jobs import transitions
from jobs.services.series_editing import create_series
from tests import factories
from tests.api.caller import Caller, problems
from tests.api.rights import RESTRICTED, Granted, Program, store_both
from tests.api.routes import api_routes, declared, filled

pytestmark = pytest.mark.django_db
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
CANARY = 777_000_111
READ = [route for method, route in api_routes() if method == "GET"]
WORDS = st.sampled_from(
    ["", "0", "1", "200", "true", "run", "system", "default", "succeeded", "running", "error", "ann"]
)


@pytest.fixture
def ids(db: None) -> dict[str, Any]:
    """A running job with a log line and an error before it, and a series: each has the canary in its contents."""
    payload = {"user_id": CANARY}
    store_both(maxAttempts=2)
    create_series(job_type=RESTRICTED, fields={"every_seconds": 60, "payload": payload}, actor=SYSTEM)
    attempt = factories.running(RESTRICTED, payload=payload)
    line: dict[str, Any] = {
        "time": "2026-01-31T12:00:00Z",
        "level": "info",
        "attempt": 1,
        "text": str(CANARY),
    }
    transitions.append_log(job_id=attempt.job_id, lease=attempt.lease, lines=[line])
    transitions.report_progress(
        job_id=attempt.job_id, lease=attempt.lease, percent=10, message=str(CANARY), actor="worker"
    )
    factories.succeeded(RESTRICTED, payload=payload)
    factories.number_events()
    series = create_series(
        job_type=RESTRICTED, fields={"every_seconds": 90, "payload": payload}, actor=SYSTEM
    )
    return {"job_id": attempt.job_id, "series_id": series, "job_type": RESTRICTED}


CALLERS: dict[str, Callable[[], Caller]] = {
    "an editor without a grant": lambda: Caller(Role.EDITOR),
    "a token for other types": lambda: Program(Role.ADMIN, job_types=["mail_*"]),
    "who may see": lambda: Granted("see"),
    "who may stop": lambda: Granted("stop"),
    "who may run": lambda: Granted("run"),
}


# Those who see nothing of the restricted type.
BLIND = ("an editor without a grant", "a token for other types")


@pytest.fixture(params=CALLERS)
def stranger(request: pytest.FixtureRequest, ids: dict[str, Any]) -> tuple[str, Caller]:
    return request.param, CALLERS[request.param]()


def test_no_route_tells_what_the_caller_may_not_know(
    stranger: tuple[str, Caller], ids: dict[str, Any]
) -> None:
    for route in READ:
        assert_tells_nothing(stranger, ids, route, [])


@shared
@given(data=st.data())
def test_no_query_makes_a_route_tell_it(
    stranger: tuple[str, Caller], ids: dict[str, Any], data: st.DataObject
) -> None:
    route = data.draw(st.sampled_from(READ))
    names = sorted(declared("GET", route).keys() - {"wait"})
    query = data.draw(st.lists(st.tuples(st.sampled_from(names), WORDS), max_size=3)) if names else []
    assert_tells_nothing(stranger, ids, route, query)


def assert_tells_nothing(
    stranger: tuple[str, Caller], ids: dict[str, Any], route: str, query: list[tuple[str, str]]
) -> None:
    who, caller = stranger
    answer = caller.get(filled(route, **ids) + (f"?{urlencode(query)}" if query else ""))
    assert answer.status_code < 500, route
    assert answer.status_code < 400 or problems(answer)
    text = answer.content.decode()
    assert str(CANARY) not in text, route
    if who in BLIND:
        assert str(ids["job_id"]) not in text or answer.status_code == 404, route
        assert RESTRICTED not in text or answer.status_code in {403, 404}, route
