"""Secret values and the platform's keys are nowhere but where they must be: a whole platform is searched for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import psycopg
import pytest
import redis

from tests.api.routes import api_routes, readable
from tests.support.canaries import Search, make_canary
from tests.support.platform import Platform

JOB_TYPE = "secret_teller"
ROLES = ("viewer", "operator", "editor", "admin")
ADMIN_PAGES = (
    "restjob_jobs/job/",
    "restjob_jobs/series/",
    "templates_app/jobtemplate/",
    "restjob_accounts/auditentry/",
)
KEYS = ("SECRET_KEY", "SECRETS_KEYS", "DATABASE_URL", "BROKER_URL", "REDIS_URL")


@pytest.fixture(scope="module")
def canaries() -> dict[str, str]:
    return {name: make_canary(name) for name in ("given", "default", "series", "shared", "file")}


@pytest.fixture(scope="module")
def told(
    platform: Platform, canaries: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """Runs jobs that tell all of it; returns what they left behind."""
    file = tmp_path_factory.mktemp("secrets") / "file"
    file.write_text(canaries["file"] + "\n")
    file.chmod(0o644)
    template = {
        "type": JOB_TYPE,
        "startInSeconds": 1,
        "userTriggered": True,
        "rescheduleAfterTermination": False,
        "maxAttempts": 2,
        "retryBackoffSeconds": 1,
        "payload_schema": {
            "given_secret": {"type": "secret", "required": True},
            "default_secret": {"type": "secret", "readOnly": True},
            "shared_secret": {"type": "secret", "secretRef": "canary-value"},
            "file_secret": {"type": "secret", "secretRef": "canary-file"},
        },
        "payload": {"default_secret": canaries["default"]},
    }
    with platform.api("admin") as api, platform.listen("", "admin") as everything:
        for name, fields in {
            "canary-value": {"source": "value", "value": canaries["shared"]},
            "canary-file": {"source": f"file:{file}"},
        }.items():
            made = api.post("secrets/", json={"name": name, "job_types": [JOB_TYPE], **fields})
            assert made.status_code == 201, made.text
        stored = api.put(f"templates/{JOB_TYPE}/", json=template)
        stored = stored if stored.status_code < 400 else api.post("templates/", json=template)
        assert stored.status_code in {200, 201}, stored.text
        job = api.create(JOB_TYPE, {"given_secret": canaries["given"]})
        ended = api.await_end(job["job_id"], within=60)
        assert ended["state"] == "succeeded", ended
        waiting = api.create(JOB_TYPE, {"given_secret": canaries["given"]}, start_in_seconds=86_400)
        series = api.post(
            "series/",
            json={
                "job_type": JOB_TYPE,
                "every_seconds": 86_400,
                "payload": {"given_secret": canaries["series"]},
            },
        )
        assert series.status_code == 201, series.text
        everything.await_ends([job["job_id"]], within=20)
        yield {
            "job": ended,
            "frames": everything.frames,
            "ids": {
                "job_id": job["job_id"],
                "series_id": series.json()["id"],
                "job_type": JOB_TYPE,
                "version": 1,
                "username": "a-admin",
                "name": "canary-value",
            },
            "waiting": waiting["job_id"],
        }


def keys_of(platform: Platform) -> dict[str, str]:
    settings = json.loads((platform.state_dir / "settings.json").read_text())
    found = {name: settings[name] for name in KEYS}
    urls = {name: urlsplit(url) for name, url in found.items() if "://" in url}
    # The password of guest is an ordinary word.
    passwords = {
        f"password in {name}": url.password for name, url in urls.items() if url.password != url.username
    }
    return found | {name: password for name, password in passwords.items() if password}


def test_nothing_that_is_shown_or_stored_has_a_secret(
    platform: Platform, canaries: dict[str, str], told: dict[str, Any], record_property: Any
) -> None:
    search = Search(canaries | keys_of(platform))
    _search_api(platform, told, search)
    _search_admin(platform, search)
    for frame in told["frames"]:
        search.look("frames", frame["notification_type"], json.dumps(frame, ensure_ascii=False))
    for words in (
        ["show", told["job"]["job_id"], "--json"],
        ["log", told["job"]["job_id"]],
        ["list", "--json"],
    ):
        search.look("commands", words[0], platform.run_jobs(*words).stdout)
    search.look("commands", "export_templates", platform.manage("export_templates"))
    search.look("consoles", "all processes", platform.output())
    _search_postgres(platform, search)
    _search_redis(platform, search)
    record_property("places searched for secrets", dict(search.places))
    assert search.found == []
    assert min(search.places[kind] for kind in ("answers", "pages", "rows")) > 50
    # How many there are depends on how soon progress and log lines follow each other.
    assert min(search.places[kind] for kind in ("frames", "keys")) > 3


def test_no_environment_has_a_secret_and_that_of_a_handler_no_key(
    platform: Platform, canaries: dict[str, str], told: dict[str, Any]
) -> None:
    of_payloads, of_keys = Search(canaries), Search(keys_of(platform))
    launcher = psutil.Process(platform.pids()["web"]).parent()
    assert launcher is not None
    for process in launcher.children(recursive=True):
        of_payloads.look("environments", f"{process.pid}", _read_environment(process.pid))
    handler = told["job"]["result"]["handler_pid"]
    of_keys.look("environments", "handler", _read_environment(handler))
    assert of_payloads.found == []
    assert of_keys.found == []
    assert of_payloads.places["environments"] > 8
    shown = told["job"]["result"]
    assert "PATH" in shown["environment"]
    assert not set(KEYS) & shown["environment"].keys()
    assert not any(f"{name}=" in shown["grandchild"] for name in KEYS)


def _read_environment(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _search_api(platform: Platform, told: dict[str, Any], search: Search) -> None:
    routes = sorted({route for method, route in api_routes() if method == "GET"})
    for role in ROLES:
        with platform.api(role) as api:
            for route in routes:
                address = readable(route, **told["ids"])
                for accepted, kind in (("application/json", "answers"), ("text/html", "pages")):
                    answer = api.get(address, headers={"Accept": accepted})
                    assert answer.status_code < 500, address
                    search.look(kind, f"{address} as {role}", answer.content)


def _search_admin(platform: Platform, search: Search) -> None:
    with httpx.Client(follow_redirects=True, trust_env=False, timeout=30) as browser:
        link = platform.make_sign_in_link("a-admin")
        browser.get(link)
        signed_in = browser.post(link, data={"csrfmiddlewaretoken": browser.cookies.get("csrftoken", "")})
        assert signed_in.status_code == 200, signed_in.text
        for page in ADMIN_PAGES:
            answer = browser.get(f"{platform.url}/admin/{page}")
            assert answer.status_code == 200, f"{page}: {answer.status_code}"
            search.look("pages", page, answer.content)


def _search_postgres(platform: Platform, search: Search) -> None:
    url = json.loads((platform.state_dir / "run.json").read_text())["database_url"]
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for (table,) in tables:
            for (row,) in connection.execute(f"SELECT one::text FROM {table} AS one"):
                search.look("rows", table, row)


def _search_redis(platform: Platform, search: Search) -> None:
    run = json.loads((platform.state_dir / "run.json").read_text())
    for url in {run["redis_url"], run["broker_url"]}:
        if not url.startswith("redis"):
            continue
        with redis.Redis.from_url(url) as client:
            for key in client.scan_iter(count=1000):
                search.look("keys", key.decode(errors="replace"), key + (client.dump(key) or b""))
