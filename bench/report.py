"""The measured numbers as a table for a person."""

from collections.abc import Iterator
from typing import Any


def table(result: dict[str, Any]) -> str:
    """Pages, then the booking as a whole, then the document; each beside its floor."""
    return "\n".join((*_pages(result), "", *_booking(result), *_document(result["document"]), ""))


def _pages(result: dict[str, Any]) -> Iterator[str]:
    page_floor = result["floor"]["page_seconds"]
    yield f"Floor: a page of a few lines takes {page_floor * 1000:.1f} ms in this run."
    yield f"{'page':<12}{'ms':>8}{'x floor':>9}{'kB':>8}{'kB cold':>9}"
    for name, page in result["pages"].items():
        times = f"{page['seconds'] * 1000:>8.1f}{page['seconds'] / page_floor:>9.1f}"
        yield f"{name:<12}{times}{page['kilobytes']:>8.1f}{page['kilobytes_cold']:>9.1f}"


def _booking(result: dict[str, Any]) -> Iterator[str]:
    confirm, round_trip = result["confirm_seconds"], result["floor"]["round_trip_seconds"]
    yield f"Medians of {result['bookings']} bookings; a round trip to the sandbox takes {round_trip * 1000:.1f} ms."
    yield f"Waiting in a whole booking: {result['booking_seconds']:.2f} s"
    yield f"of it for the confirmation: {confirm:.2f} s, {confirm / round_trip:.0f} round trips"
    yield f"Cliniko calls per booking, from the first page to the last document: {result['cliniko_calls']:.1f}"
    for route, count in result["cliniko_calls_by_route"].items():
        yield f"  {count:>5.1f}  {route}"


def _document(pdf: dict[str, float]) -> Iterator[str]:
    yield f"A signed document: {pdf['seconds']:.2f} s, {pdf['kilobytes']:.0f} kB"
    yield f"  {pdf['ratio']:>5.0f}  times a page of one line, which takes {pdf['floor_seconds'] * 1000:.0f} ms"
