"""The sandbox's own pages as Jinja templates."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from booking_sandbox.instants import from_text


def folder() -> Path:
    """The folder with the templates, inside the package."""
    return Path(__file__).resolve().parent / "templates"


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder()),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["local_time"] = _local_time
    return environment


def _local_time(text: str | None, zone: str) -> str:
    at = from_text(text)
    return "" if at is None else _worded(at.astimezone(ZoneInfo(zone)))


def _worded(at: datetime) -> str:
    clock = at.strftime("%I:%M %p").lstrip("0").lower()
    return f"{at:%a} {at.day} {at:%b %Y}, {clock}"


def render(name: str, **values: Any) -> str:
    """A template with its values."""
    return _environment().get_template(name).render(**values)
