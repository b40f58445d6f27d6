"""Connects to the message broker and to RedBeat's entries in Redis; defines the names and formats used there.

Whatever a message holds, reading it takes bounded time and memory, and raises only the documented exceptions.
"""

from __future__ import annotations

# Our messages have less than a kilobyte, replies to `celery inspect` a few dozen.
MAX_INCOMING_BYTES = 1024 * 1024
