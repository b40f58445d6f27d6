"""Lines of real crontabs are accepted or refused with a clear answer at every door, never with a 5xx."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.models import Series
from tests.api.caller import Caller
from tests.factories import OTP, recurring, store

pytestmark = pytest.mark.django_db
LINES = [
    "# m h  dom mon dow   command",
    "SHELL=/bin/sh",
    "PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin",
    'MAILTO=""',
    "CRON_TZ=Asia/Tokyo 0 9 * * *",
    "17 *\t* * *\troot\tcd / && run-parts --report /etc/cron.hourly",
    "25 6\t* * *\troot\ttest -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }",
    "30 3 * * 0 root test -e /run/systemd/system || SERVICE_MODE=1 /usr/lib/e2fsprogs/e2scrub_all_cron",
    "09,39 *     * * *     root   [ -x /usr/lib/php/sessionclean ] && /usr/lib/php/sessionclean",
    "5-55/10 * * * * root command -v debian-sa1 > /dev/null && debian-sa1 1 1",
    "@reboot root /usr/bin/true",
    "@daily root find /tmp -mtime +7 -delete",
    "0 4 1-7 * * test $(date +\\%u) -eq 6 && echo 'the first Saturday'",
    "0 9 * jan-jun mon,wed,fri",
    "\t15 14 1 * *\t",
    '0 22 * * 1-5  mail -s "It\'s 10pm" joe%Joe,%%Where are your kids?%',
    "0 0 12 * * ?",
    "0 0/5 14,18 * * ?",
    "0 15 10 ? * 6L 2026-2029",
    "0 0 1W * ?",
    "H/15 * * * *",
    "0 22-2 * * SAT-SUN",
    "0 0 * * 7 " + "x" * 3000,
    "🕛 0 * * *",
]


def posted(caller: Caller, line: str) -> None:
    for path, body in (
        ("series/", {"job_type": OTP, "crontab": line}),
        ("series/preview/", {"crontab": line}),
        ("templates/", recurring(crontab=line)),
    ):
        check_answer(caller.post(path, body))


def check_answer(answer: Any) -> None:
    if answer.status_code in (200, 201):
        return
    assert answer.status_code in (400, 409), answer.content
    for error in answer.json()["errors"]:
        assert len(error["detail"]) > 10


@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_a_line_of_a_real_crontab_is_accepted_or_refused_with_a_reason(editor: Caller, line: str) -> None:
    store()
    answer = editor.post("series/", {"job_type": OTP, "crontab": line})
    check_answer(answer)
    if answer.status_code == 201:
        assert Series.objects.get().crontab == line
    else:
        (error,) = answer.json()["errors"]
        assert error["attr"] == "crontab"
        assert error["code"] == "format"
        assert len(error["detail"].split(". ")) > 1
    posted(editor, line)


@given(
    line=st.one_of(
        st.text(), st.sampled_from(LINES).flatmap(lambda line: st.text(max_size=3).map(line.__add__))
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_at_all_is_a_5xx(editor: Caller, line: str) -> None:
    store()
    posted(editor, line)


def test_names_are_kept_as_they_were_written(editor: Caller) -> None:
    store()
    series = editor.post("series/", {"job_type": OTP, "crontab": "@daily", "time_zone": "Asia/Tokyo"}).json()
    assert series["crontab"] == "@daily"
    assert series["next_start_time"].endswith("T15:00:00Z")
