"""Configures logging: plain text for people, or one JSON object per line for log collectors."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from foundation.log_fields import current_fields
from foundation.masking.current import mask

_STANDARD = set(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Formats a log record as one JSON object; line breaks are escaped, so users' text cannot forge a second line."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the log record as JSON, with its extra fields and the fields of the current request."""
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
        return mask(json.dumps(line, default=str))


class OneLine(logging.Formatter):
    """Formats the message of a log record as one line of text, with line breaks escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the line, and a traceback below it, without secrets."""
        return mask(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Returns the log record's message as one line, followed by the id of the current request."""
        line = super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")
        request_id = current_fields().get("request_id")
        return f"{line} (request {request_id})" if request_id else line


class WithoutTraceback(logging.Filter):
    """Turns log records of errors that a client caused into warnings without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Changes the log record to a warning, and returns True so that it is logged."""
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


def configure(config: dict[str, str]) -> None:
    """Sets up logging by the `level` and `format` ("json" or text) in `config`. Django calls it as LOGGING_CONFIG."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonLines()
        if config["format"] == "json"
        else OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(config["level"])
    # The proxy logs requests; a 4xx is the client's problem and needs no warning.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    # A foreign host name, too many parameters, an unknown filter: each was answered with 400.
    for kind in ("DisallowedHost", "TooManyFieldsSent", "DisallowedModelAdminLookup", "SuspiciousOperation"):
        logging.getLogger(f"django.security.{kind}").addFilter(WithoutTraceback())
    # Celery logs every message; what happened to a job is in its events.
    logging.getLogger("celery.beat").setLevel(logging.WARNING)
    logging.getLogger("celery.worker.strategy").setLevel(logging.WARNING)
    logging.getLogger("celery.app.trace").setLevel(logging.WARNING)
    # uvicorn logs every websocket as "uvicorn.error".
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
