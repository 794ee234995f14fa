"""Which parts of a line are read from right to left, enough to draw a name in Hebrew or Arabic script."""

import unicodedata

RIGHT_TO_LEFT = ("R", "AL")


def runs_in_sight(text: str) -> list[tuple[bool, str]]:
    """(is right-to-left, characters as typed) of a line's parts, from left to right as they are seen."""
    runs = _runs(text)
    starts_right = unicodedata.bidirectional(next(filter(str.isalpha, text), "a")) in RIGHT_TO_LEFT
    return runs[::-1] if starts_right else runs


def _runs(text: str) -> list[tuple[bool, str]]:
    """Spaces and signs go with the letters before them."""
    runs: list[tuple[bool, str]] = []
    for character in text:
        kind = unicodedata.bidirectional(character)
        is_right = kind in RIGHT_TO_LEFT if kind in ("L", "EN", *RIGHT_TO_LEFT) else bool(runs) and runs[-1][0]
        if runs and runs[-1][0] == is_right:
            runs[-1] = (is_right, runs[-1][1] + character)
        else:
            runs.append((is_right, character))
    return runs
