"""Finding the line of every key, against Python's own reading of the same text."""

import tomllib
from typing import Any

import pytest

from booking_app.setup.clinic_file.lines import key_lines
from booking_app.setup.clinic_file.problems import Path
from tests.setup.clinic_file.conftest import EXAMPLES

TRICKY = '''\
# a comment with [brackets] = "and quotes
top = "a \\" quote # no comment" # comment = 1
"quoted key" = 'C:\\'
dotted.inner."x.y" = 1
text = """
[not.a.header]
key = "no key" \\
""\\"""" # four quotes end it
raw = \'\'\'
also = 'nothing'
\'\'\'
many = [
  1, # one
  [2, 3], "four ]",
  { a = 1, b = [ { c = "}" } ] },
]
when = 2026-11-21T09:00:00Z

[table]
a = true
[table.inner]
b = 1.5
[[list]]
c = 1
[list.sub]
d = 2
[[list]]
c = 3
[[list.deep]]
e = 4
[[list.deep]]
e = 5
'''


def paths_of(value: Any, path: Path = ()) -> set[Path]:
    inside: set[Path] = set() if path == () else {path}
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        inside |= paths_of(each, (*path, key))
    return inside


@pytest.mark.parametrize("text", [TRICKY, *(path.read_text() for path in sorted(EXAMPLES.glob("*/clinic.toml")))])
def test_every_key_is_found(text: str) -> None:
    lines = key_lines(text)
    assert paths_of(tomllib.loads(text)) - set(lines) == set()


def test_keys_stand_where_they_stand() -> None:
    lines = key_lines(TRICKY)
    rows = TRICKY.splitlines()
    assert rows[lines["quoted key",] - 1].startswith('"quoted key"')
    assert rows[lines["dotted", "inner", "x.y"] - 1].startswith("dotted")
    assert rows[lines["raw",] - 1].startswith("raw")
    assert rows[lines["many", 3, "b", 0, "c"] - 1].startswith("  { a = 1")
    assert rows[lines["when",] - 1].startswith("when")
    assert rows[lines["list", 0, "sub", "d"] - 1] == "d = 2"
    assert rows[lines["list", 1, "deep", 1, "e"] - 1] == "e = 5"
    assert rows[lines["table", "inner"] - 1] == "[table.inner]"
