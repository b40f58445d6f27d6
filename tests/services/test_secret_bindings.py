"""A stored secret that a marker keeps is dropped when its address, its hosts, its handler or its field changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.roles import SYSTEM
from catalogue import services
from foundation.encryption import seal, unseal, unseal_with_note
from foundation.errors import Conflict, Invalid
from jobs.models import Series
from jobs.services.series_editing import change_series, create_series
from jobs.states import SeriesState
from templates_app.documents import parse_document
from templates_app.models import TemplateVersion
from templates_app.queries import get_template
from tests.factories import ANN, EDITOR, OTP, document, finish, scheduled, store
from tests.services import chains

pytestmark = pytest.mark.django_db
KEY, MARKER = "s3cret-key", "$encrypted$"
OURS, SAME_HOST, THEIRS = (
    "https://api.example.org/x",
    "https://API.example.org:443/y",
    "https://evil.example/",
)


def doc(url: str | None = OURS, key: Any = MARKER, *, name: str = OTP, **field: Any) -> dict[str, Any]:
    fields = {"url": {"type": "url"}, "key": {"type": "secret", **field}, "other": {"type": "secret"}}
    return document(name, payload_schema=fields, payload={"key": key} | ({"url": url} if url else {}))


def missing(work: Callable[[], object]) -> str:
    """The reason why a secret has to be entered again."""
    with pytest.raises(Invalid) as caught:
        work()
    (problem,) = caught.value.problems
    assert (problem.attr, problem.code) == ("payload.key", "SECRET_MISSING")
    assert KEY not in str(caught.value)
    return problem.detail


def kept() -> dict[str, str]:
    return unseal(TemplateVersion.objects.get(template_id=OTP, number=get_template(OTP).version).secrets)


def test_a_templates_default_stays_with_the_same_origin() -> None:
    store(doc(key=KEY))
    store(doc(SAME_HOST))
    assert kept() == {"key": KEY}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (doc(THEIRS), "the address in url changed"),
        (doc("http://api.example.org/x"), "the address in url changed"),
        (doc("https://api.example.org:8443/x"), "the address in url changed"),
        (doc(None), "the address in url changed"),
        (doc(hosts=["evil.example"]), "the hosts or the shared secret of its field changed"),
    ],
)
def test_a_templates_default_is_dropped_with_its_binding(changed: dict[str, Any], why: str) -> None:
    store(doc(key=KEY))
    assert why in missing(lambda: store(changed))
    assert kept() == {"key": KEY}
    store(changed | {"payload": {**changed["payload"], "key": "new"}})
    assert kept() == {"key": "new"}


def test_a_templates_default_is_dropped_with_a_default_address_at_the_field() -> None:
    def with_default(url: str, key: str) -> dict[str, Any]:
        fields = {
            "mode": {"type": "bool"},
            "url": {"type": "url", "default": url, "showIf": {"field": "mode", "equals": True}},
            "key": {"type": "secret"},
        }
        return document(payload_schema=fields, payload={"key": key})

    store(with_default(OURS, KEY))
    assert "the address in url changed" in missing(lambda: store(with_default(THEIRS, MARKER)))


def test_a_templates_default_that_is_bound_to_hosts_goes_with_an_address_among_them() -> None:
    hosts = ["*.example.org", "evil.example"]
    store(doc(key=KEY, hosts=hosts))
    store(doc(THEIRS, hosts=hosts))
    assert "the address in url" in missing(lambda: store(doc("https://elsewhere.example/", hosts=hosts)))
    assert "hosts" in missing(lambda: store(doc(THEIRS, hosts=[*hosts, "*.elsewhere.example"])))


def test_a_bound_secret_is_dropped_when_its_address_is_no_address_field_any_more() -> None:
    hosts = ["*.example.org"]
    store(doc(key=KEY, hosts=hosts))
    as_text = doc(THEIRS, hosts=hosts)
    as_text["payload_schema"] = {**as_text["payload_schema"], "url": {"type": "string"}}
    assert "url is no address field any more" in missing(lambda: store(as_text))


def test_a_marker_moved_to_another_field_or_template_stands_for_nothing() -> None:
    store(doc(key=KEY))
    moved = doc() | {"payload": {"url": OURS, "other": MARKER}}
    with pytest.raises(Invalid) as caught:
        store(moved)
    assert [(one.attr, one.code) for one in caught.value.problems] == [("payload.other", "SECRET_MISSING")]
    missing(lambda: store(doc(name="forgot_password_job")))


def test_a_rollback_brings_its_own_address_and_secret_back() -> None:
    store(doc(key=KEY))
    store(doc(THEIRS, "new"))
    services.roll_back_template(job_type=OTP, version=1, actor=SYSTEM)
    assert kept() == {"key": KEY}


def test_a_rollback_to_a_version_without_a_secret_of_its_own_takes_none() -> None:
    store(doc(key=KEY))
    spec = parse_document(doc(THEIRS))
    assert spec.sealed is None
    missing(lambda: services.save_template(spec=spec, actor=EDITOR))


def series_with(payload: dict[str, Any] | None, **timing: Any) -> Series:
    store(doc(None, None, nullable=True))
    fields = {"payload": payload, "every_seconds": 10, **timing}
    return Series.objects.get(pk=create_series(job_type=OTP, fields=fields, actor=EDITOR))


def change(series: Series, **payload: Any) -> dict[str, str]:
    change_series(series_id=series.pk, changes={"payload": payload}, actor=EDITOR)
    series.refresh_from_db()
    return unseal(series.secrets)


def test_a_series_keeps_its_secret_with_the_same_origin_and_drops_it_with_another() -> None:
    series = series_with({"url": OURS, "key": KEY})
    assert change(series, url=SAME_HOST, key=MARKER) == {"key": KEY}
    assert "because the address in url changed" in missing(lambda: change(series, url=THEIRS, key=MARKER))
    assert "because the address in url changed" in missing(lambda: change(series, key=MARKER))
    assert change(series, url=THEIRS, key="new") == {"key": "new"}
    # In two steps it is dropped as well: the first has no secret to keep.
    assert change(series, url=OURS) == {}
    missing(lambda: change(series, url=OURS, key=MARKER))


def test_a_series_of_before_this_was_recorded_is_bound_to_what_it_has() -> None:
    series = series_with({"url": OURS, "key": KEY})
    Series.objects.filter(pk=series.pk).update(secrets=seal({"key": KEY}))
    missing(lambda: change(series, url=THEIRS, key=MARKER))
    assert change(series, url=SAME_HOST, key=MARKER) == {"key": KEY}
    assert unseal_with_note(series.secrets)[1] is not None


def test_a_marker_of_another_series_stands_for_nothing() -> None:
    series_with({"url": OURS, "key": KEY})
    fields = {"payload": {"url": OURS, "key": MARKER}, "every_seconds": 10}
    missing(lambda: create_series(job_type=OTP, fields=fields, actor=EDITOR))


def test_values_of_one_series_in_the_row_of_another_type_are_not_used() -> None:
    first = series_with({"url": OURS, "key": KEY})
    store(doc(None, None, nullable=True, name="forgot_password_job"))
    fields = {"payload": {"url": OURS, "key": "x"}, "every_seconds": 10}
    other = Series.objects.get(pk=create_series(job_type="forgot_password_job", fields=fields, actor=EDITOR))
    Series.objects.filter(pk=other.pk).update(secrets=first.secrets)
    assert "the job type changed" in missing(lambda: change(other, url=OURS, key=MARKER))


def would_not_pass(work: Callable[[], object]) -> str:
    with pytest.raises(Conflict) as caught:
        work()
    (problem,) = caught.value.problems
    assert (problem.attr, problem.code) == ("payload.key", "would_not_pass")
    return problem.detail


@pytest.mark.parametrize(
    "changed", [doc(THEIRS, None, nullable=True), doc(None, None, nullable=True, hosts=["evil.example"])]
)
def test_a_new_version_that_takes_a_series_secret_elsewhere_is_refused_or_leaves_it_behind(
    changed: dict[str, Any],
) -> None:
    series = series_with({"key": KEY})
    assert "Enter Key again, because" in would_not_pass(lambda: store(changed))
    services.save_template(spec=parse_document(changed), actor=EDITOR, force=True)
    series.refresh_from_db()
    assert series.pinned_version == 1
    assert chains.waiting(series).template_version == 1


def test_a_series_that_had_ended_says_so_when_it_shall_go_on_under_such_a_version() -> None:
    series = series_with({"key": KEY}, max_runs=1)
    finish(chains.run_one(series))
    series.refresh_from_db()
    assert series.state == SeriesState.ENDED
    store(doc(THEIRS, None, nullable=True))
    more = {"max_runs": 2}
    assert "because the address in url changed" in missing(
        lambda: change_series(series_id=series.pk, changes=more, actor=EDITOR)
    )


def test_the_next_job_of_such_a_series_is_not_made_and_it_pauses_with_the_reason() -> None:
    series = series_with({"key": KEY})
    attempt = chains.run_one(series)
    Series.objects.filter(pk=series.pk).update(state=SeriesState.ENDED)
    store(doc(THEIRS, None, nullable=True))
    Series.objects.filter(pk=series.pk).update(state=SeriesState.ACTIVE)
    finish(attempt)
    series.refresh_from_db()
    assert series.state == SeriesState.PAUSED
    assert "Enter Key again, because the address in url changed" in str(series.paused_reason)


def test_a_series_that_a_user_began_keeps_its_own_secrets() -> None:
    repeats = doc() | {"rescheduleAfterTermination": True, "startInSeconds": 5, "maxRuns": 3}
    store(repeats | {"payload": {}})
    job_id = scheduled(actor=ANN, payload={"url": OURS, "key": KEY})
    series = Series.objects.get()
    assert unseal(series.secrets) == {"key": KEY}
    assert unseal_with_note(series.secrets)[1] is not None
    finish(chains.run_one(series))
    assert unseal(chains.waiting(series).secrets) == {"key": KEY}
    assert chains.waiting(series).pk != job_id
