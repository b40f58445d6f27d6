"""Names every list, filter and count that the API and the admin offer, and what else reads or adds jobs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

RARE_TYPE = "bench_many_39"
V1 = "/api/v1/"
DEFERRED = {
    "job_type": "bench_noop",
    "payload": {"user_id": 7, "filter": "likes", "note": "a note"},
    "start_in_seconds": 86400 * 60,
}
BULK_JOBS = 100


@dataclass(frozen=True)
class Request:
    """Describes a request. `grows`: what it answers has more rows with more jobs, so its ratio has no target."""

    name: str
    path: str
    body: dict[str, Any] | None = None
    grows: bool = False

    def text(self) -> bytes | None:
        return None if self.body is None else json.dumps(self.body).encode()


# Pages of ten where a thousand jobs have no fifty that match: both pages have as many rows then.
TEN = "&page_size=10"
_FILTERS = {
    "no filter": "",
    "page before a job": "before={middle_job}",
    "page after a job": "after={middle_job}",
    "200 jobs": "page_size=200",
    "state=scheduled": "state=scheduled",
    "state=running": "state=running",
    "state=succeeded": "state=succeeded",
    "state=failed": "state=failed",
    "state=failed,terminated": "state=failed&state=terminated",
    "state=terminated": f"state=terminated{TEN}",
    "job_type": "job_type=bench_noop",
    "job_type, rare": f"job_type={RARE_TYPE}{TEN}",
    "job_type, two": f"job_type={RARE_TYPE}&job_type=bench_many_30{TEN}",
    "job_type, unknown": "job_type=nothing",
    "queue": "queue=mail",
    "queue, the default": "queue=default",
    "queue, rare": f"queue=rare{TEN}",
    "queue, unknown": "queue=nothing",
    "created_after": "created_after={middle}",
    "created_before": "created_before={middle}",
    "created between": "created_after={early}&created_before={middle}",
    "ended_after": "ended_after={middle}",
    "ended_after, the newest": f"ended_after={{newest}}{TEN}",
    "ended_before": "ended_before={middle}",
    "ended_before, the oldest": f"ended_before={{oldest}}{TEN}",
    "ended between": f"ended_after={{early}}&ended_before={{middle}}{TEN}",
    "created_by": "created_by=ana",
    "created_by, rare": f"created_by=rare{TEN}",
    "created_by, unknown": "created_by=nobody",
    "series, many runs": f"series={{series}}{TEN}",
    "series, few runs": f"series={{small_series}}{TEN}",
    "rerun_of": f"rerun_of={{origin}}{TEN}",
    "rerun_of, none": "rerun_of={middle_job}",
    "reason=error": "reason=error",
    "reason, rare": f"reason=worker_lost{TEN}",
    "search, a type": "search=noop",
    "search, a rare type": f"search=many_39{TEN}",
    "search, an author": "search=ana",
    "search, a rare author": f"search=rar{TEN}",
    "search, an id": "search={middle_job}",
    "search, an id's beginning": f"search={{beginning}}{TEN}",
    "search, nothing matches": "search=there-is-no-such",
    "state, type": f"state=failed&job_type=bench_noop{TEN}",
    "state, rare type": f"state=failed&job_type={RARE_TYPE}&page_size=3",
    "state, rare author": f"state=failed&created_by=rare{TEN}",
    "state, author": f"state=failed&created_by=ana{TEN}",
    "state, queue": "state=terminated&queue=reports&page_size=2",
    "state, rare queue": f"state=terminated&queue=rare{TEN}",
    "type, author": f"job_type={RARE_TYPE}&created_by=ben&page_size=3",
    "type, rare author": f"job_type={RARE_TYPE}&created_by=rare{TEN}",
    "type, queue": f"job_type={RARE_TYPE}&queue=reports&page_size=2",
    "type, rare queue": f"job_type={RARE_TYPE}&queue=rare{TEN}",
    "author, rare queue": f"created_by=ben&queue=rare{TEN}",
    "rare author, rare queue": f"created_by=rare&queue=rare{TEN}",
    "reason, type": f"reason=timeout&job_type={RARE_TYPE}{TEN}",
    "reason, rare author": f"reason=timeout&created_by=rare{TEN}",
    "series, failed": f"series={{series}}&state=failed{TEN}",
    "a state and another's reason": f"state=succeeded&reason=error{TEN}",
    "a rare type, ended lately": f"job_type={RARE_TYPE}&ended_after={{newest}}{TEN}",
    "an author, ended early": f"created_by=rare&ended_before={{early}}{TEN}",
    "failed, ended lately": f"state=failed&ended_after={{newest}}{TEN}",
    "search and state": f"search=rar&state=failed{TEN}",
    "search, rare type and author": f"search=rar&job_type={RARE_TYPE}{TEN}",
}
_COUNTS = (
    "no filter", "state=failed", "job_type", "queue", "queue, rare", "created_after", "created between", "ended_after",
    "ended between", "created_by", "created_by, rare", "created_by, unknown", "series, many runs", "rerun_of",
    "reason=error", "reason, rare", "search, a type", "search, nothing matches", "type, rare queue",
    "rare author, rare queue", "state, rare author", "search and state",
)  # fmt: skip
_CHOICES: dict[str, dict[str, Any]] = {
    "waiting, of a type": {"state": "scheduled", "job_type": RARE_TYPE},
    "waiting": {"state": ["scheduled", "queued"]},
    "failed": {"state": "failed"},
    "an author": {"created_by": "ana"},
    "a rare author": {"created_by": "rare"},
    "a series": {"series": "{series}"},
    "re-runs of a job": {"rerun_of": "{origin}"},
    "search": {"search": "noop"},
    "search, nothing matches": {"search": "there-is-no-such"},
    "ended between": {"ended_after": "{early}", "ended_before": "{middle}"},
}
_OTHERS = {
    "one job": "jobs/{job}/",
    "events of a job": "jobs/{job}/events/",
    "log of a job": "jobs/{job}/log/",
    "series": "series/",
    "series, ten": "series/?page_size=10",
    "one series": "series/{series}/",
    "upcoming of a series": "series/{series}/upcoming/",
    "operations": "operations/",
    "templates": "templates/",
    "templates, search": "templates/?search=many_1",
    "feed, catching up": "events/?after={middle_seq}",
    "feed, the newest": "events/?after={newest_seq}",
    "feed, from the beginning": "events/?after=0",
    "workers": "workers/",
    "processes": "processes/",
    "queues": "queues/",
}
_ADMIN = {
    "jobs": "job/",
    "jobs, failed": "job/?state__exact=failed",
    "jobs, of a type": f"job/?template__type__exact={RARE_TYPE}",
    "jobs, of a series": "job/?series__id__exact={series}",
    "jobs, search": "job/?q=noop",
    "jobs, search, nothing matches": "job/?q=there-is-no-such",
    "jobs, page 30": "job/?p=30",
    "one job": "job/{job}/change/",
    "series": "series/",
    "series, search": "series/?q=many_39",
    "one series": "series/{series}/change/",
}


def reads() -> Iterator[Request]:
    """Yields what only reads, over REST."""
    for name, query in _FILTERS.items():
        yield Request(f"jobs: {name}", f"{V1}jobs/?{query}")
    for name in _COUNTS:
        query = _FILTERS[name].replace(TEN, "").partition("&page_size")[0]
        yield Request(f"counts: {name}", f"{V1}jobs/counts/?{query}", grows=True)
    for name, path in _OTHERS.items():
        yield Request(name, V1 + path)
    for kind in ("terminate", "rerun"):
        for name, chosen in _CHOICES.items():
            body = {"filter": chosen, "dry_run": True}
            yield Request(f"{kind}, dry run: {name}", f"{V1}jobs/{kind}/", body, grows=True)
        yield Request(
            f"{kind}, dry run: all", f"{V1}jobs/{kind}/", {"all": True, "dry_run": True}, grows=True
        )


def admin_pages() -> Iterator[Request]:
    """Yields what the admin shows, to somebody who has signed in."""
    for name, path in _ADMIN.items():
        yield Request(f"admin: {name}", f"/admin/restjob_jobs/{path}", grows=True)
    yield Request("admin: templates", "/admin/templates_app/jobtemplate/")


def writes() -> Iterator[Request]:
    """Yields what adds jobs, which are not due for long."""
    yield Request("create a job", f"{V1}jobs/", DEFERRED)
    yield Request(f"create {BULK_JOBS} jobs", f"{V1}jobs/bulk/", {"jobs": [DEFERRED] * BULK_JOBS})
