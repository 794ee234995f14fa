"""Taxes that billable items refer to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from booking_app.pms.client.records import JsonObject

from .base import Resource


@dataclass(frozen=True, kw_only=True)
class Tax:
    """A tax; ``rate`` is per cent."""

    id: str
    name: str
    rate: Decimal | None

    @classmethod
    def from_json(cls, found: JsonObject) -> Tax:
        return cls(id=found.id(), name=found.optional_text("name"), rate=found.optional_decimal("rate"))


class TaxesResource(Resource):
    """Taxes."""

    def list(self) -> tuple[Tax, ...]:
        """All taxes."""
        return self._many("/taxes", "taxes", Tax.from_json)
