"""A call to HubSpot once its token is known."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from booking_sandbox.hubspot import errors
from booking_sandbox.hubspot.portal import TYPES, Portal
from booking_sandbox.instants import as_text

if TYPE_CHECKING:
    from booking_sandbox.world import World


@dataclass(frozen=True)
class HubspotCall:
    """What a handler of the HubSpot part is given."""

    world: World
    request: Request
    portal: Portal
    args: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The object type in the path. Raises a 404 for an unknown one."""
        if self.args["type"] not in TYPES:
            raise errors.bad_input(f"Unable to infer object type from: {self.args['type']}")
        return self.args["type"]

    def now(self) -> str:
        """The simulated instant with milliseconds, as HubSpot writes it."""
        return as_text(self.world.clock.now()).replace("Z", ".000Z")

    def body(self) -> Any:
        """The JSON sent. Raises a 400 when it is none."""
        try:
            return json.loads(self.request.get_data())
        except ValueError as error:
            raise errors.bad_input("Invalid input JSON on line 1, column 1") from error

    def members(self) -> dict[str, Any]:
        """The JSON object sent. Raises a 400 for anything else."""
        body = self.body()
        if not isinstance(body, dict):
            raise errors.bad_input("Invalid input JSON: an object is expected")
        return body

    def need(self, scope: str) -> None:
        """Raise a 403 unless the token has a scope."""
        if scope not in self.portal.scopes:
            raise errors.missing_scopes(scope)
