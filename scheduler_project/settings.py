"""Defines Django's settings, read from the environment through `env`; docs/operators.md lists the variables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from environ import Env

from accounts.sign_in_oidc.settings import MAX_RECHECK_DAYS, read_provider
from foundation import env
from scheduler_project import platform_name, server_urls
from scheduler_project.own_packages import refuse_clashes

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY", "only-for-development" if DEBUG or env.is_help_requested() else "")
if not SECRET_KEY.strip():
    raise env.BadSetting(
        "SECRET_KEY", SECRET_KEY, "set it to a long random text, the same for all processes (make run does)"
    )
# The first key encrypts, all of them decrypt. Without keys, templates with secret fields are refused.
SECRETS_KEYS = env.keys("SECRETS_KEYS")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
# The origins of a UI that is hosted elsewhere: they may call the API and open websockets.
CORS_ALLOWED_ORIGINS = env.origins("CORS_ALLOWED_ORIGINS")
CSRF_TRUSTED_ORIGINS = [*env.origins("CSRF_TRUSTED_ORIGINS", wildcards=True), *CORS_ALLOWED_ORIGINS]
CORS_ALLOW_CREDENTIALS = True

DATABASE_URL = server_urls.database()
DATABASE_DIRECT_URL = server_urls.direct_database()
# Then a connection belongs to this platform for one transaction only: nothing may depend on its session.
POOLS_TRANSACTIONS = DATABASE_DIRECT_URL != DATABASE_URL
BROKER_URL = server_urls.broker()
REDIS_URL = server_urls.redis()
# Our names in Redis and RabbitMQ contain it, so that two platforms may share a server.
PLATFORM_NAME = platform_name.validate(env.text("PLATFORM_NAME")) or platform_name.derive(
    SECRET_KEY, DATABASE_URL
)
NAMES_JOB_QUEUES = bool(env.text("PLATFORM_NAME"))
REMOTE_CONTROL = env.flag("REMOTE_CONTROL", False)
env.find_packages()
refuse_clashes()  # again: folders may have been added to the path
HANDLER_PACKAGES = env.names("HANDLER_PACKAGES")
HANDLER_RELOAD = env.flag("HANDLER_RELOAD", False)
# Read here only to stop the start at a wrong value: the handlers of these names, which know no Django, read it again.
HTTP_REQUEST_PRIVATE = env.flag("HTTP_REQUEST_PRIVATE", False)
MANAGEMENT_COMMANDS = env.names("MANAGEMENT_COMMANDS")
WORKER_CONCURRENCY = env.whole_number("WORKER_CONCURRENCY", 2, at_least=1, at_most=1000)
PORT = env.whole_number("PORT", 8000, at_least=1, at_most=65535)
# The address where a proxy or container runtime publishes the web process, if it differs from that of `serve`.
BIND = env.address("BIND")

INSTALLED_APPS = [
    "accounts.admin_config.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "accounts",
    "templates_app",
    "jobs",
    "catalogue",
]
MIDDLEWARE = [
    "scheduler_project.request_ids.RequestIdMiddleware",
    "scheduler_project.response_headers.ResponseHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # This middleware reads all headers of each request, so it is left out if it has nothing to allow.
    *(["corsheaders.middleware.CorsMiddleware"] if CORS_ALLOWED_ORIGINS else []),
    "foundation.api_errors.DatabaseAwayMiddleware",
    "accounts.session_middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
# The default storage makes two signers of cookies for each request, also of the API, which has no messages.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
ROOT_URLCONF = "scheduler_project.urls"
ASGI_APPLICATION = "scheduler_project.asgi.application"
WSGI_APPLICATION = "scheduler_project.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "scheduler_project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def _configure_database(url: str, *, keeps_session: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        **Env.db_url_config(url),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
    if not keeps_session:
        found["DISABLE_SERVER_SIDE_CURSORS"] = True
    found["OPTIONS"] = {
        **found.get("OPTIONS", {}),
        "connect_timeout": 3,
        # foundation/prepared.py prepares only with a number here; Django's cursors never prepare.
        "prepare_threshold": 5 if keeps_session else None,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,  # ms without an acknowledgement of what was sent
    }
    return found


DATABASES = {"default": _configure_database(DATABASE_URL, keeps_session=not POOLS_TRANSACTIONS)}
DIRECT_DATABASE = _configure_database(DATABASE_DIRECT_URL, keeps_session=True)
MIGRATION_MODULES = {
    "knox": None,  # tokens are stored in our own model; knox's table would stay empty
    "restjob_accounts": "accounts.own_migrations",
    "restjob_jobs": "jobs.own_migrations",
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"

AUTH_USER_MODEL = "restjob_accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["accounts.hashers.Bounded"]
LOGIN_URL = "/admin/login/"
# Who else signs users in (None: nobody), and whether users sign in here by name and password.
OIDC = read_provider()
LOCAL_SIGN_IN = env.flag("LOCAL_SIGN_IN", True)
# Without a sign-in by the provider for so long, the API tokens of its users stop.
PROVIDER_RECHECK_DAYS = env.whole_number("PROVIDER_RECHECK_DAYS", 30, at_least=1, at_most=MAX_RECHECK_DAYS)
SESSION_ENGINE = "accounts.session_store"
# People of these roles may do nothing without a second factor, if they sign in with a password.
REQUIRE_SECOND_FACTOR = env.names("REQUIRE_SECOND_FACTOR", among=("viewer", "operator", "editor", "admin"))
SESSION_COOKIE_HTTPONLY = True
# Behind a TLS proxy the cookies are for https only.
BEHIND_TLS = env.flag("BEHIND_TLS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
# Browsers send a cookie to another site only with SameSite=None, which must be secure.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "None" if BEHIND_TLS and CORS_ALLOWED_ORIGINS else "Lax"
# The proxies whose X-Forwarded-For and X-Forwarded-Proto are trusted (forwarded.py); Django itself reads neither.
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES", "127.0.0.1,::1")
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # the proxy that terminates TLS redirects; health checks ask this process by http
    # HSTS for other hosts below the same name, and browsers' built-in lists: the owner of the domain decides.
    "security.W005",
    "security.W021",
]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": [],
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}

STATIC_URL = "/static/"
STATIC_ROOT = None
UI_DIST = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [("ui", UI_DIST)] if UI_DIST.is_dir() else []
# Files are served from the apps and the UI's build, so that no collectstatic can be forgotten.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[-.][0-9A-Za-z_-]{8,12}\..+$"

BODY_LIMIT = 1024 * 1024
BULK_BODY_LIMIT = 16 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = BULK_BODY_LIMIT

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "accounts.authentication.ViewingSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.RoleAllows"],
    "DEFAULT_PARSER_CLASSES": ["foundation.api_bodies.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": [
        "foundation.api_renderers.OrjsonRenderer",
        "foundation.api_renderers.BrowsableRenderer",
    ],
    "DEFAULT_SCHEMA_CLASS": "scheduler_project.api_schema.DocumentedSchema",
    "EXCEPTION_HANDLER": "foundation.api_errors.answer_error",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "foundation.api_renderers.Negotiation",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "RestJobScheduler",
    "DESCRIPTION": "Job templates, jobs, series and their live events.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": [
        "rest_framework.permissions.IsAuthenticated",
        "accounts.permissions.HasSecondFactor",
    ],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "scheduler_project.api_schema.add_error_responses",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
KNOX_TOKEN_MODEL = "restjob_accounts.ApiToken"  # noqa: S105 - a model's name, no secret
REST_KNOX = {"AUTH_HEADER_PREFIX": "Token", "AUTO_REFRESH": False}

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "jobs.live.channel_layer.SignedChannelLayer",
        "CONFIG": {
            "prefix": f"restjobscheduler:{PLATFORM_NAME}:live",
            # Without a socket timeout above the blocking read's 5 s, redis-py 8 drops idle websockets.
            "hosts": [{"address": REDIS_URL, "socket_timeout": 20, "socket_connect_timeout": 3}],
            "capacity": 2000,
            # Listeners join again every few seconds (hub.py); those of a process that died expire.
            "group_expiry": 300,
        },
    }
}

# Times of the core, in seconds (docs/operators.md explains each).
LEASE_SECONDS = env.whole_number("LEASE_SECONDS", 30, at_least=6, at_most=3600)
TERMINATE_GRACE_SECONDS = env.whole_number("TERMINATE_GRACE_SECONDS", 10, at_least=0, at_most=3600)

# A handler process is replaced after so many jobs, or when it holds more memory at the end of one.
HANDLER_PROCESS_MAX_JOBS = env.whole_number("HANDLER_PROCESS_MAX_JOBS", 1000, at_least=1)
HANDLER_PROCESS_MAX_MEMORY_MB = env.whole_number("HANDLER_PROCESS_MAX_MEMORY_MB", 1024, at_least=64)

# How long new API tokens may be valid at most, and when sessions end without requests and in any case.
TOKEN_MAX_DAYS = env.whole_number("TOKEN_MAX_DAYS", 365, at_least=1, at_most=36_500)
SESSION_IDLE_MINUTES = env.whole_number("SESSION_IDLE_MINUTES", 10_080, at_least=5, at_most=525_600)
SESSION_MAX_DAYS = env.whole_number("SESSION_MAX_DAYS", 30, at_least=1, at_most=365)
SESSION_COOKIE_AGE = SESSION_MAX_DAYS * 86_400
# Failed sign-ins in 15 minutes.
SIGN_IN_FAILURES_PER_ADDRESS = env.whole_number("SIGN_IN_FAILURES_PER_ADDRESS", 100, at_least=10)
SIGN_IN_FAILURES_PER_NAME = env.whole_number("SIGN_IN_FAILURES_PER_NAME", 50, at_least=10)
# 0 sets no limit; a process allows bursts of five seconds' requests.
SESSION_REQUESTS_PER_SECOND = env.whole_number("SESSION_REQUESTS_PER_SECOND", 20, at_most=10_000)
SOCKETS_PER_USER = env.whole_number("SOCKETS_PER_USER", 50, at_least=1, at_most=100_000)

# Ended jobs are deleted after so many days; 0 means never.
RETENTION_DAYS = env.whole_number("RETENTION_DAYS", 30, at_least=0, at_most=36_500)
# So is the audit trail, by whole months; the database itself refuses to drop the last 30 days of it.
AUDIT_RETENTION_DAYS = env.whole_number("AUDIT_RETENTION_DAYS", 730, at_least=0, at_most=36_500)
if 0 < AUDIT_RETENTION_DAYS < 30:
    raise env.BadSetting("AUDIT_RETENTION_DAYS", str(AUDIT_RETENTION_DAYS), "write 0, or at least 30")

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", among=("DEBUG", "INFO", "WARNING", "ERROR"))
LOG_FORMAT = env.choice("LOG_FORMAT", "text", among=("text", "json"))
LOGGING_CONFIG = "scheduler_project.logs.configure"
LOGGING = {"level": LOG_LEVEL, "format": LOG_FORMAT}
