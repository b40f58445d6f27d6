"""The platform's own four processes: how each is started, and how long each gets to end."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from foundation import env
from foundation.discover import CHECKOUT
from launcher.child import Program
from launcher.leftovers import MARK
from launcher.options import Options
from launcher.servers import Servers
from launcher.state import StateDir

OWN_HOSTS = ("localhost", "127.0.0.1", "[::1]")
SHORT_GRACE, WORKER_GRACE = 5.0, 20.0  # the worker lets its jobs end


def own_programs(options: Options, environment: Mapping[str, str]) -> tuple[list[Program], list[Program]]:
    """Those to start first, and those to start when the web process answers."""
    manage = [sys.executable, "manage.py"]
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "scheduler_project"]
    popen = {"cwd": CHECKOUT, "env": dict(environment)}
    web = Program("web", [*manage, "serve", "--port", str(options.port)], SHORT_GRACE, popen)
    dispatcher = Program("dispatcher", [*manage, "dispatch"], SHORT_GRACE, popen)
    slots = ["--concurrency", str(options.concurrency)]
    worker = Program("worker", [*celery, "worker", *slots], WORKER_GRACE, popen)
    beat = Program("beat", [*celery, "beat"], SHORT_GRACE, popen, folds_lost_connections=True)
    return [web, dispatcher], [worker, beat]


def settings_for(servers: Servers, state: StateDir) -> dict[str, str]:
    """What `discover` tells the commands typed beside the platform, too."""
    return {
        "DATABASE_URL": servers.database_url,
        "BROKER_URL": servers.broker_url,
        "REDIS_URL": servers.redis_url,
        "SECRET_KEY": env.text("SECRET_KEY") or state.secret("secret_key"),
        "SECRETS_KEYS": env.text("SECRETS_KEYS") or state.secret("secrets_key"),
        "PLATFORM_NAME": env.text("PLATFORM_NAME"),
        "REMOTE_CONTROL": env.text("REMOTE_CONTROL", "0"),
        # A worker started by hand must know the same handlers.
        "HANDLER_PACKAGES": env.text("HANDLER_PACKAGES"),
        "PYTHONPATH": os.pathsep.join(env.python_path()),
        "HTTP_REQUEST_PRIVATE": env.text("HTTP_REQUEST_PRIVATE", "0"),
        "MANAGEMENT_COMMANDS": env.text("MANAGEMENT_COMMANDS"),
    }


def environment_of_processes(
    options: Options, settings: Mapping[str, str], state_dir: Path
) -> dict[str, str]:
    """What our processes find in their environment; what the user has set for them stays."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    defaults = {
        "DEBUG": "0",
        "HANDLER_RELOAD": "1",
        # Celery's reason for it is pickled messages; ours are JSON.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    fixed = {
        "DJANGO_SETTINGS_MODULE": "scheduler_project.settings",
        "PYTHONUNBUFFERED": "1",
        # Whatever else it is called: at the address that is shown it answers.
        "ALLOWED_HOSTS": ",".join([*env.hosts("ALLOWED_HOSTS"), *OWN_HOSTS]),
        "PORT": str(options.port),
        "WORKER_CONCURRENCY": str(options.concurrency),
        "STATE_DIR": str(state_dir),
        MARK: str(state_dir),
    }
    return {**defaults, **inherited, **settings, **fixed}
