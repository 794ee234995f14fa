"""A call to Cliniko once its key is known: whose account, which links, what body."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from werkzeug.exceptions import BadRequest as WerkzeugBadRequest
from werkzeug.wrappers import Request

from booking_sandbox.account import Account
from booking_sandbox.cliniko.answers import BadRequest
from booking_sandbox.instants import as_text
from booking_sandbox.table import Record, Table

if TYPE_CHECKING:
    from booking_sandbox.knobs import Knobs
    from booking_sandbox.world import World

Link = dict[str, dict[str, str]]


@dataclass(frozen=True)
class ClinikoCall:
    """What a handler of the Cliniko part is given."""

    world: World
    request: Request
    account: Account
    user_id: str
    args: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """This server's address of the API, as the caller reached it."""
        return self.request.host_url + "v1"

    @property
    def knobs(self) -> Knobs:
        """The choices in force."""
        return self.world.knobs

    def table(self, name: str) -> Table:
        """A table of the caller's account."""
        return self.account.table(name)

    def url(self, *parts: str) -> str:
        """An address below the API's base."""
        return "/".join((self.base, *parts))

    def link(self, *parts: str | None) -> Link | None:
        """A reference as Cliniko writes it, or None when a part is missing."""
        if any(part is None for part in parts):
            return None
        return {"links": {"self": self.url(*[part for part in parts if part is not None])}}

    def filter_link(self, resource: str, condition: str) -> Link:
        """A reference to a filtered list, percent-encoded."""
        return {"links": {"self": f"{self.url(resource)}?q%5B%5D={quote(condition, safe='')}"}}

    def now(self) -> str:
        """The simulated instant as text."""
        return as_text(self.world.clock.now())

    def new_record(self, **values: Any) -> Record:
        """A record with an id and its times, not yet stored."""
        now = self.now()
        return {"id": self.account.new_id(), "created_at": now, "updated_at": now, "archived_at": None, **values}

    def changed(self, record: Record, **values: Any) -> Record:
        """A copy of a record with changes and a new ``updated_at``."""
        return {**record, **values, "updated_at": self.now()}

    def body(self) -> dict[str, Any]:
        """The JSON object sent. A body without a JSON content type is ignored, as Cliniko does."""
        if "json" not in (self.request.content_type or ""):
            return {}
        data = self.request.get_data()
        if not data:
            return {}
        try:
            body = json.loads(data)
        except (ValueError, WerkzeugBadRequest) as error:
            raise BadRequest("There was a problem parsing the request body") from error
        return body if isinstance(body, dict) else {}
