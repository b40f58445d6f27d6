"""How each write route of the API is used with success: what the test of the audit trail walks through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import Passkey, Session
from accounts.roles import SYSTEM, Role
from accounts.services.grants import create_grant
from accounts.services.groups import create_group
from accounts.services.tokens import issue_token
from accounts.services.users import create_user
from jobs.models import Job, Operation
from jobs.services.series import pause_series
from jobs.services.series_editing import create_series
from templates_app.shared_secrets.store import create_secret
from tests import factories
from tests.api.factor_steps import FACTORS, PASSWORD, Person, code_of
from tests.factories import OTP, document
from tests.support.authenticator import Authenticator

# Prepares what the route needs, and returns method, path and body of the request to make then.
Step = tuple[str, str, Any]
Write = Callable[[Person], Step]
PAYLOAD = {"user_id": 1}
NEW_JOB = {"job_type": OTP, "payload": PAYLOAD}
# These change nothing, but for what makes one page or websocket work.
NO_CHANGES = {
    "POST series/preview/",
    "POST template-preview/",
    "POST templates/{job_type}/validate/",
    "POST session/factors/passkeys/begin/",
    "POST ws-tickets/",
}


def _template(method: str, path: str = "", body: Any = None) -> Write:
    def write(_root: Person) -> Step:
        factories.template()
        return method, f"templates/{OTP}/{path}" if method != "POST" or path else "templates/", body

    return write


def _job(path: str, body: Any = None, *, runs: bool = False) -> Write:
    def write(_root: Person) -> Step:
        job_id = factories.running().job_id if runs else factories.scheduled(payload=PAYLOAD)
        return "POST", f"jobs/{job_id}/{path}", body

    return write


def _series(method: str, path: str = "", body: Any = None, *, paused: bool = False) -> Write:
    def write(_root: Person) -> Step:
        factories.template()
        fields = {"every_seconds": 60, "payload": PAYLOAD}
        series = create_series(job_type=OTP, fields=fields, actor=SYSTEM)
        if paused:
            pause_series(series_id=series, actor=SYSTEM)
        return method, f"series/{series}/{path}", body

    return write


def _plain(method: str, path: str, body: Any = None) -> Write:
    def write(_root: Person) -> Step:
        factories.template()
        return method, path, body

    return write


def _user(method: str, path: str = "", body: Any = None) -> Write:
    def write(_root: Person) -> Step:
        create_user(name="ben", role=Role.VIEWER)
        return method, f"users/ben/{path}", body

    return write


def _group(method: str, body: Any = None) -> Write:
    def write(_root: Person) -> Step:
        create_group(name="ops", by=SYSTEM)
        return method, "groups/ops/", body

    return write


def _grant(method: str, body: Any = None) -> Write:
    def write(_root: Person) -> Step:
        create_user(name="ben", role=Role.VIEWER)
        grant = create_grant(user="ben", job_types=["*"], rights=["see"], by=SYSTEM)
        return method, f"grants/{grant.pk}/", body

    return write


def _secret(method: str, body: Any = None) -> Write:
    def write(_root: Person) -> Step:
        create_secret(by=SYSTEM, name="stripe", job_types=["*"], source="value", value="s3cret")
        return method, "secrets/stripe/", body

    return write


def _bulk_jobs(path: str) -> Write:
    def write(_root: Person) -> Step:
        factories.scheduled(payload=PAYLOAD)
        return "POST", path, {"ids": [str(Job.objects.get().pk)]}

    return write


def _cancel(_root: Person) -> Step:
    factories.template()
    operation = Operation.objects.create(
        id=factories.scheduled(payload=PAYLOAD), kind="terminate", state="running", created_by="root", matched=1,
        ended_before=0,
    )  # fmt: skip
    return "POST", f"operations/{operation.pk}/cancel/", None


def _revoke(root: Person) -> Step:
    token, _ = issue_token(user=root.account, name="ci")
    return "DELETE", f"tokens/{token.pk}/", None


def _end_session(_root: Person) -> Step:
    other = Person("ben")
    other.sign_in()
    return "DELETE", f"sessions/{Session.objects.get(user=other.account).pk}/", None


def _end_sessions(_root: Person) -> Step:
    Person("ben").sign_in()
    return "DELETE", "sessions/?user=ben", None


def _end_view(root: Person) -> Step:
    root.post("session/view-as/", {"role": "viewer"})
    return "DELETE", "session/view-as/", None


def _sign_in(root: Person) -> Step:
    root.sign_out()
    return "POST", "session/", {"username": root.name, "password": PASSWORD}


def _second_step(root: Person) -> Step:
    secret, _ = root.set_up_totp()
    root.sign_in()
    return "POST", "session/second-factor/", {"code": code_of(secret)}


def _confirm(root: Person) -> Step:
    secret = root.post(f"{FACTORS}totp/", {"password": PASSWORD}).json()["secret"]
    return "POST", f"{FACTORS}totp/confirm/", {"code": code_of(secret)}


def _with_totp(method: str, path: str) -> Write:
    def write(root: Person) -> Step:
        secret, _ = root.set_up_totp()
        root.sign_in()
        root.finish(code_of(secret))
        return method, f"{FACTORS}{path}", {}

    return write


def _add_passkey(root: Person) -> Step:
    return "POST", f"{FACTORS}passkeys/", {
        "name": "key", "passkey": Authenticator().create(root.begin_passkey()),
    }  # fmt: skip


def _remove_passkey(root: Person) -> Step:
    root.add_passkey(Authenticator().create(root.begin_passkey()))
    return "DELETE", f"{FACTORS}passkeys/{Passkey.objects.get().pk}/", {"password": PASSWORD}


def _reset_factors(_root: Person) -> Step:
    Person("ben").set_up_totp()
    return "DELETE", "users/ben/factors/", None


def _roll_back(_root: Person) -> Step:
    factories.template()
    factories.template(priority=3)
    return "POST", f"templates/{OTP}/rollback/", {"version": 1}


_TOKEN = {"name": "ci", "expires_in_days": 1}
WRITES: dict[str, Write] = {
    "POST templates/": _template("POST", body=document("other_job")),
    "PUT templates/{job_type}/": _template("PUT", body=document(OTP, priority=4)),
    "PATCH templates/{job_type}/": _template("PATCH", body={"priority": 4}),
    "DELETE templates/{job_type}/": _template("DELETE"),
    "POST templates/{job_type}/rollback/": _roll_back,
    "POST templates/import/": _plain("POST", "templates/import/", {"other_job": document("other_job")}),
    "POST jobs/": _plain("POST", "jobs/", NEW_JOB),
    "POST jobs/bulk/": _plain("POST", "jobs/bulk/", {"jobs": [NEW_JOB, NEW_JOB]}),
    "POST jobs/terminate/": _bulk_jobs("jobs/terminate/"),
    "POST jobs/rerun/": _bulk_jobs("jobs/rerun/"),
    "POST jobs/{job_id}/terminate/": _job("terminate/", runs=True),
    "POST jobs/{job_id}/rerun/": _job("rerun/", {}),
    "POST jobs/{job_id}/progress/": _job("progress/", {"completion_percentage": 5}, runs=True),
    "POST operations/{operation_id}/cancel/": _cancel,
    "POST series/": _plain("POST", "series/", {"job_type": OTP, "every_seconds": 60, "payload": PAYLOAD}),
    "PATCH series/{series_id}/": _series("PATCH", body={"every_seconds": 90}),
    "DELETE series/{series_id}/": _series("DELETE"),
    "POST series/{series_id}/pause/": _series("POST", "pause/"),
    "POST series/{series_id}/resume/": _series("POST", "resume/", paused=True),
    "POST series/{series_id}/run_now/": _series("POST", "run_now/"),
    "POST session/": _sign_in,
    "DELETE session/": _plain("DELETE", "session/"),
    "POST session/password/": _plain(
        "POST", "session/password/", {"current_password": PASSWORD, "new_password": "another-horse-battery"}
    ),
    "POST session/second-factor/": _second_step,
    "POST session/view-as/": _plain("POST", "session/view-as/", {"role": "viewer"}),
    "DELETE session/view-as/": _end_view,
    "DELETE sessions/": _end_sessions,
    "DELETE sessions/{session_id}/": _end_session,
    "POST session/factors/totp/": _plain("POST", f"{FACTORS}totp/", {"password": PASSWORD}),
    "POST session/factors/totp/confirm/": _confirm,
    "DELETE session/factors/totp/": _with_totp("DELETE", "totp/"),
    "POST session/factors/recovery-codes/": _with_totp("POST", "recovery-codes/"),
    "POST session/factors/passkeys/": _add_passkey,
    "DELETE session/factors/passkeys/{passkey_id}/": _remove_passkey,
    "POST tokens/": _plain("POST", "tokens/", _TOKEN),
    "DELETE tokens/{token_id}/": _revoke,
    "POST users/": _plain("POST", "users/", {"name": "ben"}),
    "PATCH users/{username}/": _user("PATCH", body={"role": "editor"}),
    "POST users/{username}/reset/": _user("POST", "reset/"),
    "DELETE users/{username}/factors/": _reset_factors,
    "POST groups/": _plain("POST", "groups/", {"name": "ops"}),
    "PATCH groups/{group}/": _group("PATCH", {"name": "dev"}),
    "DELETE groups/{group}/": _group("DELETE"),
    "POST grants/": _plain("POST", "grants/", {"user": "root", "job_types": ["*"], "rights": ["see"]}),
    "PATCH grants/{grant_id}/": _grant("PATCH", {"rights": ["run"]}),
    "DELETE grants/{grant_id}/": _grant("DELETE"),
    "POST secrets/": _plain(
        "POST", "secrets/", {"name": "s", "job_types": ["*"], "source": "value", "value": "s3cret"}
    ),
    "PATCH secrets/{secret}/": _secret("PATCH", {"job_types": ["a_*"]}),
    "DELETE secrets/{secret}/": _secret("DELETE"),
}
