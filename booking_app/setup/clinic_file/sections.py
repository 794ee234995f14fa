"""From the plain values of a TOML file to typed sections, every problem noted."""

from collections.abc import Mapping
from typing import Any, TypeVar

from booking_app.clinics.key_kinds import Refused, shown
from booking_app.clinics.keys import is_required, keys_of, kind_of
from booking_app.setup.clinic_file.bounds import MOST_ENTRIES
from booking_app.setup.clinic_file.problems import Notes, Path
from booking_app.setup.clinic_file.schema import (
    LISTS,
    ORDER,
    TABLES,
    ClinicFileSections,
    ClinicSection,
    TableOf,
    TablesOf,
)

Record = TypeVar("Record")
UNREADABLE = ClinicSection(slug="unreadable", name="Unreadable", time_zone="UTC")  # stands in; never stored


def read_sections(raw: Mapping[str, Any], notes: Notes) -> ClinicFileSections:
    """The sections as far as they can be read, so that the rest can be checked too. Problems are in `notes`."""
    for name in raw:
        if name not in ORDER:
            notes.add((name,), f'unknown section "{shown(name)}"; allowed: {", ".join(map(_heading, ORDER))}')
    found: dict[str, Any] = {}
    for name, record in TABLES.items():
        if name in raw:
            found[name] = _table(record, raw[name], (name,), notes)
    for name, record in LISTS.items():
        if name in raw:
            found[name] = _list(record, raw[name], name, notes)
    if "clinic" not in raw:
        notes.add((), "[clinic] is missing")
    usable = {name: value for name, value in found.items() if value is not None}
    return ClinicFileSections(**{"clinic": UNREADABLE, **usable})


def _heading(name: str) -> str:
    return str((TABLES.get(name) or LISTS[name]).heading)


def _list(record: type[Record], raw: Any, name: str, notes: Notes) -> tuple[Record, ...]:
    if not isinstance(raw, list):
        notes.add((name,), f"must be written with double brackets, once for each: {_heading(name)}")
        return ()
    if len(raw) > MOST_ENTRIES:
        notes.add((name, MOST_ENTRIES), f"there are more than {MOST_ENTRIES:,} of {_heading(name)}")
        return ()
    tables = [_table(record, each, (name, place), notes) for place, each in enumerate(raw)]
    notes.remember_places(name, [place for place, table in enumerate(tables) if table is not None])
    return tuple(table for table in tables if table is not None)


def _table(record: type[Record], raw: Any, path: Path, notes: Notes) -> Record | None:
    """One table; None when something in it is wrong."""
    heading = str(record.heading)  # type: ignore[attr-defined]
    if not isinstance(raw, Mapping):
        notes.add(path, f"{heading} must be a table")
        return None
    keys = keys_of(record)
    before = len(notes.problems)
    for name in raw:
        if name not in keys:
            notes.add((*path, name), f'unknown key "{shown(name)}" in {heading}; allowed: {", ".join(keys)}')
    values = {}
    for name, each in keys.items():
        if name in raw:
            values[name] = _value(kind_of(each), raw[name], (*path, name), heading, notes)
        elif is_required(each):
            notes.add(path, f"{heading} has no {name}, which is required")
    return record(**values) if len(notes.problems) == before else None


def _tables(record: type[Record], raw: Any, path: Path, notes: Notes, most: int) -> tuple[Record, ...]:
    """A list of tables within a table."""
    heading = str(record.heading)  # type: ignore[attr-defined]
    if not isinstance(raw, list) or len(raw) > most:
        notes.add(path, f"must be written as {heading}, once for each, at most {most} times")
        return ()
    found = [_table(record, each, (*path, place), notes) for place, each in enumerate(raw)]
    return tuple(each for each in found if each is not None)


def _value(kind: Any, raw: Any, path: Path, heading: str, notes: Notes) -> Any:
    if isinstance(kind, TableOf):
        return _table(kind.record, raw, path, notes)
    if isinstance(kind, TablesOf):
        return _tables(kind.record, raw, path, notes, kind.most)
    try:
        return kind.read(raw)
    except Refused as refused:
        notes.add((*path, *refused.place), f"{path[-1]} in {heading} {refused}")
        return None
