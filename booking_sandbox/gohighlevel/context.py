"""A call to GoHighLevel once its token and version are known."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from booking_sandbox.gohighlevel import errors
from booking_sandbox.gohighlevel.sub_account import GhlContact, SubAccount
from booking_sandbox.instants import as_text

if TYPE_CHECKING:
    from booking_sandbox.world import World


@dataclass(frozen=True)
class GhlCall:
    """What a handler of the GoHighLevel part is given."""

    world: World
    request: Request
    account: SubAccount
    version: str
    args: dict[str, str] = field(default_factory=dict)

    @property
    def contact(self) -> GhlContact:
        """The contact in the path. Raises a 400."""
        found = self.account.contacts.get(self.args["contact_id"])
        if found is None:
            raise errors.contact_not_found()
        return found

    def now(self) -> str:
        """The simulated instant with milliseconds."""
        return as_text(self.world.clock.now()).replace("Z", ".000Z")

    def members(self, *known: str) -> dict[str, Any]:
        """The JSON object sent. Raises a 422 that names every member that is not known."""
        try:
            body = json.loads(self.request.get_data())
        except ValueError as error:
            raise errors.GhlRefused(400, "Unexpected token in JSON", "Bad Request") from error
        if not isinstance(body, dict):
            raise errors.GhlRefused(400, "Unexpected token in JSON", "Bad Request")
        strangers = [f"property {name} should not exist" for name in body if name not in known]
        if strangers:
            raise errors.unprocessable(strangers)
        return body

    def need(self, scope: str) -> None:
        """Raise a 401 unless the token has a scope."""
        if scope not in self.account.scopes:
            raise errors.missing_scope()

    def check_location(self, location_id: object) -> None:
        """Raise unless this is the sub-account of the token."""
        if not isinstance(location_id, str) or not location_id:
            raise errors.unprocessable(["locationId should not be empty", "locationId must be a string"])
        if location_id != self.account.location_id:
            raise errors.wrong_location()
