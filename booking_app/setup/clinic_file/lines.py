"""On which line each key of a TOML text stands; Python's own reader does not tell.

It follows a text that has been read well already, so it need not judge anything: it only skips values.
"""

import re

from booking_app.setup.clinic_file.problems import Path

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
SPACE = re.compile(r"[ \t]+")
# Line ends and comments too: what may stand between statements and between the items of an array.
GAP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)+")
SCALAR = re.compile(r"[^,\]}#\r\n]+")
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)


def key_lines(text: str) -> dict[Path, int]:
    """The line of every table, key and list item, by its path: names of keys and places in lists."""
    return _Follower(text).follow()


class _Follower:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines: dict[Path, int] = {}
        self._line, self._counted = 1, 0
        self._lengths: dict[Path, int] = {}  # how many tables each array of tables has so far

    def follow(self) -> dict[Path, int]:
        table: Path = ()
        self._skip(GAP)
        while self._at < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)
            self._skip(GAP)
        return self._lines

    def _header(self) -> Path:
        is_array = self._text.startswith("[[", self._at)
        self._at += 2 if is_array else 1
        line = self._line_here()
        path = self._inside_arrays(self._key(), is_array)
        self._at += 2 if is_array else 1
        self._mark(path, line)
        return path

    def _inside_arrays(self, names: tuple[str, ...], is_array: bool) -> Path:
        """The path of a header: where a name means an array of tables, its newest table is meant."""
        path: Path = ()
        for name in names[:-1]:
            path = (*path, name)
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        path = (*path, names[-1])
        if not is_array:
            return path
        self._mark(path, self._line_here())
        self._lengths[path] = self._lengths.get(path, 0) + 1
        return (*path, self._lengths[path] - 1)

    def _pair(self, table: Path) -> None:
        line = self._line_here()
        path = table
        for name in self._key():
            path = (*path, name)
            self._mark(path, line)
        self._at += 1  # the equals sign
        self._skip(SPACE)
        self._value(path)

    def _key(self) -> tuple[str, ...]:
        names = []
        while True:
            self._skip(SPACE)
            names.append(self._name())
            self._skip(SPACE)
            if not self._text.startswith(".", self._at):
                return tuple(names)
            self._at += 1

    def _name(self) -> str:
        if self._text[self._at] in "\"'":
            start = self._at
            self._string()
            return self._unquoted(self._text[start : self._at])
        found = BARE_KEY.match(self._text, self._at)
        assert found is not None
        self._at = found.end()
        return found.group()

    def _unquoted(self, quoted: str) -> str:
        inside = quoted[1:-1]
        return inside if quoted[0] == "'" else ESCAPE.sub(_escaped, inside)

    def _value(self, path: Path) -> None:
        opening = self._text[self._at]
        if opening in "\"'":
            self._string()
        elif opening == "[":
            self._items(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            self._skip(SCALAR)

    def _items(self, path: Path) -> None:
        self._at += 1
        place = 0
        while not self._closes("]"):
            self._mark((*path, place), self._line_here())
            self._value((*path, place))
            place += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while not self._closes("}"):
            self._pair(path)

    def _closes(self, bracket: str) -> bool:
        """Go to the next item, or past the end of the list or table."""
        self._skip(GAP)
        if self._text.startswith(",", self._at):
            self._at += 1
            self._skip(GAP)
        if not self._text.startswith(bracket, self._at):
            return False
        self._at += 1
        return True

    def _string(self) -> None:
        quote = self._text[self._at]
        end = quote * 3 if self._text.startswith(quote * 3, self._at) else quote
        self._at += len(end)
        while not self._text.startswith(end, self._at):
            self._at += 2 if quote == '"' and self._text[self._at] == "\\" else 1
        self._at += len(end)
        # Up to two more quotes may belong to the text itself: \"\"\"one\"\"\"\"\".
        while len(end) == 3 and self._text.startswith(quote, self._at):
            self._at += 1

    def _skip(self, what: re.Pattern[str]) -> None:
        found = what.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _mark(self, path: Path, line: int) -> None:
        self._lines.setdefault(path, line)

    def _line_here(self) -> int:
        """The position only goes up, so that every line end is counted once."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line


def _escaped(found: re.Match[str]) -> str:
    code = found.group(1)
    if code[0] in "uU":
        return chr(int(code[1:], 16))
    return {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}.get(code, code)
