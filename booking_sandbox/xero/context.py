"""A call to Xero once its token and organisation are known."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from booking_sandbox.xero.errors import bad_request
from booking_sandbox.xero.organisation import Organisation, xero_time

if TYPE_CHECKING:
    from booking_sandbox.world import World

CENT = Decimal("0.01")
MOST_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class XeroCall:
    """What a handler of the Xero part is given."""

    world: World
    request: Request
    organisation: Organisation
    args: dict[str, str] = field(default_factory=dict)

    def now(self) -> str:
        """The simulated instant, as Xero writes it."""
        return xero_time(self.world.clock.now())

    @property
    def summarises(self) -> bool:
        """Whether one bad document refuses the whole call."""
        return self.request.args.get("summarizeErrors", "false").lower() == "true"

    def elements(self, name: str) -> list[dict[str, Any]]:
        """The documents sent: a list under the name, or one alone. Raises a 400."""
        if len(self.request.get_data()) > MOST_BYTES:
            raise bad_request("The request is too large", 20)
        try:
            body = json.loads(self.request.get_data(), parse_float=Decimal)
        except ValueError as error:
            raise bad_request("JSON for post data was invalid", 17) from error
        rows = body.get(name, [body]) if isinstance(body, dict) else body
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise bad_request("JSON for post data was invalid", 17)
        return rows

    def page(self, rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
        """The rows of the page asked for, with their count; unpaged lists come whole."""
        if "page" not in self.request.args:
            return {name: rows}
        page, size = int(self.request.args["page"]), int(self.request.args.get("pageSize", "100"))
        if page < 1 or not 1 <= size <= 1000:
            raise bad_request("Invalid page size")
        shown = rows[(page - 1) * size : page * size]
        counts = {"page": page, "pageSize": size, "pageCount": -(-len(rows) // size), "itemCount": len(rows)}
        return {"pagination": counts, name: shown}


def money(value: Any) -> Decimal:
    """An amount to the cent, half away from zero."""
    return Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)


def day_of(value: Any) -> str:
    """A day that was sent, as ISO text; "" where none can be read."""
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        return ""


_EQUAL = re.compile(r'(Type|InvoiceNumber|CreditNoteNumber|ContactNumber|Status|Reference)=="([^"]*)"')
_DATE = re.compile(r"Date(>=|<=|==)DateTime\((\d{4}),(\d{1,2}),(\d{1,2})\)")


def matches(where: str, row: dict[str, Any]) -> bool:
    """Whether a row meets a where clause: equalities and days joined by AND, or equalities joined by OR."""
    if not where:
        return True
    if " OR " in where:
        return any(_part(part, row) for part in where.split(" OR "))
    return all(_part(part, row) for part in where.split(" AND "))


def _part(part: str, row: dict[str, Any]) -> bool:
    text = part.strip().strip("()") if part.strip().startswith("(") else part.strip()
    if found := _EQUAL.fullmatch(text):
        return str(row.get(found[1], "")) == found[2]
    if found := _DATE.fullmatch(part.strip()):
        have, want = str(row["DateString"])[:10], date(int(found[2]), int(found[3]), int(found[4])).isoformat()
        return {">=": have >= want, "<=": have <= want, "==": have == want}[found[1]]
    raise bad_request("No property or field of that name exists", 16)
