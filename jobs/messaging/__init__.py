"""The doors to the message broker and to RedBeat's entries in Redis, and the names and forms of what passes them.

Whatever a message holds, reading it raises nothing and stays bounded.
"""

from __future__ import annotations

# Ours have less than a kilobyte, replies to `celery inspect` some dozen.
MAX_INCOMING_BYTES = 1024 * 1024
