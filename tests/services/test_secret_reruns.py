"""A re-run takes a secret again only from where the job had it, and asks for all others; it never takes another."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import pytest

from accounts.roles import Actor
from foundation.encryption import unseal
from foundation.errors import Invalid
from jobs.models import JobEvent
from jobs.read.secret_origins import origins_of
from jobs.services.control import rerun_job
from jobs.services.many import Choice, rerun
from tests.api.people import shared_secret
from tests.factories import ANN, EDITOR, OTP, document, job, scheduled, store, succeeded

pytestmark = pytest.mark.django_db
MARKER = "$encrypted$"
OURS, THEIRS = "https://api.example.org/x", "https://evil.example/"
BOUND: dict[str, Any] = {"hosts": ["*.example.org"]}


def template(default: str | None = "of version 1", **field: Any) -> None:
    fields = {"url": {"type": "url"}, "key": {"type": "secret", **field}}
    store(document(payload_schema=fields, payload={"key": default} if default else {}))


def again(old: uuid.UUID, payload: Any = None, actor: Actor = ANN) -> dict[str, str]:
    return unseal(job(rerun_job(job_id=old, payload=payload, actor=actor)).secrets)


def asked(work: Callable[[], object]) -> str:
    with pytest.raises(Invalid) as caught:
        work()
    assert [(one.attr, one.code) for one in caught.value.problems] == [("payload.key", "SECRET_MISSING")]
    return caught.value.problems[0].detail


def test_a_value_that_was_given_is_never_replaced_by_the_default() -> None:
    template(**BOUND)
    old = succeeded(payload={"key": "mine"}, actor=ANN)
    payloads: list[dict[str, Any] | None] = [None, {}, {"key": MARKER}, {"url": OURS}]
    for payload, actor in product(payloads, (ANN, EDITOR)):
        assert "Enter Key again" in asked(partial(again, old, payload, actor))
    assert again(old, {"key": "again"}) == {"key": "again"}


def test_the_default_is_taken_again_while_it_is_the_same() -> None:
    template(**BOUND)
    old = succeeded(actor=ANN)
    assert origins_of([old]) == {old: {"key": "default@1"}}
    assert again(old) == again(old, {"key": MARKER}) == again(old, {"url": OURS}) == {"key": "of version 1"}
    template("of version 1", **BOUND, label="Another")
    new = rerun_job(job_id=old, payload=None, actor=ANN)
    assert origins_of([new]) == {new: {"key": "default@2"}}


def test_another_default_is_not_taken() -> None:
    template(**BOUND)
    old = succeeded(actor=ANN)
    template("of version 2", **BOUND)
    assert "another default now" in asked(lambda: again(old))
    template(None, **BOUND)
    asked(lambda: again(old))
    template("of version 1", **BOUND)
    assert again(old) == {"key": "of version 1"}


def test_an_editor_does_not_take_it_elsewhere_by_a_re_run() -> None:
    template()
    old = succeeded(actor=EDITOR, payload={"url": OURS})
    assert again(old, {"url": OURS, "key": MARKER}, EDITOR) == {"key": "of version 1"}
    assert "the address in url changed" in asked(lambda: again(old, {"url": THEIRS, "key": MARKER}, EDITOR))


def test_who_may_not_have_the_default_is_asked_for_a_value() -> None:
    template()
    old = succeeded(actor=EDITOR)
    assert "editors only" in asked(lambda: again(old))
    assert again(old, {"key": "mine"}) == {"key": "mine"}


def test_a_default_of_later_is_not_taken_by_a_job_that_had_none() -> None:
    template(None, **BOUND)
    old = succeeded(actor=ANN)
    assert again(old) == {}
    template("of version 2", **BOUND)
    asked(lambda: again(old))


def test_a_shared_secret_is_taken_again_while_the_field_refers_to_it() -> None:
    shared_secret("stripe", hosts=["*.example.org"])
    shared_secret("other", hosts=["*.example.org"])
    template(None, secretRef="stripe")
    old = succeeded(actor=ANN, payload={"url": OURS})
    assert origins_of([old]) == {old: {"key": "shared:stripe"}}
    assert again(old) == {}
    template(None, secretRef="other")
    asked(lambda: again(old))


def test_a_job_of_before_this_was_recorded_is_asked_for_all() -> None:
    template(**BOUND)
    old = succeeded(actor=ANN)
    JobEvent.objects.filter(job_id=old).update(detail=None)
    asked(lambda: again(old))


def test_many_at_once_are_told_apart() -> None:
    template(**BOUND)
    default, given, none = (scheduled(actor=ANN, payload=one) for one in ({}, {"key": "mine"}, {"url": OURS}))
    report = rerun(choice=Choice(job_ids=(default, given, none)), actor=ANN)
    assert not isinstance(report, uuid.UUID)
    assert len(report.created) == 2
    assert {old: [one.code for one in error.problems] for old, error in report.refused.items()} == {
        given: ["SECRET_MISSING"]
    }


def test_a_job_without_secrets_has_no_such_record() -> None:
    assert JobEvent.objects.filter(job_id=scheduled(OTP)).values_list("detail", flat=True)[0] is None
