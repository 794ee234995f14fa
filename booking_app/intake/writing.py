"""The order and shape of right-to-left letters, enough to draw a name in Hebrew or Arabic script."""

import unicodedata
from functools import cache

RIGHT_TO_LEFT = ("R", "AL")
MIRRORED = {"(": ")", ")": "(", "[": "]", "]": "[", "<": ">", ">": "<", "«": "»", "»": "«"}


def visual_order(text: str) -> str:
    """The characters from left to right as they are seen; runs of right-to-left letters are joined and reversed."""
    if not any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in text):
        return text
    runs = _runs(_joined(text))
    starts_right = unicodedata.bidirectional(next(filter(str.isalpha, text), "a")) in RIGHT_TO_LEFT
    ordered = reversed(runs) if starts_right else runs
    return "".join(_mirrored(run) if is_right else run for is_right, run in ordered)


def _runs(text: str) -> list[tuple[bool, str]]:
    """(is right-to-left, characters); spaces and signs go with the letters before them."""
    runs: list[tuple[bool, str]] = []
    for character in text:
        kind = unicodedata.bidirectional(character)
        is_right = kind in RIGHT_TO_LEFT if kind in ("L", "EN", *RIGHT_TO_LEFT) else bool(runs) and runs[-1][0]
        if runs and runs[-1][0] == is_right:
            runs[-1] = (is_right, runs[-1][1] + character)
        else:
            runs.append((is_right, character))
    return runs


def _mirrored(run: str) -> str:
    return "".join(MIRRORED.get(character, character) for character in reversed(run))


def _joined(text: str) -> str:
    """Arabic letters in the form their neighbours ask for; other characters as they are."""
    forms = _forms()
    letters = _with_lam_alef(text)
    shaped = []
    for index, letter in enumerate(letters):
        own = forms.get(letter)
        before = forms.get(_neighbour(letters, index, -1), {})
        after = forms.get(_neighbour(letters, index, 1), {})
        shaped.append(letter if own is None else _form(letter, own, "initial" in before, "final" in after))
    return "".join(shaped)


def _form(letter: str, own: dict[str, str], joins_before: bool, joins_after: bool) -> str:
    joins_after = joins_after and "initial" in own
    name = {(True, True): "medial", (True, False): "final", (False, True): "initial"}.get((joins_before, joins_after))
    return own.get(name or "isolated", own.get("isolated", letter))


def _neighbour(letters: str, index: int, step: int) -> str:
    index += step
    while 0 <= index < len(letters) and unicodedata.combining(letters[index]):
        index += step
    return letters[index] if 0 <= index < len(letters) else ""


def _with_lam_alef(text: str) -> str:
    for pair, ligature in _lam_alef().items():
        text = text.replace(pair, ligature)
    return text


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Letter -> form name -> presentation character, read from the Unicode database."""
    forms: dict[str, dict[str, str]] = {}
    for code in [*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD)]:
        kind, *letters = unicodedata.decomposition(chr(code)).split()[:3] or [""]
        if len(letters) == 1:
            forms.setdefault(chr(int(letters[0], 16)), {})[kind.strip("<>")] = chr(code)
    for ligature in _lam_alef().values():
        forms[ligature] = {"isolated": ligature, "final": chr(ord(ligature) + 1)}
    return forms


@cache
def _lam_alef() -> dict[str, str]:
    """The four obligatory ligatures: lam followed by a kind of alef -> its isolated form."""
    pairs = {}
    for code in range(0xFEF5, 0xFEFC, 2):
        _, lam, alef = unicodedata.decomposition(chr(code)).split()
        pairs[chr(int(lam, 16)) + chr(int(alef, 16))] = chr(code)
    return pairs
