"""What prints without measure costs neither its own lease nor the ledger, and its log keeps both ends."""

import pytest

from tests.support.waiting import wait_for

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)


def lines_of(api, job_id):
    lines, after = [], 0
    while page := api.get(f"jobs/{job_id}/log/", params={"after": after}).json()["lines"]:
        lines += page
        after = page[-1]["n"]
    return lines


def left_out(line):
    words = line["text"].split()
    return int(words[0].replace(",", "")) if "left out here" in line["text"] else 0


def holes(lines):
    """Numbers for which there is neither a line nor a word in the line of a gap."""
    found, last = [], 0
    for line in lines:
        expected = last + (left_out(line) or 1)
        if line["n"] != expected:
            found.append((last, line["n"]))
        last = line["n"]
    return found


def test_of_many_lines_the_first_and_the_last_are_kept_and_who_follows_is_told_of_the_gap(platform):
    with platform.api("operator") as api:
        job_id = api.create("misbehaver", {"way": "many_lines"}, start_in_seconds=2)["job_id"]
        with platform.listen(f"?job_id={job_id}") as mine:
            mine.await_ends([job_id], within=90)
            heard = [
                line
                for frame in mine.frames
                if frame["notification_type"] == "job_log"
                for line in frame["data"]["lines"]
            ]
        job = api.await_end(job_id)
        assert (job["state"], job["attempt"]) == ("succeeded", 1)
        kept = lines_of(api, job_id)
    assert [line["text"] for line in kept if not left_out(line)] == [
        f"line {n}" for n in [*range(1, 2001), *range(80_001, 100_001)]
    ]
    assert [left_out(line) for line in kept if left_out(line)] == [78_000]
    assert holes(kept) == holes(heard) == []
    assert heard[-1]["text"] == "line 100000"


def test_of_much_text_the_log_keeps_8_megabytes_of_both_ends(platform):
    with platform.api("operator") as api:
        job_id = api.create("misbehaver", {"way": "much_log"})["job_id"]
        assert api.await_end(job_id, within=90)["state"] == "succeeded"
        kept = lines_of(api, job_id)
    assert 7_500_000 < sum(len(line["text"]) for line in kept) < 8_500_000
    assert holes(kept) == []
    assert sum(1 for line in kept if left_out(line)) == 1
    assert (kept[0]["n"], kept[-1]["n"]) == (1, 10_000)


def test_a_progress_bar_is_one_line(platform):
    with platform.api("operator") as api:
        job_id = api.create("misbehaver", {"way": "progress_bars"})["job_id"]
        assert api.await_end(job_id, within=60)["state"] == "succeeded"
        assert sorted(line["text"] for line in api.log(job_id)) == ["99.99 %", "9999"]


@pytest.mark.parametrize("way", ["endless_lines", "endless_program"])
def test_what_prints_without_end_is_stopped_like_any_other(platform, way):
    with platform.api("operator") as api:
        job_id = api.create("misbehaver", {"way": way})["job_id"]
        wait_for("it has printed more than is kept", lambda: len(lines_of(api, job_id)) > 4000, within=30)
        api.post(f"jobs/{job_id}/terminate/").raise_for_status()
        job = api.await_end(job_id, within=30)
        assert (job["state"], job["attempt"]) == ("terminated", 1)
        kept = lines_of(api, job_id)
    assert holes(kept) == []
    assert sum(1 for line in kept if left_out(line)) == 1
