"""How much a clinic's file may ask of whoever reads it, checked in one pass before it is parsed.

Parsing TOML is not linear in what is written: a dotted key of 40 kB becomes tables within tables, and gigabytes;
brackets within brackets end in Python's recursion. So a text is measured first. It is not judged: what is no TOML is
for the parser to refuse.
"""

import re
from dataclasses import dataclass

MOST_BYTES = 1_000_000
MOST_DEPTH = 6  # of brackets; a sound file has three
MOST_DOTS = 6  # in one key
MOST_KEYS = 20_000  # keys and items of lists
LONGEST_WORD = 200  # a bare key, a number or a date
MOST_ENTRIES = 2_000  # of a list of tables

ONE_LINE = {'"': re.compile(r'"(?:[^"\\\n]|\\.)*"'), "'": re.compile(r"'[^'\n]*'")}
# Up to two more quotes may belong to the text itself: """one""""".
SEVERAL_LINES = {
    '"': re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}', re.DOTALL),
    "'": re.compile(r"\'\'\'(?:[^']|'(?!''))*+'{3,5}"),
}
PLAIN = re.compile(r"[^\[\]{}\"'#\n.=,\s]+")
SPACE = re.compile(r"[^\S\n]+")


@dataclass(frozen=True)
class TooMuch(Exception):
    """The file asks for more than is read; the sentence says of what."""

    line: int
    sentence: str


class Measured:
    """One pass over a text, whose position only ever goes up."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = self._dots = self._keys = 0

    def check(self) -> None:
        """Raises TooMuch. Takes time and memory in proportion to the text, whatever stands in it."""
        while self._at < len(self._text):
            mark = self._text[self._at]
            if mark in "\"'":
                self._at = self._after_string(mark)
            elif mark == "#":
                self._at = self._after("\n", self._at)
            elif (space := SPACE.match(self._text, self._at)) is not None:
                self._at = space.end()
            elif (word := PLAIN.match(self._text, self._at)) is not None:
                self._require(word.end() - word.start(), LONGEST_WORD, "characters in one word or number")
                self._at = word.end()
            else:
                self._count(mark)
                self._at += 1

    def _count(self, mark: str) -> None:
        if mark == ".":
            self._dots += 1
            self._require(self._dots, MOST_DOTS, "dots in one key")
            return
        self._dots = 0
        if mark in "[{":
            self._depth += 1
            self._require(self._depth, MOST_DEPTH, "brackets within each other")
        elif mark in "]}":
            self._depth = max(self._depth - 1, 0)
        elif mark in "=,":
            self._keys += 1
            self._require(self._keys, MOST_KEYS, "keys and items")

    def _after_string(self, quote: str) -> int:
        if not self._text.startswith(quote * 3, self._at):
            found = ONE_LINE[quote].match(self._text, self._at)
            return found.end() if found else len(self._text)  # the parser will say that it does not end
        found = SEVERAL_LINES[quote].match(self._text, self._at)
        return found.end() if found else len(self._text)

    def _after(self, what: str, start: int) -> int:
        found = self._text.find(what, start)
        return len(self._text) if found < 0 else found

    def _require(self, number: int, most: int, what: str) -> None:
        if number > most:
            line = self._text.count("\n", 0, self._at) + 1
            raise TooMuch(line, f"there are more than {most:,} {what}, which no clinic's file needs")
