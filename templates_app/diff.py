"""What differs between two documents: place by place, what stood there and what stands there now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from foundation.errors import ABSENT


def changes(before: Any, after: Any, at: str = "") -> list[dict[str, Any]]:
    """`[{"path", "before", "after"}]`, a dotted path each; `before` or `after` is left out where nothing stood.

    Objects are compared key by key, in the order of `before`, then of what is new; lists only as a whole.
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = dict.fromkeys([*before, *after])
        return [
            change
            for name in names
            for change in changes(
                before.get(name, ABSENT), after.get(name, ABSENT), f"{at}.{name}" if at else name
            )
        ]
    if before is not ABSENT and after is not ABSENT and same_json(before, after):
        return []
    sides = {"before": before, "after": after}
    return [{"path": at} | {side: value for side, value in sides.items() if value is not ABSENT}]


def same_json(one: Any, other: Any) -> bool:
    """Equal as JSON texts: 1 is not 1.0 and not true; the order of keys does not count."""
    return _canonical(one) == _canonical(other)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
