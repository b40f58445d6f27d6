"""How the platform's own log lines look: plain text for people, or one JSON object a line for collectors."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from foundation.log_fields import current_fields

_STANDARD = set(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """User text appears only as values, so a line break in it cannot forge a second line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "text": record.getMessage(),
        }
        line |= current_fields()
        line |= {key: value for key, value in record.__dict__.items() if key not in _STANDARD}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class OneLine(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:
        line = super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")
        request_id = current_fields().get("request_id")
        return f"{line} (request {request_id})" if request_id else line


class WithoutTraceback(logging.Filter):
    """What a client sent wrongly is a line; a traceback would say that something here is broken."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


def configure(config: dict[str, str]) -> None:
    """Django's LOGGING_CONFIG: `{"level", "format"}` from the settings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonLines()
        if config["format"] == "json"
        else OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(config["level"])
    # One line a request is the proxy's job; a 4xx is the client's problem, not a warning of ours.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    # Another host's name, too many parameters, a filter that no page has: each has been answered with 400.
    for kind in ("DisallowedHost", "TooManyFieldsSent", "DisallowedModelAdminLookup", "SuspiciousOperation"):
        logging.getLogger(f"django.security.{kind}").addFilter(WithoutTraceback())
    # Celery tells of every tick and hint; what happened to a job is in its events.
    logging.getLogger("celery.beat").setLevel(logging.WARNING)
    logging.getLogger("celery.worker.strategy").setLevel(logging.WARNING)
    logging.getLogger("celery.app.trace").setLevel(logging.WARNING)
    # uvicorn tells of every websocket by "uvicorn.error".
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
