"""When a recurring template runs: delay, crontab, time zone."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.errors import Invalid
from templates_app.documents import TemplateSpec, parse_document


def recurring(**changes: Any) -> TemplateSpec:
    document = {
        "type": "tick_job",
        "startInSeconds": 1,
        "userTriggered": False,
        "rescheduleAfterTermination": True,
        "payload_schema": {},
        **changes,
    }
    return parse_document(document)


def problem(**changes: Any) -> tuple[str, str | None]:
    with pytest.raises(Invalid) as caught:
        recurring(**changes)
    (found,) = caught.value.problems
    assert found.remedy
    return found.code, found.attr


def test_a_recurring_template_pauses_at_least_a_second() -> None:
    assert problem(startInSeconds=0) == ("minimum", "startInSeconds")
    assert recurring(startInSeconds=0, rescheduleAfterTermination=False).start_in_seconds == 0


def test_a_crontab_stands_for_the_pause() -> None:
    spec = recurring(startInSeconds=0, crontab="*/5 * * * *", timeZone="America/New_York")
    assert (spec.crontab, spec.time_zone) == ("*/5 * * * *", "America/New_York")


@pytest.mark.parametrize(
    "crontab",
    ["0 0 29 2 *", "0 9 * * MON-FRI", "0 0 L * *", "0 0 LW * *", "0 0 * * 1#5", "@daily", "0\t9 * * *"],
)
def test_it_takes_what_fires_now_and_then(crontab: str) -> None:
    assert recurring(crontab=crontab).crontab == crontab


@pytest.mark.parametrize(
    "crontab",
    [
        "* * 31 2 *",
        "0 0 30 2 *",
        "0 0 31 4,6,9,11 *",
        "* * * *",
        "* * * * * *",
        "61 * * * *",
        "* 24 * * *",
        "*/0 * * * *",
        "a b c d e",
        "@reboot",
        "5-1 * * * *",
        "99999999999999999999 * * * *",
    ],
)
def test_it_refuses_what_cannot_be_read_or_never_fires(crontab: str) -> None:
    assert problem(crontab=crontab) == ("format", "crontab")


@pytest.mark.parametrize("crontab", ["", "  "])
def test_a_blank_crontab_is_refused_and_not_taken_for_none(crontab: str) -> None:
    with pytest.raises(Invalid) as caught:
        recurring(crontab=crontab)
    (found,) = caught.value.problems
    assert (found.attr, found.detail, found.value) == ("crontab", "The crontab is empty.", crontab)


def test_a_stored_template_with_an_empty_crontab_means_what_it_meant() -> None:
    document = {
        "type": "otp_send_job",
        "startInSeconds": 5,
        "userTriggered": False,
        "rescheduleAfterTermination": True,
        "payload_schema": {},
        "crontab": "",
    }
    spec = parse_document(document, is_stored=True)
    assert spec.crontab is None
    assert spec.document is document


def test_a_crontab_needs_a_recurring_template() -> None:
    assert problem(crontab="* * * * *", rescheduleAfterTermination=False) == ("dependentRequired", "crontab")


def test_an_overlong_crontab_is_refused() -> None:
    assert problem(crontab="0," * 150 + "0 * * * *") == ("maxLength", "crontab")


def test_a_wrong_zone_and_a_wrong_crontab_are_both_named() -> None:
    with pytest.raises(Invalid) as caught:
        recurring(crontab="x", timeZone="Mars/Olympus")
    assert {found.attr for found in caught.value.problems} == {"crontab", "timeZone"}
