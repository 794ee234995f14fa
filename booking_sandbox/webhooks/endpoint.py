"""One address that takes messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from booking_sandbox.demo_keys import DEMO_WEBHOOK_SECRET

NORTHSIDE_SECRET = "whsec_c2FuZGJveC1ub3J0aHNpZGUtc2VjcmV0LTMyLWJ5dGVz"  # noqa: S105 - invented


@dataclass
class Arrival:
    """A message that was believed, under its id; ``times`` counts how often it came."""

    id: str
    received_at: str
    payload: Any
    times: int = 1

    def to_json(self) -> dict[str, Any]:
        """The arrival, for the control API."""
        return {"id": self.id, "received_at": self.received_at, "payload": self.payload, "times": self.times}


@dataclass
class Endpoint:
    """``status`` and ``headers`` are what it answers to a message that it believed and kept."""

    name: str
    secrets: tuple[str, ...]
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def keep(self, message_id: str, payload: Any, *, at: str) -> None:
        """Remember a message; one that was here already is counted only."""
        known = self.arrivals.get(message_id)
        if known:
            known.times += 1
        else:
            self.arrivals[message_id] = Arrival(message_id, at, payload)

    def to_json(self) -> dict[str, Any]:
        """What arrived, for the control API."""
        return {
            "name": self.name,
            "messages": [arrival.to_json() for arrival in self.arrivals.values()],
            "refused": self.refused,
        }


def made() -> dict[str, Endpoint]:
    """The endpoints of the sandbox, by the names of the clinics."""
    return {
        "demo": Endpoint("demo", (DEMO_WEBHOOK_SECRET,)),
        "northside": Endpoint("northside", (NORTHSIDE_SECRET,)),
    }
