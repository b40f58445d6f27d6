"""Suggests the correct name for a misspelt one, in the sentence of an error."""

from __future__ import annotations

import difflib
from collections.abc import Collection

# Finding the nearest word is slow, and more unknown names than this are no misspellings.
MAX_GUESSES = 10
MAX_NAME_LENGTH = 63


def suggestion(word: str, known: Collection[str], *, otherwise: str = "Write one of") -> str:
    """Returns a question with the known name that is most similar to `word`, or else a sentence that lists them all."""
    full_list = f"{otherwise}: {', '.join(known)}." if known else "Remove it."
    return nearest(word, known) or full_list


def nearest(word: str, known: Collection[str]) -> str:
    """Returns a question with the most similar known name, like "Did you mean user_id?"; empty if none is similar."""
    if len(word) > 2 * MAX_NAME_LENGTH:
        return ""
    folded = {_normalize(name): name for name in known}
    near = difflib.get_close_matches(_normalize(word), folded, n=1)
    return f"Did you mean {folded[near[0]]}?" if near else ""


def _normalize(word: str) -> str:
    return word.replace("_", "").replace("-", "").casefold()
