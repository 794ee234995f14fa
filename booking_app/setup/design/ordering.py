"""Putting things in order by buttons, one place at a time."""

from collections.abc import Sequence
from typing import Literal

Direction = Literal["up", "down"]


def moved(order: Sequence[str], one: str, direction: Direction) -> list[str]:
    """The order with `one` a place up or down; unchanged at the end, and for what is not in it."""
    changed = list(order)
    if one not in changed:
        return changed
    place = changed.index(one)
    other = place - 1 if direction == "up" else place + 1
    if 0 <= other < len(changed):
        changed[place], changed[other] = changed[other], changed[place]
    return changed
