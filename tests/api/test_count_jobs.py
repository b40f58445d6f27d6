"""GET /api/v1/jobs/counts/"""

from __future__ import annotations

import pytest

from jobs.read import overviews
from tests.api.caller import Caller, refused
from tests.factories import OTP, PASSWORD, document, queued, running, scheduled, store, succeeded, template

pytestmark = pytest.mark.django_db
COUNTS = "jobs/counts/"
NONE = {"scheduled": 0, "queued": 0, "running": 0, "succeeded": 0, "failed": 0, "terminated": 0}


def test_every_state_is_counted_even_if_there_is_none(viewer: Caller) -> None:
    assert viewer.get(COUNTS).json() == {"counts": NONE, "capped": False}
    scheduled(), queued(), succeeded(), running()
    assert viewer.get(COUNTS).json() == {
        "counts": NONE | {"scheduled": 1, "queued": 1, "succeeded": 1, "running": 1},
        "capped": False,
    }


def test_it_counts_under_the_filters_of_the_list(viewer: Caller) -> None:
    store(document(OTP), document(PASSWORD))
    scheduled(OTP), queued(OTP), scheduled(PASSWORD)
    counts = viewer.get(COUNTS, {"job_type": OTP}).json()["counts"]
    assert (counts["scheduled"], counts["queued"]) == (1, 1)
    counts = viewer.get(COUNTS, {"job_type": OTP, "state": "queued"}).json()["counts"]
    assert (counts["scheduled"], counts["queued"]) == (0, 1)
    assert viewer.get(COUNTS, {"search": "forgot"}).json()["counts"]["scheduled"] == 1


def test_by_state_and_type_it_is_exact_and_otherwise_it_may_stop_and_says_so(
    viewer: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overviews, "MAX_COUNT", 3)
    template()
    for _ in range(5):
        scheduled()
    assert viewer.get(COUNTS, {"state": "scheduled", "job_type": OTP}).json() == {
        "counts": NONE | {"scheduled": 5},
        "capped": False,
    }
    assert viewer.get(COUNTS, {"search": "otp"}).json() == {"counts": NONE | {"scheduled": 3}, "capped": True}


def test_exactly_as_many_as_it_counts_to_are_not_capped(
    viewer: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overviews, "MAX_COUNT", 2)
    scheduled(), scheduled()
    assert viewer.get(COUNTS, {"search": "otp"}).json()["capped"] is False


def test_a_bad_filter_is_400_there(viewer: Caller) -> None:
    assert refused(viewer.get(COUNTS, {"state": "done"})) == (400, [("state", "enum")])
