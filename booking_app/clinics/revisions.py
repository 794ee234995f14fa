"""Two people who save at once: what a form was filled from is compared with what is stored when it comes back."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


class ChangedMeanwhile(Exception):
    """Somebody else saved since the form was shown; nothing was written. `current` is what they saved."""

    def __init__(self, current: Mapping[str, Any]) -> None:
        super().__init__("changed meanwhile")
        self.current = dict(current)


def revision_of(values: Mapping[str, Any]) -> str:
    """A short name for exactly these values; the order of the keys does not matter."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def require_unchanged(current: Mapping[str, Any], revision: str) -> None:
    """Raise ChangedMeanwhile unless `current` is what the form with this revision was filled from.

    Call it in the transaction that writes, on values read in that transaction.
    """
    if revision_of(current) != revision:
        raise ChangedMeanwhile(current)
