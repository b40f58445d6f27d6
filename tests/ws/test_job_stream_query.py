"""/ws/jobs/: a socket brings only what was asked for; a misspelt filter would bring everything."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ws.stream import Stream

pytestmark = pytest.mark.django_db(transaction=True)
ANSWERS = ["websocket.http.response"]


def told(body: dict[str, Any]) -> list[tuple[str | None, str]]:
    return [(error["attr"], error["code"]) for error in body["errors"]]


@pytest.mark.parametrize(
    ("query", "attr", "code"),
    [
        ("job_typ=otp_send_job", "job_typ", "unknown_parameter"),
        ("state=failed", "state", "unknown_parameter"),
        ("job_type=", "job_type", "blank"),
        ("job_type=otp_send_job&job_id=", "job_id", "blank"),
        ("batch=250&batch=20", "batch", "duplicate_parameter"),
        ("job_id=%00", "job_id", "format"),
        ("job_id=x", "job_id", "format"),
        ("job_id=01976cbe-7f9c-7cc2-9f0a-2d7d57e0a7", "job_id", "format"),
        ("batch=", "batch", "blank"),
        ("batch=x", "batch", "type"),
        ("batch=1e3", "batch", "type"),
        ("batch=-5", "batch", "minimum"),
        ("batch=0", "batch", "minimum"),
        ("batch=10001", "batch", "maximum"),
        (f"batch={'9' * 5000}", "batch", "maximum"),
        pytest.param("&".join(["job_id=x"] * 1100), None, "bad_request", id="thousands"),
    ],
)
async def test_what_it_does_not_know_is_refused(token: str, query: str, attr: str, code: str) -> None:
    credential = {"authorization": f"Token {token}"}
    status, body = await Stream(query, extensions=ANSWERS, **credential).refusal()
    assert (status, told(body)) == (400, [(attr, code)])
    assert not await Stream(query, **credential).open()


async def test_the_nearest_name_is_told(token: str) -> None:
    stream = Stream("job_typ=x", extensions=ANSWERS, authorization=f"Token {token}")
    _, body = await stream.refusal()
    assert "Did you mean job_type?" in body["errors"][0]["detail"]


@pytest.mark.parametrize("path", ["/ws/", "/ws/other/", "/ws/jobs", "/nothing"])
async def test_another_address_is_no_socket(token: str, path: str) -> None:
    credential = {"authorization": f"Token {token}"}
    status, body = await Stream(path=path, extensions=ANSWERS, **credential).refusal()
    assert (status, told(body)) == (404, [(None, "not_found")])
    assert not await Stream(path=path, **credential).open()
