"""Choices that are links, such as with whom or where; shown by `shared/choices.html`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LinkChoice:
    """One of several links of which one is the present choice.

    `note`, `about` and `soonest` are lines below the name: what it is, a text of the clinic's, and when it is free.
    """

    name: str
    note: str
    url: str
    is_current: bool
    photo_url: str | None = None
    about: str = ""
    soonest: str = ""
