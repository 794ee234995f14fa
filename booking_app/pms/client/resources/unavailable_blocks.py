"""Unavailable blocks: times in which a practitioner is away; holidays and closures show up here too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from booking_app.pms.client.filters import Filter, IdField, InstantField
from booking_app.pms.client.records import JsonObject

from .base import Resource


class UnavailableBlockFields:
    """What a list of unavailable blocks can be filtered by, besides the fields of every list."""

    business_id = IdField("business_id")
    practitioner_id = IdField("practitioner_id")
    starts_at = InstantField("starts_at")
    ends_at = InstantField("ends_at")


@dataclass(frozen=True, kw_only=True)
class UnavailableBlock:
    """A block; its notes are the practice's own and are not read."""

    id: str
    starts_at: datetime
    ends_at: datetime
    business_id: str | None
    practitioner_id: str | None
    archived_at: datetime | None

    @classmethod
    def from_json(cls, found: JsonObject) -> UnavailableBlock:
        return cls(
            id=found.id(),
            starts_at=found.instant("starts_at"),
            ends_at=found.instant("ends_at"),
            business_id=found.reference("business"),
            practitioner_id=found.reference("practitioner"),
            archived_at=found.optional_instant("archived_at") or found.optional_instant("deleted_at"),
        )


class UnavailableBlocksResource(Resource):
    """Unavailable blocks; read only here."""

    def list(self, *, where: Iterable[Filter] = ()) -> tuple[UnavailableBlock, ...]:
        """Blocks that meet all filters."""
        return self._many("/unavailable_blocks", "unavailable_blocks", UnavailableBlock.from_json, where=where)

    def get(self, block_id: str) -> UnavailableBlock:
        """One block; raises ClinikoNotFound."""
        return self._one("/unavailable_blocks/{id}", UnavailableBlock.from_json, ids={"id": block_id})
