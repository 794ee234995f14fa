"""What goes wrong on purpose: faults of the remote systems, and SIGKILL for one process after another."""

import math
import random
import threading
import time
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bench.fleet import Fleet
from bench.verdict import rows
from booking_app.core.db import Database

LEASED = "select id, fence, lease_until from task where state = 'ready' and lease_until is not null"
STATES = "select id, fence, lease_until, state from task"
FAULTS: tuple[tuple[float, dict[str, Any]], ...] = (
    (0.05, {"kind": "status", "status": 502}),
    (0.05, {"kind": "status", "status": 500, "after_commit": True}),
    (0.05, {"kind": "drop_after"}),
    (0.05, {"kind": "drop_before"}),
    (0.05, {"kind": "rate_limit", "seconds": 2.0}),
    (0.05, {"kind": "delay", "seconds": 2.0}),
    (0.005, {"kind": "delay", "seconds": 12.0}),
)


def start_faults(fleet: Fleet, seed: int) -> None:
    """10 % 5xx (half of them after the effect), 5 % dropped after it, 5 % before, 5 % 429, some slow: every service."""
    for number, (probability, fault) in enumerate(FAULTS):
        rule = {"fault": fault, "times": None, "probability": probability, "seed": seed * 100 + number}
        fleet.switch("/control/faults", rule)


class Storm:
    """Kills a random web server or worker every few seconds, and watches how long what it held waits for another."""

    def __init__(
        self, fleet: Fleet, database: Database, chance: random.Random, every: float, most: float = math.inf
    ) -> None:
        self._fleet, self._database, self._chance = fleet, database, chance
        self._every, self._most = every, most
        self._stopped, self._closed = threading.Event(), threading.Event()
        self._held: dict[tuple[int, int], float] = {}
        self._killer = threading.Thread(target=self._kill_on)
        self._watcher = threading.Thread(target=self._watch_on)
        self.take_overs: list[float] = []

    def start(self) -> None:
        self._killer.start()
        self._watcher.start()

    def stop(self) -> None:
        """No more kills."""
        self._stopped.set()
        if self._killer.ident is not None:
            self._killer.join()

    def close(self) -> None:
        """No more watching."""
        self._closed.set()
        if self._watcher.ident is not None:
            self._watcher.join()

    def _kill_on(self) -> None:
        while not self._stopped.wait(self._every * self._chance.uniform(0.6, 1.4)):
            if self._fleet.kills >= self._most:
                return
            up = [unit for unit in self._fleet.killable if self._fleet.is_up(unit)]
            if not up:
                continue  # on a slow machine a start takes longer than the time between kills
            unit = self._chance.choice(up)
            held = self._read(LEASED)
            now = time.monotonic()
            self._fleet.kill(unit)
            for row in held:
                self._held.setdefault((row["id"], row["fence"]), now)

    def _watch_on(self) -> None:
        while not self._closed.wait(0.5):
            seen = {row["id"]: row for row in self._read(STATES)} if self._held else {}
            for (task_id, fence), since in list(self._held.items()):
                row = seen.get(task_id)
                if row is None or (row["fence"] == fence and row["lease_until"] and row["state"] == "ready"):
                    continue  # still held, by the living or by the dead
                del self._held[task_id, fence]
                if row["fence"] > fence and time.monotonic() - since > 5:
                    self.take_overs.append(time.monotonic() - since)

    def _read(self, query: str) -> list[dict[str, Any]]:
        try:
            return rows(self._database, query)
        except SQLAlchemyError:
            return []  # the database itself is being restarted
