"""What every resource has in common: listing with filters, one record by id, archiving."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import filters, paging
from booking_sandbox.cliniko.answers import BLANK, Invalid, NotFound, as_json, no_content
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.table import Record

Present = Callable[[ClinikoCall, Record], dict[str, Any]]


@dataclass(frozen=True)
class Noun:
    """A resource: its table (also its path and envelope), what it can be filtered by, and how it is shown."""

    table: str
    present: Present
    filters: Mapping[str, Kind] = field(default_factory=dict)
    hides: tuple[str, ...] = ("archived_at", "deleted_at")

    def columns(self) -> set[str]:
        """What it can be sorted by."""
        return {*self.filters, *filters.ALWAYS}


def listing(call: ClinikoCall, noun: Noun, records: Iterable[Record] | None = None) -> Response:
    """A page of the records that pass the query's filters, in the query's order."""
    conditions = filters.parse(call.request.args.getlist("q[]"), noun.filters)
    rows = filters.keep(
        call.table(noun.table) if records is None else records,
        conditions,
        hides=noun.hides,
        exact_case=call.knobs.string_filter_case_sensitive,
    )
    rows = paging.in_order(call, rows, noun.columns())
    return as_json(paging.page_of(call, noun.table, rows, lambda row: noun.present(call, row)))


def visible(call: ClinikoCall, noun: Noun, record_id: str) -> Record:
    """One record, if the query's conditions let it be seen by id. Raises NotFound."""
    record = call.table(noun.table).get(record_id)
    if record is None:
        raise NotFound
    hiding = {name: noun.filters.get(name, Kind.INSTANT) for name in noun.hides}
    conditions = filters.parse(call.request.args.getlist("q[]"), hiding)
    hides = [name for name in noun.hides if _hides_by_id(call, name)]
    if not filters.keep([record], conditions, hides=hides, exact_case=True):
        raise NotFound
    return record


def _hides_by_id(call: ClinikoCall, name: str) -> bool:
    knob = call.knobs.cancelled_by_id if name == "cancelled_at" else call.knobs.archived_by_id
    return knob == "404"


def one(call: ClinikoCall, noun: Noun) -> Response:
    """The record whose id is in the path."""
    return as_json(noun.present(call, visible(call, noun, call.args["id"])))


def created(call: ClinikoCall, noun: Noun, record: Record) -> Response:
    """Store a new record and show it with 201 and its Location (which Cliniko gives without ``/v1``)."""
    call.table(noun.table).put(record)
    answer = as_json(noun.present(call, record), 201)
    answer.headers["Location"] = f"{call.request.host_url}{noun.table}/{record['id']}"
    return answer


def replaced(call: ClinikoCall, noun: Noun, record: Record) -> Response:
    """Store a changed record and show it."""
    return as_json(noun.present(call, call.table(noun.table).put(record)))


def archive(call: ClinikoCall, noun: Noun) -> Response:
    """Hide the record whose id is in the path; empty 204."""
    record = visible(call, noun, call.args["id"])
    call.table(noun.table).put(call.changed(record, archived_at=record["archived_at"] or call.now()))
    return no_content()


def live(call: ClinikoCall, table: str, record_id: object) -> Record | None:
    """A record another one may refer to: known and not archived."""
    record = call.table(table).get(record_id)
    return None if record is None or record.get("archived_at") else record


def referred(
    call: ClinikoCall, body: Mapping[str, Any], name: str, table: str, errors: dict[str, str | None]
) -> str | None:
    """The id in ``<name>_id``; adds an error under ``name`` when it is missing or names nothing."""
    record = live(call, table, body.get(f"{name}_id"))
    if record is None:
        errors[name] = BLANK
        return None
    return str(record["id"])


def refuse_if(errors: Mapping[str, str | None]) -> None:
    """Raise Invalid when there is any error."""
    if errors:
        raise Invalid(dict(errors))


def routes_of(noun: Noun, *, archivable: bool = True) -> list[tuple[str, str, Callable[[ClinikoCall], Response]]]:
    """The routes every resource has: list, one, and archive with its deprecated DELETE."""
    path = f"/{noun.table}"
    routes: list[tuple[str, str, Callable[[ClinikoCall], Response]]] = [
        ("GET", path, lambda call: listing(call, noun)),
        ("GET", f"{path}/<id>", lambda call: one(call, noun)),
    ]
    if archivable:
        routes.append(("POST", f"{path}/<id>/archive", lambda call: archive(call, noun)))
        routes.append(("DELETE", f"{path}/<id>", lambda call: archive(call, noun)))
    return routes
