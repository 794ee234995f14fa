"""The user a key belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field

from booking_app.pms.client.records import JsonObject

from .base import Resource


@dataclass(frozen=True, kw_only=True)
class User:
    """The owner of the key; all keys of one user share one request limit."""

    id: str
    role: str
    is_active: bool
    time_zone: str
    time_zone_identifier: str
    email: str = field(repr=False)
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)

    @classmethod
    def from_json(cls, found: JsonObject) -> User:
        return cls(
            id=found.id(),
            role=found.optional_text("role"),
            is_active=found.flag("active") is not False and found.flag("user_active") is not False,
            time_zone=found.optional_text("time_zone"),
            time_zone_identifier=found.optional_text("time_zone_identifier"),
            email=found.optional_text("email"),
            first_name=found.optional_text("first_name"),
            last_name=found.optional_text("last_name"),
        )


class UserResource(Resource):
    """The user a key belongs to; any role may read it, so it is the way to try a key."""

    def get(self) -> User:
        """The owner of this key; raises ClinikoUnauthorized when the key is wrong or of another shard."""
        return self._one("/user", User.from_json)
