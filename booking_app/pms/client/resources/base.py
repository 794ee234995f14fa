"""What every resource does with its transport: read one, read many, write, and give a command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import TypeVar

from booking_app.pms.client.addresses import followed
from booking_app.pms.client.answers import Sent
from booking_app.pms.client.errors import ClinikoOutcomeUnknown, ClinikoUnreadable
from booking_app.pms.client.filters import Filter, query_of
from booking_app.pms.client.paging import entries_from, entries_of
from booking_app.pms.client.records import JsonObject
from booking_app.pms.client.transport import Transport
from booking_app.pms.client.writing import body_of

T = TypeVar("T")
Parse = Callable[[JsonObject], T]


class Resource:
    """One noun of the API over a transport; the base of all resources."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _many(
        self,
        route: str,
        key: str,
        parse: Parse[T],
        *,
        ids: Mapping[str, str] | None = None,
        where: Iterable[Filter] = (),
        query: Iterable[tuple[str, str]] = (),
        sort: str | None = None,
        limit: int | None = None,
    ) -> tuple[T, ...]:
        everything = [*query_of(where), *query, *([("sort", sort)] if sort else [])]
        entries = entries_of(self._transport, route, key, ids=ids or {}, query=everything)
        return tuple(parse(entry) for entry in islice(entries, limit))

    def _linked(self, route: str, key: str, parse: Parse[T], *, link: str) -> tuple[T, ...]:
        base_url = self._transport.base_url
        url = followed(link, page_url=base_url + "/", base_url=base_url)
        return tuple(parse(entry) for entry in entries_from(self._transport, route, key, url=url))

    def _one(
        self,
        route: str,
        parse: Parse[T],
        *,
        ids: Mapping[str, str] | None = None,
        query: Iterable[tuple[str, str]] = (),
    ) -> T:
        url = self._transport.address(route, ids=ids or {}, query=query)
        return parse(JsonObject(self._transport.read(route, url), path=f"GET {route}"))

    def _written(
        self,
        method: str,
        route: str,
        parse: Parse[T],
        *,
        ids: Mapping[str, str] | None = None,
        body: Mapping[str, object],
    ) -> T:
        sent = Sent(method=method, route=route)
        answer = self._transport.write(method, route, ids=ids or {}, body=body_of(body))
        try:
            return parse(JsonObject(answer, path=str(sent)))
        except ClinikoUnreadable as error:
            # Something was saved, but without its id the caller cannot go on from here; it has to look it up.
            raise ClinikoOutcomeUnknown(f"{sent}: the answer cannot be read") from error

    def _commanded(
        self, method: str, route: str, *, ids: Mapping[str, str], body: Mapping[str, object] | None = None
    ) -> None:
        self._transport.command(method, route, ids=ids, body=None if body is None else body_of(body))
