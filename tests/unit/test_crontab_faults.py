"""Each kind of bad crontab is refused by name, with what to write instead."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from templates_app.crontab_faults import MAX_CRONTAB_LENGTH, find_crontab_fault
from templates_app.crontabs import NICKNAMES, next_time

START = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "fires"),
    [
        ("@hourly", "2026-11-28 13:00"),
        ("@daily", "2026-11-29 00:00"),
        ("@midnight", "2026-11-29 00:00"),
        ("@weekly", "2026-11-29 00:00"),
        ("@monthly", "2026-12-01 00:00"),
        ("@yearly", "2027-01-01 00:00"),
        ("@annually", "2027-01-01 00:00"),
        (" @Daily ", "2026-11-29 00:00"),
    ],
)
def test_a_name_stands_for_its_times(name: str, fires: str) -> None:
    assert find_crontab_fault(name, "UTC") is None
    assert f"{next_time(name, time_zone='UTC', after=START):%Y-%m-%d %H:%M}" == fires


@pytest.mark.parametrize(
    "crontab",
    [
        "0 9 * * mon-fri",
        "0\t0\t*\t*\t*",
        "  5 4 * JAN,jul sun  ",
        "0 0 29 2 *",
        "0 0 L * *",
        "0 0 LW * *",
        "0 0 * * 1#5",
        "0 0 * * 5L",
        "0 0 * * MON#2",
        "0 0 1-7,15 */2 *",
        "0-30/10 8-18/2 * * 1-5",
        "0 0 * * 5-7",
        "0 0 * * 7",
        "5/15 * * * *",
    ],
)
def test_what_fires_is_taken(crontab: str) -> None:
    assert find_crontab_fault(crontab, "Europe/Berlin") is None


@pytest.mark.parametrize(
    ("crontab", "detail", "remedy"),
    [
        ("0 0 ? * MON", "Quartz's word for any", "Write * instead of ?."),
        ("0 0 12 * * ?", "there is six", ""),
        ("0 0 12 * * MON-FRI", "six", "Write 0 12 * * MON-FRI."),
        ("0 0 12 ? * MON-FRI", "six", "Write 0 12 * * MON-FRI."),
        (
            "0 0 12 ? * 2",
            "six",
            "Write 0 12 * * 2. Quartz counts the days of the week from 1 for Sunday; here Sunday is 0.",
        ),
        ("0 12 * * 1 2026", "six", "Write 0 12 * * 1."),
        ("0 0 12 * * ? 2026", "seven", "Write 0 12 * * *."),
        ("0 0 15W * *", "a W, Quartz's word", "LW in the day of month"),
        ("0 0 L-3 * *", "an L, which is not known in this place", "5L in the day of week"),
        ("0 0 * * L", "an L, which is not known in this place", "5L"),
        ("0 0 * * FRIL", "an L", "5L"),
        ("L * * * *", "The minute has an L", "day of month"),
        ("0 0 1#2 * *", "a #, which stands in the day of week alone", "1#2"),
        ("0 22-2 * * *", "The hour 22-2 runs backwards", "Write 22-23,0-2."),
        ("50-10 * * * *", "The minute 50-10 runs backwards", "Write 50-59,0-10."),
        ("0 22-4/2 * * *", "The hour 22-4/2 runs backwards", "Write 22,0,2,4."),
        ("0 0 * NOV-FEB *", "The month NOV-FEB runs backwards", "Write 11-12,1-2."),
        ("0 0 * * FRI-MON", "The day of week FRI-MON runs backwards", "Write 5-6,0-1."),
        ("0 0 * * SAT-SUN", "The day of week SAT-SUN runs backwards", "Write 6-7: Sunday is 7, too."),
        ("@reboot", "@reboot is the start of a machine", "without rescheduleAfterTermination"),
        ("@every 5m", "@every is a delay", "startInSeconds"),
        ("@dayly", "There is no @dayly.", "Did you mean @daily?"),
        ("@sometimes", "There is no @sometimes.", "@hourly"),
        ("@daily /usr/bin/backup", "a command (/usr/bin/backup)", "Write @daily alone."),
        (
            "0 5 * * 1 tar -zcf /var/b.tgz /home/",
            "a command (tar -zcf /var/b.tgz /home/)",
            "Write 0 5 * * 1 alone.",
        ),
        (
            "17 *\t* * *\troot    cd / && run-parts --report /etc/cron.hourly",
            "a command (root cd /",
            "Write 17 * * * * alone.",
        ),
        ("0 22-2 * * * backup", "And: The hour 22-2 runs backwards", "Write 22-23,0-2."),
        ("MAILTO=root", "sets the variable MAILTO", "five fields"),
        ("SHELL = /bin/sh", "sets the variable SHELL", "five fields"),
        ("CRON_TZ=Europe/Berlin 0 9 * * *", "names no time zone", "timeZone"),
        ("# m h dom mon dow command", "is a comment", "five fields"),
        ('"0 9 * * *"', "quotes of its own", 'Leave " out.'),
        (" ", "empty", "five fields"),
        ("* * * *", "this one has 4", "five fields"),
        ("often, please", "this one has 2", "five fields"),
        ("61 * * * *", "The minute is 61; it goes from 0 to 59.", "Write 0 to 59."),
        ("* 24 * * *", "The hour is 24", "Write 0 to 23."),
        ("0 0 0 * *", "The day of month is 0", "Write 1 to 31."),
        ("0 0 * 13 *", "The month is 13", "JAN"),
        ("0 0 * * 8", "The day of week is 8", "SUN"),
        ("0 0 * * Monday", 'The day of week is "Monday".', "Write MON."),
        ("0 0 * * MON MON", "six", ""),
        ("0 0 MON * *", '"MON" stands in the place of the day of month; it is a day of week.', "five fields"),
        ("*/0 * * * *", "no number above 0 behind its slash", "*/5"),
        ("*/ * * * *", "no number above 0 behind its slash", "*/5"),
        ("1,,2 * * * *", "nothing before or behind one of its commas", "five fields"),
        ("0–30 * * * *", 'the character "–"', "keyboard"),
        ("0 0 ² * *", 'the character "²"', "keyboard"),
        ("0~30 * * * *", "a ~ for a time by chance", "Choose a number."),
        ("H/15 * * * *", "Jenkins", "*/15"),
        ("a b c d e", 'The minute "a" cannot be read.', "Write 0 to 59."),
        ("99999999999999999999 * * * *", "The minute is 99999999999999999999", "Write 0 to 59."),
        ("0 0 31 2 *", "no month 2 has a day 31", "Choose another day of month."),
    ],
)
def test_what_cannot_be_is_called_by_its_name(crontab: str, detail: str, remedy: str) -> None:
    fault = find_crontab_fault(crontab, "UTC")
    assert fault is not None
    assert fault.code == "format"
    assert detail.replace("there is ", "") in fault.detail
    assert remedy in fault.remedy


def test_one_that_is_too_long_says_so() -> None:
    fault = find_crontab_fault("0," * MAX_CRONTAB_LENGTH + "0 * * * *", "UTC")
    assert fault is not None
    assert fault.code == "maxLength"


FIELD = st.one_of(
    st.from_regex(r"(\*|[0-9]{1,2}|[A-Z]{3})([-/,#LW?~][0-9A-Z*]{0,3}){0,3}", fullmatch=True),
    st.sampled_from(
        [
            "*",
            "*/5",
            "1-5",
            "MON-FRI",
            "jan",
            "L",
            "LW",
            "15W",
            "?",
            "5L",
            "1#2",
            "22-2",
            "H",
            "0~9",
            "²",
            "MONL",
        ]
    ),
    st.text(max_size=6),
)
LINES = st.one_of(
    st.tuples(
        st.lists(FIELD, min_size=0, max_size=8),
        st.sampled_from([" ", "\t", "  \t "]),
        st.sampled_from(
            ["", " /usr/bin/backup --all", "\troot\ttest -x /usr/sbin/anacron || (cd / && run)", " ßæ"]
        ),
    ).map(lambda parts: parts[1].join(parts[0]) + parts[2]),
    st.sampled_from([*NICKNAMES, "@reboot", "@every", "@"]).flatmap(
        lambda name: st.text().map(lambda rest: name + rest)
    ),
    st.text(),
)


@given(line=LINES, zone=st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia"]))
@example(line="0 0 * * frı", zone="UTC")
@example(line="\x1c0\x1c0\x1c*\x1c*\x1c*", zone="UTC")
def test_any_line_at_all_fires_or_is_refused_with_a_reason(line: str, zone: str) -> None:
    fault = find_crontab_fault(line, zone)
    if fault is None:
        assert next_time(line, time_zone=zone, after=START) > START
        return
    assert fault.code in ("format", "maxLength")
    assert fault.detail.endswith(".")
    assert fault.remedy.endswith((".", "?"))
