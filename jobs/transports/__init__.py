"""How messages come in from each broker: whatever they hold, reading them raises nothing and stays bounded."""

from __future__ import annotations

# Ours have less than a kilobyte, replies to `celery inspect` some dozen.
MAX_INCOMING_BYTES = 1024 * 1024
