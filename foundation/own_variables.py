"""Lists the environment variables that belong to the platform, so that no shared secret can be read from one."""

from __future__ import annotations

import re

NAMES = frozenset(
    """
    SECRET_KEY SECRETS_KEYS DATABASE_URL DATABASE_DIRECT_URL BROKER_URL REDIS_URL PLATFORM_NAME
    REMOTE_CONTROL STATE_DIR PORT WORKER_CONCURRENCY HANDLER_PACKAGES HANDLER_RELOAD
    HTTP_REQUEST_PRIVATE MANAGEMENT_COMMANDS ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS CORS_ALLOWED_ORIGINS
    REQUIRE_SECOND_FACTOR BEHIND_TLS TRUSTED_PROXIES OIDC_ISSUER OIDC_CLIENT_ID OIDC_CLIENT_SECRET
    OIDC_NAME OIDC_SCOPES OIDC_GROUPS_CLAIM OIDC_ROLES OIDC_DEFAULT_ROLE LOCAL_SIGN_IN
    PROVIDER_RECHECK_DAYS LEASE_SECONDS TERMINATE_GRACE_SECONDS HANDLER_PROCESS_MAX_JOBS
    HANDLER_PROCESS_MAX_MEMORY_MB RETENTION_DAYS AUDIT_RETENTION_DAYS TOKEN_MAX_DAYS
    SESSION_IDLE_MINUTES SESSION_MAX_DAYS SESSION_REQUESTS_PER_SECOND
    SIGN_IN_FAILURES_PER_ADDRESS SIGN_IN_FAILURES_PER_NAME SOCKETS_PER_USER LOG_LEVEL LOG_FORMAT DEBUG
    BIND
    """.split()  # noqa: SIM905 - a list of literals would fill a page
)
# What libraries read to reach the platform's own servers, and what belongs to the system.
_OTHERS = re.compile(
    r"PG[A-Z]+|DJANGO_\w+|CELERY_\w+|OIDC_\w+|PYTHON\w*|LD_\w+|PATH|HOME|RESTJOBSCHEDULER_\w+"
)


def is_own(name: str) -> bool:
    """Returns whether an environment variable is a setting of the platform or of what it runs on."""
    return name.removesuffix("_FILE") in NAMES or _OTHERS.fullmatch(name) is not None
