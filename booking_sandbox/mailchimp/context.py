"""A call to Mailchimp once its key is known."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from booking_sandbox.instants import as_text
from booking_sandbox.mailchimp import errors
from booking_sandbox.mailchimp.account import MailchimpAccount
from booking_sandbox.mailchimp.audience import Audience, Member

if TYPE_CHECKING:
    from booking_sandbox.world import World


@dataclass(frozen=True)
class MailchimpCall:
    """What a handler of the Mailchimp part is given."""

    world: World
    request: Request
    account: MailchimpAccount
    args: dict[str, str] = field(default_factory=dict)

    @property
    def audience(self) -> Audience:
        """The audience in the path. Raises a 404."""
        found = self.account.audiences.get(self.args["list_id"])
        if found is None:
            raise errors.not_found()
        return found

    @property
    def member(self) -> Member:
        """The member in the path. Raises a 404."""
        found = self.audience.find(self.args["key"])
        if found is None:
            raise errors.not_found()
        return found

    def now(self) -> str:
        """The simulated instant, as Mailchimp writes it."""
        return as_text(self.world.clock.now()).replace("Z", "+00:00")

    def members_of_body(self) -> dict[str, Any]:
        """The JSON object sent. Raises a 400 when it is none."""
        try:
            body = json.loads(self.request.get_data())
        except ValueError as error:
            detail = "We encountered an unspecified JSON parsing error."
            raise errors.MailchimpRefused(400, "JSON Parse Error", detail) from error
        if not isinstance(body, dict):
            raise errors.not_validated([{"field": "", "message": "Schema describes object, array found instead"}])
        return body

    def shown(self, document: dict[str, Any]) -> Response:
        """The document, cut down to what the ``fields`` of the query name."""
        wanted = [path.split(".") for path in self.request.args.get("fields", "").split(",") if path]
        return errors.as_json(_picked(document, wanted) if wanted else document)


def _picked(value: Any, paths: list[list[str]]) -> Any:
    if any(not path for path in paths):
        return value
    if isinstance(value, list):
        return [_picked(item, paths) for item in value]
    if not isinstance(value, dict):
        return value
    heads = {path[0] for path in paths}
    return {
        name: _picked(item, [path[1:] for path in paths if path[0] == name])
        for name, item in value.items()
        if name in heads
    }
