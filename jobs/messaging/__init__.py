"""Gives access to the message broker and to RedBeat's entries in Redis, and defines their names and formats.

Reading a message is bounded and raises nothing unexpected, whatever the message holds.
"""

from __future__ import annotations

# Our messages have less than a kilobyte, replies to `celery inspect` a few dozen.
MAX_INCOMING_BYTES = 1024 * 1024
