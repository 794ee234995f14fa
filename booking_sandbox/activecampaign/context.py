"""A call to ActiveCampaign once its token is known."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from booking_sandbox.activecampaign import errors
from booking_sandbox.activecampaign.account import CampaignAccount, Row
from booking_sandbox.instants import as_text

if TYPE_CHECKING:
    from booking_sandbox.world import World


@dataclass(frozen=True)
class CampaignCall:
    """What a handler of the ActiveCampaign part is given."""

    world: World
    request: Request
    account: CampaignAccount
    args: dict[str, str] = field(default_factory=dict)

    @property
    def contact(self) -> Row:
        """The contact in the path. Raises a 404."""
        found = self.account.get("contacts", self.args["contact_id"])
        if found is None:
            raise errors.not_found("Subscriber", self.args["contact_id"])
        return found

    def now(self) -> str:
        """The simulated instant with an offset."""
        return as_text(self.world.clock.now()).replace("Z", "+00:00")

    def record(self, envelope: str) -> dict[str, Any]:
        """The record sent in its envelope. Raises a 422 without the envelope, a 400 for what is no JSON."""
        try:
            body = json.loads(self.request.get_data())
        except ValueError as error:
            raise errors.bad_request() from error
        record = body.get(envelope) if isinstance(body, dict) else None
        if not isinstance(record, dict):
            raise errors.no_envelope(envelope)
        return record

    def page(self, envelope: str, rows: list[Row], **beside: Any) -> Response:
        """A list: twenty records unless asked otherwise, a hundred at most; the total is a text."""
        sent = self.request.args
        limit, offset = min(int(sent.get("limit", 20)), 100), int(sent.get("offset", 0))
        shown = rows[offset : offset + limit]
        return errors.as_json({**beside, envelope: shown, "meta": {"total": str(len(rows))}})
