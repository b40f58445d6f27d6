"""Whatever is asked, one after the other, with what earlier answers told: answers are as the OpenAPI document says."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import session_middleware
from accounts.request_rate import RequestRate
from accounts.roles import SYSTEM, Role
from jobs.services import many
from jobs.services.series_editing import create_series
from tests import factories
from tests.api.caller import Caller
from tests.api.factor_steps import PASSWORD, Person, quick_hashes
from tests.api.openapi_judge import Judge
from tests.api.openapi_links import Links
from tests.api.people import group_and_grant
from tests.api.rights import OPEN, RESTRICTED, Granted, Program, store_both
from tests.api.routes import SOMEWHERE
from tests.api.steps import Pools, Step, any_step
from tests.jobs_fixtures import clear_table_caches

pytestmark = pytest.mark.django_db
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
MIN_STEPS, MAX_STEPS = 6, 12


def signed_in(role: Role) -> Caller:
    """Somebody with a password, as who changes second factors needs one."""
    person = Person(f"the-{role}", role)
    person.client.force_login(person.account)
    return person


CALLERS: dict[str, Callable[[], Caller]] = {
    "nobody": lambda: Caller(None),
    **{role.value: partial(signed_in, role) for role in Role},
    "a token to read": lambda: Program(Role.ADMIN, scope="read"),
    "a token to run": lambda: Program(Role.ADMIN, scope="run"),
    "a token to manage": lambda: Program(Role.ADMIN, scope="manage"),
    "a token for a type": lambda: Program(Role.ADMIN, job_types=[OPEN]),
    "who may read and run by a grant": lambda: Granted("read", "run"),
}


@pytest.fixture(autouse=True)
def _no_limits(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    quick_hashes(settings)
    monkeypatch.setattr(session_middleware, "session_rate", RequestRate(0, burst=0))
    monkeypatch.setattr(many, "MAX_AT_ONCE", 2)  # so that operations are made


@pytest.fixture
def known(db: None) -> Pools:
    """The values of each parameter that are known from the beginning."""
    store_both()
    Person("pat")
    series_id = create_series(job_type=OPEN, fields={"every_seconds": 60}, actor=SYSTEM)
    return {
        **{name: [value] for name, value in SOMEWHERE.items()},
        **{name: [value] for name, value in group_and_grant().items()},
        "job_type": [OPEN, RESTRICTED],
        "job_id": [str(factories.running().job_id), str(factories.succeeded(RESTRICTED))],
        "series_id": [str(series_id)],
        "username": ["pat"],
        "password": [PASSWORD],
    }


@cache
def document() -> Any:
    return SchemaGenerator().get_schema(public=True)


@cache
def judge_and_links() -> tuple[Judge, Links]:
    return Judge(document()), Links(document())


def test_each_parameter_of_an_address_is_told_by_some_answer() -> None:
    links = judge_and_links()[1]
    assert {parameter for parameter, _ in links.identifies.values()} == links.parameters


@pytest.mark.parametrize("who", CALLERS)
@shared
@given(
    steps=st.deferred(
        lambda: st.lists(
            any_step(document(), judge_and_links()[1].identifies), min_size=MIN_STEPS, max_size=MAX_STEPS
        )
    )
)
def test_each_answer_of_a_sequence_is_as_documented(known: Pools, who: str, steps: list[Step]) -> None:
    judge, links = judge_and_links()
    pools = {name: list(values) for name, values in known.items()}
    with transaction.atomic():
        senders = [CALLERS[who](), Caller(Role.ADMIN, name="root")]
        for step in steps:
            answer = step.send(senders[step.is_admins], pools)
            assert judge.objections(step.method, step.route, answer) == [], f"{step.method} {step.route}"
            if answer.status_code < 300 and answer.content:
                for name, value in links.follow(step.route, answer.json()):
                    if value not in pools[name]:
                        pools[name].append(value)
        transaction.set_rollback(True)
    clear_table_caches()
