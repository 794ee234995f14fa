"""One Cliniko account: its people, keys, settings and tables."""

from __future__ import annotations

from collections import defaultdict
from copy import deepcopy
from typing import Any
from zoneinfo import ZoneInfo

from booking_sandbox.table import Record, Table

# Ids step by more than the spacing of doubles near 1.2e18 (128 and 256), so an id rounded by a client that parsed it
# as a float names nothing.
ID_STEP = 1031


class Account:
    """What one clinic keeps in Cliniko. ``name`` is the sandbox's own handle for it, e.g. ``demo``."""

    def __init__(self, *, name: str, number: int, shard: str, time_zone: str, settings: Record) -> None:
        self.name = name
        self.number = number
        self.shard = shard
        self.zone = ZoneInfo(time_zone)
        self.settings = settings
        self.keys: dict[str, str] = {}
        self._tables: defaultdict[str, Table] = defaultdict(Table)
        self._next_id = 1_200_000_000_000_000_000 + number * 1_000_000_000_000
        self._sealed: tuple[Record, dict[str, str], int] = (settings, {}, self._next_id)

    def table(self, name: str) -> Table:
        """The table of that name, empty at first."""
        return self._tables[name]

    def new_id(self) -> str:
        """The next 19-digit id; later records have higher ids."""
        self._next_id += ID_STEP
        return str(self._next_id)

    def add_key(self, key: str, user_id: str) -> None:
        """Let a key in. It is remembered without its shard suffix, because callers may leave that off."""
        self.keys[key.removesuffix(f"-{self.shard}")] = user_id

    @property
    def subdomain(self) -> str:
        """The clinic's name in Cliniko's own addresses."""
        return str(self.settings["account"]["subdomain"])

    def online_booking(self, setting: str) -> Any:
        """One of the account's online booking settings."""
        return self.settings["online_bookings"].get(setting)

    def arrived(self) -> dict[str, list[Record]]:
        """Everything added or changed since the fixture, by table."""
        return {name: rows for name, table in sorted(self._tables.items()) if (rows := table.arrived())}

    def seal(self) -> None:
        """Call the present state the fixture."""
        for table in self._tables.values():
            table.seal()
        self._sealed = (deepcopy(self.settings), dict(self.keys), self._next_id)

    def reset(self) -> None:
        """Go back to the fixture, ids included."""
        for table in self._tables.values():
            table.reset()
        settings, keys, self._next_id = self._sealed
        self.settings, self.keys = deepcopy(settings), dict(keys)
