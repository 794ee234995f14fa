"""Brings the documents up to the declared keys: the table below a heading of docs/clinic-file.md, and the complete
example, where a new key is added with its default. Run by `make keys`; changes nothing that is right already."""

from collections.abc import Mapping
from dataclasses import Field
from pathlib import Path
from typing import Any

from booking_app.clinics.keys import documented, keys_of
from booking_app.clinics.records import BookingRules

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "clinic-file.md"
EXAMPLE = ROOT / "booking_app" / "setup" / "examples" / "complete" / "clinic.toml"
DECLARED = (BookingRules,)  # the tables whose keys are declared with their words


def with_table(text: str, heading: str, rows: list[str]) -> str:
    """The document with these rows below `## heading`, in place of those that are there."""
    before, chapter = text.split(f"## {heading}\n", 1)
    chapter, *after = chapter.split("\n## ", 1)
    kept = [line for line in chapter.splitlines() if not line.startswith("| `")]
    at = kept.index("|---|---|") + 1
    lines = [*kept[:at], *rows, *kept[at:]]
    return f"{before}## {heading}\n" + "\n".join(lines) + ("\n" + "".join(f"\n## {each}" for each in after))


def with_keys(text: str, heading: str, keys: Mapping[str, Field[Any]]) -> str:
    """The example with every key of the table, those it has as they are; in the order of the declaration."""
    before, rest = text.split(f"{heading}\n", 1)
    table, *after = rest.split("\n\n", 1)
    there = {line.partition(" = ")[0]: line for line in table.splitlines()}
    lines = [there.get(name, f"{name} = {_toml(each.default)}") for name, each in keys.items()]
    return f"{before}{heading}\n" + "\n".join([*lines, *(f"\n{each}" for each in after)])


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


if __name__ == "__main__":
    for record in DECLARED:
        DOCUMENT.write_text(with_table(DOCUMENT.read_text(), record.heading, documented(record)))
        EXAMPLE.write_text(with_keys(EXAMPLE.read_text(), record.heading, keys_of(record)))
