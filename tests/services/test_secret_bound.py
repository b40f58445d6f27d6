"""Secrets go only where they were meant to go: hosts, read-only fields, and who may use a template's default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.roles import Actor
from foundation.encryption import unseal
from foundation.errors import Invalid
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from jobs.services.validation import validate_payload
from templates_app.documents import parse_document
from templates_app.queries import current_spec
from tests.factories import ANN, EDITOR, OTP, document, job, recurring, scheduled, store

pytestmark = pytest.mark.django_db
KEY, MARKER = "s3cret-key", "$encrypted$"
OURS, THEIRS = "https://api.example.org/x", "https://evil.example/"


def secret_template(name: str = OTP, *, url: Any = None, payload: Any = None, **key: Any) -> None:
    fields = {"url": {"type": "url", **(url or {})}, "key": {"type": "secret", **key}}
    store(document(name, payload_schema=fields, payload={"key": KEY} if payload is None else payload))


def refusal(work: Callable[[], object]) -> list[tuple[str | None, str]]:
    with pytest.raises(Invalid) as caught:
        work()
    assert KEY not in str(caught.value)
    return [(problem.attr, problem.code) for problem in caught.value.problems]


def made(actor: Actor, **payload: Any) -> dict[str, str]:
    return unseal(job(scheduled(actor=actor, payload=payload)).secrets)


def test_an_unbound_default_is_for_editors_and_others_are_asked_and_told_why() -> None:
    secret_template()
    assert made(EDITOR) == made(EDITOR, key=MARKER) == {"key": KEY}
    assert (
        refusal(lambda: made(ANN)) == refusal(lambda: made(ANN, key=MARKER)) == [("payload.key", "required")]
    )
    with pytest.raises(Invalid, match="used for editors only, as it could be sent to any address"):
        made(ANN)
    assert made(ANN, key="my own") == {"key": "my own"}


def test_a_bulk_names_each_job_that_may_not_have_it() -> None:
    secret_template()
    submissions = [Submission(job_type=OTP, payload=one) for one in ({"key": "mine"}, {}, {"key": MARKER})]
    assert refusal(lambda: submit_jobs(submissions=submissions, actor=ANN)) == [
        ("jobs.1.payload.key", "required"),
        ("jobs.2.payload.key", "required"),
    ]


@pytest.mark.parametrize("bound", [{"hosts": ["api.example.org"]}, {"readOnly": True}])
def test_a_bound_default_is_for_everybody(bound: dict[str, Any]) -> None:
    secret_template(**bound)
    assert made(ANN, url=OURS) == made(ANN) == made(ANN, key=MARKER) == {"key": KEY}


def test_the_author_is_warned_of_an_unbound_default() -> None:
    def warned(**key: Any) -> list[tuple[str, str | None, Any]]:
        fields = {"key": {"type": "secret", **key}}
        found = parse_document(document(payload_schema=fields, payload={"key": KEY})).warnings
        assert KEY not in str(found)
        return [(one.code, one.attr, one.value) for one in found]

    assert warned() == [("DEFAULT_SECRET_UNBOUND", "payload.key", MARKER)]
    assert warned(hosts=["a.example"]) == warned(readOnly=True) == []


def test_nobody_is_warned_of_what_only_editors_run() -> None:
    fields = {"key": {"type": "secret"}}
    assert parse_document(recurring(payload_schema=fields, payload={"key": KEY})).warnings == ()


@pytest.mark.parametrize("url", [{}, {"readOnly": True, "default": OURS}])
def test_a_read_only_secret_is_warned_of_where_others_choose_the_address(url: dict[str, Any]) -> None:
    fields = {"url": {"type": "url", **url}, "key": {"type": "secret", "readOnly": True}}
    found = parse_document(document(payload_schema=fields, payload={"key": KEY})).warnings
    assert [one.code for one in found] == ([] if url else ["DEFAULT_SECRET_UNBOUND"])


def test_an_address_elsewhere_is_refused_with_both_named() -> None:
    secret_template(hosts=["api.example.org", "*.example.net"])
    for actor in (ANN, EDITOR):
        with pytest.raises(Invalid) as caught:
            made(actor, url=THEIRS)
        (problem,) = caught.value.problems
        assert (problem.attr, problem.code) == ("payload.url", "host_not_allowed")
        assert (
            problem.detail == "Key may only go to api.example.org, *.example.net, not to https://evil.example"
        )


def test_hosts_hold_for_a_value_of_ones_own_too_but_not_without_a_value() -> None:
    secret_template(hosts=["api.example.org"], nullable=True, payload={})
    assert refusal(lambda: made(ANN, url=THEIRS, key="mine")) == [("payload.url", "host_not_allowed")]
    assert made(ANN, url=THEIRS) == made(ANN, url=THEIRS, key=None) == {}


def test_addresses_in_objects_and_lists_count_too() -> None:
    inner: dict[str, Any] = {"type": "object", "fields": {"at": {"type": "url"}}}
    fields: dict[str, Any] = {
        "key": {"type": "secret", "hosts": ["api.example.org"]},
        "o": inner,
        "a": {"type": "array", "items": inner},
        "urls": {"type": "array", "items": {"type": "url"}},
    }
    store(document(payload_schema=fields, payload={"key": KEY}))
    bad = {"o": {"at": THEIRS}, "a": [{"at": OURS}, {"at": THEIRS}], "urls": [OURS, THEIRS]}
    assert refusal(lambda: made(ANN, **bad)) == [
        ("payload.o.at", "host_not_allowed"),
        ("payload.a.1.at", "host_not_allowed"),
        ("payload.urls.1", "host_not_allowed"),
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.org@evil.example/", "https://api.example.org:x@evil.example/",
        "https://api.example.org.evil.example/", "http://api.example.org/", "https://API.example.org:0/",
    ],
)  # fmt: skip
def test_tricks_with_addresses_lead_nowhere(url: str) -> None:
    secret_template(hosts=["api.example.org"])
    assert [code for _, code in refusal(lambda: made(ANN, url=url))] in (["host_not_allowed"], ["format"])


def test_a_read_only_field_keeps_its_value_below_editors() -> None:
    fields = {"n": {"type": "uint", "readOnly": True}, "key": {"type": "secret", "readOnly": True}}
    store(document(payload_schema=fields, payload={"n": 7, "key": KEY}))
    assert made(ANN, n=7, key=MARKER) == {"key": KEY}
    assert refusal(lambda: made(ANN, n=8, key="mine")) == [
        ("payload.n", "read_only"),
        ("payload.key", "read_only"),
    ]
    # A value that is equal is refused as well: otherwise everybody could guess.
    assert refusal(lambda: made(ANN, key=KEY)) == [("payload.key", "read_only")]
    assert made(EDITOR, n=8, key="mine") == {"key": "mine"}
    assert refusal(lambda: made(EDITOR, n="x")) == [("payload.n", "type")]


def test_a_secret_in_a_read_only_object_is_read_only() -> None:
    inner = {"url": {"type": "url"}, "key": {"type": "secret"}}
    fields = {"o": {"type": "object", "readOnly": True, "fields": inner}}
    store(document(payload_schema=fields, payload={"o": {"url": OURS, "key": KEY}}))
    assert made(ANN) == made(ANN, o={"url": OURS, "key": MARKER}) == {"o.key": KEY}
    assert refusal(lambda: made(ANN, o={"url": THEIRS, "key": MARKER})) == [("payload.o", "read_only")]


def test_a_trial_answers_as_creating_would() -> None:
    secret_template()
    spec = current_spec(OTP)
    assert refusal(lambda: validate_payload(spec, {}, may_edit=False)) == [("payload.key", "required")]
    assert validate_payload(spec, {}, may_edit=True).payload == {"key": MARKER}
