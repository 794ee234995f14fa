"""Tables in memory whose records are replaced, never changed, so that a reset is one shallow copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Record = dict[str, Any]


class Table:
    """Records by id. What was there when it was sealed is the fixture; everything else has arrived since."""

    def __init__(self) -> None:
        self._rows: dict[str, Record] = {}
        self._fixture: dict[str, Record] = {}

    def __iter__(self) -> Iterator[Record]:
        return iter(list(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, record_id: object) -> Record | None:
        """The record, or None. Numbers are taken as well as strings, as Cliniko does."""
        if isinstance(record_id, bool) or not isinstance(record_id, str | int):
            return None
        return self._rows.get(str(record_id))

    def put(self, record: Record) -> Record:
        """Add or replace a record under its id."""
        self._rows[record["id"]] = record
        return record

    def remove(self, record_id: str) -> None:
        """Take a record out for good."""
        self._rows.pop(record_id, None)

    def arrived(self) -> list[Record]:
        """Records added or changed since the fixture was loaded."""
        return [row for key, row in self._rows.items() if self._fixture.get(key) is not row]

    def seal(self) -> None:
        """Call what is here now the fixture."""
        self._fixture = dict(self._rows)

    def reset(self) -> None:
        """Go back to the fixture."""
        self._rows = dict(self._fixture)
