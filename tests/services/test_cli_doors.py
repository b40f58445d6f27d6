"""What each caller is answered by each verb of `celery -A scheduler_project jobs`, as at the REST routes.

A verb that is missing from the table fails the test.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import NamedTuple

import click
import pytest

from accounts.models import User
from accounts.rights import JobRight
from accounts.roles import Role
from jobs.cli import jobs
from tests import factories
from tests.api.rights import OPEN, RESTRICTED, grant, store_both
from tests.support.shell import run_jobs_command

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dispatching")]
DONE, REFUSED = 0, 4
ANY = frozenset(JobRight)
NOBODY: frozenset[JobRight] = frozenset()
Words = Callable[[str, uuid.UUID], tuple[object, ...]]


class Verb(NamedTuple):
    """`role`: the lowest that may on open types. `rights`: those of which each alone opens it on a restricted type."""

    words: Words
    role: Role
    rights: frozenset[JobRight]


def of_job(*verb: str) -> Words:
    return lambda _job_type, job_id: (*verb, job_id)


VERBS = {
    "create": Verb(lambda job_type, _: ("create", job_type), Role.OPERATOR, frozenset({JobRight.RUN})),
    "show": Verb(of_job("show"), Role.VIEWER, ANY),
    "wait": Verb(of_job("wait"), Role.VIEWER, ANY),
    "log": Verb(of_job("log"), Role.VIEWER, frozenset({JobRight.READ})),
    "terminate": Verb(of_job("terminate"), Role.OPERATOR, frozenset({JobRight.STOP})),
    # Takes `run` and `read`.
    "rerun": Verb(of_job("rerun"), Role.OPERATOR, NOBODY),
    # What they leave out, other tests tell: nobody is refused.
    "list": Verb(lambda _type, _id: ("list",), Role.VIEWER, ANY),
    "processes": Verb(lambda _type, _id: ("processes",), Role.VIEWER, ANY),
}
ABOUT_A_TYPE = VERBS.keys() - {"list", "processes"}


@pytest.fixture(autouse=True)
def _both_types(db: None) -> None:
    store_both()


def job_for(verb: str, job_type: str) -> uuid.UUID:
    """One that can be stopped, or for other verbs one that has ended, so that nothing is waited for."""
    return factories.scheduled(job_type) if verb == "terminate" else factories.succeeded(job_type)


def answer(verb: str, job_type: str, *, name: str | None) -> int:
    words = VERBS[verb].words(job_type, job_for(verb, job_type))
    return run_jobs_command(*words, *(("--as", name) if name else ())).status


def person(role: Role, *rights: str) -> str:
    user = User.objects.create(username=f"{role}-{'-'.join(rights)}", role=role)
    if rights:
        grant(user, *rights)
    return user.username


def test_every_verb_has_an_entry() -> None:
    assert sorted(VERBS) == sorted(jobs.list_commands(click.Context(jobs)))


@pytest.mark.parametrize("verb", VERBS)
def test_on_an_open_type_the_role_decides(verb: str) -> None:
    may = {role for role in Role if answer(verb, OPEN, name=person(role)) == DONE}
    assert may == set(list(Role)[list(Role).index(VERBS[verb].role) :])


@pytest.mark.parametrize("verb", VERBS)
def test_on_a_restricted_type_a_grant_decides(verb: str) -> None:
    found = {right: answer(verb, RESTRICTED, name=person(Role.VIEWER, right)) for right in JobRight}
    opened = VERBS[verb].rights
    assert found == {right: DONE if right in opened else REFUSED for right in JobRight}


@pytest.mark.parametrize("verb", sorted(ABOUT_A_TYPE))
def test_without_a_grant_all_of_it_is_refused(verb: str) -> None:
    assert answer(verb, RESTRICTED, name=person(Role.EDITOR)) == REFUSED


@pytest.mark.parametrize("verb", VERBS)
def test_admins_and_who_runs_the_machine_may_do_everything(verb: str) -> None:
    assert answer(verb, RESTRICTED, name=person(Role.ADMIN)) == DONE
    assert answer(verb, RESTRICTED, name=None) == DONE


@pytest.mark.parametrize("verb", VERBS)
def test_who_is_not_there_or_switched_off_may_do_nothing(verb: str) -> None:
    off = User.objects.create(username="off", role=Role.ADMIN, is_active=False)
    assert answer(verb, OPEN, name=off.username) == REFUSED
    assert answer(verb, OPEN, name="nobody") == REFUSED
