"""Choices that are links, such as with whom or where; shown by `web/choices.html`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LinkChoice:
    """One of several links of which one is the present choice."""

    name: str
    note: str
    url: str
    is_current: bool
    photo_url: str | None = None
