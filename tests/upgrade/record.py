"""Records a platform's database as plain SQL, from which every later schema must be able to go on.

    .venv/bin/python -m tests.upgrade.record NAME

Run it on the commit whose schema is to be kept, in a checkout with `make check` behind it and Debian's Postgres
programs. It starts a platform, does with it what people do, and writes `recorded/NAME.sql` (by pg_dump) and
`recorded/NAME.json` (the keys, the token and the ids that the tests need; they open nothing else).
"""

from __future__ import annotations

import getpass
import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg

from foundation.discover import CHECKOUT
from launcher.servers import Account, Postgres
from tests.support.api import Api
from tests.support.folders import make_private_folder
from tests.support.platform import HANDLERS_BEING_WRITTEN, Platform
from tests.support.ports import find_free_port
from tests.support.servers import OwnServer, run_servers
from tests.support.waiting import wait_for

HERE = Path(__file__).parent
RECORDED = HERE / "recorded"
KEYS = {
    "SECRET_KEY": "only-for-recorded-databases",
    "SECRETS_KEYS": "b25seS1mb3ItcmVjb3JkZWQtZGF0YWJhc2VzLS0tLS0=",
}
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
LONG_AHEAD = "2036-01-01T00:00:00Z"
# Within it dispatchers have read how long those runs took.
RUN_TIMES_READ_SECONDS = 1
SOON = 60  # after the dump, and long before the tests
# What servers of other versions refuse, and what says nothing about the data.
DROPPED_LINE = re.compile(r"^(--.*|\\.*|SET .*|SELECT pg_catalog\.set_config.*|)\n", re.MULTILINE)

Json = dict[str, Any]


def main() -> None:
    (name,) = sys.argv[1:]
    with make_private_folder("record") as folder, postgres(folder) as database_url:
        platform = Platform(folder, settings={**KEYS, "DATABASE_URL": database_url})
        shutil.copy(HERE / "secret_reader.py", platform.handlers)
        try:
            platform.start()
            ids = make_data(platform)
            keep_credentials(database_url)
            text = dump(database_url)
        finally:
            platform.stop()
        facts = {"settings": KEYS, "token": platform.token("admin"), "ids": ids}
        RECORDED.joinpath(f"{name}.sql").write_text(anonymous(text, folder))
        RECORDED.joinpath(f"{name}.json").write_text(json.dumps(facts, indent=2) + "\n")


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A Postgres of the version whose pg_dump is used."""
    account = Account.of_the_servers()
    account.own(folder)
    own = Postgres(
        folder,
        program=PROGRAMS[0] / "postgres",
        account=account,
        port=find_free_port(),
        password="only-for-this-recording",
    )
    with run_servers(OwnServer(own, url=own.urls["DATABASE_URL"])):
        yield own.urls["DATABASE_URL"]


def make_data(platform: Platform) -> Json:
    """Ids of jobs and series by what they are examples of."""
    with platform.api("admin") as api, platform.api("editor") as editor, platform.api("operator") as operator:
        use_the_doors(platform, api)
        ended = {
            "succeeded": api.await_end(operator.create("printer", {"lines": 20})["job_id"])["job_id"],
            "failed": api.await_end(operator.create("failing")["job_id"])["job_id"],
        }
        imported = editor.post("templates/import/", json=json.loads((HERE / "templates.json").read_text()))
        assert imported.status_code == 200, imported.text
        ended["with_secret"] = api.await_end(operator.create("secret_reader", {"password": "x"})["job_id"])[
            "job_id"
        ]
        return {**ended, **make_series(api, editor), **make_live_jobs(api, operator)}


def use_the_doors(platform: Platform, api: Api) -> None:
    """A browser's session by the link, a sign-in that fails, a ticket for a websocket."""
    with httpx.Client(base_url=platform.url, trust_env=False) as browser:
        link = platform.sign_in_link()
        browser.get(link).raise_for_status()
        assert browser.post(link, headers=csrf(browser)).is_redirect
    with httpx.Client(base_url=platform.url, trust_env=False) as stranger:
        stranger.get("/api/v1/session/")
        wrong = {"username": "a-viewer", "password": "wrong"}
        assert stranger.post("/api/v1/session/", json=wrong, headers=csrf(stranger)).status_code == 400
    api.post("ws-tickets/").raise_for_status()


def csrf(client: httpx.Client) -> dict[str, str]:
    return {"X-CSRFToken": client.cookies.get("csrftoken") or ""}


def make_series(api: Api, editor: Api) -> Json:
    def create(job_type: str, **keys: Any) -> str:
        made = editor.post("series/", json={"job_type": job_type, **keys})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    active = create("birthday_notification_job", every_seconds=1)
    ended = create("birthday_notification_job", every_seconds=1, max_runs=2)
    paused = create("relationship_rankings_job", crontab="0 3 * * *", time_zone="Europe/Berlin")
    editor.post(f"series/{paused}/pause/").raise_for_status()
    wait_for("runs", lambda: runs_of(api, ended) == 2 and runs_of(api, active) >= 2, within=30)
    return {"active_series": active, "paused_series": paused, "ended_series": ended}


def runs_of(api: Api, series: str) -> int:
    return int(api.get(f"series/{series}/").raise_for_status().json()["run_count"])


def make_live_jobs(api: Api, operator: Api) -> Json:
    """The running ones run just long enough to be so in the dump."""
    stopped = operator.create("sleeper", start_in_seconds=3600)["job_id"]
    operator.post(f"jobs/{stopped}/terminate/").raise_for_status()
    once = {"job_type": "otp_send_job", "payload": {"user_id": 3}, "start_at": LONG_AHEAD}
    key = operator.post("jobs/", json=once, headers={"Idempotency-Key": "once"}).json()["job_id"]
    retrying = operator.create("failing")["job_id"]
    wait_for(
        "a second attempt waits",
        lambda: operator.job(retrying)["attempt"] == 1 and operator.job(retrying)["state"] == "scheduled",
        within=30,
    )
    ahead = operator.create("secret_reader", {"password": "given by a person"}, start_in_seconds=SOON)
    unserved = operator.create("forgot_password_job", {"user_id": 5})["job_id"]
    # Jobs are handed over behind runs that are expected to be short.
    for short in [operator.create("sleeper", {"seconds": 0})["job_id"] for _ in range(8)]:
        api.await_end(short)
    time.sleep(RUN_TIMES_READ_SECONDS)
    slots = [operator.create("sleeper", {"seconds": 5})["job_id"] for _ in range(4)]
    for one in slots:
        operator.await_running(one)
    queued = operator.create("printer", {"lines": 1})["job_id"]
    wait_for("it is handed over", lambda: operator.job(queued)["state"] == "queued", within=10)
    return {
        "terminated": stopped, "with_idempotency_key": key, "waiting_for_retry": retrying,
        "waiting_with_secret": ahead["job_id"], "queued_unserved": unserved, "running": slots[0], "queued": queued,
    }  # fmt: skip


def keep_credentials(database_url: str) -> None:
    """The token outlives the day of the recording."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE accounts_apitoken SET expiry = %s", [LONG_AHEAD])


def dump(database_url: str) -> str:
    command: list[str | Path] = [
        PROGRAMS[0] / "pg_dump",
        "--no-owner",
        "--no-privileges",
        "--inserts",
        database_url,
    ]
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command, capture_output=True, text=True, check=True
    )
    return done.stdout


def anonymous(text: str, folder: Path) -> str:
    """Plain SQL that any Postgres takes, without a word of the machine that it was made on."""
    for found, instead in (
        (str(folder / "handlers" / HANDLERS_BEING_WRITTEN), "/srv/handlers"),
        (str(CHECKOUT), "/srv/restjobscheduler"),
        (socket.gethostname(), "recorded"),
        (f"cli:{getpass.getuser()}", "cli:recorder"),
    ):
        text = text.replace(found, instead)
    return DROPPED_LINE.sub("", text)


if __name__ == "__main__":
    main()
