"""What stands in addresses and forms, read into values that everything behind them can take."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Flask, request
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items
from werkzeug.routing import IntegerConverter

# A day of a calendar: days on either side of it, in any zone, are days as well.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
LAST_PAGE = 10_000


def register(app: Flask) -> None:
    """Call before any route with a number in it is added."""
    app.url_map.converters["int"] = RowNumber


class RowNumber(IntegerConverter):
    """`<int:…>` as the number of a row: what no database can hold leads nowhere."""

    regex = "[0-9]{1,9}"


class CleanValues(ImmutableMultiDict[str, Any]):
    """Names and values of an address or a form without NUL, which no keyboard has and PostgreSQL refuses."""

    def __init__(self, mapping: Any = None) -> None:
        super().__init__([(_without_nul(name), _without_nul(value)) for name, value in _pairs(mapping)])


def day_in(text: str) -> date | None:
    """The day that an address names as `2026-11-24`; None for everything else, and for days far from any calendar."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def page_asked() -> int:
    """Which page of a list this request is for, from 1."""
    return min(max(request.values.get("page", 1, type=int), 1), LAST_PAGE)


def _pairs(mapping: Any) -> Iterable[tuple[Any, Any]]:
    return () if mapping is None else iter_multi_items(mapping)


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value
