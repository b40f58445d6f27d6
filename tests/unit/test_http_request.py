"""The handler `http_request` against servers of its own on this machine."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from handlers import testing
from handlers.context import InvalidPayload, JobFailed

LARGE = 200_000
POLL_SECONDS = 0.01  # how soon a server notices that it is to stop


class Server(BaseHTTPRequestHandler):
    """Serves `/echo`, which returns what it received, `/status/404`, which returns that status, and others."""

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        received = {
            "path": self.path,
            "method": self.command,
            "headers": list(self.headers.items()),
            "body": body,
        }
        token = self.headers.get("Authorization", "").rpartition(" ")[2]
        status = int(self.path.split("/")[2]) if self.path.startswith("/status/") else 200
        content = {
            "/large": b"x" * LARGE,
            "/binary": b"\x00\xff",
            "/latin": "é".encode("latin-1"),
            "/token": token.encode(),
            "/cut_token": b"x" * (64 * 1024 - len(token) // 2) + token.encode(),
            "/cut_guess": b"x" * (64 * 1024 - 8) + body.encode(),
            "/compressed": gzip.compress(token.encode()),
        }.get(self.path, json.dumps(received).encode())
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/echo")
        if self.path == "/compressed":
            self.send_header("Content-Encoding", "gzip")
        self.send_header(
            "Content-Type",
            "text/plain; charset=" + ("latin-1" if self.path in ("/latin", "/compressed") else "utf-8"),
        )
        self.send_header("Content-Length", str(len(content) + (5 if self.path == "/broken" else 0)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as one:
        thread = threading.Thread(target=one.serve_forever, args=[POLL_SECONDS])
        thread.start()
        yield f"http://127.0.0.1:{one.server_port}"
        one.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def private_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_REQUEST_PRIVATE", "1")


def ask(url: str, **payload: Any) -> Any:
    return testing.run("http_request", {"url": url, **payload}).result


def echoed(url: str, **payload: Any) -> Any:
    return json.loads(ask(url, **payload)["body"])


def refused(url: str, **payload: Any) -> list[str]:
    with pytest.raises(InvalidPayload) as caught:
        ask(url, **payload)
    return list(caught.value.problems)


def failed(url: str, **payload: Any) -> JobFailed:
    with pytest.raises(JobFailed) as caught:
        ask(url, **payload)
    return caught.value


def test_it_tells_status_headers_and_body(server: str) -> None:
    result = ask(f"{server}/echo?a=1&b=%C3%BC#here")
    assert result["status"] == 200
    assert result["headers"]["content-type"] == "text/plain; charset=utf-8"
    assert "server" not in result["headers"]
    assert json.loads(result["body"])["path"] == "/echo?a=1&b=%C3%BC"
    assert result["truncated"] is False


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_it_sends_a_body_with_its_type(server: str, method: str) -> None:
    sent = echoed(f"{server}/echo", method=method, body='{"ü": 1}')
    assert (sent["method"], sent["body"]) == (method, '{"ü": 1}')
    assert ["Content-Type", "application/json"] in sent["headers"]


def test_it_sends_headers_one_of_them_secret_which_does_not_come_back(server: str) -> None:
    result = ask(
        f"{server}/echo",
        headers=[{"name": "X-Twice", "value": "1"}, {"name": "X-Twice", "value": "2"}],
        secret_header="X-Api-Key",
        secret_header_value="very secret",
    )
    headers = json.loads(result["body"])["headers"]
    assert [value for name, value in headers if name == "X-Twice"] == ["1", "2"]
    assert ["X-Api-Key", "$encrypted$"] in headers
    assert "very secret" not in repr(result)


@pytest.mark.parametrize("secret", ["Bearer abcd.efgh-1234", "Basic YW5uOmFiY2QuZWZnaA=="])
def test_a_token_that_a_server_sends_back_without_its_scheme_is_masked(server: str, secret: str) -> None:
    keys = {"secret_header": "Authorization", "secret_header_value": secret}
    assert ask(f"{server}/token", **keys)["body"] == "$encrypted$"


def test_half_a_secret_before_the_cut_of_a_large_body_is_masked(server: str) -> None:
    secret = "Bearer " + "abcd.efgh-1234" * 10
    result = ask(f"{server}/cut_token", secret_header="Authorization", secret_header_value=secret)
    assert result["truncated"] is True
    assert result["body"].strip("x") == "$encrypted$"


@pytest.mark.parametrize("guess", ["abcd.efg", "abcd.efx"])
def test_a_large_body_does_not_tell_whether_a_guessed_beginning_of_the_secret_is_right(
    server: str, guess: str
) -> None:
    keys = {"secret_header": "Authorization", "secret_header_value": "Bearer abcd.efgh-1234"}
    result = ask(f"{server}/cut_guess", method="POST", body=guess + "x" * 50_000, **keys)
    assert result["truncated"] is True
    assert result["body"].endswith("x" + guess)


def test_a_body_that_the_server_compressed_is_not_kept(server: str) -> None:
    keys = {"secret_header": "Authorization", "secret_header_value": "Bearer abcd.efgh-1234"}
    result = ask(f"{server}/compressed", **keys)
    assert result["body"] == ""
    assert result["body_omitted"] == "It was sent encoded (gzip), though the request asked for none."


def test_a_body_that_is_not_compressed_is_asked_for(server: str) -> None:
    result = ask(f"{server}/echo")
    sent = json.loads(result["body"])["headers"]
    assert [value for name, value in sent if name == "Accept-Encoding"] == ["identity"]
    assert "body_omitted" not in result


def test_head_has_no_body(server: str) -> None:
    assert ask(f"{server}/echo", method="HEAD")["body"] == ""


def test_a_large_body_is_cut(server: str) -> None:
    result = ask(f"{server}/large")
    assert (len(result["body"]), result["truncated"]) == (64 * 1024, True)


@pytest.mark.parametrize(("path", "text"), [("/binary", "\N{REPLACEMENT CHARACTER}" * 2), ("/latin", "é")])
def test_a_body_is_read_in_its_character_set(server: str, path: str, text: str) -> None:
    assert ask(server + path)["body"] == text


@pytest.mark.parametrize(
    ("status", "expected"), [(404, "404"), (404, "2xx, 4xx"), (204, "2xx"), (302, "302"), (503, "200,503")]
)
def test_an_expected_status_is_a_success(server: str, status: int, expected: str) -> None:
    assert ask(f"{server}/status/{status}", expected_status=expected)["status"] == status


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_other_status_fails_the_job(server: str, status: int) -> None:
    exc = failed(f"{server}/status/{status}")
    assert str(status) in str(exc)
    assert "2xx" in str(exc)
    assert exc.retry


def test_an_answer_that_breaks_off_fails_the_job(server: str) -> None:
    assert "no answer from 127.0.0.1" in str(failed(f"{server}/broken"))


def test_a_server_that_is_not_there_fails_the_job() -> None:
    assert failed("http://127.0.0.1:1/").retry


def test_a_server_without_tls_fails_the_job(server: str) -> None:
    assert "no answer from 127.0.0.1" in str(failed(server.replace("http", "https")))


def test_a_server_that_says_nothing_fails_the_job_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert "did not answer within 1 s" in str(failed(url, timeout_seconds=1))


def test_it_stops_before_it_sends(server: str) -> None:
    assert testing.run("http_request", {"url": f"{server}/echo"}, stop_after=0).terminated


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_a_private_address_is_refused_unless_the_operator_allows_it(
    server: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HTTP_REQUEST_PRIVATE")
    url = f"{server}/echo".replace("127.0.0.1", host)
    if host == "localhost":
        exc = failed(url)
        assert "not public" in str(exc)
        assert not exc.retry
    else:
        assert refused(url) == ["url"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "http://ann:secret@example.org/",
        "http:///path",
        "example.org",
        "http://example.org:99999/",
        "http://[::1/",
    ],
)
def test_an_address_that_cannot_be_asked_is_refused(url: str) -> None:
    assert refused(url) == ["url"]


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"expected_status": "2xx, fine"}, "expected_status"),
        ({"expected_status": ""}, "expected_status"),
        ({"headers": [{"name": "X Y", "value": "1"}]}, "headers.0.name"),
        ({"headers": [{"name": "Host", "value": "inside"}]}, "headers.0.name"),
        ({"headers": [{"name": "Accept-Encoding", "value": "gzip"}]}, "headers.0.name"),
        ({"headers": [{"name": "TE", "value": "gzip"}]}, "headers.0.name"),
        ({"headers": [{"name": "X", "value": "a\r\nY: 1"}]}, "headers.0.value"),
        ({"secret_header_value": "line\nline"}, "secret_header_value"),
        ({"secret_header": "", "secret_header_value": "x"}, "secret_header"),
        ({"body": "with GET"}, "body"),
    ],
)
def test_what_cannot_be_sent_is_refused_before(payload: dict[str, Any], field: str) -> None:
    assert refused("http://127.0.0.1/", **payload) == [field]
