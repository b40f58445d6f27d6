"""The two handlers that ship ready to use, with their templates as `make run` imported them."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.conftest import only_embedded

SECRET = "Bearer of-no-use-to-anybody"


@pytest.fixture
def server():
    """An address, and what was asked there."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.append((self.path, self.headers["Authorization"], body))
            self.send_response(201)
            self.end_headers()
            self.wfile.write(f"thanks for {self.headers['Authorization']}".encode())

        def log_message(self, *_): ...

    with HTTPServer(("127.0.0.1", 0), Handler) as one:
        thread = threading.Thread(target=one.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{one.server_port}", asked
        one.shutdown()
        thread.join()


@only_embedded
def test_a_request_is_sent_with_its_secret_which_nobody_reads_again(platform, server):
    url, asked = server
    payload = {"method": "POST", "url": f"{url}/hook", "body": "{}", "secret_header_value": SECRET}
    with platform.api("operator") as api:
        job = api.await_end(api.create("http_request", payload)["job_id"])
        lines = api.log(job["job_id"])
    assert asked == [("/hook", SECRET, "{}")]
    assert (job["state"], job["result"]["status"]) == ("succeeded", 201)
    assert job["result"]["body"] == "thanks for $encrypted$"
    assert job["payload"]["secret_header_value"] == "$encrypted$"
    assert SECRET not in repr((job, lines))


@only_embedded
def test_a_command_of_the_list_runs_and_another_is_refused(platform):
    with platform.api("operator") as api:
        job = api.await_end(api.create("management_command", {"command": "version"})["job_id"])
        lines = [line["text"] for line in api.log(job["job_id"])]
        refused = api.post(
            "jobs/", json={"job_type": "management_command", "payload": {"command": "migrate"}}
        )
    assert job["result"] == {"exit_code": 0, "lines": 1}
    assert lines[0] == "manage.py version"
    assert lines[1][0].isdigit()
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["attr"] == "payload.command"
